"""What the API says of series, movements, ranks and cohorts: plain values."""

from typing import Any

from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.outcomes.pisa import from_pupils, queries
from edu.outcomes.pisa.cohorts.signals import cohort_signal, weighing_of
from edu.outcomes.pisa.from_pupils import Asked
from edu.outcomes.pisa.national.movements import Movement, all_movements
from edu.outcomes.pisa.national.series import NationalSeries, national_series, projections, ranking
from edu.outcomes.pisa.presentation import domain_of
from ml.survey import Projection
from ml.survey.trend import Model
from models.errors import NotFound, Refusal


def series(session: Session, scope: Scope, *, domain: str, model: Model) -> dict[str, Any]:
    """A domain's figures and the trend through those that are comparable."""
    found = national_series(session, scope, domain=domain_of(domain), model=model)
    trend = found.trend
    return {
        "domain": found.domain.value,
        "model": model,
        "figures": found.figures,
        "per_decade": trend.per_decade_.as_dict() if trend else None,
        "levels": [level.as_dict() for level in trend.levels_] if trend else [],
        "apart": [cycle.year for cycle in trend.apart_] if trend else [],
        "assumed_links": [list(pair) for pair in found.assumed],
        "link_errors": found.links,
        "refusal": found.refusal.code if found.refusal else None,
    }


def movements(session: Session, scope: Scope, *, domain: str, economy: str) -> dict[str, Any]:
    """How the figures of PISA's pupil files moved over the cycles."""
    page = from_pupils.national(session, scope, Asked(domain, economy))
    known = from_pupils.known_beside(session, scope, page)
    found = all_movements(page.summaries, known)
    return {
        "domain": page.domain.value,
        "economy": page.economy,
        "movements": [moved(kind, one) for kind, several in found.items() for one in several],
    }


def moved(kind: str, found: Movement) -> dict[str, Any]:
    """One figure over the cycles, with its change or why there is none."""
    trend, refusal = found.trend, found.refusal
    return {
        "name": found.name,
        "kind": kind,
        "between": found.fields["between"],
        "steps": [
            {
                "cycle": step.cycle,
                "estimate": step.estimate.as_dict(),
                "apart": step.apart or None,
                "coverage": step.coverage,
            }
            for step in found.steps
        ],
        "per_decade": trend.per_decade_.as_dict() | {"unit": unit_of(found)} if trend else None,
        "refusal": refusal.code if refusal else None,
        "assumed_links": [list(pair) for pair in found.assumed],
    }


def unit_of(found: Movement) -> str:
    """In what the figure, and so its change, is told."""
    return found.steps[-1].estimate.unit


def projection(
    session: Session,
    scope: Scope,
    *,
    domain: str,
    model: Model,
    coverage: float | None,
    discount: float | None,
) -> dict[str, Any]:
    """Where a domain would go if this held; with the cohorts where both shares are given.

    Refuses too_few_cycles, and half_a_weighing where only one of the two shares is given.
    """
    chosen = domain_of(domain)
    signal = None
    if weighing := weighing_of(coverage, discount):
        signal = cohort_signal(session, scope, domain=chosen, weighing=weighing)
    found = national_series(session, scope, domain=chosen, model=model)
    ahead = projections(found, cohort=signal)
    return told(found, ahead)


def told(found: NationalSeries, ahead: dict[float, Projection]) -> dict[str, Any]:
    """The forecasts of all levels, by year."""
    widest = next(reversed(ahead.values()))
    return {
        "domain": found.domain.value,
        "title": widest.title,
        "warnings": widest.warnings,
        "n_cycles": widest.n_cycles,
        "assumed_links": [list(pair) for pair in found.assumed],
        "forecasts": [
            {
                "year": one.year,
                "value": one.value,
                "se": one.se,
                "df": None if one.df == float("inf") else one.df,
                "intervals": [
                    {"level": level, "interval": list(each.forecasts[place].interval)}
                    for level, each in ahead.items()
                ],
                "sources": one.sources,
            }
            for place, one in enumerate(widest.forecasts)
        ],
    }


def ranks(session: Session, scope: Scope, *, domain: str) -> dict[str, Any]:
    """Ranges of ranks in the newest cycle with others to compare."""
    found = ranking(session, scope, domain=domain_of(domain))
    if found is None:
        raise NotFound("not_found")
    return {
        "domain": found.domain.value,
        "cycle": found.cycle,
        "ranks": found.ranks,
        "projected": None
        if found.projected is None
        else {"year": found.projected[0], "marginal": list(found.projected[1])},
    }


def cohorts(session: Session, scope: Scope, *, domain: str) -> dict[str, Any]:
    """What was found of a domain's cohorts, and whether they are linked to PISA."""
    run = queries.run_of_scale(session, scope, domain=domain_of(domain))
    if run is None or run.scale is None:
        raise Refusal("no_scores_on_scale", scale=domain)
    return {
        "domain": domain,
        "scoring_run_id": run.id,
        "scale": run.scale.code,
        "scale_status": run.scale.status,
        "concordance": queries.concordance_of(session, scope, scale_id=run.scale.id),
        "findings": queries.cohort_findings(session, scope, run_id=run.id),
    }
