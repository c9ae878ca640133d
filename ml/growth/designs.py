"""The four views of one gain, on each plausible value and combined."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray
from ml.growth.equations import (
    Equation,
    errors_in_variables,
    least_squares,
    random_intercepts,
)
from ml.growth.panel import standardized
from ml.growth.products import Rows, products_of
from ml.growth.study import Study
from ml.rubin import Combined, combine

SCORE, ANCOVA, EIV, MIXED = "score", "ancova", "eiv", "mixed"
DESIGNS = (SCORE, ANCOVA, EIV, MIXED)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One design's equation and the contrast of its coefficients that is the gain."""

    equation: Equation
    contrast: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Views:
    """by_design: the views asked for. regression: by how much who starts one SD of the pre-test
    below the others is expected to gain more than they (value, standard error, df)."""

    by_design: dict[str, View]
    regression: tuple[float, float, float]


def views_of(study: Study, index: int, designs: Sequence[str], reliability: float | None) -> Views:
    """The designs on the plausible value of that index."""
    pre, post = study.pre[index], study.post[index]
    compared = [] if study.group is None else [study.group, *study.covariates]
    standard = standardized(np.vstack([*compared, pre]), study.weights)
    rows = Rows(standard.columns, study.school, study.n_schools, study.weights)
    products = products_of(rows)
    # Without a group the mean at the average pre-test, which is the first column's coefficient.
    contrast = standard.back[1] if compared else np.eye(len(standard.columns))[0]
    adjusted = least_squares(rows, products, post)
    found = {}
    for design in designs:
        if design == ANCOVA:
            found[design] = View(adjusted, contrast)
        elif design == EIV and reliability is not None:
            found[design] = View(errors_in_variables(rows, products, post, reliability), contrast)
        elif design == MIXED and compared:
            found[design] = View(random_intercepts(rows, products, post), contrast)
        else:
            plain = random_intercepts if design == MIXED else least_squares
            equation = plain(rows.without_last(), products.without_last(), post - pre)
            found[design] = View(equation, contrast[:-1])
    return Views(found, _regression(adjusted, 1.0 / float(standard.back[-1, -1])))


def _regression(adjusted: Equation, spread: float) -> tuple[float, float, float]:
    """The last coefficient is the post-test's rise per SD of the pre-test, `spread` points."""
    last = np.eye(len(adjusted.beta))[-1]
    return spread - adjusted.value(last), *adjusted.error(last)


def parts_of(views: Sequence[Views], design: str) -> list[tuple[float, float, float]]:
    """(value, standard error, df) of a design on each plausible value."""
    return [
        (view.equation.value(view.contrast), *view.equation.error(view.contrast))
        for view in (each.by_design[design] for each in views)
    ]


def combined(parts: Sequence[tuple[float, float, float]]) -> Combined:
    """(value, standard error, df) on each plausible value, by Rubin's rules."""
    values, errors, degrees = zip(*parts, strict=True)
    return combine(values, errors, float(np.mean(degrees)))
