"""Mathematics, reading and science in grades 8 to 10: abilities, and what the year truly brings.

An ability is made of digital literacy, of what the three have in common and of what is a
subject's own, so that a pupil's abilities correlate at about .6 with digital literacy and at
about .8 with one another; on a scale on which pupils of a grade have an SD of about 1.
"""

from dataclasses import dataclass

import numpy as np

from edu.demo.arrays import Flags, Integers, Numbers, stream
from edu.demo.geography import LANDS
from edu.demo.instruments import MATHEMATICS, READING, SCIENCE, SUBJECTS
from edu.demo.literacy import Literacy
from edu.demo.places import Schools
from edu.demo.population import FEMALE, People
from edu.demo.skill import RUSSIAN, Skill, pick_sitters
from edu.demo.timetable import BASELINE

GRADES = (8, 10)  # of the year of the waves
LITERACY_MEAN, LITERACY_SD = 0.16, 0.93  # of the pupils of these grades
OF_LITERACY = 0.58
# SDs of what the subjects have in common and of what is their own.
SCHOOL_SD, PERSON_SD = 0.34, 0.56
OWN_SCHOOL_SD, OWN_PERSON_SD = 0.18, 0.38
SCHOOL_GAIN_SD, PERSON_GAIN_SD = 0.05, 0.20


@dataclass(frozen=True)
class Subject:
    """What the records tell of ability and gain in a subject, on the latent scale.

    grade: for each grade above the lowest. region: how much of the region's difference in digital
    literacy is there once more. year: what a year brings everybody. transfer: how much of what a
    program adds to digital literacy it adds here.
    """

    girls: float
    town: float
    russian: float
    grade: float
    region: float
    year: float
    transfer: float = 0.0


OF_SUBJECT = {
    MATHEMATICS.code: Subject(-0.06, 0.08, 0.05, 0.08, 0.6, year=0.16, transfer=0.1),
    READING.code: Subject(0.30, 0.12, 0.15, 0.06, 0.3, year=0.12),
    SCIENCE.code: Subject(0.04, 0.10, 0.10, 0.08, 0.5, year=0.14),
}


def invent_subjects(
    seed: int, schools: Schools, people: People, literacy: Literacy, *, schools_matter: bool = True
) -> dict[str, Skill]:
    """Abilities, gains and sittings by the code of the instrument; `schools_matter` as for
    digital literacy."""
    unit = people.school_on(BASELINE[0]) if schools_matter else np.arange(len(people))
    common = varying(stream(seed, "subjects"), unit, SCHOOL_SD, PERSON_SD)
    shared = OF_LITERACY * (literacy.ability - LITERACY_MEAN) / LITERACY_SD + common
    return {
        one.code: invent_subject(seed, one.code, (schools, people, literacy), (unit, shared))
        for one in SUBJECTS
    }


def invent_subject(
    seed: int,
    code: str,
    records: tuple[Schools, People, Literacy],
    shared: tuple[Integers, Numbers],
) -> Skill:
    """One subject. shared: the unit of each person's school effects, and the part of the ability
    that the subjects share."""
    schools, people, literacy = records
    unit, ability = shared
    subject, rng = OF_SUBJECT[code], stream(seed, code)
    effect = subject.transfer * literacy.effect
    own = varying(rng, unit, OWN_SCHOOL_SD, OWN_PERSON_SD)
    gain = subject.year + effect + varying(rng, unit, SCHOOL_GAIN_SD, PERSON_GAIN_SD)
    before, after = pick_sitters(rng, schools, people, invited(people), literacy.left)
    return Skill(
        ability=ability + expected_ability(subject, schools, people) + own,
        gain=gain,
        effect=effect,
        before=before,
        after=after,
        in_russian=literacy.in_russian,
    )


def varying(rng: np.random.Generator, unit: Integers, between: float, within: float) -> Numbers:
    """What differs between schools and between the persons of a school, by their SDs."""
    of_unit = rng.normal(0, between, int(unit.max()) + 1)
    return np.asarray(of_unit[unit] + rng.normal(0, within, len(unit)))


def invited(people: People) -> Flags:
    """Whom the tests are made for."""
    lowest, highest = GRADES
    return np.asarray((people.grade_before >= lowest) & (people.grade_before <= highest))


def expected_ability(subject: Subject, schools: Schools, people: People) -> Numbers:
    """What the records tell of ability beyond what digital literacy tells."""
    school = people.school_on(BASELINE[0])
    region = np.array([land.ability for land in LANDS])[schools.region[school]]
    return np.asarray(
        subject.girls * (people.sex == FEMALE)
        + subject.town * schools.urban[school]
        + subject.russian * (people.language == RUSSIAN)
        + subject.grade * (people.grade_before - GRADES[0])
        + subject.region * region
    )
