"""How shares, gaps and scores moved over the cycles whose pupil files were summarized."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from edu.outcomes.pisa.microdata.levels import NEAR, above
from edu.outcomes.pisa.microdata.population import OF_ALL
from edu.outcomes.pisa.national.series import ASSUMED_LINK_ERROR
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.survey import Cycle, LinkErrors, Trend
from ml.survey.links import Quantity
from models.pisa import NEVER_COMPARABLE, LinkedQuantity, SurveyLinkError, SurveyMean, SurveySummary

GAPS = ("gap_sex", "gap_locality", "gap_language", "gap_socioeconomic", "slope")
# Shares that no shift of the scale changes: they compare pupils of one cycle with one another.
BACKGROUND = ("r_squared", "resilience")
BELOW_BASELINE = "below_level_2"
NOT_COMPARABLE, OTHER_GROUPS = "not_comparable", "other_groups"


@dataclass(frozen=True)
class Step:
    """A cycle's figure; apart: the code of why it joins no trend, empty where it does.

    coverage: of a quantile of all 15-year-olds, the share whom the sample stands for.
    """

    cycle: int
    estimate: Estimate
    apart: str = ""
    coverage: float | None = None


@dataclass(frozen=True)
class Movement:
    """One figure over the cycles, ascending.

    fields: of the newest cycle, by which the figure is named. trend: None where there is none;
    `refusal` then says why. assumed: pairs of cycles whose link error is assumed.
    """

    name: str
    steps: tuple[Step, ...]
    fields: Mapping[str, Any]
    trend: Trend | None = None
    refusal: StatisticsError | None = None
    assumed: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Known:
    """What is known of a domain beside its pupil files.

    links: between cycles, of means and of shares. means: the economy's, as published.
    """

    links: Sequence[SurveyLinkError]
    means: Sequence[SurveyMean] = ()

    @property
    def apart(self) -> frozenset[int]:
        """The cycles that a table of means says are not comparable."""
        return frozenset(one.cycle for one in self.means if not one.comparable)


def all_movements(
    summaries: Sequence[SurveySummary], known: Known
) -> Mapping[str, Sequence[Movement]]:
    """Whatever moved over at least two cycles, by its kind."""
    shares = (below_baseline(summaries, known), top_performers(summaries, known))
    return {
        "share": [one for one in shares if one is not None],
        "gap": gap_movements(summaries, known),
        "background": gap_movements(summaries, known, BACKGROUND),
        "quantile_of_all": of_all_movements(summaries, known),
    }


def gap_movements(
    summaries: Sequence[SurveySummary], known: Known, names: Sequence[str] = GAPS
) -> list[Movement]:
    """Gaps, or what else needs no link, over at least two cycles."""
    rows = {name: found for name in names if len(found := steps(summaries, known, name)) > 1}
    return [fitted(name, found, "gap", None) for name, found in rows.items()]


def below_baseline(summaries: Sequence[SurveySummary], known: Known) -> Movement | None:
    """The share below Level 2; None without two cycles."""
    found = [(turned(step), fields) for step, fields in steps(summaries, known, above("2"))]
    return moved_share(BELOW_BASELINE, found, share_links(summaries, known, "2"))


def top_performers(summaries: Sequence[SurveySummary], known: Known) -> Movement | None:
    """The share at Level 5 and above; None without two cycles."""
    found = steps(summaries, known, above("5"))
    return moved_share(above("5"), found, share_links(summaries, known, "5"))


def of_all_movements(summaries: Sequence[SurveySummary], known: Known) -> list[Movement]:
    """What the best parts of all 15-year-olds reach, over at least two cycles: scores, as means."""
    links = LinkErrors(links_of(known, LinkedQuantity.MEAN), assumed=ASSUMED_LINK_ERROR)
    rows = {name: found for name in OF_ALL if len(found := steps(summaries, known, name)) > 1}
    return [fitted(name, found, "mean", links) for name, found in rows.items()]


Steps = list[tuple[Step, Mapping[str, Any]]]


def steps(summaries: Sequence[SurveySummary], known: Known, name: str) -> Steps:
    """The cycles that have the figure; those between other groups than the newest stand apart."""
    found = [
        (one, fields) for one in summaries for fields in one.estimates if fields["name"] == name
    ]
    groups = found[-1][1]["between"] if found else []
    return [
        (step_of(one, fields, reason(one, fields, known, groups)), fields) for one, fields in found
    ]


def step_of(one: SurveySummary, fields: Mapping[str, Any], apart: str) -> Step:
    """A kept figure of a cycle."""
    return Step(one.file.cycle, figure(fields), apart, fields.get("coverage"))


def figure(fields: Mapping[str, Any], group: str | None = None) -> Estimate:
    """A kept figure as charts and trends take it; no share lies below 0 or above 1."""
    names = ("name", "value", "se", "interval", "n", "df", "unit", "level")
    found = {**{name: fields[name] for name in names}, "group": group}
    if fields["unit"] == "share":
        low, high = fields["interval"]
        found["interval"] = (max(low, 0.0), min(high, 1.0))
    return Estimate.from_dict(found)


def reason(
    one: SurveySummary, fields: Mapping[str, Any], known: Known, groups: Sequence[str]
) -> str:
    """Why a figure joins no trend."""
    if (one.economy, one.file.cycle) in NEVER_COMPARABLE or one.file.cycle in known.apart:
        return NOT_COMPARABLE
    return "" if fields["between"] == groups else OTHER_GROUPS


def turned(step: Step) -> Step:
    """The share below Level 2, which is left of the one above."""
    own, (low, high) = step.estimate, step.estimate.interval
    left = replace(own, name=BELOW_BASELINE, value=1 - own.value, interval=(1 - high, 1 - low))
    return replace(step, estimate=left)


def moved_share(name: str, found: Steps, links: LinkErrors | None) -> Movement | None:
    """A share over at least two cycles."""
    return fitted(name, found, "share", links) if len(found) > 1 else None


def share_links(summaries: Sequence[SurveySummary], known: Known, level: str) -> LinkErrors | None:
    """Link errors of the share above a level's bound.

    A published one is of the share below Level 2. Else those of the means count by how many
    pupils stand near the bound; None where no pupil file was asked for that.
    """
    published = links_of(known, LinkedQuantity.SHARE) if level == "2" else {}
    found = [
        step.estimate.value / (2 * NEAR)
        for step, _ in steps(summaries, known, f"near_level_{level}")
        if not step.apart
    ]
    if not found:
        return LinkErrors(published, of="share") if published else None
    means = LinkErrors(links_of(known, LinkedQuantity.MEAN), assumed=ASSUMED_LINK_ERROR)
    derived = means.of_share(sum(found) / len(found))
    return LinkErrors({**derived.errors, **published}, of="share", assumed=derived.assumed)


def links_of(known: Known, quantity: LinkedQuantity) -> dict[tuple[int, int], float]:
    """The published link errors of one quantity."""
    return {
        (link.from_cycle, link.to_cycle): link.error
        for link in known.links
        if link.quantity is quantity
    }


def fitted(name: str, found: Steps, quantity: Quantity, links: LinkErrors | None) -> Movement:
    """The figure with the line through its comparable cycles."""
    own = tuple(step for step, _ in found)
    cycles = [
        Cycle(step.cycle, step.estimate.value, step.estimate.se, comparable=not step.apart)
        for step in own
    ]
    fields = found[-1][1]
    try:
        trend = Trend(quantity=quantity).fit(cycles, links)
    except StatisticsError as refusal:
        return Movement(name, own, fields, refusal=refusal)
    years = [cycle.year for cycle in trend.cycles_]
    pairs = tuple((year, years[-1]) for year in years[:-1])
    lacking = tuple(pair for pair in pairs if links and links.chained(*pair) is None)
    return Movement(name, own, fields, trend, assumed=lacking)
