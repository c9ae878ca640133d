"""Linking a scale to PISA by the items that a published run has in common with it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.outcomes.pisa import queries
from edu.scoring.linking import Reference, restored
from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.irt import Drift, Link, drifting_anchors
from ml.irt.linking import MIN_ANCHORS
from ml.irt.published import PublishedItems, published_items
from models.errors import Refusal
from models.pisa import Concordance, Domain, LinkMethod, Standing, SurveyItem
from models.scores import Scale, ScoringRun

# The metric that PISA's parameters are told in: points = 500 + 100 θ.
PISA_MEAN, PISA_SD = 500.0, 100.0
# What makes two links one.
SAME = ("method", "run_id", "cycle", "slope", "intercept", "covariance", "report", "source")


def link_by_items(session: Session, scope: Scope, *, domain: Domain) -> Concordance:
    """Link the scale of a domain's newest published run to PISA by their common items.

    Anchors that have drifted are left out. The same items on the same run give the link that is
    known. Refuses no_scores_on_scale, run_not_calibrated; StatisticsError too_few_anchors (fewer
    than three), anchor_mismatch (another number of steps), link_failed.
    """
    scope.require(Permission.DECIDE_FINDINGS)
    run = queries.run_of_scale(session, scope, domain=domain)
    if run is None or run.scale is None:
        raise Refusal("no_scores_on_scale", scale=domain.value)
    if run.calibration is None:
        raise Refusal("run_not_calibrated", run=run.id)
    shared = queries.common_items(session, scope, run=run, domain=domain)
    told = linked(run, run.scale, shared)
    before = queries.concordance_of(session, scope, scale_id=run.scale.id)
    if before is not None and all(getattr(before, n) == getattr(told, n) for n in SAME):
        return before
    told.created_by = scope.actor_id
    session.add(told)
    session.flush()
    audit.note_changed(session, "concordance", [told.id], run=run.id)
    return told


def linked(run: ScoringRun, scale: Scale, shared: Sequence[SurveyItem]) -> Concordance:
    """The link of a run's scale by those of the items that it has, unsaved."""
    own = restored(run)
    common = {one.item: one for one in shared if one.item in set(own.model.item_names_)}
    if len(common) < MIN_ANCHORS:
        raise StatisticsError("too_few_anchors", found=len(common), least=MIN_ANCHORS)
    link, drifts = drifting_anchors(own.model, as_reference(list(common.values())))
    slope, intercept, covariance = from_scale(link, own, scale)
    used = [common[name] for name in link.anchors]
    verified = all(one.verified for one in used)
    return Concordance(
        scale_id=scale.id,
        domain=used[0].domain,
        cycle=max(one.cycle for one in used),
        method=LinkMethod.ITEMS,
        slope=slope,
        intercept=intercept,
        covariance=covariance.tolist(),
        run_id=run.id,
        report=report_of(link, drifts),
        source="; ".join(dict.fromkeys(one.source for one in used)),
        status=(Standing.VERIFIED if verified else Standing.UNVERIFIED).value,
    )


def as_reference(items: Sequence[SurveyItem]) -> PublishedItems:
    """The published items in units of θ."""
    return published_items(
        [one.item for one in items],
        [one.slope for one in items],
        [[(point - PISA_MEAN) / PISA_SD for point in one.thresholds] for one in items],
    )


def from_scale(link: Link, own: Reference, scale: Scale) -> tuple[float, float, FloatArray]:
    """pisa = slope · points + intercept, with their covariance.

    points = m + s (a θ + b) by the run's own link (a, b), and pisa = 500 + 100 (A θ + B). The
    run's own link to the scale is uncertain too, unless the run defines it.
    """
    a, b = own.link.slope, own.link.shift
    slope = PISA_SD * link.slope / (scale.metric_sd * a)
    moved = b / a + scale.metric_mean / (scale.metric_sd * a)
    intercept = PISA_MEAN + PISA_SD * (link.shift - link.slope * moved)
    # derivatives of (slope, intercept) by (A, B) and by (a, b)
    by_link = np.array([[slope / link.slope, 0.0], [-PISA_SD * moved, PISA_SD]])
    by_own = np.array(
        [[-slope / a, 0.0], [PISA_SD * link.slope * moved / a, -PISA_SD * link.slope / a]]
    )
    covariance = by_link @ link.covariance @ by_link.T + by_own @ own.link.covariance @ by_own.T
    return slope, intercept, covariance


def report_of(link: Link, drifts: Sequence[Drift]) -> dict[str, Any]:
    """The anchors, those left out, and how far each item has moved, in points of PISA."""
    return {
        "link": link.method,
        "anchors": list(link.anchors),
        "dropped": list(link.dropped),
        "drifts": [
            {
                "item": one.item,
                "difference": PISA_SD * one.difference,
                "z": one.z,
                "drifting": one.item in link.dropped,
            }
            for one in drifts
        ],
    }
