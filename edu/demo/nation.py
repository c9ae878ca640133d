"""The whole invented nation, from its number of people and a seed."""

from dataclasses import dataclass

from edu.demo.instruments import DIGITAL_LITERACY
from edu.demo.literacy import Literacy, invent_literacy
from edu.demo.places import Districts, Schools, invent_schools
from edu.demo.population import PUPIL, People, count_roles, invent_people
from edu.demo.rounds import Enrollments, Offerings, invent_enrollments
from edu.demo.skill import Skill
from edu.demo.subjects import invent_subjects
from models.errors import Refusal

FEWEST_PEOPLE = 400


@dataclass(frozen=True)
class Nation:
    """Everything but names and numbers, which nothing else hangs on.

    skills: what is true of each test, digital literacy too, by the code of the instrument.
    """

    people_wanted: int
    seed: int
    districts: Districts
    schools: Schools
    people: People
    offerings: Offerings
    enrollments: Enrollments
    literacy: Literacy
    skills: dict[str, Skill]


def invent(people: int, seed: int, *, schools_matter: bool = True) -> Nation:
    """The same nation for the same number and seed; refuses too few people for 20 regions."""
    if people < FEWEST_PEOPLE:
        raise Refusal("demonstration_too_small", found=people, minimum=FEWEST_PEOPLE)
    schools, districts = invent_schools(seed, count_roles(people)[PUPIL])
    everybody = invent_people(seed, schools, people)
    taken = invent_enrollments(seed, schools, everybody)
    literacy = invent_literacy(seed, schools, everybody, taken, schools_matter=schools_matter)
    subjects = invent_subjects(seed, schools, everybody, literacy, schools_matter=schools_matter)
    skills = {DIGITAL_LITERACY.code: literacy, **subjects}
    return Nation(people, seed, districts, schools, everybody, *taken, literacy, skills)
