"""A calibrated run from beginning to end: answers, items, scale, scores, report."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from edu.scoring.background import Background, read_background
from edu.scoring.calibration import (
    Calibration,
    calibrate,
    groups_of,
    plausible_values,
    usable_answers,
)
from edu.scoring.classical import count_schools
from edu.scoring.diagnosis import diagnose
from edu.scoring.fairness import functioning
from edu.scoring.item_report import report_items
from edu.scoring.linking import Placed, place
from edu.scoring.matrix import JoinedMatrix, read_joined
from edu.scoring.progress import Progress
from edu.scoring.scored import Scored
from ml.checks import FloatArray
from ml.estimate import Estimate
from ml.irt import Iteration, error_estimate, reliability_estimate
from ml.publication import Threshold, too_small
from models.assessments import Instrument, Wave
from models.errors import Refusal
from models.scores import Scale


@dataclass(frozen=True)
class Asked:
    """What a calibrated run was asked for; waves in order of date."""

    instruments: tuple[Instrument, ...]
    waves: tuple[Wave, ...]
    sample_id: int | None
    scale: Scale
    model: str
    linking: str
    n_draws: int
    seed: int


def score_calibrated(session: Session, asked: Asked, tell: Progress) -> Scored:
    """Calibrate all waves together, link to the scale, and score everybody on it.

    Errors: those of calibrate, place and the draws; each names the item or the count.
    """
    tell.at("reading")
    joined, background = read_both(session, asked)
    tell.at("calibrating")
    found = calibrate(
        usable_answers(joined),
        background,
        model=asked.model,
        on_iteration=lambda iteration: told(tell, iteration),
    )
    tell.at("linking")
    placed = place(session, asked.scale, found, method=asked.linking)
    tell.at("drawing")
    drawn = plausible_values(found, background, n_draws=asked.n_draws, seed=asked.seed)
    tell.at("reporting")
    fair = functioning(found.answers, background, seed=asked.seed)
    reliability, error, warnings = precision(joined, found, placed, background)
    values, errors = scores(found, placed)
    return Scored(
        matrix=joined.matrix,
        values=values,
        errors=errors,
        reliability=reliability,
        error_of_measurement=error,
        items=tuple(report_items(joined, found, placed, background, fair)),
        warnings=warnings,
        fingerprint=both(joined, background),
        plausible_values=placed.points(drawn),
        report={
            **summary(found, placed, background, asked),
            **diagnose(found, placed, background, seed=asked.seed),
        },
        calibration=found.model.to_json(),
    )


def read_both(session: Session, asked: Asked) -> tuple[JoinedMatrix, Background]:
    """Responses and background, row by row of the same sittings."""
    joined = read_joined(
        session,
        instruments=asked.instruments,
        wave_ids=[wave.id for wave in asked.waves],
        sample_id=asked.sample_id,
    )
    background = read_background(session, waves=asked.waves, sample_id=asked.sample_id)
    if not np.array_equal(joined.matrix.sitting_ids, background.sitting_ids):
        raise Refusal("responses_changed_meanwhile")
    return joined, background


def both(joined: JoinedMatrix, background: Background) -> str:
    """One fingerprint of the responses and of what the draws are conditioned on."""
    return hashlib.sha256(
        f"{joined.matrix.fingerprint} {background.fingerprint}".encode()
    ).hexdigest()


def told(tell: Progress, iteration: Iteration) -> None:
    """An iteration, and how far it still is from the top."""
    distance = float(np.log10(max(iteration.gradient_norm, 1e-300)))
    tell.at("calibrating", iteration.number, 0, (iteration.number, distance))


def scores(found: Calibration, placed: Placed) -> tuple[FloatArray, FloatArray]:
    """Warm's estimate of each person and its standard error, in points.

    It is not pulled toward a mean, so that a person is judged by nothing but the own answers.
    """
    theta, errors = found.model.abilities(found.answers.points, "wle", groups=groups_of(found))
    theta = np.where(found.answers.scorable, theta, np.nan)
    return placed.points(theta), placed.spread(np.where(np.isnan(theta), np.nan, errors))


def precision(
    joined: JoinedMatrix, found: Calibration, placed: Placed, background: Background
) -> tuple[Estimate | None, Estimate | None, tuple[str, ...]]:
    """Reliability, standard error of measurement, and why they are not told."""
    answered = found.answers.answered
    schools = count_schools(joined.matrix, answered)
    withheld = too_small(int(answered.sum()), schools, Threshold())
    if withheld:
        return None, None, (withheld,)
    values, errors = found.model.abilities(found.answers.points, "eap", groups=groups_of(found))
    return (
        reliability_estimate(values, errors, background.schools),
        error_estimate(placed.spread(errors), background.schools),
        (),
    )


def summary(
    found: Calibration, placed: Placed, background: Background, asked: Asked
) -> dict[str, Any]:
    """The calibration in figures."""
    model = found.model
    mean = float(model.group_mean_[0])
    return {
        "items": list(found.answers.items),
        "left_out": found.answers.left_out,
        "model": model.model,
        "loglik": model.loglik_,
        "n_iter": model.n_iter_,
        "gradient_norm": model.gradient_norm_,
        "tolerance": model.tol,
        "n_persons": model.n_persons_,
        "n_parameters": len(model.covariance_),
        "trace": [list(point) for point in found.trace],
        "wave_codes": [wave.code for wave in asked.waves],
        "conditioned_on": sorted(background.labels),
        "n_draws": asked.n_draws,
        "link": placed.as_dict() | {"error": placed.error_at(mean)},
    }
