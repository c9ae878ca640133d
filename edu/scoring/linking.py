"""Bring a calibration onto its scale: by the items it shares with what defines the scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from edu.scoring.calibration import Calibration
from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.irt import Drift, ItemResponseModel, Link, drifting_anchors, link_chain
from ml.irt.linking import MIN_ANCHORS
from models.scores import RunStatus, Scale, ScoringRun

METHODS = ("stocking-lord", "haebara", "mean-sigma")
STANDARD = "standard"  # the link of the run that defines the scale


@dataclass(frozen=True, eq=False)
class Reference:
    """A published run of the scale, with its own link to the scale's standardized θ."""

    run_id: int
    model: ItemResponseModel
    link: Link


@dataclass(frozen=True, eq=False)
class Placed:
    """Where a calibration's θ lies on its scale: points = metric_mean + metric_sd · link(θ).

    reference: the run whose items it was linked by, None where this run defines the scale.
    """

    scale: Scale
    link: Link
    reference: int | None
    drifts: tuple[Drift, ...]
    reference_model: str | None = None

    def points(self, theta: FloatArray) -> FloatArray:
        """θ of the calibration in points of the scale."""
        standard = self.link.slope * theta + self.link.shift
        return np.asarray(self.scale.metric_mean + self.scale.metric_sd * standard)

    def spread(self, errors: FloatArray) -> FloatArray:
        """Standard errors of θ in points."""
        return np.asarray(self.scale.metric_sd * self.link.slope * errors)

    def error_at(self, theta: float) -> float:
        """Link error, in points, of a mean at θ."""
        return float(self.scale.metric_sd * self.link.error_at(theta))

    def as_dict(self) -> dict[str, Any]:
        """What the run keeps: with it a later run is linked in turn."""
        return {
            "method": self.link.method,
            "reference": self.reference,
            "reference_model": self.reference_model,
            "slope": self.link.slope,
            "shift": self.link.shift,
            "covariance": self.link.covariance.tolist(),
            "anchors": list(self.link.anchors),
            "dropped": list(self.link.dropped),
            "drifts": [
                {
                    "item": drift.item,
                    "difference": float(self.scale.metric_sd * drift.difference),
                    "z": drift.z,
                    "drifting": drift.drifting,
                }
                for drift in self.drifts
            ],
        }


def place(session: Session, scale: Scale, found: Calibration, *, method: str) -> Placed:
    """Link to the earliest published run of the scale that shares enough items.

    The first run of all defines the scale: its first wave is standardized. Errors:
    too_few_anchors where the scale is defined and no run shares three items; unknown_method.
    """
    references = published(session, scale.id)
    if not references:
        return Placed(scale, standardizing(found.model), None, ())
    shared = [count_shared(run, found.model.item_names_) for run in references]
    if max(shared) < MIN_ANCHORS:
        raise StatisticsError("too_few_anchors", found=max(shared), least=MIN_ANCHORS)
    run = next(run for run, n in zip(references, shared, strict=True) if n >= MIN_ANCHORS)
    reference = restored(run)
    link, drifts = drifting_anchors(found.model, reference.model, method=method)
    scaled = tuple(rescaled(drift, reference.link.slope) for drift in drifts)
    return Placed(scale, onto(link, reference.link), run.id, scaled, reference.model.model)


def onto(link: Link, further: Link) -> Link:
    """The link over its reference to the scale, named after its own method and anchors."""
    chained = link_chain([link, further])
    return Link(
        link.method, chained.slope, chained.shift, chained.slope_error, chained.error,
        chained.covariance, link.anchors, link.dropped,
    )  # fmt: skip


def rescaled(drift: Drift, slope: float) -> Drift:
    """A drift in units of the scale's standardized θ."""
    return Drift(drift.item, slope * drift.difference, drift.z, drift.drifting)


def published(session: Session, scale_id: int) -> list[ScoringRun]:
    """The scale's published calibrations, the defining one first."""
    statement = (
        select(ScoringRun)
        .options(undefer(ScoringRun.calibration))
        .where(ScoringRun.scale_id == scale_id, ScoringRun.status == RunStatus.PUBLISHED)
        .where(ScoringRun.calibration.is_not(None))
        .order_by(ScoringRun.decided_at, ScoringRun.id)
    )
    return list(session.scalars(statement))


def restored(run: ScoringRun) -> Reference:
    """A published run's calibration and link."""
    kept = (run.report or {})["link"]
    covariance = np.array(kept["covariance"])
    errors = np.sqrt(np.diag(covariance))
    link = Link(
        kept["method"], kept["slope"], kept["shift"], float(errors[0]), float(errors[1]),
        covariance, tuple(kept["anchors"]), tuple(kept["dropped"]),
    )  # fmt: skip
    return Reference(run.id, ItemResponseModel.from_json(run.calibration or ""), link)


def count_shared(run: ScoringRun, items: Sequence[str]) -> int:
    """How many items a run shares with others."""
    return len(set((run.report or {}).get("items", ())) & set(items))


def standardizing(model: ItemResponseModel) -> Link:
    """The link of the run that defines a scale: its first wave gets mean 0 and SD 1, exactly."""
    mean, sd = float(model.group_mean_[0]), float(model.group_sd_[0])
    return Link(STANDARD, 1 / sd, -mean / sd, 0.0, 0.0, np.zeros((2, 2)), tuple(model.item_names_))
