"""Findings as pictures and sentences, in the reader's language."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.charts import Chart, ranked_dots
from edu.outcomes.frames import sample_groups
from edu.outcomes.groupings import Grouping
from edu.outcomes.queries import newest_gains
from edu.outcomes.service import estimate_means, run_of_sample
from edu.web.labels import label
from edu.web.language import language
from ml.estimate import Estimate
from models.outcomes import Finding
from models.people import Sex
from models.places import LanguageOfInstruction, Region


@dataclass(frozen=True)
class ReadBack:
    """A finding read back: everybody, the groups, and the groups too small to show."""

    total: Estimate | None
    groups: tuple[Estimate, ...]
    suppressed: tuple[str, ...]


@dataclass(frozen=True)
class SampleMeans:
    """What the page of a sample shows."""

    finding: Finding
    total: Estimate | None
    chart: Chart
    groupings: tuple[str, ...]


def read_back(finding: Finding) -> ReadBack:
    """The estimates of a finding as they were made."""
    estimates = [Estimate.from_dict(fields) for fields in finding.estimates]
    return ReadBack(
        total=next((one for one in estimates if one.group is None), None),
        groups=tuple(one for one in estimates if one.group is not None),
        suppressed=tuple(row["group"] for row in finding.suppressed),
    )


def group_names(session: Session, grouping: str | None) -> Callable[[str], str]:
    """What to call a group of `grouping`."""
    names: dict[str, str] = {}
    if grouping == Grouping.REGION:
        regions = session.scalars(select(Region))
        names = {region.code: region.name(language()) for region in regions}
    elif grouping == Grouping.LANGUAGE:
        tongues = session.scalars(select(LanguageOfInstruction))
        names = {tongue.code: tongue.name(language()) for tongue in tongues}
    elif grouping == Grouping.SEX:
        names = {sex.value: label(sex) for sex in Sex}
    elif grouping == Grouping.LOCALITY:
        names = {"urban": gettext("urban"), "rural": gettext("rural")}
    return lambda code: names.get(code, code)


def finding_chart(session: Session, finding: Finding, *, title: str, unit_label: str) -> Chart:
    """Ranked dots with their intervals; everybody as the reference."""
    found = read_back(finding)
    named = group_names(session, finding.grouping)
    return ranked_dots(
        found.groups or ((found.total,) if found.total else ()),
        reference=found.total if found.groups else None,
        suppressed=[named(group) for group in found.suppressed],
        labels={one.group: named(one.group) for one in found.groups if one.group},
        title=title,
        description=gettext(
            "Each dot is a group's estimate, the line its 95 % interval; n counts people."
        ),
        unit_label=unit_label,
        source=source_line(finding),
        as_of=finding.created_at.date(),
    )


def source_line(finding: Finding) -> str:
    """Which finding, by which method."""
    return str(
        gettext(
            "finding %(number)s, errors clustered by school (%(method)s)",
            number=finding.id,
            method=finding.method,
        )
    )


def sample_means(session: Session, scope: Scope, *, sample: str, by: str | None) -> SampleMeans:
    """The mean scores of a sample, as its page shows them."""
    finding = estimate_means(session, scope, sample=sample, by=by)
    run = run_of_sample(session, sample)
    title = gettext("Mean score by %(group)s", group=by) if by else gettext("Mean score")
    return SampleMeans(
        finding=finding,
        total=read_back(finding).total,
        chart=finding_chart(session, finding, title=title, unit_label=gettext("Score, 0–100")),
        groupings=tuple(sample_groups(session, run.sample_id or 0)),
    )


def program_gains(session: Session, scope: Scope) -> Chart | None:
    """Every program's gain on one axis; None before the first was estimated."""
    newest = newest_gains(session, scope)
    totals = {program.name(language()): read_back(finding).total for program, finding in newest}
    shown = [replace(total, group=name) for name, total in totals.items() if total]
    if not totals:
        return None
    return ranked_dots(
        shown,
        suppressed=[name for name, total in totals.items() if total is None],
        zero=True,
        title=gettext("Gain between the first and the last wave, by program"),
        description=gettext(
            "Each dot is a program's mean gain, the line its 95 % interval; n counts people."
        ),
        unit_label=gettext("Gain, points of 100"),
        source=gettext("findings of the programs, errors clustered by school"),
        as_of=max(finding.created_at for _, finding in newest).date(),
    )
