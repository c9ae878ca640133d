"""How each item behaved in a calibration, in points of the scale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from edu.scoring.background import Background
from edu.scoring.calibration import Calibration, groups_of
from edu.scoring.classical import ItemFigures, count_schools, item_figures, number
from edu.scoring.fairness import LARGE, MODERATE, Functioning, sizes
from edu.scoring.linking import Placed
from edu.scoring.matrix import JoinedMatrix
from ml.checks import FloatArray
from ml.classical import classical_scores
from ml.irt import (
    CharacteristicCurve,
    ItemFit,
    ObservedShare,
    characteristic_curves,
    item_fit,
    observed_shares,
)
from ml.irt.linking import location_errors
from ml.publication import Threshold, too_small
from models.assessments import NOT_REACHED, OMITTED

# Mean squares outside this range degrade a test that matters: Wright and Linacre (1994), Rasch
# Measurement Transactions 8.
FIT_RANGE = (0.8, 1.2)
NO_GUESSING = "no_guessing"
DIF_MODERATE, DIF_LARGE = "dif_moderate", "dif_large"
MISFIT, DRIFTING, NOT_CALIBRATED = "misfit", "drifting", "not_calibrated"
FROM, TO, POINTS = -3.0, 3.0, 25
VERSION = "language"
NORMAL = 1.959963984540054  # 97.5 % quantile


@dataclass(frozen=True)
class ReportedItem:
    """What the run keeps of an item; `item_id` is its row."""

    item_id: int
    figures: ItemFigures
    calibration: dict[str, Any] | None
    dif: list[dict[str, object]]


def report_items(
    joined: JoinedMatrix,
    found: Calibration,
    placed: Placed,
    background: Background,
    functioning: Sequence[Functioning],
) -> list[ReportedItem]:
    """Every item of the run, also those that could not be calibrated."""
    figures = classical_figures(joined)
    calibrated = calibrations(found, placed, background)
    fair = by_item(functioning)
    drifting = {drift.item for drift in placed.drifts if drift.drifting}
    return [
        ReportedItem(
            key,
            warned(plain, calibrated.get(name), fair.get(name, []), name in drifting),
            calibrated.get(name),
            [one.as_dict() for one in fair.get(name, [])],
        )
        if plain.difficulty is not None
        else ReportedItem(key, plain, None, [])  # too few people stand behind it
        for name, key, plain in zip(joined.items, joined.item_ids, figures, strict=True)
    ]


def warned(
    figures: ItemFigures,
    calibration: Mapping[str, Any] | None,
    functioning: Sequence[Functioning],
    drifting: bool,
) -> ItemFigures:
    """The figures with the codes of everything a test author should look at."""
    codes = [*figures.warnings]
    codes += [NOT_CALIBRATED] if calibration is None else calibration["warnings"]
    codes += [DRIFTING] if drifting else []
    classes = {one.ets for one in functioning}
    codes += [DIF_LARGE] if LARGE in classes else [DIF_MODERATE] if MODERATE in classes else []
    return replace(figures, warnings=tuple(dict.fromkeys(codes)))


def by_item(functioning: Sequence[Functioning]) -> Mapping[str, list[Functioning]]:
    """What was found for each item, in the order it was looked for."""
    found: dict[str, list[Functioning]] = {}
    for one in functioning:
        found.setdefault(one.item, []).append(one)
    return found


def classical_figures(joined: JoinedMatrix) -> list[ItemFigures]:
    """Difficulty, discrimination and omissions of each item, as in a classical run."""
    codes = joined.matrix.codes
    answered = np.greater_equal(codes, 0)
    present = np.asarray(answered.any(axis=1))[:, np.newaxis]
    omitted = np.equal(codes, OMITTED) & present
    points = np.where(answered, codes, np.nan).astype(np.float64)
    points[omitted & joined.omitted_is_wrong[:, np.newaxis]] = 0.0
    highest = np.maximum(np.max(codes, axis=0), 1)
    found = classical_scores(
        points,
        low=0,
        high=highest,
        omitted=omitted,
        not_reached=np.equal(codes, NOT_REACHED) & present,
    )
    return [
        item_figures(found, item, count_schools(joined.matrix, answered[:, item.item]))
        for item in found.items
    ]


def calibrations(
    found: Calibration, placed: Placed, background: Background
) -> dict[str, dict[str, Any]]:
    """Parameters, fit and curves of the calibrated items by name, all in points."""
    model, points = found.model, found.answers.points
    theta = placed_at(found, np.linspace(FROM, TO, POINTS))
    curves = characteristic_curves(model, theta)
    observed = observed_shares(model, points, groups=groups_of(found))
    apart = observed_by_version(found, placed, background)
    fits = item_fit(model, points, groups=groups_of(found))
    errors = location_errors(model, model.item_names_)
    warnings: dict[str | None, list[str]] = {}
    for warning in model.warnings_:
        if warning.code == NO_GUESSING:  # says nothing bad about the item
            continue
        warnings.setdefault(warning.item, []).append(warning.code)
    return {
        name: {
            **parameters(found, placed, place, float(errors[place])),
            **fit_figures(fits[place]),
            "curve": told_curve(curves[place], placed),
            "observed": [told_share(one, placed) for one in observed[place]],
            "observed_by": {version: shares[place] for version, shares in apart.items()},
            "warnings": [*warnings.get(name, []), *misfit(fits[place])],
        }
        for place, name in enumerate(model.item_names_)
    }


def observed_by_version(
    found: Calibration, placed: Placed, background: Background
) -> dict[str, list[list[dict[str, float | int]]]]:
    """What was observed in each language version that enough people sat, item by item."""
    versions = background.labels.get(VERSION)
    if versions is None:
        return {}
    groups, answered = groups_of(found), found.answers.answered
    counts = sizes(versions, background.schools, answered)
    apart = {}
    for version, (persons, schools) in counts.items():
        if too_small(persons, schools, Threshold()):
            continue
        rows = np.flatnonzero((versions == version) & answered)
        shares = observed_shares(
            found.model,
            found.answers.points[rows],
            groups=None if groups is None else groups[rows],
        )
        apart[version] = [[told_share(one, placed) for one in item] for item in shares]
    return apart


def placed_at(found: Calibration, standard: FloatArray) -> FloatArray:
    """θ that lie so many SDs from the mean of everybody in the run."""
    mean, sd = found.model.group_mean_, found.model.group_sd_
    low, high = float((mean - sd).min()), float((mean + sd).max())
    return np.asarray((low + high) / 2 + standard * (high - low) / 2)


def parameters(
    found: Calibration, placed: Placed, place: int, location_error: float
) -> dict[str, Any]:
    """An item's parameters: difficulty and thresholds in points, discrimination per SD of them."""
    model, slope = found.model, placed.link.slope
    thresholds = model.thresholds_[place]
    guessing = float(model.guessing_[place])
    errors = model.standard_errors_
    return {
        "discrimination": float(model.discrimination_[place] / slope),
        "discrimination_se": number(float(errors["discrimination"][place] / slope)),
        "difficulty": float(placed.points(model.difficulty_[place])),
        "difficulty_se": float(placed.spread(np.array(location_error))),
        "thresholds": [
            float(placed.points(threshold)) for threshold in thresholds[np.isfinite(thresholds)]
        ],
        "guessing": guessing or None,
        "guessing_se": number(float(errors["guessing"][place])) if guessing else None,
    }


