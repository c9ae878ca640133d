"""What a pupil file says: means, levels, quantiles, gaps and the gradient, with their errors."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from edu.outcomes.pisa.pupils import LabelArray, Pupils
from ml.errors import StatisticsError
from ml.publication import Threshold, too_small
from ml.survey import (
    SD,
    Estimate,
    Gap,
    Mean,
    Quantile,
    ShareAbove,
    Statistic,
    estimate,
    gradient,
    resilience,
    scale,
    socioeconomic_gap,
)

QUANTILES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
# (group, reference): what the gap is of.
GAPS = {
    "sex": ("girl", "boy"),
    "locality": ("urban", "rural"),
    "language": ("next", "commonest"),
}
# Since 2015 items that function differently in a language have parameters of their own.
FIRST_FAIR_TO_LANGUAGES = 2015
LEVEL = 0.95


@dataclass(frozen=True)
class Summary:
    """Of one economy in one domain; `suppressed`: groups too small to show, with the reason."""

    economy: str
    domain: str
    estimates: tuple[dict[str, Any], ...]
    suppressed: tuple[dict[str, str], ...]


def summarize(pupils: Pupils) -> Iterator[Summary]:
    """Every economy in every domain of the file."""
    for domain in pupils.values:
        found = [*overall(pupils, domain), *between(pupils, domain), *equity(pupils, domain)]
        for economy in economies_of(pupils):
            yield summary_of(pupils, economy, domain, found)


def overall(pupils: Pupils, domain: str) -> list[Estimate]:
    """Mean, spread, quantiles, levels and the share above the baseline, by economy."""
    levels = scale_of(domain, pupils.cycle)
    statistics: list[Statistic] = [Mean(), SD(), *map(Quantile, QUANTILES), *levels]
    found = estimate(pupils.values[domain], pupils.design, statistics, by=pupils.economies)
    return [renamed(one) for one in found]


def scale_of(domain: str, cycle: int) -> list[Statistic]:
    """Levels and the share above the baseline, where they are known for the cycle."""
    try:
        known = scale(domain, cycle)
    except StatisticsError:
        return []
    return [known.statistic, ShareAbove(known.baseline)]


def renamed(found: Estimate) -> Estimate:
    """The share above the baseline under a name that does not change with the bound."""
    above = found.name.startswith("share_above_")
    return replace(found, name="share_level_2_and_above") if above else found


def between(pupils: Pupils, domain: str) -> list[Estimate]:
    """Gaps between the groups that pupils are divided into, by economy."""
    found = []
    for name, labels in sides_of(pupils).items():
        gap = Gap(*GAPS[name], of=labels)
        made = estimate(pupils.values[domain], pupils.design, gap, by=pupils.economies)
        found += [replace(one, name=f"gap_{name}") for one in made]
    return found


def sides_of(pupils: Pupils) -> dict[str, LabelArray]:
    """By the gaps that the file can tell: on which side each pupil stands, None on neither."""
    labels = dict(pupils.labels)
    if "language" in labels and pupils.cycle >= FIRST_FAIR_TO_LANGUAGES:
        labels["language"] = ranked_languages(pupils)
    else:
        labels.pop("language", None)
    present = {name: labels[name] for name in GAPS if name in labels}
    return {name: known for name, known in present.items() if set(known) >= {*GAPS[name]}}


def ranked_languages(pupils: Pupils) -> LabelArray:
    """Of each economy the commonest language of the test and the next."""
    ranked = np.full(pupils.n, None, dtype=np.object_)
    for economy in economies_of(pupils):
        here = pupils.economies == economy
        for place, language in enumerate(commonest(pupils, economy)):
            ranked[here & (pupils.labels["language"] == language)] = GAPS["language"][1 - place]
    return ranked


def commonest(pupils: Pupils, economy: str) -> list[str]:
    """The two commonest languages of the test in an economy, the commonest first."""
    if "language" not in pupils.labels:
        return []
    here = pupils.labels["language"][pupils.economies == economy]
    counted = Counter(one for one in here.tolist() if one is not None)
    return [str(language) for language, _ in counted.most_common(2)]


def economies_of(pupils: Pupils) -> list[str]:
    """The economies in the file."""
    return sorted(set(pupils.economies.tolist()) - {None})


def equity(pupils: Pupils, domain: str) -> list[Estimate]:
    """The socio-economic gap, gradient and resilience, by economy."""
    index, values, by = pupils.index, pupils.values[domain], pupils.economies
    if index is None or np.isnan(index).all():
        return []
    gaps = socioeconomic_gap(values, index, pupils.design, by=by)
    return [
        *(replace(one, name="gap_socioeconomic") for one in gaps),
        *gradient(values, index, pupils.design, by=by),
        *resilience(values, index, pupils.design, by=by),
    ]


def summary_of(pupils: Pupils, economy: str, domain: str, found: Sequence[Estimate]) -> Summary:
    """The figures of one economy that may be shown."""
    here = pupils.economies == economy
    sizes = dict(counts(pupils, here))
    own = [one for one in found if one.group == economy and math.isfinite(one.se)]
    reasons = {one.name: reason_of(one, sizes) for one in own}
    languages = commonest(pupils, economy)[::-1]
    between = {**GAPS, "language": tuple(languages)}
    return Summary(
        economy=economy,
        domain=domain,
        estimates=tuple(told(one, between) for one in own if reasons[one.name] is None),
        suppressed=tuple(
            {"group": name, "reason": reason} for name, reason in reasons.items() if reason
        ),
    )


def reason_of(one: Estimate, sizes: Mapping[str, str | None]) -> str | None:
    """Why a figure may not be shown; None where it may."""
    grouping = one.name.removeprefix("gap_")
    return sizes.get(grouping) or sizes[""]


def counts(pupils: Pupils, here: np.ndarray[Any, Any]) -> Iterator[tuple[str, str | None]]:
    """Whether all pupils ("") and the smaller side of each gap are enough to be shown."""
    yield "", small(pupils, here)
    for name, labels in sides_of(pupils).items():
        reasons = [small(pupils, here & (labels == side)) for side in GAPS[name]]
        yield name, next(filter(None, reasons), None)


def small(pupils: Pupils, rows: np.ndarray[Any, Any]) -> str | None:
    """The reason why so few may not be shown; schools count where the file names them."""
    threshold = Threshold()
    schools = threshold.clusters if pupils.schools is None else distinct(pupils.schools[rows])
    return too_small(int(rows.sum()), schools, threshold)


def distinct(labels: LabelArray) -> int:
    """How many different labels there are."""
    return len(set(labels.tolist()) - {None})


def told(one: Estimate, between: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """A figure as it is kept; `between`: of a gap, the group and the reference."""
    share = one.name.startswith(("level_", "share_", "resilience", "r_squared"))
    low, high = one.interval(LEVEL)
    return {
        "name": one.name,
        "group": None,
        "value": one.value,
        "se": one.se,
        "sampling_variance": one.sampling_variance,
        "imputation_variance": one.imputation_variance,
        "interval": [low, high],
        "level": LEVEL,
        "df": None if math.isinf(one.df) else one.df,
        "n": one.n,
        "n_missing": one.n_missing,
        "unit": "share" if share else "points",
        "between": list(between.get(one.name.removeprefix("gap_"), ())),
    }
