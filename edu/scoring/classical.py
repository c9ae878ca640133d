"""What a classical run finds in a response matrix, with what is too small to show withheld."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edu.scoring.matrix import Coding, ResponseMatrix
from ml.classical import ClassicalScores, ItemStatistics, classical_scores
from ml.estimate import Estimate
from ml.publication import Threshold, too_small
from models.assessments import NOT_PRESENTED, NOT_REACHED, OMITTED, OmissionRule

NEGATIVE_DISCRIMINATION = "negative_discrimination"
WEAK_DISCRIMINATION = "weak_discrimination"
OFTEN_OMITTED = "often_omitted"
SEVERAL_FORMS = "several_forms"
# Below 0.20 an item is poor: Ebel and Frisbie (1991), Essentials of Educational Measurement.
WEAK_BELOW = 0.20
# Our own rule: one in five left out is more than carelessness.
OFTEN_FROM = 0.20

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ItemFigures:
    """What is known of an item; None where too few persons stand behind a figure."""

    answered: int
    difficulty: float | None
    discrimination: float | None
    omitted_share: float | None
    not_reached_share: float | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Computed:
    """values, errors: (n,) score from 0 to 100 and its standard error, NaN where there is none."""

    values: Floats
    errors: Floats
    scored: int
    reliability: Estimate | None
    error_of_measurement: Estimate | None
    items: tuple[ItemFigures, ...]
    warnings: tuple[str, ...]


def compute(matrix: ResponseMatrix, coding: Coding) -> Computed:
    """Score everybody by classical test theory.

    Whoever gave no response at all has no score, whatever an omission is worth.
    """
    answered: Mask = np.greater_equal(matrix.codes, 0)
    present: Mask = np.asarray(answered.any(axis=1), dtype=np.bool_)[:, np.newaxis]
    omitted: Mask = np.equal(matrix.codes, OMITTED) & present
    responses: Floats = np.where(answered, matrix.codes, np.nan)
    if coding.omission_rule is OmissionRule.LOWEST:
        responses[omitted] = coding.low
    found = classical_scores(
        responses,
        low=coding.low,
        high=highest_points(matrix, coding),
        omitted=omitted,
        not_reached=np.equal(matrix.codes, NOT_REACHED) & present,
    )
    scored = ~np.isnan(found.scores)
    withheld = too_small(int(scored.sum()), count_schools(matrix, scored), Threshold())
    general = [warning.code for warning in found.warnings if warning.item is None]
    if several_forms(matrix):
        general.append(SEVERAL_FORMS)
    return Computed(
        values=found.scores,
        errors=standard_errors(found, ~np.isnan(responses)),
        scored=found.n_scored,
        reliability=None if withheld else found.reliability,
        error_of_measurement=None if withheld else found.sem,
        items=tuple(
            item_figures(found, item, count_schools(matrix, answered[:, item.item]))
            for item in found.items
        ),
        warnings=(withheld, *general) if withheld else tuple(general),
    )


def highest_points(matrix: ResponseMatrix, coding: Coding) -> npt.NDArray[np.int64]:
    """(items,) the code that is worth all of an item's points.

    In a test, items may have fewer points than the instrument's range allows: the highest code
    that anybody reached counts, where enough people answered to tell. In a questionnaire the range
    is every item's.
    """
    answered = np.greater_equal(matrix.codes, 0)
    reached = np.maximum(matrix.codes.max(axis=0), coding.low + 1).astype(np.int64)
    told = answered.sum(axis=0) >= Threshold().persons
    test = coding.omission_rule is OmissionRule.LOWEST
    return np.where(told & test, np.minimum(reached, coding.high), coding.high)


def several_forms(matrix: ResponseMatrix) -> bool:
    """Whether people were given different items."""
    presented = np.not_equal(matrix.codes, NOT_PRESENTED)
    given = presented[presented.any(axis=1)]
    return bool(len(given) and (given != given[0]).any())


def standard_errors(found: ClassicalScores, scored: Mask) -> Floats:
    """Standard error of each score; scored: (n, items) which responses count.

    The standard error of measurement belongs to a person with all K items. The error variance
    of a mean of essentially parallel items is inversely proportional to their number (Lord and
    Novick 1968, ch. 5), so that of k items is SEM √(K / k). NaN without a score or without a SEM.
    """
    if found.sem is None:
        return np.full(found.scores.shape, np.nan)
    used = int(scored.any(axis=0).sum())
    counts = np.maximum(scored.sum(axis=1), 1)
    errors = found.sem.value * np.sqrt(used / counts)
    return np.asarray(np.where(np.isnan(found.scores), np.nan, errors), dtype=np.float64)


def count_schools(matrix: ResponseMatrix, members: Mask) -> int:
    """In how many schools the members of a mask are."""
    return int(np.count_nonzero(np.bincount(matrix.schools[members])))


def item_figures(found: ClassicalScores, item: ItemStatistics, schools: int) -> ItemFigures:
    """An item's figures, or the reason why there are none to show."""
    withheld = too_small(item.n_answered, schools, Threshold())
    if withheld is not None:
        return ItemFigures(item.n_answered, None, None, None, None, (withheld,))
    codes = [warning.code for warning in found.warnings if warning.item == item.item]
    return ItemFigures(
        answered=item.n_answered,
        difficulty=number(item.difficulty),
        discrimination=number(item.discrimination),
        omitted_share=number(item.share_omitted),
        not_reached_share=number(item.share_not_reached),
        warnings=(*codes, *behavior_warnings(item)),
    )


def behavior_warnings(item: ItemStatistics) -> list[str]:
    """Codes of what a test author should look at."""
    warnings = []
    if item.discrimination < 0:
        warnings.append(NEGATIVE_DISCRIMINATION)
    elif item.discrimination < WEAK_BELOW:
        warnings.append(WEAK_DISCRIMINATION)
    if item.share_omitted >= OFTEN_FROM:
        warnings.append(OFTEN_OMITTED)
    return warnings


def number(value: float) -> float | None:
    """None for NaN."""
    return None if math.isnan(value) else value
