from collections.abc import Sequence
from datetime import date
from itertools import count

from sqlalchemy.orm import Session

from models.people import LearnerRole
from models.places import Region, School
from models.programs import Initiative, Offering, Program, Project, Standing

numbers = count(1)


def named(kind: str, number: int) -> dict[str, str]:
    return {f"name_{language}": f"{kind} {number} {language}" for language in ("kk", "ru", "en")}


def make_project(session: Session) -> Project:
    number = next(numbers)
    project = Project(code=f"project-{number}", source="test", **named("Project", number))
    session.add(project)
    session.flush()
    return project


def make_initiative(
    session: Session, *, standing: Standing = Standing.OPEN, project: Project | None = None
) -> Initiative:
    number = next(numbers)
    initiative = Initiative(
        code=f"initiative-{number}",
        project_id=(project or make_project(session)).id,
        standing=standing,
        source="test",
        **named("Initiative", number),
    )
    session.add(initiative)
    session.flush()
    return initiative


def make_program(session: Session, *, initiative: Initiative | None = None) -> Program:
    number = next(numbers)
    program = Program(
        code=f"program-{number}",
        initiative_id=(initiative or make_initiative(session)).id,
        **named("Program", number),
    )
    session.add(program)
    session.flush()
    return program


def make_offering(
    session: Session,
    *,
    program: Program | None = None,
    code: str | None = None,
    region: Region | None = None,
    school: School | None = None,
    capacity: int | None = None,
    roles: Sequence[LearnerRole] = (LearnerRole.PUPIL,),
    grades: tuple[int, int] | None = None,
    standing: Standing = Standing.OPEN,
) -> Offering:
    """An offering of the academic year 2026-27: for a school, a region, else the nation."""
    number = next(numbers)
    offering = Offering(
        program_id=(program or make_program(session)).id,
        code=code or f"offering-{number}",
        region_id=school.region_id if school else region.id if region else None,
        school_id=school.id if school else None,
        academic_year="2026-27",
        starts_on=date(2026, 9, 1),
        ends_on=date(2027, 5, 25),
        capacity=capacity,
        roles=[role.value for role in roles],
        min_grade=grades[0] if grades else None,
        max_grade=grades[1] if grades else None,
        standing=standing,
    )
    session.add(offering)
    session.flush()
    return offering
