"""The adjusted effect of a program, with every check that decides whether it may be called so.

It is estimated on each plausible value with that value's own baseline, and combined by Rubin's
rules: plausible values are never averaged.
"""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from edu.outcomes.analyses.definition import Definition
from edu.outcomes.analyses.material import Material
from edu.outcomes.frames import Floats
from ml.effect import Check, CrossFitATT, Effect, placebo_check
from ml.effect.combining import Basis
from ml.effect.scores import ATT, representer
from ml.effect.sensitivity import e_value_check, robustness_check
from ml.parallel import one_blas_thread

Tell = Callable[[int, int], None]

BASELINE = ("baseline", "baseline_squared", "school_baseline")
BALANCE_IN = {"balance_reached": "balance_reached", "balance_missed": "balance_missed_in"}
SENSITIVITY = ("robustness_value", "e_value")


@dataclass(frozen=True, eq=False)
class Adjusted:
    """effect: with all checks. fitted: the models of all plausible values, one beside the other."""

    effect: Effect
    fitted: CrossFitATT


def effect_of(material: Material, asked: Definition, tell: Tell) -> Adjusted:
    """The doubly robust effect and its checks; tell: (done, total) of the plausible values.

    Errors: those of `ml.effect.CrossFitATT`.
    """
    with one_blas_thread():
        fits = []
        for draw in range(material.draws):
            tell(draw, material.draws)
            X = covariates(material, draw)
            fits.append(fit(model_of(asked, both=True), X, material.post[:, draw], material))
        fitted = side_by_side(fits)
        effect = combined(fitted, fits, (*BASELINE, *material.names))
        return Adjusted(effect.with_checks(*placebo_of(material, asked)), fitted)


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
    total = np.square(centered).sum(axis=0)
    means = np.column_stack([np.bincount(place, weights=column) for column in centered.T])
    between = np.square(means / sizes[:, None] * np.sqrt(sizes)[:, None]).sum(axis=0)
    share = np.divide(between, total, out=np.ones_like(total), where=total > 0)
    design_effect = 1 + (sizes.mean() - 1) * share
    spread = np.sqrt(total / len(X))
    return np.asarray(centered / np.where(spread > 0, spread, 1.0) / np.sqrt(design_effect))


def fit(model: CrossFitATT, X: Floats, y: Floats, material: Material) -> CrossFitATT:
    """The model fitted, folds by school."""
    return model.fit(scaled(X, material.schools), y, material.took, clusters=material.schools)


def model_of(asked: Definition, *, both: bool) -> CrossFitATT:
    """Linear models with a little shrinkage; both: also of outcomes with the program, for ATT."""
    from sklearn.linear_model import LogisticRegression, Ridge  # noqa: PLC0415  1 s: not at import

    return CrossFitATT(
        Ridge(alpha=1.0),
        LogisticRegression(C=1.0, solver="newton-cholesky"),
        folds=asked.folds,
        estimand=asked.estimand.value,
        both_models=both,
        random_state=asked.seed,
        n_jobs=1,
    )


def side_by_side(fits: Sequence[CrossFitATT]) -> CrossFitATT:
    """One fitted object with the outcomes of all: what asks it combines them by Rubin's rules."""
    found = copy(fits[0])
    samples = [each.sample_ for each in fits]
    found.sample_ = replace(
        samples[0],
        Y=np.column_stack([sample.Y for sample in samples]),
        predictions=[sample.predictions[0] for sample in samples],
        moments=[sample.moments[0] for sample in samples],
    )
    return found


def combined(fitted: CrossFitATT, fits: Sequence[CrossFitATT], columns: Sequence[str]) -> Effect:
    """The effect over all plausible values; of each check the weakest showing."""
    sample = fitted.sample_
    results = [fitted.result(part, sample.clusters) for part in sample.moments]
    basis = Basis(sample.rows.size, sample.clusters, fitted.unit, fitted.level)
    estimate, imputation = basis.estimate(fitted.estimand, results)
    effect = replace(
        fits[0].effect_,
        estimate=estimate,
        imputation_variance=imputation,
        checks=tuple(
            named(weakest([each.effect_.checks[place] for each in fits]), columns)
            for place in range(len(fits[0].effect_.checks))
        ),
    )
    return effect.with_checks(*sensitivity(fitted, fits, effect))


def weakest(checks: Sequence[Check]) -> Check:
    """One that failed, if any did; of equals the one nearest to its threshold."""
    failed = [check for check in checks if not check.passed]
    return min(failed or checks, key=closeness)


def closeness(check: Check) -> float:
    """How far from its threshold a check is; one not made is farthest."""
    distance = abs(check.value - check.threshold)
    return float("inf") if np.isnan(distance) else -distance if not check.passed else distance


def named(check: Check, columns: Sequence[str]) -> Check:
    """A check on a column, with the column's name in place of its number."""
    if check.name != "balance":
        return check
    parameters: dict[str, Any] = dict(check.parameters)
    parameters["column"] = columns[int(parameters["column"])]
    return replace(check, explanation=BALANCE_IN[check.explanation], parameters=parameters)


def sensitivity(
    fitted: CrossFitATT, fits: Sequence[CrossFitATT], effect: Effect
) -> tuple[Check, Check]:
    """How strong something unmeasured would have to be, for the combined estimate.

    The scale σν of each plausible value as in `ml.effect.sensitivity`, their root mean square.
    """
    sample = fitted.sample_
    scales = []
    for one in fits:
        own = one.sample_
        expected = one.untreated_[own.rows]
        with_it = expected + effect.value
        if one.treated_ is not None and one.estimand != ATT:
            with_it = one.treated_[own.rows]
        left = own.Y[:, 0] - np.where(own.treatment > 0, with_it, expected)
        alpha = representer(
            fitted.estimand, own.treatment, own.weights, own.predictions[0].propensity
        )
        scales.append(np.square(left).mean() * np.square(alpha).mean())
    spread = float(np.sqrt(sample.Y.var(axis=0).mean()))
    scale = float(np.sqrt(np.mean(scales)))
    return robustness_check(effect.estimate, scale), e_value_check(effect.estimate, spread)


def placebo_of(material: Material, asked: Definition) -> tuple[Check, ...]:
    """The same estimation of the baseline itself, which no program can have moved.

    From the records alone: where these make the groups alike, so are their baselines. Without
    records it cannot be made.
    """
    if not material.names:
        return ()
    model = model_of(asked, both=False)
    return (placebo_check(fit(model, material.records, material.pre, material).effect_),)
