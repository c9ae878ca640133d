"""Classical test theory: a score, its reliability, and how each item behaved."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, FloatArray, IntArray, check_level
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.reliability import alpha_estimate, error_of_measurement

CONSTANT_ITEM = "constant_item"
NEVER_ANSWERED = "never_answered"
TOO_FEW_ITEMS = "too_few_items"
TOO_FEW_COMPLETE = "too_few_complete"
CONSTANT_TOTAL = "constant_total"

# Fewer complete persons than this carry no reliability (rule 9 of the shared statistics rules).
MIN_COMPLETE = 30


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """How one item (column `item`, from 0) behaved.

    n_presented: persons who had it before them. n_answered: those who answered it.
    difficulty: mean as a share of the way from low to high, over all scored responses.
    discrimination: corrected item–total correlation, with the mean of the person's other items;
    over the persons who have a score; NaN for a constant item.
    share_omitted, share_not_reached: of n_presented.
    """

    item: int
    n_presented: int
    n_answered: int
    difficulty: float
    discrimination: float
    share_omitted: float
    share_not_reached: float


@dataclass(frozen=True, slots=True)
class ScoreWarning:
    """Something that the reader of the scores must know; item None concerns the whole test."""

    code: str
    item: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ClassicalScores:
    """Scores of a test and what they are worth.

    scores: (n_persons,) from 0 to 100, NaN where fewer than half of the presented items count.
    reliability: Cronbach's alpha on complete cases; its n counts them. None with a warning.
    sem: standard error of measurement of a complete person's score, on the same 0–100.
    """

    scores: FloatArray
    reliability: Estimate | None
    sem: Estimate | None
    items: tuple[ItemStatistics, ...]
    warnings: tuple[ScoreWarning, ...]
    n_scored: int


def classical_scores(
    responses: npt.ArrayLike,
    *,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    omitted: npt.ArrayLike | None = None,
    not_reached: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> ClassicalScores:
    """Score persons by the mean of their items, each first brought from low…high to 0…100.

    responses: (n_persons, n_items), NaN for no score. low, high: the smallest and the largest
    possible response, one number or one per item (n_items,). omitted, not_reached: masks of the
    same shape: presented, but passed over or not come to. A caller who counts an omission as no
    points writes `low` there and sets the mask as well: it is then scored and still reported as
    omitted. NaN outside both masks was not presented and counts neither way.

    Alpha and the standard error of measurement rest on the persons with a score on every item
    that anybody answered; constant items stay in. Intervals assume essentially parallel items
    and independent persons (Feldt 1965; standard error: Bonett 2002). A constant item is a
    warning, not an error.
    Errors: wrong_shape, not_numeric, no_data, invalid_range, length_mismatch, invalid_level,
    response_out_of_range (row and column from 0, found, low, high).
    """
    check_level(level)
    sheet = _sheet(_matrix(responses), low, high, omitted, not_reached)
    scores = np.full(sheet.sums.size, np.nan)
    np.divide(sheet.sums, sheet.counts, out=scores, where=sheet.enough)
    reliability, sem, warnings = _reliability(sheet, level)
    return ClassicalScores(
        scores=100 * scores,
        reliability=reliability,
        sem=sem,
        items=tuple(_item(sheet, item) for item in range(sheet.scaled.shape[1])),
        warnings=(*_item_warnings(sheet), *warnings),
        n_scored=int(sheet.enough.sum()),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Sheet:
    """The responses between 0 and 1 with their states, (n_persons, n_items), and row sums.

    enough: (n_persons,) at least half of what was presented has a score.
    """

    scaled: FloatArray
    scored: BoolArray
    omitted: BoolArray
    not_reached: BoolArray
    sums: FloatArray
    counts: IntArray
    enough: BoolArray


def _sheet(
    matrix: FloatArray,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    omitted: npt.ArrayLike | None,
    not_reached: npt.ArrayLike | None,
) -> _Sheet:
    lows, highs = _range(low, high, matrix.shape[1])
    _check_range(matrix, lows, highs)
    scaled = (matrix - lows) / (highs - lows)
    passed, unreached = _mask(omitted, matrix, "omitted"), _mask(not_reached, matrix, "not_reached")
    scored = ~np.isnan(scaled)
    counts = scored.sum(axis=1, dtype=np.int64)
    presented = (scored | passed | unreached).sum(axis=1)
    return _Sheet(
        scaled=scaled,
        scored=scored,
        omitted=passed,
        not_reached=unreached,
        sums=np.where(scored, scaled, 0.0).sum(axis=1),
        counts=counts,
        enough=(counts > 0) & (2 * counts >= presented),
    )


def _matrix(responses: npt.ArrayLike) -> FloatArray:
    try:
        matrix = np.asarray(responses, dtype=np.float64, order="F")  # read item by item
    except (TypeError, ValueError) as error:
        raise StatisticsError("not_numeric", name="responses") from error
    if matrix.ndim != 2:
        raise StatisticsError("wrong_shape", name="responses", expected=2, found=matrix.ndim)
    if not matrix.size or np.isnan(matrix).all():
        raise StatisticsError("no_data")
    return matrix


def _range(low: npt.ArrayLike, high: npt.ArrayLike, n_items: int) -> tuple[FloatArray, FloatArray]:
    bounds = []
    for name, bound in (("low", low), ("high", high)):
        array = np.asarray(bound, dtype=np.float64)
        if array.ndim > 1 or (array.ndim == 1 and array.size != n_items):
            raise StatisticsError(
                "length_mismatch", name=name, expected=n_items, found=int(array.size)
            )
        bounds.append(np.broadcast_to(array, (n_items,)))
    lows, highs = bounds
    wrong = ~(np.isfinite(lows) & np.isfinite(highs) & (lows < highs))
    if wrong.any():
        item = int(wrong.argmax())
        raise StatisticsError(
            "invalid_range", item=item, low=float(lows[item]), high=float(highs[item])
        )
    return lows, highs


def _check_range(matrix: FloatArray, lows: FloatArray, highs: FloatArray) -> None:
    outside = (matrix < lows) | (matrix > highs)  # NaN is neither
    if not outside.any():
        return
    row, column = (int(index) for index in np.argwhere(outside)[0])
    raise StatisticsError(
        "response_out_of_range",
        row=row,
        column=column,
        found=float(matrix[row, column]),
        low=float(lows[column]),
        high=float(highs[column]),
    )


def _mask(mask: npt.ArrayLike | None, matrix: FloatArray, name: str) -> BoolArray:
    if mask is None:
        return np.zeros(matrix.shape, dtype=np.bool_, order="F")
    array = np.asarray(mask, dtype=np.bool_, order="F")
    if array.shape != matrix.shape:
        raise StatisticsError(
            "length_mismatch", name=name, expected=matrix.shape, found=array.shape
        )
    return array


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if values.size else math.nan


def _share(part: BoolArray, whole: BoolArray) -> float:
    count = int(whole.sum())
    return int(part.sum()) / count if count else math.nan


def _item(sheet: _Sheet, item: int) -> ItemStatistics:
    scored, omitted = sheet.scored[:, item], sheet.omitted[:, item]
    not_reached = sheet.not_reached[:, item]
    presented = scored | omitted | not_reached
    return ItemStatistics(
        item=item,
        n_presented=int(presented.sum()),
        n_answered=int((scored & ~omitted & ~not_reached).sum()),
        difficulty=_mean(sheet.scaled[scored, item]),
        discrimination=_discrimination(sheet, item),
        share_omitted=_share(omitted, presented),
        share_not_reached=_share(not_reached, presented),
    )


def _discrimination(sheet: _Sheet, item: int) -> float:
    """Correlation of the item with the mean of the person's other scored items."""
    used = sheet.enough & sheet.scored[:, item] & (sheet.counts > 1)
    if used.sum() < 3:
        return math.nan
    x = sheet.scaled[used, item]
    rest = (sheet.sums[used] - x) / (sheet.counts[used] - 1)
    x, rest = x - x.mean(), rest - rest.mean()
    scale = math.sqrt(float((x * x).sum()) * float((rest * rest).sum()))
    return float((x * rest).sum()) / scale if scale > 1e-12 * x.size else math.nan


def _item_warnings(sheet: _Sheet) -> list[ScoreWarning]:
    warnings = []
    for item in range(sheet.scaled.shape[1]):
        values = sheet.scaled[sheet.scored[:, item], item]
        if not values.size:
            warnings.append(ScoreWarning(NEVER_ANSWERED, item))
        elif values.min() == values.max():
            warnings.append(ScoreWarning(CONSTANT_ITEM, item))
    return warnings


def _reliability(
    sheet: _Sheet, level: float
) -> tuple[Estimate | None, Estimate | None, list[ScoreWarning]]:
    used = sheet.scored.any(axis=0)
    complete = sheet.scored[:, used].all(axis=1)
    if used.sum() < 2:
        return None, None, [ScoreWarning(TOO_FEW_ITEMS)]
    if complete.sum() < MIN_COMPLETE:
        return None, None, [ScoreWarning(TOO_FEW_COMPLETE)]
    cases = sheet.scaled[complete][:, used]
    totals = cases.sum(axis=1)
    if totals.max() - totals.min() <= 1e-12:
        return None, None, [ScoreWarning(CONSTANT_TOTAL)]
    return alpha_estimate(cases, level), error_of_measurement(cases, level), []
