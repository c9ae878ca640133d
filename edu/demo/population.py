"""The invented people: what they are, where, since when, and how old."""

from dataclasses import dataclass

import numpy as np

from edu.demo.arrays import (
    NEVER,
    NOBODY,
    Days,
    Flags,
    Integers,
    day,
    days_between,
    share_out,
    stream,
)
from edu.demo.geography import LANDS, LANGUAGES
from edu.demo.places import Schools
from edu.demo.timetable import YEAR, YEAR_BEFORE, YEAR_BEGINS, YEAR_ENDS
from models.people import LearnerRole

ROLES = (LearnerRole.PUPIL, LearnerRole.STUDENT, LearnerRole.TEACHER, LearnerRole.OTHER)
PUPIL, STUDENT, TEACHER, OTHER = range(4)
FEMALE, MALE = 0, 1
SHARES = {STUDENT: 0.045, TEACHER: 0.085, OTHER: 0.025}
FEMALE_SHARE = np.array([0.49, 0.52, 0.76, 0.45])
GRADES = np.arange(1, 12)
GRADE_WEIGHTS = np.array([1.0] * 9 + [0.6, 0.55])
# The child turns six in the year of grade 1; some begin a year later.
BIRTH_YEAR_OF_GRADE_1 = 2020
LATE_SHARE = 0.12
AGES = {STUDENT: (17, 22), TEACHER: (22, 64), OTHER: (18, 45)}
MOVING_SHARE = 0.01
MOVES = (
    (day("2026-01-12"), day("2026-03-13")),
    (day("2026-06-08"), day("2026-08-20")),
    (day("2026-09-28"), day("2026-11-13")),
)


@dataclass(frozen=True)
class People:
    """Columns of shape (n,).

    role: index into ROLES. school: the present one; former: the one of September 2025, NOBODY
    for whoever came later. moved_on: NaT for who has stayed. grade: the present one, 0 for
    adults. language: index into LANGUAGES, of the class or, for adults, the person's own.
    """

    role: Integers
    sex: Integers
    born: Days
    school: Integers
    former: Integers
    moved_on: Days
    grade: Integers
    language: Integers

    def __len__(self) -> int:
        return len(self.role)

    @property
    def grade_before(self) -> Integers:
        """The grade of the year before; 0 for who was not at school."""
        return np.where((self.grade > 1) & (self.former != NOBODY), self.grade - 1, 0)

    def school_on(self, when: np.datetime64) -> Integers:
        """The school on a day since September 2025; NOBODY for who came later."""
        return np.where(self.was_at_former(when), self.former, self.school)

    def was_at_former(self, when: np.datetime64) -> Flags:
        """Whether the school of that day is that of September 2025."""
        new_year = when >= YEAR_BEGINS[YEAR]
        return np.where(np.isnat(self.moved_on), not new_year, when < self.moved_on)


def count_roles(people: int) -> dict[int, int]:
    """How many people have each role."""
    counts = {role: round(share * people) for role, share in SHARES.items()}
    return {PUPIL: people - sum(counts.values()), **counts}


def invent_people(seed: int, schools: Schools, people: int) -> People:
    """Pupils of every general school, its teachers, students and other adults."""
    rng = stream(seed, "people")
    counts = count_roles(people)
    role = np.repeat(np.array(list(counts)), list(counts.values()))
    school = pick_schools(rng, schools, counts)
    pupils = role == PUPIL
    grade = np.zeros(people, dtype=np.int64)
    grade[pupils] = rng.choice(GRADES, int(pupils.sum()), p=GRADE_WEIGHTS / GRADE_WEIGHTS.sum())
    language = pick_languages(rng, schools, school, role)
    born = pick_birth_dates(rng, role, grade)
    came_later = pick_newcomers(rng, role, grade, born)
    former = np.where(came_later, NOBODY, school)
    moved_on = np.full(people, NEVER)
    move(rng, schools, (school, former, moved_on), pupils & (grade > 1))
    return People(
        role=role,
        sex=np.where(rng.random(people) < FEMALE_SHARE[role], FEMALE, MALE),
        born=born,
        school=school,
        former=former,
        moved_on=moved_on,
        grade=grade,
        language=language,
    )


