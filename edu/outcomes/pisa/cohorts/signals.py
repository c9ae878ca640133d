"""What the service's own cohorts add to a projection, once they are linked to PISA."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.outcomes.pisa import queries
from edu.outcomes.pisa.cohorts.concordance import change_on_pisa
from ml.estimate import Estimate
from ml.survey import CohortSignal
from models.errors import Refusal
from models.pisa import Concordance, Domain
from models.scores import ScoringRun


@dataclass(frozen=True)
class Weighing:
    """How far the cohorts are to count.

    coverage: share of 15-year-olds in them, 0–1. discount: the part of their change, 0–1, that
    would be left without selection into them.
    """

    coverage: float
    discount: float


def weighing_of(coverage: float | None, discount: float | None) -> Weighing | None:
    """How far the cohorts are to count; None where they are not to.

    Refuses half_a_weighing, with the field that is missing.
    """
    if coverage is None and discount is None:
        return None
    if coverage is None or discount is None:
        raise Refusal("half_a_weighing", field="coverage" if coverage is None else "discount")
    return Weighing(coverage, discount)


def linked_run(session: Session, scope: Scope, *, domain: Domain) -> tuple[ScoringRun, Concordance]:
    """The newest run on a domain's scale, and how that scale is read on PISA.

    Refuses no_scores_on_scale, cohort_not_linked.
    """
    run = queries.run_of_scale(session, scope, domain=domain)
    if run is None:
        raise Refusal("no_scores_on_scale", scale=domain.value)
    linked = queries.concordance_of(session, scope, scale_id=run.scale_id or 0)
    if linked is None:
        raise Refusal("cohort_not_linked", scale=domain.value)
    return run, linked


def cohort_signal(
    session: Session, scope: Scope, *, domain: Domain, weighing: Weighing
) -> CohortSignal:
    """The change of a domain's cohorts in points of PISA, with the error of their link.

    Refuses no_scores_on_scale, cohort_not_linked, cohort_not_estimated.
    """
    run, linked = linked_run(session, scope, domain=domain)
    total = total_change(session, scope, run.id)
    value, se, link_error = change_on_pisa(linked, total)
    return CohortSignal(
        change=value,
        se=se,
        link_error=link_error,
        coverage=weighing.coverage,
        discount=weighing.discount,
    )


def total_change(session: Session, scope: Scope, run_id: int) -> Estimate:
    """The change of all who sat both waves; refuses before it was estimated."""
    for finding in queries.cohort_findings(session, scope, run_id=run_id):
        if finding.kind == "cohort_changes":
            found = [Estimate.from_dict(fields) for fields in finding.estimates]
            total = next((one for one in found if one.group is None), None)
            if total is not None:
                return total
    raise Refusal("cohort_not_estimated")
