"""Are the two groups comparable: balance, overlap, effective sample size, small samples."""

from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray
from ml.clustering import Clusters
from ml.diagnostics import Check
from ml.effect.design import ROWS
from ml.effect.scores import ATO, ATT, balancing_weights
from ml.errors import StatisticsError
from ml.parallel import spans
from ml.publication import MIN_CLUSTERS, MIN_PERSONS

# Policy: shared statistics rules, no. 7 (balance). The others are ours.
LARGEST_DIFFERENCE = 0.1
SMALLEST_OVERLAP = 0.95
NO_OVERLAP = 0.5
EFFECTIVE_PERSONS = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class Balance:
    """Standardized mean differences, treated − comparison; before and after have shape (p,)."""

    before: FloatArray
    after: FloatArray


def balance(
    estimand: str, X: FloatArray, d: FloatArray, weights: FloatArray, propensity: FloatArray
) -> Balance:
    """Differences of every column of X with the sample weights, and with those that balance.

    weights: (n,), 0 for who does not count. Both are divided by the root of the mean of the two
    groups' variances before weighting. A missing value is left out of its column; a column that is
    the same for everybody differs by 0. Source: Austin (2009, Statistics in Medicine 28).
    """
    balanced = balancing_weights(estimand, d, weights, propensity)
    arms = np.stack([d == 0, d > 0])
    sums = _sums(X, np.concatenate([arms * weights, arms * balanced]))
    low, high, low_after, high_after = sums.means
    scale = np.sqrt(sums.variances[:2].mean(axis=0))
    return Balance(_ratio(high - low, scale), _ratio(high_after - low_after, scale))


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Shape (k, p): of each of k weightings, the sum of weights, of values and of squares."""

    weights: FloatArray
    values: FloatArray
    squares: FloatArray

    @property
    def means(self) -> FloatArray:
        """NaN where nobody has a value."""
        return self.values / np.where(self.weights > 0, self.weights, np.nan)

    @property
    def variances(self) -> FloatArray:
        """0 where it is no more than rounding."""
        mean_square = self.squares / np.where(self.weights > 0, self.weights, np.nan)
        found = mean_square - np.square(self.means)
        return np.where(found <= 1e-14 * mean_square, 0.0, found)


def _sums(X: FloatArray, weights: FloatArray) -> _Sums:
    """Over the known values of each column, counted from the first person's; weights: (k, n)."""
    origin = np.nan_to_num(X[0])
    known, values, squares = np.zeros((3, len(weights), X.shape[1]))
    for start, stop in spans(len(X), ROWS):
        own, Z = weights[:, start:stop], X[start:stop] - origin
        missing = np.isnan(Z)
        Z[missing] = 0.0
        known += own @ (~missing).astype(np.float64)
        values += own @ Z
        squares += own @ np.square(Z, out=Z)
    return _Sums(known, values, squares)


def _ratio(difference: FloatArray, scale: FloatArray) -> FloatArray:
    alike = np.abs(difference) <= 1e-12
    return np.divide(difference, scale, out=np.where(alike, 0.0, np.inf), where=scale > 0)


def balance_check(found: Balance) -> Check:
    """The column that differs most after weighting."""
    after = np.nan_to_num(np.abs(found.after), nan=np.inf)
    worst = int(after.argmax())
    value = float(after[worst])
    passed = value < LARGEST_DIFFERENCE
    return Check(
        "balance",
        passed,
        value,
        LARGEST_DIFFERENCE,
        "balance_reached" if passed else "balance_missed",
        {"column": worst, "before": float(abs(found.before[worst]))},
    )


def overlap_check(
    estimand: str, d: FloatArray, weights: FloatArray, propensity: FloatArray, clip: float
) -> Check:
    """The share of those whom the effect is for who have their like in the other group.

    A treated person has where somebody untreated has a propensity as high, below 1 − clip; an
    untreated one where somebody treated has one as low, above clip.
    Errors: no_overlap where fewer than half have.
    """
    m, treated = propensity, d > 0
    comparable = np.where(
        treated,
        (m <= m[~treated].max()) & (m < 1 - clip),
        (m >= m[treated].min()) & (m > clip),
    )
    target = weights * treated if estimand == ATT else weights
    if estimand == ATO:
        target = weights * m * (1 - m)
    share = float((target * comparable).sum() / target.sum())
    if share < NO_OVERLAP:
        raise StatisticsError("no_overlap", share=share, least=NO_OVERLAP)
    passed = share >= SMALLEST_OVERLAP
    explanation = "overlap_reached" if passed else "overlap_missed"
    return Check("overlap", passed, share, SMALLEST_OVERLAP, explanation)


def effective_n(weights: FloatArray) -> float:
    """Persons with equal weights that would say as much: Kish (1965), (Σw)² / Σw²."""
    return float(weights.sum() ** 2 / (weights @ weights))


def effective_check(
    estimand: str, d: FloatArray, weights: FloatArray, propensity: FloatArray
) -> Check:
    """The effective size of the smaller of the two weighted groups."""
    balanced = balancing_weights(estimand, d, weights, propensity)
    value = min(effective_n(balanced[d > 0]), effective_n(balanced[d == 0]))
    passed = value >= EFFECTIVE_PERSONS
    explanation = "effective_size_reached" if passed else "effective_size_missed"
    return Check("effective_sample_size", passed, value, EFFECTIVE_PERSONS, explanation)


def small_sample_check(d: FloatArray, clusters: Clusters) -> Check:
    """Persons and schools of the smaller group, against what may be published at all."""
    persons = float(min(d.sum(), (1 - d).sum()))
    if persons < MIN_PERSONS:
        return Check("small_samples", False, persons, MIN_PERSONS, "few_persons")
    if not clusters.given:
        return Check("small_samples", True, persons, MIN_PERSONS, "enough_persons")
    schools = float(min(clusters.number_in(d), clusters.number_in(1 - d)))
    passed = schools >= MIN_CLUSTERS
    explanation = "enough_schools" if passed else "few_schools"
    return Check("small_samples", passed, schools, MIN_CLUSTERS, explanation)
