"""Where a score decided who takes part: the jump of the outcome at the cutoff."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray, Numbers, as_floats, check_length, check_level
from ml.clustering import Clusters, clusters_of
from ml.diagnostics import Check
from ml.effect.bandwidth import Bandwidths, chosen_bandwidths
from ml.effect.combining import Basis, Result
from ml.effect.effect import Effect
from ml.effect.local import sides_of
from ml.effect.placebo import PLACEBO_NOT_DONE
from ml.effect.sensitivity import e_value_check
from ml.effect.study import as_outcomes
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.labels import Labels
from ml.parallel import one_blas_thread
from ml.publication import MIN_PERSONS

# Persons nearest to the cutoff whose sides are counted, and the p below which they are too uneven.
WINDOW_PERSONS = 100
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Discontinuity:
    """effect: the jump at the cutoff, bias-corrected, with its robust error and checks.

    conventional: the jump of the plain local lines, whose interval ignores their bias.
    bandwidths: in units of the score. n_below, n_above: persons within the bandwidth.
    """

    effect: Effect
    conventional: Estimate
    bandwidths: Bandwidths
    n_below: int
    n_above: int


@one_blas_thread()
def regression_discontinuity(
    y: npt.ArrayLike,
    score: Numbers,
    *,
    cutoff: float,
    clusters: Labels | None = None,
    bandwidths: Bandwidths | None = None,
    level: float = 0.95,
    unit: str = "points",
) -> Discontinuity:
    """Those at or above the cutoff took part. Where those below did, the sign turns.

    y: (n,), or (n, M) plausible values; score: (n,); who lacks either is left out. Local lines
    with a triangular kernel on both sides; their bias is taken off with local parabolas, and the
    error counts that. bandwidths: chosen to minimize the mean square error where not given (with
    plausible values for each, then averaged). clusters: schools; errors by school have
    (n − 1) / (n − k) · G / (G − 1) and t(G − 1), without schools n / (n − k) and the normal.
    The effect holds at the cutoff only.
    Errors: no_comparison_group or nobody_enrolled where one side is empty; too_few_at_cutoff;
    one_cluster, constant_outcome, invalid_level, invalid_bandwidth; those of the arrays.
    Source: Calonico, Cattaneo & Titiunik (2014, Econometrica 82).
    """
    check_level(level)
    Y = as_outcomes(y)
    n = len(Y)
    x = as_floats(score, "score") - cutoff
    check_length(x.size, n, "score")
    rows = np.flatnonzero(~np.isnan(x) & ~np.isnan(Y).any(axis=1))
    x, Y, schools = x[rows], Y[rows], clusters_of(clusters, n).of(rows)
    _check(x, Y, schools)
    widths = bandwidths if bandwidths is not None else _mean_bandwidths(x, Y, schools)
    sides = [int(((np.abs(x) < widths.line) & side).sum()) for side in (x < 0, x >= 0)]
    used = schools.of(np.flatnonzero(np.abs(x) < max(widths.line, widths.bias)))
    jumps = [_jumps(x, each, schools, widths, used) for each in Y.T]
    basis = Basis(sum(sides), used, unit, level)
    robust, added = basis.estimate("jump", [corrected for corrected, _ in jumps])
    plain, _ = basis.estimate("jump", [line for _, line in jumps])
    effect = Effect(
        estimate=robust,
        estimand="cutoff",
        checks=_checks(x, Y, robust, min(sides)),
        imputation_variance=added,
        n_missing=n - rows.size,
    )
    return Discontinuity(effect, plain, widths, n_below=sides[0], n_above=sides[1])


def _jumps(
    x: FloatArray, y: FloatArray, schools: Clusters, widths: Bandwidths, used: Clusters
) -> tuple[Result, Result]:
    """The bias-corrected jump and the lines' own; a school on both sides counts once."""
    plain = robust = 0.0
    plain_errors, robust_errors = np.zeros(x.size), np.zeros(x.size)
    for sign, side in sides_of(x, y, schools):
        lines = side.line_weights(widths.line)
        corrected = lines - side.bias_weights(widths.line, widths.bias)
        plain += sign * float(lines @ side.y)
        robust += sign * float(corrected @ side.y)
        plain_errors[side.rows] = sign * side.errors(lines, 1, widths.line)
        robust_errors[side.rows] = sign * side.errors(corrected, 2, widths.bias)
    df = used.count - 1.0 if used.given else math.inf
    return (robust, _root(robust_errors, schools), df), (plain, _root(plain_errors, schools), df)


def _root(errors: FloatArray, schools: Clusters) -> float:
    sums = schools.sums(errors)
    return math.sqrt(float(sums @ sums))


def _mean_bandwidths(x: FloatArray, Y: FloatArray, schools: Clusters) -> Bandwidths:
    found = [chosen_bandwidths(x, y, schools) for y in Y.T]
    return Bandwidths(
        line=float(np.mean([each.line for each in found])),
        bias=float(np.mean([each.bias for each in found])),
    )


def _check(x: FloatArray, Y: FloatArray, schools: Clusters) -> None:
    if not x.size:
        raise StatisticsError("no_data")
    if (x >= 0).all():
        raise StatisticsError("no_comparison_group", n=int(x.size))
    if (x < 0).all():
        raise StatisticsError("nobody_enrolled", n=int(x.size))
    if schools.count < 2:
        raise StatisticsError("one_cluster")
    if (Y.min(axis=0) == Y.max(axis=0)).any():
        raise StatisticsError("constant_outcome")


def _checks(x: FloatArray, Y: FloatArray, found: Estimate, fewest: int) -> tuple[Check, ...]:
    enough = fewest >= MIN_PERSONS
    return (
        density_check(x),
        PLACEBO_NOT_DONE,
        Check(
            "small_samples",
            enough,
            float(fewest),
            MIN_PERSONS,
            "enough_persons" if enough else "few_persons",
        ),
        e_value_check(found, float(np.sqrt(Y.var(axis=0).mean()))),
    )


def density_check(x: FloatArray) -> Check:
    """Did people arrange their scores to pass: are both sides of the cutoff equally full?

    x: score − cutoff. The 100 persons nearest to it (and those as near as the last) are counted;
    value: the two-sided binomial p. Cattaneo, Titiunik & Vazquez-Bare (2017) call it the simplest
    test; a density that rises steeply can fail it without anybody's doing.
    """
    from scipy.stats import binomtest  # noqa: PLC0415

    distances = np.abs(x)
    reach = np.partition(distances, min(WINDOW_PERSONS, x.size) - 1)[
        min(WINDOW_PERSONS, x.size) - 1
    ]
    near = distances <= reach
    above = int((near & (x >= 0)).sum())
    p = float(binomtest(above, int(near.sum())).pvalue)
    passed = p >= ALPHA
    explanation = "density_even" if passed else "density_uneven"
    parameters = {"above": above, "below": int(near.sum()) - above}
    return Check("density", passed, p, ALPHA, explanation, parameters)
