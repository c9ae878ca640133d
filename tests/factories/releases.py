"""A program with thousands of participants, made in a few statements, and requests for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.accounts import User
from models.assessments import Wave
from models.places import Region
from models.programs import Program
from models.releases import ExportRequest, ReleaseStatus
from models.scores import RunStatus, ScoringRun
from tests.factories.assessments import make_instrument, make_wave
from tests.factories.places import make_class, make_district, make_school, region
from tests.factories.programs import make_offering, make_program

FIRST_PERSON = 9_000_000_000
SURNAME = "Құпияұлы"
GIVEN_NAME = "Жасырын"
IIN_PREFIX = "99123150"
REGIONS = ("10", "11", "75")

PERSONS = text("""
    INSERT INTO person (id, school_id, sex, birth_date)
    SELECT :first + n, (:schools)[1 + n % cardinality(:schools)],
           CASE WHEN n % 7 < 4 THEN 'female' ELSE 'male' END,
           date '2011-01-01' + (n * 37) % 700
    FROM generate_series(0, :n - 1) AS n""")
IDENTITIES = text("""
    INSERT INTO person_identity
      (person_id, school_id, surname, given_name, sort_key, source_id, iin_cipher, iin_index)
    SELECT id, school_id, :surname || id, :given_name, 'x' || id, 'source-' || id,
           convert_to(:iin || lpad((id - :first)::text, 4, '0'), 'UTF8'),
           decode(md5(id::text), 'hex')
    FROM person""")
MEMBERSHIPS = text("""
    INSERT INTO membership (person_id, school_id, academic_year, role, class_id)
    SELECT person.id, person.school_id, '2026-27', 'pupil', school_class.id
    FROM person JOIN school_class ON school_class.school_id = person.school_id
     AND school_class.grade = CASE WHEN person.id % 3 = 0 THEN 4 ELSE 7 END""")
ENROLLMENTS = text("""
    INSERT INTO enrollment (person_id, offering_id, school_id, status, applied_on, enrolled_on)
    SELECT id, :offering, school_id, CASE WHEN id % 5 = 0 THEN 'completed' ELSE 'enrolled' END,
           '2026-09-01', '2026-09-02' FROM person""")
SITTINGS = text("""
    INSERT INTO sitting (wave_id, person_id, school_id, language, responses)
    SELECT :wave, id, school_id, 'kk', '{1}' FROM person WHERE id % 10 <> 9""")
SCORES = text("""
    INSERT INTO score (run_id, sitting_id, school_id, value)
    SELECT :run, id, school_id, 40 + (person_id * 7919 % 4001) / 100.0 + :shift
    FROM sitting WHERE wave_id = :wave""")


@dataclass(frozen=True)
class MadeCohort:
    """What was made: ids of persons run on from FIRST_PERSON."""

    program: Program
    waves: Sequence[Wave]
    persons: int


def make_cohort(session: Session, *, persons: int, schools: int = 12) -> MadeCohort:
    """Pupils of two grades and languages, enrolled in one program, with two scored waves."""
    ids = make_schools(session, schools, [region(session, code) for code in REGIONS])
    program = make_program(session)
    offering = make_offering(session, program=program)
    session.execute(PERSONS, {"first": FIRST_PERSON, "schools": ids, "n": persons})
    session.execute(
        IDENTITIES,
        {"surname": SURNAME, "given_name": GIVEN_NAME, "iin": IIN_PREFIX, "first": FIRST_PERSON},
    )
    session.execute(MEMBERSHIPS)
    session.execute(ENROLLMENTS, {"offering": offering.id})
    return MadeCohort(program, make_scored_waves(session), persons)


def make_schools(session: Session, number: int, regions: Sequence[Region]) -> list[int]:
    """Schools of town and village, two districts a region, a class of grade 4 and of 7 each."""
    districts = [make_district(session, region=one) for one in regions for _ in range(2)]
    found = []
    for place in range(number):
        school = make_school(
            session, district=districts[place % len(districts)], urban=place % 4 != 0
        )
        language = "ru" if place % 5 == 0 else "kk"
        for grade in (4, 7):
            make_class(session, school=school, grade=grade, language=language)
        found.append(school.id)
    return found


def make_scored_waves(session: Session) -> list[Wave]:
    """A baseline and an endline that everybody but each tenth has sat, scores published."""
    instrument = make_instrument(session, items=1)
    waves = [make_wave(session, instrument=instrument, code=code) for code in ("before", "after")]
    run = ScoringRun(
        instrument_id=instrument.id,
        wave_ids=[wave.id for wave in waves],
        method="classical",
        method_version="1",
        seed=1,
        status=RunStatus.FINISHED,
        software={},
    )
    session.add(run)
    session.flush()
    for shift, wave in enumerate(waves):
        session.execute(SITTINGS, {"wave": wave.id})
        session.execute(SCORES, {"run": run.id, "wave": wave.id, "shift": 5 * shift})
    run.status = RunStatus.PUBLISHED
    session.flush()
    return waves


def make_request(
    session: Session,
    *,
    program: Program,
    waves: Sequence[Wave],
    by: User,
    status: ReleaseStatus = ReleaseStatus.REQUESTED,
) -> ExportRequest:
    request = ExportRequest(
        requested_by=by.id,
        program_id=program.id,
        wave_ids=[wave.id for wave in waves],
        purpose="How gains differ by language of instruction",
        status=status,
    )
    session.add(request)
    session.flush()
    return request
