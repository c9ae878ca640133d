"""Ranks of countries with their uncertainty: what the data can and cannot tell apart."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.checks import BoolArray, FloatArray, Numbers, as_floats, check_length, check_level
from ml.errors import StatisticsError
from ml.parallel import mapped, spans

# Draws behind the critical value of simultaneous sets and behind the simulated range.
DRAWS = 10_000
# Draws of one task; each has a stream of its own, so threads do not matter.
TASK_DRAWS = 500
WIDEST = 7.0
STEP = 0.15
BISECTIONS = 24

RankRange = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rank:
    """Where one of several stands; rank 1 has the highest mean.

    label, mean, se: as given. point: its rank by the means alone, which is no result.
    marginal: covers its true rank with probability `level`. simultaneous: all such sets together
    cover all true ranks. naive: the range of simulated ranks, for comparison only: it has no
    coverage guarantee.
    n: how many are ranked.
    """

    label: object
    mean: float
    se: float
    point: int
    marginal: RankRange
    simultaneous: RankRange
    naive: RankRange
    n: int
    level: float


def ranks(
    means: Numbers,
    errors: Numbers,
    labels: Sequence[object],
    *,
    level: float = 0.95,
    random_state: int = 0,
    n_jobs: int | None = None,
) -> list[Rank]:
    """Confidence sets for the ranks of independent means, in the order given.

    means, errors: (n,) without missing, errors positive. labels: n.
    Two-sided sets from stepwise tests of the pairwise differences; the marginal critical value
    by quadrature, the simultaneous one by simulation with the given seed.
    Errors: length_mismatch, too_few_to_rank, missing_value, invalid_se, invalid_level.
    Source: Mogstad, Romano, Shaikh & Wilhelm (2024), Review of Economic Studies 91, 476–518,
    §3; Romano & Wolf (2005), Econometrica 73, for the steps.
    """
    x, sd = _checked(means, errors, len(labels))
    check_level(level)
    own = mapped(lambda j: _marginal(x, sd, j, level), range(x.size), n_jobs)
    together = _simultaneous(x, sd, level, random_state, n_jobs)
    simulated = _simulated_ranges(x, sd, level, random_state)
    points = (x[None] > x[:, None]).sum(axis=1) + 1
    return [
        Rank(
            label=labels[j],
            mean=float(x[j]),
            se=float(sd[j]),
            point=int(points[j]),
            marginal=own[j],
            simultaneous=together[j],
            naive=simulated[j],
            n=x.size,
            level=level,
        )
        for j in range(x.size)
    ]


def projected_rank(
    value: float,
    se: float,
    means: Numbers,
    errors: Numbers,
    *,
    level: float = 0.95,
) -> RankRange:
    """Marginal confidence set of the rank that a projected value would have among the others.

    value, se: the projection with its predictive standard error. means, errors: of the others,
    as they stand; that they stay there is an assumption to be shown beside the result.
    Errors as of `ranks`.
    """
    others = as_floats(means, "means")
    x, sd = _checked([value, *others], [se, *as_floats(errors, "errors")], others.size + 1)
    check_level(level)
    return _marginal(x, sd, 0, level)


def _checked(means: Numbers, errors: Numbers, n: int) -> tuple[FloatArray, FloatArray]:
    x, sd = as_floats(means, "means"), as_floats(errors, "errors")
    check_length(x.size, n, "means")
    check_length(sd.size, n, "errors")
    if n < 2:
        raise StatisticsError("too_few_to_rank", found=n)
    if np.isnan(x).any():
        raise StatisticsError("missing_value", name="means", row=int(np.isnan(x).argmax()))
    if not (sd > 0).all():
        raise StatisticsError("invalid_se", row=int((~(sd > 0)).argmax()))
    return x, sd


def _marginal(x: FloatArray, sd: FloatArray, j: int, level: float) -> RankRange:
    """Steps: what differs is set aside, and the rest is tested at a lower critical value."""
    others = np.arange(x.size) != j
    spread = np.sqrt(sd[others] ** 2 + sd[j] ** 2)
    t = (x[others] - x[j]) / spread
    above, below = np.zeros(t.size, dtype=np.bool_), np.zeros(t.size, dtype=np.bool_)
    while True:
        critical = _critical_value(sd[others], float(sd[j]), ~above, ~below, level)
        more_above, more_below = t > critical, -t > critical
        if not ((more_above & ~above).any() or (more_below & ~below).any()):
            return 1 + int(above.sum()), x.size - int(below.sum())
        above, below = above | more_above, below | more_below


def _critical_value(
    sd: FloatArray, own: float, may_be_above: BoolArray, may_be_below: BoolArray, level: float
) -> float:
    """The `level`-quantile of the largest standardized difference to one, among independent ones.

    Given the one's own deviation the others are independent, so their joint probability is a
    product; it is averaged over that deviation by the trapezoid rule and solved by bisection.
    """
    from scipy.special import ndtr  # noqa: PLC0415  0.2 s: not at import

    if not (may_be_above.any() or may_be_below.any()):
        return math.inf
    spread = np.sqrt(sd**2 + own**2)
    fine = max(1.0, own / float(sd.min()))
    z = np.linspace(-WIDEST, WIDEST, int(2 * WIDEST / STEP * fine))[:, None]
    density = np.exp(-(z[:, 0] ** 2) / 2)
    density /= density.sum()

    def covered(c: float) -> float:
        high = np.where(may_be_above, ndtr((own * z + c * spread) / sd), 1.0)
        low = np.where(may_be_below, ndtr((own * z - c * spread) / sd), 0.0)
        return float(density @ (high - low).prod(axis=1))

    low, high = -WIDEST, WIDEST
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if covered(middle) < level else (low, middle)
    return high


def _simultaneous(
    x: FloatArray, sd: FloatArray, level: float, seed: int, n_jobs: int | None
) -> list[RankRange]:
    """The same steps over all pairs at once."""
    spread = np.sqrt(sd[:, None] ** 2 + sd[None] ** 2)
    t = (x[None] - x[:, None]) / spread
    open_pairs = ~np.eye(x.size, dtype=np.bool_)
    above = np.zeros_like(open_pairs)
    while open_pairs.any():
        critical = _largest_difference(sd, open_pairs, level, seed, n_jobs)
        found = open_pairs & (t > critical)
        if not found.any():
            break
        above |= found
        open_pairs &= ~found
    better, worse = above.sum(axis=1), above.sum(axis=0)
    return [(1 + int(up), x.size - int(down)) for up, down in zip(better, worse, strict=True)]


def _largest_difference(
    sd: FloatArray, pairs: BoolArray, level: float, seed: int, n_jobs: int | None
) -> float:
    """Quantile of the largest standardized difference over the ordered pairs, simulated."""
    spread = np.sqrt(sd[:, None] ** 2 + sd[None] ** 2)
    barred = np.where(pairs, 0.0, -np.inf)

    def work(span: tuple[int, int]) -> FloatArray:
        generator = np.random.default_rng([seed, span[0]])
        draws = sd * generator.standard_normal((span[1] - span[0], sd.size))
        largest = np.full(len(draws), -np.inf)
        for one in np.flatnonzero(pairs.any(axis=1)):
            t = (draws - draws[:, one, None]) / spread[one] + barred[one]
            np.maximum(largest, t.max(axis=1), out=largest)
        return largest

    largest = np.concatenate(mapped(work, spans(DRAWS, TASK_DRAWS), n_jobs))
    return float(np.quantile(largest, level, method="higher"))


def _simulated_ranges(x: FloatArray, sd: FloatArray, level: float, seed: int) -> list[RankRange]:
    """Quantiles of the ranks of means drawn about the estimates, as is common and wrong."""
    generator = np.random.default_rng([seed, DRAWS])
    draws = x + sd * generator.standard_normal((DRAWS, x.size))
    ranked = x.size - draws.argsort(axis=1).argsort(axis=1)
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(ranked, tails, axis=0, method="inverted_cdf")
    return [(int(a), int(b)) for a, b in zip(low, high, strict=True)]
