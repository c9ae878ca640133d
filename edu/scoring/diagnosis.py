"""What else to know of a calibration: waves, forms, dependence, dimensions, persons, precision."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from edu.jobs.performing import plain
from edu.scoring.background import Background
from edu.scoring.calibration import UNUSABLE, Answers, Calibration, groups_of
from edu.scoring.linking import Placed
from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.irt import (
    ItemResponseModel,
    check_dimensionality,
    design_flags,
    drifting_anchors,
    form_flags,
    local_dependence,
    person_fit,
)

# Enough persons for correlations of residuals to be told to ± 0.02; drawn at random.
PERSONS_LOOKED_AT = 5_000
MOST_PAIRS = 20
MOST_FORMS = 40
SMALLEST_FORM = 30
# lz* below this: 5 % of persons who follow the model.
UNEXPECTED_BELOW = -1.645
PRECISION_POINTS = 25

Analysis = Callable[[], Any]


def diagnose(
    found: Calibration, placed: Placed, background: Background, *, seed: int
) -> dict[str, Any]:
    """The report's sections; one that cannot be made is listed with the reason's code."""
    rows = looked_at(found.answers, seed)
    points, groups = found.answers.points[rows], groups_of(found)
    mine = None if groups is None else groups[rows]
    model = found.model
    sections: dict[str, Analysis] = {
        "waves": lambda: told_waves(found, placed, background),
        "flags": lambda: told_flags(found.answers),
        "dependent": lambda: [
            {"first": pair.first, "second": pair.second, "q3": pair.q3, "adjusted": pair.adjusted}
            for pair in local_dependence(model, points, groups=mine)
            if pair.flagged
        ][:MOST_PAIRS],
        "dimensionality": lambda: asdict(
            check_dimensionality(model, points, random_state=seed, groups=mine)
        ),
        "person_fit": lambda: told_persons(person_fit(model, points, groups=mine)),
        "precision": lambda: precision(found, placed),
    }
    report: dict[str, Any] = {"not_done": []}
    for name, analysis in sections.items():
        try:
            report[name] = analysis()
        except StatisticsError as error:
            told = {key: plain(value) for key, value in error.parameters.items()}
            report["not_done"].append({"section": name, "code": error.code, "parameters": told})
    return report


def looked_at(answers: Answers, seed: int) -> npt.NDArray[np.int64]:
    """The rows of those with answers, or as many of them at random as are needed."""
    rows = np.flatnonzero(answers.answered)
    if len(rows) <= PERSONS_LOOKED_AT:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, PERSONS_LOOKED_AT, replace=False))


def told_waves(found: Calibration, placed: Placed, background: Background) -> list[dict[str, Any]]:
    """Mean and SD of each wave as the model has them; what changed since the first wave.

    mean_se holds the error of sampling people and the error of the link. The first wave of the
    run that defines the scale has none: its people are the scale.
    """
    model = found.model
    answered = found.answers.answered
    waves = []
    for place in range(len(model.groups_)):
        mean = float(model.group_mean_[place])
        n = int((answered & (found.groups == place)).sum())
        sampling = float(placed.spread(np.array(sampling_error(found, placed, place, n))))
        waves.append(
            {
                "number": place,
                "n": n,
                "mean": float(placed.points(np.array(mean))),
                "mean_se": float(np.hypot(sampling, placed.error_at(mean))),
                "sd": float(placed.spread(model.group_sd_[place])),
                **(changed(found, placed, background, place) if place else {}),
            }
        )
    return waves


def sampling_error(found: Calibration, placed: Placed, place: int, n: int) -> float:
    """Standard error of a wave's mean θ.

    Where the model holds the mean fixed, that of the mean of n people measured with the test's
    reliability.
    """
    model = found.model
    fitted = float(model.standard_errors_["group_mean"][place])
    if np.isfinite(fitted) or placed.reference is None:
        return fitted if np.isfinite(fitted) else 0.0
    reliability = model.marginal_reliability(place)
    return float(model.group_sd_[place] / np.sqrt(n * reliability))


def changed(
    found: Calibration, placed: Placed, background: Background, place: int
) -> dict[str, Any]:
    """Items that are easier or harder than in the first wave, and what that makes uncertain.

    Each wave is calibrated alone and linked by the common items: the link error, in points, is
    what a comparison of the two waves carries once. Nothing where they share too few items.
    """
    answered = found.answers.answered
    try:
        first, later = (alone(found, answered & (found.groups == number)) for number in (0, place))
        link, drifts = drifting_anchors(later, first)
    except StatisticsError as error:
        return {"not_compared": error.code}
    return {
        "link_error": float(placed.spread(np.array(link.error))),
        "drifting": [drift.item for drift in drifts if drift.drifting],
    }


def alone(found: Calibration, rows: npt.NDArray[np.bool_]) -> ItemResponseModel:
    """The items of one wave, calibrated without the others."""
    points, names = found.answers.points[rows], found.answers.items
    flagged = {flag.item for flag in design_flags(points, names=names) if flag.code in UNUSABLE}
    kept = [number for number, name in enumerate(names) if name not in flagged]
    model = ItemResponseModel(model=found.model.model)
    return model.fit_named(points[:, kept], [names[number] for number in kept])


def told_flags(answers: Answers) -> list[dict[str, Any]]:
    """Floors, ceilings, speededness and weak links of the forms (booklets)."""
    forms = forms_of(answers.presented)
    usable = [form is not None for form in forms]
    if not any(usable):
        return []
    rows = np.flatnonzero(usable)
    labels = [forms[row] for row in rows]
    flags = form_flags(answers.points[rows], labels, presented=answers.presented[rows])
    return [asdict(flag) for flag in flags]


def forms_of(presented: npt.NDArray[np.bool_]) -> list[str | None]:
    """The number of each sitting's form, by what was presented; None for a rare one."""
    packed = np.packbits(presented, axis=1)
    patterns, place, counts = np.unique(packed, axis=0, return_inverse=True, return_counts=True)
    common = [
        number
        for number in np.argsort(-counts, kind="stable")[:MOST_FORMS].tolist()
        if counts[number] >= SMALLEST_FORM and patterns[number].any()
    ]
    names = {number: str(position) for position, number in enumerate(sorted(common), start=1)}
    return [names.get(number) for number in place.reshape(-1).tolist()]


def told_persons(fit: FloatArray) -> dict[str, float | int]:
    """How many persons answer in a way the model does not expect; 5 % are."""
    known = fit[np.isfinite(fit)]
    return {"n": int(known.size), "share": float((known < UNEXPECTED_BELOW).mean())}


def precision(found: Calibration, placed: Placed) -> dict[str, Sequence[float]]:
    """The standard error of a score, in points, from the lowest to the highest ability."""
    mean, sd = found.model.group_mean_, found.model.group_sd_
    theta = np.linspace(
        float((mean - 3 * sd).min()), float((mean + 3 * sd).max()), PRECISION_POINTS
    )
    persons = found.answers.answered.sum()
    seen = (~np.isnan(found.answers.points)).sum(axis=0) / persons
    information = seen @ found.model.item_information(theta)
    return {
        "at": placed.points(theta).tolist(),
        "se": placed.spread(1 / np.sqrt(information)).tolist(),
    }
