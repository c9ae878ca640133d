"""The offerings of every program's rounds, and everybody's enrollments in them."""

from collections import defaultdict
from dataclasses import dataclass, fields

import numpy as np

from edu.demo.arrays import NEVER, NOBODY, Flags, Integers, Numbers, logistic, stream
from edu.demo.catalog import PLANS, Plan, Reach, Term
from edu.demo.course import NO_LIMIT, Course, Hopefuls, take_course, until_today
from edu.demo.geography import LANDS, LANGUAGES
from edu.demo.leaving import leanings
from edu.demo.places import Schools
from edu.demo.population import FEMALE, ROLES, People
from edu.demo.timetable import TODAY, YEAR_BEFORE

FEWEST_FOR_A_LIMIT = 12  # a school that expects fewer sets no limit
FEWEST_SCHOOLS = 5  # of a region, as far as it has them
MOST_SEATS = 600  # of one school
UNLIMITED = 0
RUSSIAN = LANGUAGES.index("ru")


@dataclass(frozen=True)
class Offerings:
    """Columns of shape (n,).

    plan, term: which of PLANS and which of its rounds. region, school: NOBODY where the offering
    is not bound to one. capacity: UNLIMITED (0) for no limit.
    """

    plan: Integers
    term: Integers
    region: Integers
    school: Integers
    capacity: Integers


@dataclass(frozen=True)
class Enrollments:
    """Columns of shape (n,); `school` is the one the participation counts for."""

    person: Integers
    offering: Integers
    school: Integers
    course: Course


@dataclass(frozen=True)
class Open:
    """Where a round is offered, and to whom.

    region, school: of each offering. place: (n_people,) the offering open to the person, NOBODY
    for none. chance: (n_people,) how likely the person is to apply.
    """

    region: Integers
    school: Integers
    place: Integers
    chance: Numbers


def invent_enrollments(
    seed: int, schools: Schools, people: People
) -> tuple[Offerings, Enrollments]:
    """Offer every round and let people apply; nobody takes two programs in one year."""
    busy: dict[str, Flags] = defaultdict(lambda: np.zeros(len(people), dtype=np.bool_))
    offerings: list[Offerings] = []
    enrollments: list[Enrollments] = []
    first = 0
    for number, plan in enumerate(PLANS):
        done = np.zeros(len(people), dtype=np.bool_)
        for place, term in enumerate(plan.terms):
            rng = stream(seed, f"{plan.code} {term.opens}")
            here = open_round(rng, plan, term, schools, people)
            chance = np.where(busy[term.year] | done, 0, here.chance)
            capacity = limit(term, here, chance)
            offerings.append(offered(number, place, here, capacity))
            taken = enroll(rng, plan, term, people, (here, chance, capacity))
            enrollments.append(shifted(taken, first))
            busy[term.year][taken.person] = True
            done[taken.person[~np.isnat(taken.course.enrolled_on)]] = True
            first += len(capacity)
    return joined(offerings), joined_enrollments(enrollments)


def open_round(
    rng: np.random.Generator, plan: Plan, term: Term, schools: Schools, people: People
) -> Open:
    """Say where a round is offered, and who may and would apply."""
    school = people.school_on(term.opens)
    if plan.reach is Reach.NATION:
        region_of, school_of = np.array([NOBODY]), np.array([NOBODY])
        place = np.zeros(len(people), dtype=np.int64)
    elif plan.reach is Reach.REGION:
        region_of = np.flatnonzero([not term.regions or land.code in term.regions
                                    for land in LANDS])  # fmt: skip
        school_of = np.full(len(region_of), NOBODY)
        place = index_in(region_of, len(LANDS))[schools.region[school]]
    else:
        school_of = pick_schools(rng, schools, term.schools)
        region_of = schools.region[school_of]
        place = index_in(school_of, len(schools.region))[school]
    eligible = may_apply(plan, term, people) & (school != NOBODY)
    chance = np.where(eligible & (place != NOBODY), would_apply(plan, term, schools, people), 0)
    return Open(region_of, school_of, np.where(eligible, place, NOBODY), chance)


def index_in(members: Integers, size: int) -> Integers:
    """Where each number below `size` stands among `members`; NOBODY where it does not."""
    places = np.full(size, NOBODY)
    places[members] = np.arange(len(members))
    return places


