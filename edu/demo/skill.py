"""What is true of everybody in one test, and who sits it in which language."""

from dataclasses import dataclass

import numpy as np

from edu.demo.arrays import NOBODY, Flags, Integers, Numbers
from edu.demo.geography import LANGUAGES
from edu.demo.places import Schools
from edu.demo.population import OTHER, PUPIL, STUDENT, TEACHER, People
from edu.demo.timetable import BASELINE

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


def by_role(values: dict[int, float]) -> Numbers:
    """A table to look up by role."""
    return np.array([values[role] for role in range(len(values))])
