"""Findings as pictures and sentences, in the reader's language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.charts import Chart, ranked_dots
from edu.outcomes.groupings import Grouping
from edu.outcomes.imputed import TOO_UNCERTAIN
from edu.outcomes.population import UNKNOWN
from edu.outcomes.queries import newest_gains, samples
from edu.outcomes.service import estimate_means, groupings_of_sample
from edu.registry import groups
from edu.web.language import language
from ml.estimate import Estimate
from ml.publication import NOT_ESTIMABLE
from models.assessments import Sample
from models.outcomes import Finding
from models.programs import Program

GAIN_TITLES: dict[str | None, LazyString] = {
    None: _l("Gain of all participants"),
    Grouping.REGION: _l("Gain by region"),
    Grouping.SEX: _l("Gain by sex"),
    Grouping.LANGUAGE: _l("Gain by language of instruction"),
    Grouping.LOCALITY: _l("Gain by locality"),
}
MEAN_TITLES: dict[str | None, LazyString] = {
    None: _l("Mean score"),
    Grouping.REGION: _l("Mean score by region"),
    Grouping.SEX: _l("Mean score by sex"),
    Grouping.LANGUAGE: _l("Mean score by language of instruction"),
    Grouping.LOCALITY: _l("Mean score by locality"),
}


@dataclass(frozen=True)
class ReadBack:
    """A finding read back: everybody, the groups, and the groups too small to show."""

    total: Estimate | None
    groups: tuple[Estimate, ...]
    suppressed: tuple[str, ...]


@dataclass(frozen=True)
class SampleMeans:
    """What the page of a sample shows; `groupings`: each name as it is, and in words."""

    finding: Finding
    total: Estimate | None
    chart: Chart
    groupings: dict[str, str]


@dataclass(frozen=True)
class Overview:
    """The programs' gains; in how many `programs` participants gained; and the samples."""

    gains: Chart | None
    programs: tuple[Program, ...]
    gained: int
    samples: tuple[Sample, ...]


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
    known = groups.group_names(session, grouping)
    return lambda code: str(gettext("not known")) if code == UNKNOWN else known(code)


def finding_title(finding: Finding) -> str:
    """What a finding is about."""
    kinds = GAIN_TITLES if finding.kind == "gain" else MEAN_TITLES
    if finding.grouping in kinds:
        return str(kinds[finding.grouping])
    return str(gettext("Mean score by “%(group)s”", group=finding.grouping))


def unit_label(finding: Finding) -> str:
    """What the axis of a finding counts."""
    gain = finding.kind == "gain"
    return str(gettext("Gain, points of 100") if gain else gettext("Score, 0–100"))


def finding_chart(session: Session, finding: Finding) -> Chart:
    """Ranked dots with their intervals; everybody as the reference."""
    found = read_back(finding)
    named = group_names(session, finding.grouping)
    return ranked_dots(
        found.groups or ((found.total,) if found.total else ()),
        reference=found.total if found.groups else None,
        suppressed=[named(group) for group in found.suppressed],
        labels={one.group: named(one.group) for one in found.groups if one.group},
        title=finding_title(finding),
        description=gettext(
            "Each dot is a group's estimate, the line its 95% interval; n counts people."
        ),
        unit_label=unit_label(finding),
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
    names = groupings_of_sample(session, scope, sample=sample)
    return SampleMeans(
        finding=finding,
        total=read_back(finding).total,
        chart=finding_chart(session, finding),
        groupings={name: str(groups.GROUPING_NAMES.get(name, name)) for name in names},
    )


def overview(session: Session, scope: Scope) -> Overview:
    """All that was found, to choose from."""
    newest = newest_gains(session, scope)
    totals = [read_back(finding).total for _, finding in newest]
    return Overview(
        gains=gains_chart(newest),
        programs=tuple(program for program, _ in newest),
        gained=sum(total is not None and total.interval[0] > 0 for total in totals),
        samples=tuple(samples(session, scope)),
    )


def program_gains(session: Session, scope: Scope) -> Chart | None:
    """Every program's gain on one axis; None before the first was estimated."""
    return gains_chart(newest_gains(session, scope))


def gains_chart(newest: Sequence[tuple[Program, Finding]]) -> Chart | None:
    """The gains of programs on one axis; None without any."""
    totals = [(program.name(language()), read_back(finding).total) for program, finding in newest]
    if not totals:
        return None
    return ranked_dots(
        [replace(total, group=name) for name, total in totals if total],
        suppressed=[name for name, total in totals if total is None],
        zero=True,
        title=gettext("Gain between the first and the last wave, by program"),
        description=gettext(
            "Each dot is a program's mean gain, the line its 95% interval; n counts people."
        ),
        unit_label=gettext("Gain, points of 100"),
        source=gettext("findings of the programs, errors clustered by school"),
        as_of=max(finding.created_at for _, finding in newest).date(),
    )


def withheld_word(reason: str) -> str:
    """Why a group is not shown; findings of before called uncertain ones not estimable."""
    if reason in (TOO_UNCERTAIN, NOT_ESTIMABLE):
        return str(gettext("too uncertain to show"))
    return str(gettext("too few to show"))