def pick_schools(rng: np.random.Generator, schools: Schools, share: float) -> Integers:
    """The general schools that take part: urban and large ones more often than others."""
    liking = (
        rng.normal(0, 1, len(schools.region))
        + 0.6 * schools.urban
        + 0.4 * np.log10(np.maximum(schools.pupils, 1))
    )
    picked = []
    for region in range(len(LANDS)):
        here = np.flatnonzero(schools.general & (schools.region == region))
        wanted = max(round(share * len(here)), min(FEWEST_SCHOOLS, len(here) - 1))
        picked.append(here[np.argsort(-liking[here], kind="stable")[:wanted]])
    return np.sort(np.concatenate(picked))


def may_apply(plan: Plan, term: Term, people: People) -> Flags:
    """Whether role and grade fit the program."""
    fits: Flags = np.isin(people.role, [ROLES.index(role) for role in plan.roles])
    if plan.grades is None:
        return fits
    grade = grade_in(term, people)
    return fits & (grade >= plan.grades[0]) & (grade <= plan.grades[1])


def grade_in(term: Term, people: People) -> Integers:
    """The grade in the round's year; 0 for adults."""
    return people.grade_before if term.year == YEAR_BEFORE else people.grade


def would_apply(plan: Plan, term: Term, schools: Schools, people: People) -> Numbers:
    """How likely each person is to apply: it hangs on what the records show."""
    school, demand = people.school_on(term.opens), plan.demand
    lowest = plan.grades[0] if plan.grades else 0
    size = np.log10(np.maximum(schools.pupils, 3) / 100)[school]
    odds = (
        demand.base
        + demand.female * (people.sex == FEMALE)
        + demand.urban * schools.urban[school]
        + demand.russian * (people.language == RUSSIAN)
        + demand.grade * np.where(people.grade > 0, grade_in(term, people) - lowest, 0)
        + demand.size * size
    )
    return logistic(odds)


def limit(term: Term, here: Open, chance: Numbers) -> Integers:
    """Seats of each offering, from how many are expected to apply."""
    open_to = here.place != NOBODY
    expected = np.bincount(here.place[open_to], weights=chance[open_to], minlength=len(here.region))
    if term.seats is None:
        return np.full(len(expected), UNLIMITED)
    enough = (expected >= FEWEST_FOR_A_LIMIT) | (here.school == NOBODY)
    seats = np.maximum(np.ceil(term.seats * expected), 1).astype(np.int64)
    seats = np.where(here.school == NOBODY, seats, np.minimum(seats, MOST_SEATS))
    return np.where(enough, seats, UNLIMITED)


def offered(plan: int, term: int, here: Open, capacity: Integers) -> Offerings:
    """The offerings of one round."""
    count = len(capacity)
    return Offerings(np.full(count, plan), np.full(count, term), here.region, here.school, capacity)


def enroll(
    rng: np.random.Generator,
    plan: Plan,
    term: Term,
    people: People,
    offer: tuple[Open, Numbers, Integers],
) -> Enrollments:
    """Let people apply to a round and go through it, up to today."""
    here, chance, capacity = offer
    person = np.flatnonzero(rng.random(len(people)) < chance)
    moves = people.moved_on[person]
    leaves_place = (plan.reach is Reach.SCHOOL) & (moves > term.opens)
    hopefuls = Hopefuls(
        offering=here.place[person],
        moved_on=np.where(leaves_place, moves, NEVER),
        leaning=leanings(people, grade_in(term, people))[person],
    )
    course = take_course(rng, hopefuls, np.where(capacity == UNLIMITED, NO_LIMIT, capacity), term)
    kept = course.applied_on <= TODAY
    school = people.school_on(term.opens)
    return Enrollments(
        person=person[kept],
        offering=here.place[person][kept],
        school=school[person][kept],
        course=until_today(course.only(kept)),
    )


def shifted(enrollments: Enrollments, first: int) -> Enrollments:
    """The same with offerings counted from `first`."""
    return Enrollments(
        enrollments.person, enrollments.offering + first, enrollments.school, enrollments.course
    )


def joined(parts: list[Offerings]) -> Offerings:
    """Offerings of all rounds, one after the other."""
    names = [column.name for column in fields(Offerings)]
    return Offerings(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def joined_enrollments(parts: list[Enrollments]) -> Enrollments:
    """Enrollments of all rounds, one after the other."""
    return Enrollments(
        person=np.concatenate([part.person for part in parts]),
        offering=np.concatenate([part.offering for part in parts]),
        school=np.concatenate([part.school for part in parts]),
        course=Course.joined([part.course for part in parts]),
    )
