"""Who can sign in to the demonstration: one person for each role."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from edu.accounts.service import NewUser, add_user
from edu.demo.arrays import NOBODY, Integers
from edu.demo.catalog import PLANS, standing_of
from edu.demo.geography import LANDS, PILOT_REGIONS
from edu.demo.nation import Nation
from edu.demo.timetable import TODAY
from models.accounts import RoleName
from models.enrollments import EnrollmentStatus
from models.programs import Standing

GOOD_SIZE = 300
REGION = PILOT_REGIONS[0]


@dataclass(frozen=True)
class SignIn:
    """An address and a password that everybody knows: for invented people only."""

    role: RoleName
    name: str
    email: str
    password: str


def sign_ins() -> list[SignIn]:
    """One for each role."""
    return [
        sign_in(RoleName.SCHOOL_ADMINISTRATOR, "Айгүл Сәрсенова", "school"),
        sign_in(RoleName.REGIONAL_COORDINATOR, "Ерлан Қасымов", "region"),
        sign_in(RoleName.PROGRAM_MANAGER, "Динара Оспанова", "program"),
        sign_in(RoleName.HEADQUARTERS_VIEWER, "Марат Жұмабаев", "headquarters"),
        sign_in(RoleName.RESEARCHER, "Анна Ким", "research"),
        sign_in(RoleName.SYSTEM_ADMINISTRATOR, "Тимур Ахметов", "system"),
    ]


def sign_in(role: RoleName, name: str, place: str) -> SignIn:
    """The address and the password follow from the place of work."""
    return SignIn(role, name, f"{place}@demo.example", f"demo-{place}-2026")


def address_of(role: RoleName) -> str:
    """The address of whoever has the role."""
    return next(one.email for one in sign_ins() if one.role is role)


def add_sign_ins(session: Session, nation: Nation) -> None:
    """Create the users, the school administrator's at a school where something is going on."""
    places = {
        RoleName.SCHOOL_ADMINISTRATOR: {"schools": [school_to_show(nation)]},
        RoleName.REGIONAL_COORDINATOR: {"regions": [REGION]},
    }
    for one in sign_ins():
        new = NewUser(one.email, one.name, one.password, one.role, **places.get(one.role, {}))
        add_user(session, new)


def school_to_show(nation: Nation) -> str:
    """The code of a school of the region that offers something now, has people on the waitlist
    if any has, and is of a size that one can look through."""
    schools, waiting = nation.schools, waitlists(nation)
    here = schools.region == [land.code for land in LANDS].index(REGION)
    offers = np.isin(np.arange(len(here)), open_schools(nation))
    distance = np.abs(np.log(np.maximum(schools.pupils, 1) / GOOD_SIZE))
    order = np.lexsort((distance, waiting == 0, ~offers, ~schools.general, ~here))
    return schools.codes[int(order[0])]


def open_schools(nation: Nation) -> Integers:
    """The schools with an open offering of their own."""
    offerings = nation.offerings
    rounds = zip(offerings.plan.tolist(), offerings.term.tolist(), strict=True)
    is_open = [
        standing_of(PLANS[plan].terms[term], TODAY) is Standing.OPEN for plan, term in rounds
    ]
    return np.asarray(offerings.school[np.array(is_open) & (offerings.school != NOBODY)])


def waitlists(nation: Nation) -> Integers:
    """How many wait for a seat in each school's own offerings."""
    enrollments = nation.enrollments
    course = enrollments.course
    waits = np.array([status is EnrollmentStatus.WAITLISTED for status in course.status])
    school = nation.offerings.school[enrollments.offering]
    return np.bincount(school[waits & (school != NOBODY)], minlength=len(nation.schools.pupils))
