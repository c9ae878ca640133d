"""The adjusted effect of a program, with every check that decides whether it may be called so.

It is estimated on each plausible value with that value's own baseline, and combined by Rubin's
rules: plausible values are never averaged.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from edu.outcomes.analyses.comparison.material import Material
from edu.outcomes.analyses.definition import Definition, Estimand
from edu.outcomes.frames import Floats
from ml.effect import Check, CrossFitATT, Effect, combined_fit, placebo_check
from ml.effect.crossfit import BALANCED, FITTED
from ml.errors import StatisticsError
from ml.parallel import mapped, spans, worker_count

Tell = Callable[[int, int], None]

BASELINE = ("baseline", "baseline_squared", "school_baseline")
BALANCE_IN = {"balance_reached": "balance_reached", "balance_missed": "balance_missed_in"}


@dataclass(frozen=True, eq=False)
class Adjusted:
    """effect: with all checks. fitted: the models of all plausible values, one beside the other."""

    effect: Effect
    fitted: CrossFitATT


def effect_of(material: Material, asked: Definition, tell: Tell) -> Adjusted:
    """The doubly robust effect and its checks; tell: (done, total) of the plausible values.

    Errors: those of `ml.effect.CrossFitATT`.
    """
    try:
        fitted = combined_fit(fits_of(material, asked, tell))
    except StatisticsError as error:
        raise without_share(error) from error
    columns = (*BASELINE, *material.names)
    effect = fitted.effect_
    effect = effect.with_checks(*(named(check, columns) for check in effect.checks))
    return Adjusted(effect.with_checks(*placebo_of(material, asked)), fitted)


def without_share(error: StatisticsError) -> StatisticsError:
    """The refusal without the share of people that would tell how many they are."""
    known = {name: value for name, value in error.parameters.items() if name != "share"}
    return StatisticsError(error.code, **known)


def fits_of(material: Material, asked: Definition, tell: Tell) -> Iterator[CrossFitATT]:
    """The fits on all plausible values, as many at a time as there are processors."""
    for begin, end in spans(material.draws, worker_count()):
        tell(begin, material.draws)
        yield from mapped(lambda draw: fit_of(material, asked, draw), range(begin, end), None)


def fit_of(material: Material, asked: Definition, draw: int) -> CrossFitATT:
    """The fit on one plausible value."""
    X = covariates(material, draw)
    return fit(model_of(asked, both=True), X, material.post[:, draw], material)


def covariates(material: Material, draw: int) -> Floats:
    """(n, 3 + k): the baseline, its square, its mean at the school, and the records."""
    before = material.pre[:, draw]
    place = np.unique(material.schools, return_inverse=True)[1]
    of_school = np.bincount(place, weights=before) / np.bincount(place)
    squared = np.square(before - before.mean())
    return np.column_stack([before, squared, of_school[place], material.records])


def scaled(X: Floats, schools: npt.NDArray[np.int64]) -> Floats:
    """Columns of mean 0, the smaller the more a column belongs to schools rather than people.

    The models shrink all columns alike. What schools have in common varies only as often as there
    are schools: it is shrunk as if there were as many people as its design effect leaves. Without
    that, weights would balance the schools a model has seen and not the others.
    """
    place = np.unique(schools, return_inverse=True)[1]
    sizes = np.bincount(place)
    centered = X - X.mean(axis=0)
    total = np.einsum("ij,ij->j", centered, centered)
    means = np.column_stack([np.bincount(place, weights=column) for column in centered.T])
    between = np.square(means / sizes[:, None] * np.sqrt(sizes)[:, None]).sum(axis=0)
    share = np.divide(between, total, out=np.ones_like(total), where=total > 0)
    design_effect = 1 + (sizes.mean() - 1) * share
    spread = np.sqrt(total / len(X))
    centered /= np.where(spread > 0, spread, 1.0) * np.sqrt(design_effect)
    return np.asarray(centered)


def fit(model: CrossFitATT, X: Floats, y: Floats, material: Material) -> CrossFitATT:
    """The model fitted, folds by school."""
    return model.fit(scaled(X, material.schools), y, material.took, clusters=material.schools)


def model_of(asked: Definition, *, both: bool) -> CrossFitATT:
    """Linear models with a little shrinkage; both: also of outcomes with the program, for ATT.

    Propensities are balanced: fitted ones left what schools have in common unlike, and whether
    that passed hung on how schools fell into folds.
    """
    from sklearn.linear_model import LogisticRegression, Ridge  # noqa: PLC0415  1 s: not at import

    return CrossFitATT(
        Ridge(alpha=1.0),
        LogisticRegression(C=1.0, solver="newton-cholesky"),
        folds=asked.folds,
        estimand=asked.estimand.value,
        both_models=both,
        propensities=BALANCED if asked.estimand is Estimand.ATT else FITTED,
        random_state=asked.seed,
        n_jobs=1,
    )


def named(check: Check, columns: Sequence[str]) -> Check:
    """A check on a column, with the column's name in place of its number."""
    if check.name != "balance":
        return check
    parameters: dict[str, Any] = dict(check.parameters)
    parameters["column"] = columns[int(parameters["column"])]
    return replace(check, explanation=BALANCE_IN[check.explanation], parameters=parameters)


def placebo_of(material: Material, asked: Definition) -> tuple[Check, ...]:
    """The same estimation of the baseline itself, which no program can have moved.

    From the records alone: where these make the groups alike, so are their baselines. Without
    records it cannot be made.
    """
    if not material.names:
        return ()
    model = model_of(asked, both=False)
    return (placebo_check(fit(model, material.records, material.pre, material).effect_),)
