"""One effect of several fits, each on one plausible value with covariates of its own.

`CrossFitATT.fit` takes one X for all plausible values of the outcome. Where a baseline is itself
drawn, every plausible value has its own X, and its own models of who takes part.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import replace

import numpy as np

from ml.diagnostics import Check
from ml.effect.crossfit import CrossFitATT, Sample, fitted_sample, sensitivity_checks
from ml.errors import StatisticsError
from ml.parallel import one_blas_thread


@one_blas_thread()
def combined_fit(fits: Iterable[CrossFitATT]) -> CrossFitATT:
    """The fits as one, whose `effect_` and `sample_` hold all plausible values.

    fits: at least one, all with the same settings, persons and folds, each on one outcome; of one
    after the other only the `sample_` and the checks are kept, so that an iterator needs the least
    memory. The effect follows Rubin's rules; of each check it holds the weakest showing, and how
    strong something unmeasured would have to be is told for the combined effect. `group_effects`
    and `calibration_test` take the result; its other fitted arrays are those of the first fit.
    Errors: not_fitted; no_data without a fit; length_mismatch.
    Source: Rubin (1987, section 3.1).
    """
    remaining = iter(fits)
    found = copy(next(remaining, None))
    if found is None:
        raise StatisticsError("no_data")
    samples, checks = [fitted_sample(found)], [found.effect_.checks]
    for each in remaining:
        samples.append(_like(samples[0], fitted_sample(each)))
        checks.append(each.effect_.checks)
    found.sample_ = replace(
        samples[0],
        Y=np.column_stack([sample.Y for sample in samples]),
        predictions=[each for sample in samples for each in sample.predictions],
        moments=[each for sample in samples for each in sample.moments],
    )
    estimate, imputation = found.estimated(found.sample_)
    found.effect_ = replace(
        found.effect_,
        estimate=estimate,
        imputation_variance=imputation,
        checks=tuple(weakest(same) for same in zip(*checks, strict=True)),
    ).with_checks(*sensitivity_checks(found.estimand, found.sample_, estimate))
    return found


def _like(first: Sample, sample: Sample) -> Sample:
    """The sample with the first one's persons. Errors: length_mismatch where they are others."""
    if not np.array_equal(sample.rows, first.rows):
        raise StatisticsError(
            "length_mismatch", name="fits", expected=first.rows.size, found=sample.rows.size
        )
    return replace(first, Y=sample.Y, predictions=sample.predictions, moments=sample.moments)


def weakest(checks: Sequence[Check]) -> Check:
    """One that failed, if any did; of equals the one nearest to its threshold."""
    failed = [check for check in checks if not check.passed]
    return min(failed or checks, key=_closeness)


def _closeness(check: Check) -> float:
    """How far from its threshold a check is; one not made is farthest."""
    distance = abs(check.value - check.threshold)
    return float("inf") if np.isnan(distance) else -distance if not check.passed else distance
