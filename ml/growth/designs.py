"""The four views of one gain, on each plausible value and combined."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.growth.equations import (
    Equation,
    errors_in_variables,
    least_squares,
    random_intercepts,
)
from ml.growth.panel import standardized
from ml.growth.products import Products, Rows, products_of
from ml.growth.sample import NEGLIGIBLE
from ml.growth.study import Study
from ml.rubin import Combined, combine

SCORE, ANCOVA, EIV, MIXED = "score", "ancova", "eiv", "mixed"
DESIGNS = (SCORE, ANCOVA, EIV, MIXED)

# (value, standard error, degrees of freedom)
Part = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One design's equation and the contrast of its coefficients that is the gain."""

    equation: Equation
    contrast: FloatArray

    def part(self) -> Part:
        """The gain on this plausible value."""
        return self.equation.value(self.contrast), *self.equation.error(self.contrast)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """One plausible value's pre- and post-test, ready for every design.

    rows, products: of the columns 1, group, covariates, pre-test, standardized; without a group
    1, pre-test. contrast: of their coefficients, the group's or (at the average pre-test) the
    mean. adjusted: least squares of the post-test. spread: of the pre-test.
    """

    pre: FloatArray
    post: FloatArray
    grouped: bool
    rows: Rows
    products: Products
    contrast: FloatArray
    adjusted: Equation
    spread: float

    def view(self, design: str, reliability: float | None) -> View:
        """The reliability is for errors in variables; the other designs take none."""
        if design == ANCOVA:
            return View(self.adjusted, self.contrast)
        if design == EIV and reliability is not None:
            equation = errors_in_variables(self.rows, self.products, self.post, reliability)
            return View(equation, self.contrast)
        if design == MIXED and self.grouped:
            return View(random_intercepts(self.rows, self.products, self.post), self.contrast)
        method = random_intercepts if design == MIXED else least_squares
        short, products = self.rows.without_last(), self.products.without_last()
        return View(method(short, products, self.post - self.pre), self.contrast[:-1])

    def regression_to_the_mean(self) -> Part:
        """By how much who starts one spread below comparable persons gains more than they.

        The last coefficient is the post-test's rise per spread of the pre-test.
        """
        last = np.eye(len(self.adjusted.beta))[-1]
        return self.spread - self.adjusted.value(last), *self.adjusted.error(last)


def comparison_of(study: Study, index: int) -> Comparison:
    """On the plausible value of that index."""
    pre, post = study.pre[index], study.post[index]
    compared = [] if study.group is None else [study.group, *study.covariates]
    standard = standardized(np.vstack([*compared, pre]), study.weights)
    rows = Rows(standard.columns, study.school, study.n_schools, study.weights)
    products = products_of(rows)
    return Comparison(
        pre=pre,
        post=post,
        grouped=bool(compared),
        rows=rows,
        products=products,
        contrast=standard.back[1] if compared else np.eye(len(standard.columns))[0],
        adjusted=least_squares(rows, products, post),
        spread=1.0 / float(standard.back[-1, -1]),
    )


def combined_view(
    comparisons: Sequence[Comparison], design: str, reliability: float | None
) -> Combined:
    """A design on every plausible value. Error: not_estimable, also where nothing varies."""
    parts = [each.view(design, reliability).part() for each in comparisons]
    for (_, error, _), comparison in zip(parts, comparisons, strict=True):
        if not error > NEGLIGIBLE * float(np.ptp(comparison.post)):
            raise StatisticsError("not_estimable", name=design)
    return combined(parts)


def combined(parts: Sequence[Part]) -> Combined:
    """By Rubin's rules. Error: not_estimable."""
    values, errors, degrees = zip(*parts, strict=True)
    df = float(np.mean(degrees))
    if not (math.isfinite(df) and df > 0):
        raise StatisticsError("not_estimable", name="gain")
    return combine(values, errors, df)
