"""What a pupil file says: means, levels, quantiles, gaps and the gradient, with their errors."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from edu.outcomes.pisa.microdata.cells import LabelArray
from edu.outcomes.pisa.microdata.levels import level_statistics, named, near, scale_of
from edu.outcomes.pisa.microdata.population import Coverage, of_all, with_coverage
from edu.outcomes.pisa.microdata.pupils import Pupils
from ml.publication import Threshold, too_small
from ml.survey import (
    SD,
    Estimate,
    Gap,
    Mean,
    Quantile,
    Statistic,
    estimate,
    gradient,
    resilience,
    socioeconomic_gap,
)
from models.pisa import ON_SCALE_OF_PISA, Product

QUANTILES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
# (group, reference): what the gap is of.
GAPS = {
    "sex": ("girl", "boy"),
    "locality": ("urban", "rural"),
    "language": ("next", "commonest"),
}
# Since 2015 items of PISA that function differently in a language have parameters of their own.
FIRST_FAIR_TO_LANGUAGES = 2015
LEVEL = 0.95
# What figures that are shares begin with.
SHARES = ("level_", "share_", "near_", "resilience", "r_squared")

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Summary:
    """Of one economy in one domain; `suppressed`: groups too small to show, with the reason."""

    economy: str
    domain: str
    estimates: tuple[dict[str, Any], ...]
    suppressed: tuple[dict[str, str], ...]


@dataclass(frozen=True, eq=False)
class Divided:
    """Each economy's pupils, looked at once.

    rows: the numbers of each economy's rows. languages: of each, the next and the commonest of
    the test. sides: by gap, on which side each pupil stands, (n,), None on neither. reasons: by
    economy and gap ("" for all pupils) why so few may not be shown; None where they may.
    """

    rows: Mapping[str, Rows]
    languages: Mapping[str, tuple[str, ...]]
    sides: Mapping[str, LabelArray]
    reasons: Mapping[str, Mapping[str, str | None]]


def summarize(
    pupils: Pupils, product: Product = Product.PISA, coverage: Coverage = MappingProxyType({})
) -> Iterator[Summary]:
    """Every economy in every domain of the file.

    product: one on another scale than PISA has no levels. coverage: where it is known, there are
    quantiles of all 15-year-olds.
    """
    divided = divide(pupils, product)
    for domain in pupils.values:
        made = [*overall(pupils, domain, product), *between(pupils, domain, divided)]
        by_economy: dict[str, list[Estimate]] = {}
        for one in [*made, *equity(pupils, domain)]:
            by_economy.setdefault(str(one.group), []).append(one)
        for economy, rows in divided.rows.items():
            share = coverage.get(economy, {}).get(domain)
            beyond = of_all(pupils, domain, rows, share) if share is not None else []
            found = [*by_economy.get(economy, []), *beyond]
            yield summary_of(divided, economy, domain, found, share)


def divide(pupils: Pupils, product: Product) -> Divided:
    """Who belongs where."""
    rows = rows_of(pupils.economies)
    fair = product in ON_SCALE_OF_PISA and pupils.cycle >= FIRST_FAIR_TO_LANGUAGES
    languages = {economy: commonest(pupils, own) if fair else () for economy, own in rows.items()}
    sides = sides_of(pupils, rows, languages)
    reasons = {
        economy: dict(counts(pupils, own, {name: side[own] for name, side in sides.items()}))
        for economy, own in rows.items()
    }
    return Divided(rows, languages, sides, reasons)


def rows_of(labels: LabelArray) -> dict[str, Rows]:
    """The rows of each label, in order of the labels."""
    known = np.flatnonzero([label is not None for label in labels])
    names, codes = np.unique(labels[known].astype(str), return_inverse=True)
    order = np.argsort(codes, kind="stable")
    parts = np.split(known[order], np.cumsum(np.bincount(codes))[:-1])
    return {str(name): part for name, part in zip(names, parts, strict=True)}


def commonest(pupils: Pupils, rows: Rows) -> tuple[str, ...]:
    """The two commonest languages of the test among these pupils, the commonest last."""
    if "language" not in pupils.labels:
        return ()
    counted = Counter(one for one in pupils.labels["language"][rows].tolist() if one is not None)
    return tuple(str(language) for language, _ in counted.most_common(2))[::-1]


def sides_of(
    pupils: Pupils, rows: Mapping[str, Rows], languages: Mapping[str, tuple[str, ...]]
) -> dict[str, LabelArray]:
    """On which side of each gap pupils stand; gaps without two sides are left out."""
    labels = {name: pupils.labels[name] for name in GAPS if name in pupils.labels}
    if "language" in labels:
        labels["language"] = ranked_languages(labels["language"], rows, languages)
    return {name: known for name, known in labels.items() if set(known) >= {*GAPS[name]}}


def ranked_languages(
    spoken: LabelArray, rows: Mapping[str, Rows], languages: Mapping[str, tuple[str, ...]]
) -> LabelArray:
    """Of each economy the commonest language of the test and the next."""
    ranked = np.full(spoken.size, None, dtype=np.object_)
    for economy, own in rows.items():
        if len(languages[economy]) == len(GAPS["language"]):
            for language, side in zip(languages[economy], GAPS["language"], strict=True):
                ranked[own[spoken[own] == language]] = side
    return ranked


def counts(
    pupils: Pupils, rows: Rows, sides: Mapping[str, LabelArray]
) -> Iterator[tuple[str, str | None]]:
    """Whether all these pupils ("") and the smaller side of each gap are enough to be shown."""
    yield "", small(pupils, rows)
    for name, labels in sides.items():
        reasons = [small(pupils, rows[labels == side]) for side in GAPS[name]]
        yield name, next(filter(None, reasons), None)


def small(pupils: Pupils, rows: Rows) -> str | None:
    """The reason why so few may not be shown; schools count where the file names them."""
    threshold = Threshold()
    schools = threshold.clusters if pupils.schools is None else distinct(pupils.schools[rows])
    return too_small(rows.size, schools, threshold)


def distinct(labels: LabelArray) -> int:
    """How many different labels there are."""
    return len(set(labels.tolist()) - {None})


def overall(pupils: Pupils, domain: str, product: Product) -> list[Estimate]:
    """Mean, spread, quantiles, and what is told of levels, by economy."""
    known = scale_of(product, domain, pupils.cycle)
    statistics: list[Statistic] = [
        Mean(), SD(), *map(Quantile, QUANTILES), *level_statistics(known),
    ]  # fmt: skip
    found = estimate(pupils.values[domain], pupils.design, statistics, by=pupils.economies)
    return [*named(found, known), *near(pupils, domain, known)]


def between(pupils: Pupils, domain: str, divided: Divided) -> list[Estimate]:
    """Gaps between the groups that pupils are divided into, by economy."""
    found = []
    for name, labels in divided.sides.items():
        gap = Gap(*GAPS[name], of=labels)
        made = estimate(pupils.values[domain], pupils.design, gap, by=pupils.economies)
        found += [replace(one, name=f"gap_{name}") for one in made]
    return found


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


def summary_of(
    divided: Divided, economy: str, domain: str, found: Sequence[Estimate], share: float | None
) -> Summary:
    """The figures of one economy that may be shown; share: its coverage."""
    known = divided.reasons[economy]
    whole = [one for one in found if math.isfinite(one.se)]
    reasons = {one.name: known.get(one.name.removeprefix("gap_")) or known[""] for one in whole}
    between = {**GAPS, "language": divided.languages[economy]}
    return Summary(
        economy=economy,
        domain=domain,
        estimates=tuple(
            with_coverage(told(one, between), share) for one in whole if reasons[one.name] is None
        ),
        suppressed=tuple(
            {"group": name, "reason": reason} for name, reason in reasons.items() if reason
        ),
    )


def told(one: Estimate, between: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """A figure as it is kept; `between`: of a gap, the group and the reference."""
    share = one.name.startswith(SHARES)
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
