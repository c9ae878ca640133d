"""In invented nations the true effects lie inside their intervals at the stated rate."""

from types import SimpleNamespace

import numpy as np

from edu.demo.catalog import PLANS, Plan
from edu.demo.geography import LANDS, LANGUAGES
from edu.demo.literacy import NO_PLAN
from edu.demo.nation import Nation, invent
from edu.demo.population import FEMALE, PUPIL
from edu.demo.timetable import BASELINE, YEAR_BEFORE
from edu.outcomes.analyses.comparison.arms import arms_of, eligible_for
from edu.outcomes.analyses.comparison.frames import Register
from edu.outcomes.analyses.comparison.material import material_of
from edu.outcomes.analyses.definition import Definition, Pool
from edu.outcomes.analyses.estimates.effects import effect_of
from models.people import LearnerRole

SEEDS = range(11, 19)
# Programs that enough people take in a nation of this size.
PROGRAMS = ("day-of-ai", "ai-club", "gpt-teachers", "gpt-pupils", "tomorrow-school")


def register_of(nation: Nation, plan: int) -> Register:
    """The registry's view of a nation, with true abilities for plausible values."""
    literacy, people = nation.literacy, nation.people
    school = people.school_on(BASELINE[0])
    first = literacy.ability[:, None]
    last = (literacy.ability + literacy.gain)[:, None]
    pupil = people.role == PUPIL
    regions = np.array([land.code for land in LANDS], dtype=object)
    own = literacy.plan == plan
    return Register(
        schools=np.asarray(school, dtype=np.int64),
        flags={
            "known": school >= 0,
            "took": own & literacy.finished,
            "gave_up": own & ~literacy.finished,
            "other": (literacy.plan != NO_PLAN) & ~own & literacy.finished,
            "sat_first": literacy.before,
            "sat_last": literacy.after,
        },
        labels={
            "region": regions[nation.schools.region[school]],
            "sex": np.where(people.sex == FEMALE, "female", "male").astype(object),
            "language": np.where(pupil, np.array(LANGUAGES)[people.language], None),
            "locality": np.where(nation.schools.urban[school], "urban", "rural").astype(object),
            "role": np.array([role.value for role in LearnerRole], dtype=object)[people.role],
            "grade": np.where(pupil, people.grade_before.astype(str).astype(object), None),
            "version": np.where(literacy.in_russian, "ru", "kk").astype(object),
        },
        pre=np.where(literacy.before[:, None], first, np.nan),
        post=np.where(literacy.after[:, None], last, np.nan),
        pre_score=literacy.ability,
        pre_error=np.zeros(len(people)),
        post_score=last[:, 0],
        months=np.full(len(people), np.nan),
        fingerprint="",
    )


def estimated(nation: Nation, plan: Plan, number: int) -> tuple[tuple[float, float], float]:
    """The interval of a program's effect, and what is true of those who are compared."""
    offering = SimpleNamespace(
        roles=[role.value for role in plan.roles],
        min_grade=plan.grades[0] if plan.grades else None,
        max_grade=plan.grades[1] if plan.grades else None,
        academic_year=YEAR_BEFORE,
    )
    register = register_of(nation, number)
    eligible = eligible_for(register, [offering], YEAR_BEFORE)
    arms = arms_of(register, Pool.SAME_REGIONS, eligible)
    material, _ = material_of(register, arms)
    found = effect_of(material, Definition(program=plan.code), lambda done, total: None)
    measured = arms.treated & nation.literacy.after
    return found.effect.interval, float(nation.literacy.effect[measured].mean())


def test_true_effects_lie_inside_their_intervals() -> None:
    covered = []
    for seed in SEEDS:
        nation = invent(20_000, seed)
        for number, plan in enumerate(PLANS):
            if plan.code in PROGRAMS:
                (low, high), truth = estimated(nation, plan, number)
                covered.append(low <= truth <= high)
    # 40 intervals of 95 %: 34 or fewer happens by chance less than once in a hundred times.
    assert len(covered) == 40
    assert sum(covered) >= 35
