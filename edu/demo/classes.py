"""The classes of both years: by school, grade and language, lettered «А», «Ә», «Б» …"""

from dataclasses import dataclass

import numpy as np

from edu.demo.arrays import NOBODY, Integers, rank_within
from edu.demo.population import PUPIL, People
from edu.demo.timetable import YEAR, YEAR_BEFORE

CLASS_SIZE = 25
# Kazakh letters, without those that begin no word or look like another.
LETTERS = "АӘБВГҒДЕЖЗИКҚЛМНОӨПРСТУҮФХШЭЮЯ"
YEARS = (YEAR_BEFORE, YEAR)


@dataclass(frozen=True)
class Classes:
    """Classes, shape (n,): `year` indexes YEARS, `letter` LETTERS, `language` LANGUAGES.

    before, now: (n_people,) the class of each person in each year; NOBODY for none.
    """

    school: Integers
    year: Integers
    grade: Integers
    letter: Integers
    language: Integers
    before: Integers
    now: Integers

    @property
    def names(self) -> list[str]:
        """Names as a school writes them: 7 «Ә»."""
        pairs = zip(self.grade.tolist(), self.letter.tolist(), strict=True)
        return [f"{grade} «{letter_named(letter)}»" for grade, letter in pairs]


def letter_named(letter: int) -> str:
    """А, Ә, Б …; once all are used: А2, Ә2 …"""
    turn, place = divmod(letter, len(LETTERS))
    return LETTERS[place] + (str(turn + 1) if turn else "")


def invent_classes(people: People) -> Classes:
    """Put every pupil into a class of this year and, unless new, into one of the year before."""
    pupils = np.flatnonzero(people.role == PUPIL)
    school, grade = people.school[pupils], people.grade[pupils]
    letter = letters_of(school, grade, people.language[pupils])
    now = stack(school, grade, letter, people.language[pupils], year=1)
    stayed = np.flatnonzero((grade > 1) & (people.former[pupils] == school))
    before = stack(
        school[stayed], grade[stayed] - 1, letter[stayed], people.language[pupils][stayed], year=0
    )
    rows, places = np.unique(np.concatenate([before, now]), axis=0, return_inverse=True)
    places = places.reshape(-1)
    class_of = {year: np.full(len(people), NOBODY) for year in (0, 1)}
    class_of[0][pupils[stayed]] = places[: len(stayed)]
    class_of[1][pupils] = places[len(stayed) :]
    year, school, grade, letter, language = rows.T
    return Classes(school, year, grade, letter, language, class_of[0], class_of[1])


def stack(
    school: Integers, grade: Integers, letter: Integers, language: Integers, *, year: int
) -> Integers:
    """What tells classes apart, one row a pupil."""
    return np.column_stack([np.full(len(school), year), school, grade, letter, language])


def letters_of(school: Integers, grade: Integers, language: Integers) -> Integers:
    """The place of each pupil's class among those of the grade: no two languages share one."""
    group = (school * 16 + grade) * 8 + language
    codes, member, sizes = np.unique(group, return_inverse=True, return_counts=True)
    sections = -(-sizes // CLASS_SIZE)
    size = -(-sizes // sections)
    begins = np.cumsum(sections) - sections
    first_of_grade = np.searchsorted(codes // 8, codes // 8)
    offset = begins - begins[first_of_grade]
    place = rank_within(group, np.arange(len(group)))
    return np.asarray(offset[member] + place // size[member])
