"""An analysis as its page shows it, in the reader's language."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.charts import Chart, file_addresses
from edu.outcomes.analyses import queries
from edu.outcomes.analyses.definition import Definition
from edu.outcomes.analyses.pictures import caption_of, charts, scale_name
from edu.outcomes.analyses.wording import findings as words
from edu.outcomes.analyses.wording.dose import dose_section
from edu.outcomes.analyses.wording.events import events_section
from edu.outcomes.analyses.wording.growth import growth_section
from edu.outcomes.analyses.wording.places import regions_section, schools_section
from edu.outcomes.analyses.wording.sections import Section, said
from edu.outcomes.checks import ShownCheck
from edu.outcomes.groupings import Grouping
from edu.outcomes.presentation import group_names
from edu.registry.groups import GROUPING_NAMES
from edu.web.frame import format_number
from edu.web.messages import sentence
from ml.estimate import Estimate
from models.errors import NotFound
from models.keyset import Page, read_one
from models.outcomes import Analysis, Finding
from models.scores import ScoringRun


@dataclass(frozen=True)
class ShownBalance:
    """How far apart both groups were in something known, before and after weighting."""

    column: str
    before: float
    after: float


@dataclass(frozen=True)
class ShownGroup:
    """A group's own figure beside the one drawn towards the mean of the groups."""

    name: str
    own: Estimate
    drawn: Estimate
    holm: str


@dataclass(frozen=True)
class ShownStep:
    """A step of the flow: how many are left, and how many were lost on the way to it."""

    label: str
    count: int
    lost: int


@dataclass(frozen=True)
class ShownTruth:
    """What really happened to an invented nation, beside the estimate."""

    value: float
    inside: bool


@dataclass(frozen=True)
class Shown:
    """What the page of an analysis shows; `finding` None before the first answer."""

    analysis: Analysis
    asked: Definition
    finding: Finding | None
    headline: str = ""
    standing: str = ""
    estimate: Estimate | None = None
    participants: Estimate | None = None
    is_causal: bool = False
    checks: tuple[ShownCheck, ...] = ()
    balance: tuple[ShownBalance, ...] = ()
    charts: Mapping[str, Chart] | None = None
    notes: tuple[str, ...] = ()
    differences: str = ""
    flow: Mapping[str, Sequence[ShownStep]] | None = None
    outside: str = ""
    registered: int = 0
    run: ScoringRun | None = None
    truth: ShownTruth | None = None
    told_groups: str = ""
    about_groups: tuple[str, ...] = ()
    own_groups: tuple[ShownGroup, ...] = ()
    sections: tuple[Section, ...] = ()

    @property
    def pool(self) -> str:
        """With whom people are compared."""
        return str(words.POOLS[self.asked.comparison])

    @property
    def whom(self) -> str:
        """For whom the figure holds."""
        return str(words.ESTIMANDS[self.asked.estimand])

    @property
    def files(self) -> dict[str, dict[str, str]]:
        """The addresses of each picture as a file, by kind."""
        address = partial(url_for, "analyses.file", analysis_id=self.analysis.id)
        return file_addresses(self.pictures, address)

    @property
    def pictures(self) -> dict[str, Chart]:
        """All pictures of the page by their names in addresses."""
        own = {section.name: section.chart for section in self.sections if section.chart}
        return {**(self.charts or {}), **own}


@dataclass(frozen=True)
class Line:
    """An analysis in the list; `failed`: why its latest run failed, empty where it did not."""

    analysis: Analysis
    finding: Finding | None
    headline: str
    standing: str
    failed: str


def listed(
    session: Session,
    scope: Scope,
    *,
    program_id: int | None = None,
    archived: bool = False,
    after: tuple[int] | None = None,
) -> Page[Line]:
    """Analyses with what they found, newest first."""
    page = queries.analyses(session, scope, program_id=program_id, archived=archived, after=after)
    answers = queries.answers(session, scope, analysis_ids=[analysis.id for analysis in page.items])
    named = words.column_namer(session)
    lines = []
    for analysis in page.items:
        finding = answers.get(analysis.id)
        told = words.headline(finding, scale_name(session, finding)) if finding else ""
        sure = words.standing(finding, named) if finding else ""
        lines.append(Line(analysis, finding, told, sure, last_failure(analysis)))
    return Page(lines, page.next_key)


def last_failure(analysis: Analysis) -> str:
    """Why the latest run of an analysis failed; empty where it did not."""
    failure = analysis.failure
    return sentence(failure["code"], failure["parameters"]) if failure else ""


def show(session: Session, scope: Scope, *, analysis_id: int) -> Shown:
    """One analysis with its newest answer."""
    analysis = queries.analysis(session, scope, analysis_id=analysis_id)
    asked = Definition.from_dict(analysis.definition)
    finding = queries.latest_answer(session, analysis_id=analysis_id)
    if finding is None:
        return Shown(analysis, asked, None)
    report = finding.report or {}
    named = words.column_namer(session)
    estimate = Estimate.from_dict(finding.estimates[0])
    return Shown(
        analysis=analysis,
        asked=asked,
        finding=finding,
        headline=words.headline(finding, scale_name(session, finding)),
        standing=words.standing(finding, named),
        estimate=estimate,
        participants=Estimate.from_dict(report["participants"]["estimate"]),
        is_causal=bool(report["effect"]["is_causal"]),
        checks=tuple(shown_check(check, named) for check in finding.checks),
        balance=balance(report["balance"], named),
        charts=charts(session, finding),
        notes=tuple(said(one["code"], one["parameters"]) for one in report["notes"]),
        differences=differences(report["heterogeneity"]),
        flow={arm: steps(report["flow"], arm) for arm in ("treated", "comparison")},
        outside=outside(report["flow"]["treated"]),
        registered=report["flow"]["registered"],
        run=read_one(session, ScoringRun, finding.scoring_run_id),
        truth=truth(analysis, estimate),
        told_groups=words.told_groups(report["groups"]),
        about_groups=tuple(about_groups(asked, report["groups"])),
        own_groups=tuple(own_groups(report["groups"], named)),
        sections=tuple(sections(session, finding)),
    )


