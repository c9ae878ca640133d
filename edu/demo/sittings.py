"""Who sits a test, when, in which language, and what they answer: the same for every test."""

from dataclasses import dataclass

import numpy as np

from edu.demo.arrays import NOBODY, Days, Flags, Integers, Numbers, stream
from edu.demo.geography import LANGUAGES
from edu.demo.instrument import Instrument, Responses, answer, hand_out
from edu.demo.instruments import DIGITAL_LITERACY
from edu.demo.places import Schools
from edu.demo.population import OTHER, PUPIL, STUDENT, TEACHER, People
from edu.demo.timetable import BASELINE, WAVES

RUSSIAN, KAZAKH, ENGLISH = (LANGUAGES.index(code) for code in ("ru", "kk", "en"))
# Who sits: by role at baseline, and who is lost before the endline.
SITTING = {PUPIL: 0.93, STUDENT: 0.70, TEACHER: 0.72, OTHER: 0.75}
LOST, LOST_IN_VILLAGES, LOST_IN_UPPER_GRADES, LOST_ADULTS, LOST_LEAVERS = (
    0.07, 0.04, 0.04, 0.05, 0.15,
)  # fmt: skip
ONLY_ENDLINE = 0.3


@dataclass(frozen=True, eq=False)
class Skill:
    """The truth about everybody in one test, columns of shape (n_people,).

    ability: at baseline. gain: what the year brings each. effect: the part of it due to the
    program taken. before, after: whether the person sat the wave. in_russian: the language of the
    test.
    """

    ability: Numbers
    gain: Numbers
    effect: Numbers
    before: Flags
    after: Flags
    in_russian: Flags

    def in_wave(self, wave: int) -> tuple[Integers, Numbers]:
        """Who sat a wave, and how able they were then."""
        who = np.flatnonzero((self.before, self.after)[wave])
        return who, self.ability[who] + self.gain[who] * wave


@dataclass(frozen=True, eq=False)
class Sat:
    """The sittings of one wave, one row each; responses are (n_sittings, n_items)."""

    person: Integers
    school: Integers
    in_russian: Flags
    on: Days
    booklet: Integers
    responses: Responses


def stream_of(seed: int, instrument: Instrument, part: str) -> np.random.Generator:
    """Random numbers for a part of a test. Those of digital literacy are named as they were when
    there was no other, so that its answers stay."""
    own = "" if instrument is DIGITAL_LITERACY else f" {instrument.code}"
    return stream(seed, part + own)


def sit(
    seed: int, instrument: Instrument, skill: Skill, people: People, schools: Schools
) -> tuple[Sat, ...]:
    """What everybody answers, wave by wave."""
    days = sitting_days(seed, instrument, people, schools)
    return tuple(
        sit_wave(seed, instrument, skill, (wave, people, days[wave])) for wave in range(len(WAVES))
    )


def sit_wave(
    seed: int, instrument: Instrument, skill: Skill, circumstances: tuple[int, People, Days]
) -> Sat:
    """What everybody answers in one wave."""
    wave, people, days = circumstances
    name, (first, _) = WAVES[wave]
    who, ability = skill.in_wave(wave)
    school, in_russian = people.school_on(first)[who], skill.in_russian[who]
    places = instrument.places(wave)
    booklet = hand_out(stream_of(seed, instrument, f"booklets {name}"), len(places), school)
    rng = stream_of(seed, instrument, f"answers {name}")
    responses = answer(rng, instrument.items, places[booklet], ability, in_russian)
    return Sat(who, school, in_russian, days[who], booklet, responses)


def pick_sitters(
    rng: np.random.Generator, schools: Schools, people: People, invited: Flags, left: Flags
) -> tuple[Flags, Flags]:
    """Who of the invited sits the baseline and who the endline; what loses people stands in the
    records. left: who gave up a program."""
    school = people.school_on(BASELINE[0])
    there = invited & (school != NOBODY)
    before = there & (rng.random(len(people)) < by_role(SITTING)[people.role])
    lost = (
        LOST
        + LOST_IN_VILLAGES * ~schools.urban[school]
        + LOST_IN_UPPER_GRADES * (people.grade_before >= 9)
        + LOST_ADULTS * (people.role != PUPIL)
        + LOST_LEAVERS * left
    )
    comes = np.where(before, 1 - lost, ONLY_ENDLINE)
    return before, there & (rng.random(len(people)) < comes)


def pick_test_language(rng: np.random.Generator, people: People) -> Flags:
    """Whether tests are sat in Russian: they are written in Kazakh and Russian only."""
    drawn = rng.random(len(people)) < 0.4
    third = ~np.isin(people.language, (KAZAKH, RUSSIAN, ENGLISH))
    return np.asarray(np.where(third, drawn, people.language != KAZAKH))


def sitting_days(
    seed: int, instrument: Instrument, people: People, schools: Schools
) -> tuple[Days, ...]:
    """When each person would sit each wave: a day of the school's, or one of the next four."""
    rng = stream_of(seed, instrument, "sitting days")
    days = []
    for _, (first, last) in WAVES:
        span = int((last - first).astype(np.int64)) - 4
        of_school = rng.integers(0, span + 1, len(schools.region))[people.school_on(first)]
        shift = of_school + rng.integers(0, 5, len(people))
        day = first + shift.astype("timedelta64[D]")
        weekend = (day.astype(np.int64) + 3) % 7 >= 5  # day 0 was a Thursday
        days.append(np.asarray(np.where(weekend, day - np.timedelta64(2, "D"), day)))
    return tuple(days)


def by_role(values: dict[int, float]) -> Numbers:
    """A table to look up by role."""
    return np.array([values[role] for role in range(len(values))])
