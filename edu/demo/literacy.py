"""Digital literacy: how able people are, what they truly gain, and who sits the two waves."""

from dataclasses import dataclass

import numpy as np

from edu.demo.arrays import Flags, Integers, Numbers, stream
from edu.demo.catalog import PLANS, Effect
from edu.demo.course import COMPLETED
from edu.demo.geography import LANDS
from edu.demo.places import Schools
from edu.demo.population import FEMALE, OTHER, PUPIL, STUDENT, TEACHER, People
from edu.demo.rounds import Enrollments, Offerings
from edu.demo.skill import RUSSIAN, Skill, by_role, pick_sitters, pick_test_language
from edu.demo.timetable import BASELINE, YEAR_BEFORE

NO_PLAN = -1
LOWEST_GRADE = 4
# Ability at baseline, on the latent scale.
OF_ROLE = {PUPIL: -0.9, STUDENT: 0.55, TEACHER: 0.75, OTHER: 0.25}
OF_GRADE, OF_TOWN, OF_RUSSIAN, OF_GIRLS = 0.16, 0.22, 0.06, 0.05
SCHOOL_SD, PERSON_SD = 0.30, 0.85
# What a year brings without any program, and how much gains vary.
MATURING = {PUPIL: 0.18, STUDENT: 0.08, TEACHER: 0.04, OTHER: 0.04}
MATURING_OF_GRADE = -0.012
SCHOOL_GAIN_SD, PERSON_GAIN_SD = 0.05, 0.25
HALF_WAY = 0.5  # of the effect, for those who left


@dataclass(frozen=True, eq=False)
class Literacy(Skill):
    """Digital literacy, and the program that everybody took (NO_PLAN for none)."""

    plan: Integers
    finished: Flags

    @property
    def left(self) -> Flags:
        """Who gave up a program."""
        return np.asarray((self.plan != NO_PLAN) & ~self.finished)


def invent_literacy(
    seed: int,
    schools: Schools,
    people: People,
    taken: tuple[Offerings, Enrollments],
    *,
    schools_matter: bool = True,
) -> Literacy:
    """Abilities, gains and sittings. Unless `schools_matter`, school effects are drawn anew for
    each person: averages over many then tell the model's mean, not that of these schools."""
    rng = stream(seed, "literacy")
    plan, dose = take_programs(len(people), taken)
    school = people.school_on(BASELINE[0])
    unit = school if schools_matter else np.arange(len(people))
    units = len(schools.region) if schools_matter else len(people)
    ability = expected_ability(schools, people, school)
    ability += rng.normal(0, SCHOOL_SD, units)[unit] + rng.normal(0, PERSON_SD, len(people))
    effect = dose * effects(schools, people, school, plan)
    gain = maturing(people) + effect
    gain += rng.normal(0, SCHOOL_GAIN_SD, units)[unit]
    gain += rng.normal(0, PERSON_GAIN_SD, len(people))
    invited = (people.role != PUPIL) | (people.grade_before >= LOWEST_GRADE)
    left = (plan != NO_PLAN) & (dose < 1)
    before, after = pick_sitters(rng, schools, people, invited, left)
    return Literacy(
        ability=ability,
        gain=gain,
        effect=effect,
        plan=plan,
        finished=dose == 1,
        before=before,
        after=after,
        in_russian=pick_test_language(rng, people),
    )


def take_programs(count: int, taken: tuple[Offerings, Enrollments]) -> tuple[Integers, Numbers]:
    """The program everybody took before the endline, and how much of it."""
    offerings, enrollments = taken
    plan, dose = np.full(count, NO_PLAN), np.zeros(count)
    terms = [[term.year == YEAR_BEFORE for term in one.terms] for one in PLANS]
    longest = max(len(each) for each in terms)
    table = np.array([each + [False] * (longest - len(each)) for each in terms])
    course = enrollments.course
    counts = table[offerings.plan, offerings.term][enrollments.offering]
    counts &= ~np.isnat(course.enrolled_on)
    who = enrollments.person[counts]
    plan[who] = offerings.plan[enrollments.offering[counts]]
    dose[who] = np.where(course.ending[counts] == COMPLETED, 1.0, HALF_WAY)
    return plan, dose


def expected_ability(schools: Schools, people: People, school: Integers) -> Numbers:
    """Ability at baseline as far as the records tell it."""
    region = np.array([land.ability for land in LANDS])[schools.region[school]]
    grade = np.where(people.role == PUPIL, people.grade_before - LOWEST_GRADE, 0)
    return np.asarray(
        by_role(OF_ROLE)[people.role]
        + OF_GRADE * grade
        + OF_TOWN * schools.urban[school]
        + OF_RUSSIAN * (people.language == RUSSIAN)
        + OF_GIRLS * (people.sex == FEMALE)
        + region
    )


def maturing(people: People) -> Numbers:
    """What the year brings everybody."""
    grade = np.where(people.role == PUPIL, people.grade_before - LOWEST_GRADE, 0)
    return np.asarray(by_role(MATURING)[people.role] + MATURING_OF_GRADE * grade)


def effects(schools: Schools, people: People, school: Integers, plan: Integers) -> Numbers:
    """What each person's program adds when taken in full; 0 without one."""
    known = [one.effect or Effect(0.0, region=0.0) for one in PLANS] + [Effect(0.0, region=0.0)]

    def of(name: str) -> Numbers:
        return np.array([getattr(effect, name) for effect in known])[plan]

    region = np.array([land.gain for land in LANDS])[schools.region[school]]
    return np.asarray(
        of("base")
        + of("female") * (people.sex == FEMALE)
        + of("rural") * ~schools.urban[school]
        + of("russian") * (people.language == RUSSIAN)
        + of("region") * region
    )
