"""An analysis of every measured program, with what truly happened beside it."""

from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.demo.catalog import PLANS, Plan, Reach
from edu.demo.geography import PILOT_REGIONS
from edu.demo.instruments import DIGITAL_LITERACY
from edu.demo.nation import Nation
from edu.demo.true_gains import Mean, measured, tables
from edu.outcomes.analyses.definition import Definition, Pool
from edu.outcomes.analyses.service import define, note_failure, run_analysis
from edu.outcomes.runs import OUTCOME_SCALE
from ml.errors import StatisticsError
from models.errors import Refusal
from models.outcomes import Analysis
from models.scores import Scale


def analyze(session: Session, scope: Scope, nation: Nation) -> int:
    """Save and run the analyses; how many found something.

    In a nation of a few hundred most are refused: the analysis then says why.
    """
    truths = true_effects(session, nation)
    return sum(
        analyze_program(session, scope, plan, truths.get(plan.code))
        for plan in PLANS
        if plan.effect
    )


def analyze_program(
    session: Session, scope: Scope, plan: Plan, truth: dict[str, Any] | None
) -> bool:
    """Ask what a program did; whether there is an answer."""
    asked = Definition(program=plan.code, comparison=pool_of(plan))
    try:
        analysis = define(session, scope, name=name_of(plan), definition=asked)
    except Refusal:
        return False
    analysis.truth = truth
    return answered(session, scope, analysis)


def answered(session: Session, scope: Scope, analysis: Analysis) -> bool:
    """Run it, as the worker does: what is refused is noted."""
    try:
        with session.begin_nested():
            run_analysis(session, scope, analysis_id=analysis.id)
    except (Refusal, StatisticsError) as refusal:
        failure = {"code": refusal.code, "parameters": dict(refusal.parameters)}
        note_failure(session, analysis.id, failure)
        return False
    return True


def name_of(plan: Plan) -> str:
    """A demonstration is shown in Kazakhstan: its names are in Russian, as a manager types them."""
    return f"{plan.name_ru}: 2025–2026"


def pool_of(plan: Plan) -> Pool:
    """Chosen by how the program is offered, before anything is seen.

    Where everybody may apply, neighbors who did not; where whole regions of few schools take part,
    the country; else the same regions.
    """
    if plan.reach is Reach.NATION:
        return Pool.SAME_SCHOOLS
    everywhere = any(term.regions == PILOT_REGIONS for term in plan.terms)
    return Pool.NATION if everywhere else Pool.SAME_REGIONS


def true_effects(session: Session, nation: Nation) -> dict[str, dict[str, Any]]:
    """By program: the true mean effect on its participants, in points of the scale.

    The abilities of those who sat the first wave have the scale's standard deviation.
    """
    scale = session.scalar(select(Scale).where(Scale.code == OUTCOME_SCALE))
    if scale is None:
        return {}
    ability = nation.skills[DIGITAL_LITERACY.code].in_wave(0)[1]
    unit = scale.metric_sd / float(np.std(ability))
    return {
        PLANS[plan].code: in_points(mean, unit)
        for (plan, group, _), mean in tables(measured(nation)[DIGITAL_LITERACY.code]).items()
        if group is None and plan >= 0
    }


def in_points(mean: Mean, unit: float) -> dict[str, Any]:
    """What is kept beside the estimate."""
    return {
        "effect": mean.effect_latent * unit,
        "gain": mean.gain_latent * unit,
        "persons": mean.persons,
    }