def pick_schools(rng: np.random.Generator, schools: Schools, counts: dict[int, int]) -> Integers:
    """The school of everybody, in the order of the roles."""
    general = np.flatnonzero(schools.general)
    further = np.flatnonzero(~schools.general)
    least = 1 if counts[TEACHER] >= len(general) else 0
    weights = (schools.pupils[general] + 8).astype(np.float64)
    teachers = share_out(counts[TEACHER], weights, least=least)
    universities = further[: len(LANDS)]
    size = np.array([land.pupils for land in LANDS], dtype=np.float64)
    students = share_out(counts[STUDENT], size[schools.region[further]])
    others = share_out(counts[OTHER], size[schools.region[universities]])
    return np.concatenate(
        [
            np.repeat(general, schools.pupils[general]),
            np.repeat(further, students),
            np.repeat(general, teachers),
            np.repeat(universities, others),
        ]
    )


def pick_languages(
    rng: np.random.Generator, schools: Schools, school: Integers, role: Integers
) -> Integers:
    """The language of a pupil's class; adults speak Kazakh or Russian as their region does."""
    bounds = schools.languages.cumsum(axis=1)
    drawn = rng.random(len(school))
    language = (drawn[:, None] >= bounds[school]).sum(axis=1)
    kazakh = np.array([land.kazakh for land in LANDS])[schools.region[school]]
    adult = np.where(drawn < kazakh, 0, 1)
    return np.where(role == PUPIL, np.minimum(language, len(LANGUAGES) - 1), adult)


def pick_birth_dates(rng: np.random.Generator, role: Integers, grade: Integers) -> Days:
    """Pupils are as old as their grade wants or a year older; adults as their role wants."""
    count = len(role)
    late = rng.random(count) < LATE_SHARE
    year = BIRTH_YEAR_OF_GRADE_1 + 1 - grade - late
    for adult, (youngest, oldest) in AGES.items():
        here = role == adult
        ages = rng.integers(youngest, oldest + 1, int(here.sum()))
        year[here] = 2025 - ages  # so that nobody is younger than `youngest` today
    first = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    last = (year - 1969).astype("datetime64[Y]").astype("datetime64[D]") - 1
    return days_between(rng, first, last)


def pick_newcomers(rng: np.random.Generator, role: Integers, grade: Integers, born: Days) -> Flags:
    """Who is in the nation's schools only since September 2026."""
    first_year = (role == STUDENT) & (born >= day("2008-01-01"))
    new = rng.random(len(role)) < np.array([0.005, 0.03, 0.04, 0.3])[role]
    return np.asarray((grade == 1) | first_year | new)


def move(
    rng: np.random.Generator,
    schools: Schools,
    columns: tuple[Integers, Integers, Days],
    may_move: Flags,
) -> None:
    """Pupils come from another school in every season; the present sizes stay as they are."""
    school, former, moved_on = columns
    candidates = np.flatnonzero(may_move & (former != NOBODY))
    movers = rng.permutation(candidates)
    count = max(12, round(MOVING_SHARE * len(school)))
    weights = schools.pupils / schools.pupils.sum()
    for place, (first, last) in enumerate(MOVES):
        here = movers[place * count : (place + 1) * count]
        origin = rng.choice(len(weights), len(here), p=weights)
        real = origin != school[here]
        here, origin = here[real], origin[real]
        former[here] = origin
        begin, end = np.full(len(here), first), np.full(len(here), last)
        moved_on[here] = days_between(rng, begin, end)


def memberships(people: People) -> tuple[Integers, Integers, list[str], Days]:
    """Persons, schools, academic years and the day of an early end (NaT: none), in parallel.

    Whoever moved within a year has two memberships in it.
    """
    parts: list[tuple[Integers, Integers, str, Days]] = []
    moved_in = {
        year: (people.moved_on >= YEAR_BEGINS[year]) & (people.moved_on <= YEAR_ENDS[year])
        for year in (YEAR_BEFORE, YEAR)
    }
    for year in (YEAR_BEFORE, YEAR):
        begins = people.school_on(YEAR_BEGINS[year])
        there = np.flatnonzero(begins != NOBODY)
        ended = np.where(moved_in[year], people.moved_on, NEVER)
        parts.append((there, begins[there], year, ended[there]))
        came = np.flatnonzero(moved_in[year])
        parts.append((came, people.school[came], year, np.full(len(came), NEVER)))
    return (
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
        [part[2] for part in parts for _ in range(len(part[0]))],
        np.concatenate([part[3] for part in parts]),
    )