def shown_check(check: Mapping[str, Any], named: Callable[[str], str]) -> ShownCheck:
    """One check in words."""
    return ShownCheck(
        passed=check["passed"],
        name=str(words.CHECK_NAMES.get(check["name"], check["name"])),
        sentence=words.explained(check, named),
        figures=words.figures(check),
    )


def balance(
    kept: Sequence[Mapping[str, Any]], named: Callable[[str], str]
) -> tuple[ShownBalance, ...]:
    """Every column that may be told, the most different first."""
    rows = [
        ShownBalance(named(one["column"]), one["before"], one["after"])
        for one in kept
        if one["before"] is not None and one["after"] is not None
    ]
    return tuple(sorted(rows, key=lambda row: -abs(row.before)))


def outside(treated: Sequence[Mapping[str, Any]]) -> str:
    """Who began the program and is in neither group."""
    counts = {step["name"]: step["count"] for step in treated}
    began, stayed, measured = (counts[name] for name in ("enrolled", "only_this", "baseline"))
    return str(
        gettext(
            "Began the program: %(began)s; of them gave it up or took part in another, too:"
            " %(gone)s; of the others without a first score: %(unmeasured)s. They are in neither"
            " group, and no check can see whether that was chance.",
            began=format_number(began),
            gone=format_number(began - stayed),
            unmeasured=format_number(stayed - measured),
        )
    )


def sections(session: Session, finding: Finding) -> Iterator[Section]:
    """What the answer tells besides the effect."""
    report, caption = finding.report or {}, caption_of(session, finding)
    if report["events"]:
        yield events_section(report["events"], caption)
    yield growth_section(report["growth"], caption, words.column_namer(session))
    yield dose_section(report["dose"], caption)
    yield regions_section(report["regions"], caption, group_names(session, Grouping.REGION))
    yield schools_section(report["schools"])


def own_groups(
    kept: Sequence[Mapping[str, Any]], named: Callable[[str], str]
) -> Iterator[ShownGroup]:
    """Every group that is shown, with its own figure."""
    for one in kept:
        for row in one["rows"]:
            own, drawn = (Estimate.from_dict(row[name]) for name in ("estimate", "shrunken"))
            yield ShownGroup(
                named(f"{one['grouping']}:{own.group}"), own, drawn, p_value(row["holm"])
            )


def about_groups(asked: Definition, kept: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Whether the groups named in advance can be told apart, or why none is; once for all groupings
    of which the same is to be said."""
    found = {one["grouping"]: one for one in kept}
    said_of: dict[str, list[str]] = {}
    for grouping in asked.groups:
        if told := about_grouping(found.get(grouping)):
            said_of.setdefault(told, []).append(str(GROUPING_NAMES[grouping]))
    for told, names in said_of.items():
        yield f"{gettext('By %(grouping)s', grouping=', '.join(names))}: {told}"


def about_grouping(kept: Mapping[str, Any] | None) -> str:
    """What is to be said of one; empty where its groups stand in the picture alone."""
    if kept is None:
        return str(gettext("it is known of nobody."))
    if code := kept["told_apart"]:
        return sentence(code, {})
    if kept["rows"]:
        return ""
    if kept["suppressed"]:
        return str(gettext("too few people in every group."))
    return str(gettext("everybody is in the same group."))


def chart(session: Session, scope: Scope, *, analysis_id: int, name: str) -> Chart:
    """One picture of an analysis, to take along."""
    pictures = show(session, scope, analysis_id=analysis_id).pictures
    if name not in pictures:
        raise NotFound("not_found")
    return pictures[name]


def differences(kept: Mapping[str, Any] | None) -> str:
    """Whether the effect differs between people at all."""
    if kept is None:
        return str(gettext("Whether the effect differs between people could not be tested."))
    if kept["exists"]:
        return str(
            gettext(
                "The effect differs between people: what the models expect for whom is borne out"
                " (%(p)s).",
                p=p_value(kept["p_value"]),
            )
        )
    return str(
        gettext(
            "There is no sign that the effect differs between people (%(p)s): differences"
            " between the groups below may be chance.",
            p=p_value(kept["p_value"]),
        )
    )


def p_value(p: float) -> str:
    """A p value to three decimals, never as certainty."""
    if p < 0.001:
        return f"p < {format_number(0.001, 3)}"
    return f"p > {format_number(0.999, 3)}" if p > 0.999 else f"p = {format_number(p, 3)}"


def steps(flow: Mapping[str, Any], arm: str) -> list[ShownStep]:
    """The flow of one arm."""
    counts = [step["count"] for step in flow[arm]]
    before = [counts[0], *counts]
    return [
        ShownStep(str(words.STEPS[step["name"]]), count, earlier - count)
        for step, count, earlier in zip(flow[arm], counts, before, strict=False)
    ]


def truth(analysis: Analysis, estimate: Estimate) -> ShownTruth | None:
    """The true effect, known in a demonstration only."""
    if not analysis.truth:
        return None
    value = float(analysis.truth["effect"])
    low, high = estimate.interval
    return ShownTruth(value, low <= value <= high)
