"""A formula that gives each person a probability of leaving, an interval, and reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.checks import FloatArray, as_floats, check_length, check_level
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.intervals import t_estimate, t_quantile
from ml.risk.columns import Standard
from ml.risk.regression import logistic, with_ones
from ml.risk.timing import still_ahead

MOST_REASONS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Probabilities:
    """value, low, high: shape (n,), shares; the interval is that of the formula's own error."""

    value: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class Reason:
    """What raises a person's odds of leaving above those of an average participant.

    above: whether the person has more of it than the average, or less. estimate: on the
    log-odds; its interval lies above 0.
    """

    name: str
    above: bool
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Influence:
    """How a feature goes with leaving, all others equal.

    estimate: in shares, averaged over people; of a yes-or-no feature from no to yes, of any other
    per standard deviation. odds_ratio: the same as (value, low, high).
    """

    name: str
    indicator: bool
    estimate: Estimate
    odds_ratio: tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class RiskFormula:
    """log-odds of leaving = intercept + standardized columns · coefficients.

    covariance: (p + 1, p + 1), of the intercept first, by school. profile: see `timing`.
    base_rate: share that left among the n people learned from, in n_clusters schools.
    """

    columns: Standard
    intercept: float
    coefficients: FloatArray
    covariance: FloatArray
    profile: FloatArray
    n: int
    n_clusters: int
    base_rate: float

    def log_odds(self, X: FloatArray) -> FloatArray:
        """(n,) at the start."""
        return self.intercept + self.columns.apply(X) @ self.coefficients

    def probabilities(
        self, X: FloatArray, elapsed: FloatArray | float = 0.0, *, level: float = 0.95
    ) -> Probabilities:
        """Of leaving from now on, for people who are still there.

        X: (n, k), the columns learned from, NaN is missing. elapsed: the part of their time that
        has passed, 0 … 1.
        """
        check_level(level)
        Z = self.columns.apply(X)
        center = self.intercept + Z @ self.coefficients
        design = with_ones(Z)
        error = np.sqrt(np.einsum("ij,jk,ik->i", design, self.covariance, design))
        reach = t_quantile((1 + level) / 2, self.df) * error
        ahead = still_ahead(self.profile, _elapsed(elapsed, len(Z)))
        value, low, high = (
            from_now(odds, ahead) for odds in (center, center - reach, center + reach)
        )
        return Probabilities(value, low, high)

    def reasons(self, X: FloatArray) -> list[tuple[Reason, ...]]:
        """For each person what raises the odds most, at most three, largest first.

        Only what is surely above an average participant's: the interval of the part that the
        feature adds lies above 0. Of a linear formula these parts are its Shapley values where
        features are taken as they are.
        """
        Z = self.columns.apply(X)
        parts = Z * self.coefficients
        errors = np.abs(Z) * self.errors
        sure = parts - t_quantile(0.975, self.df) * errors > 0
        order = np.argsort(-np.where(sure, parts, -np.inf), axis=1, kind="stable")[:, :MOST_REASONS]
        return [
            tuple(
                self._reason(column, Z[row], parts[row], errors[row])
                for column in columns
                if sure[row, column]
            )
            for row, columns in enumerate(order)
        ]

    def _reason(self, column: int, z: FloatArray, parts: FloatArray, errors: FloatArray) -> Reason:
        estimate = t_estimate(
            "reason",
            float(parts[column]),
            float(errors[column]),
            df=self.df,
            n=self.n,
            n_clusters=self.n_clusters,
            unit="log_odds",
        )
        return Reason(self.columns.names[column], bool(z[column] > 0), estimate)

    @property
    def errors(self) -> FloatArray:
        """(p,) standard errors of the coefficients."""
        return np.sqrt(np.diag(self.covariance)[1:])

    @property
    def df(self) -> float:
        """Of the t distribution: schools less one."""
        return self.n_clusters - 1.0

    def influences(self, X: FloatArray) -> tuple[Influence, ...]:
        """How each column goes with leaving, averaged over the people of X; strongest first."""
        odds = self.log_odds(X)
        slope = float(np.mean(logistic(odds) * logistic(-odds)))
        found = [self._influence(column, slope) for column in range(len(self.columns.names))]
        return tuple(sorted(found, key=lambda each: -abs(each.estimate.value)))

    def _influence(self, column: int, slope: float) -> Influence:
        indicator = bool(self.columns.is_indicator[column])
        step = 1.0 / float(self.columns.scale[column]) if indicator else 1.0
        value, se = step * float(self.coefficients[column]), step * float(self.errors[column])
        reach = t_quantile(0.975, self.df) * se
        low, middle, high = np.exp([value - reach, value, value + reach]).tolist()
        name = self.columns.names[column]
        estimate = t_estimate(
            "influence", slope * value, slope * se, df=self.df, n=self.n,
            n_clusters=self.n_clusters, group=name, unit="share",
        )  # fmt: skip
        return Influence(name, indicator, estimate, (middle, low, high))

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "names": list(self.columns.names),
            "given": self.columns.given,
            "source": self.columns.source.tolist(),
            "missing": self.columns.missing.tolist(),
            "center": self.columns.center.tolist(),
            "scale": self.columns.scale.tolist(),
            "intercept": self.intercept,
            "coefficients": self.coefficients.tolist(),
            "covariance": self.covariance.tolist(),
            "profile": self.profile.tolist(),
            "n": self.n,
            "n_clusters": self.n_clusters,
            "base_rate": self.base_rate,
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "RiskFormula":
        """The inverse of `as_dict`. Errors: invalid_model."""
        try:
            columns = Standard(
                tuple(kept["names"]),
                int(kept["given"]),
                np.array(kept["source"], dtype=np.int64),
                np.array(kept["missing"], dtype=np.bool_),
                np.array(kept["center"], dtype=np.float64),
                np.array(kept["scale"], dtype=np.float64),
            )
            return cls(
                columns,
                float(kept["intercept"]),
                np.array(kept["coefficients"], dtype=np.float64),
                np.array(kept["covariance"], dtype=np.float64),
                np.array(kept["profile"], dtype=np.float64),
                int(kept["n"]),
                int(kept["n_clusters"]),
                float(kept["base_rate"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise StatisticsError("invalid_model") from error


def _elapsed(elapsed: FloatArray | float, n: int) -> FloatArray:
    """(n,) parts of people's time. Errors: length_mismatch, invalid_elapsed outside of 0 … 1."""
    parts = as_floats(np.atleast_1d(elapsed), "elapsed")
    if parts.size != 1:
        check_length(parts.size, n, "elapsed")
    strange = ~((parts >= 0) & (parts <= 1))
    if strange.any():
        raise StatisticsError("invalid_elapsed", row=int(strange.argmax()))
    return np.broadcast_to(parts, (n,))


def from_now(log_odds: FloatArray, ahead: FloatArray) -> FloatArray:
    """The probability of leaving in what is left of the time: 1 − (1 − p)^ahead.

    log_odds: of leaving at all, (n,). ahead: (n,) the share of the hazard still to come.
    """
    stays = logistic(-log_odds)
    return np.asarray(1.0 - stays**ahead)