def fit_figures(fit: ItemFit) -> dict[str, Any]:
    """How well the item follows the model; None where that cannot be told."""
    return {
        "n": fit.n,
        "infit": number(fit.infit),
        "outfit": number(fit.outfit),
        "s_x2": number(fit.s_x2),
        "s_x2_df": fit.df,
        "s_x2_p": number(fit.p),
    }


def misfit(fit: ItemFit) -> list[str]:
    """Whether the item follows the model too little, or suspiciously well."""
    low, high = FIT_RANGE
    return [] if not np.isfinite(fit.infit) or low <= fit.infit <= high else [MISFIT]


def told_curve(curve: CharacteristicCurve, placed: Placed) -> dict[str, list[float]]:
    """The expected share by points of the scale, with its 95 % band."""
    margin = NORMAL * curve.se
    return {
        "at": placed.points(curve.theta).tolist(),
        "expected": curve.expected.tolist(),
        "low": np.clip(curve.expected - margin, 0, 1).tolist(),
        "high": np.clip(curve.expected + margin, 0, 1).tolist(),
    }


def told_share(share: ObservedShare, placed: Placed) -> dict[str, float | int]:
    """An observed share with its 95 % interval."""
    margin = NORMAL * share.se
    return {
        "at": float(placed.points(np.array(share.theta))),
        "share": share.share,
        "low": max(share.share - margin, 0.0),
        "high": min(share.share + margin, 1.0),
        "n": round(share.n),
    }
