"""Files of enrollments: everything that can be wrong with one, said at once."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope, scope_of, system_scope, use_scope
from edu.enrollment.importer import import_enrollments
from edu.intake import FileRefused, ImportCount, IncomingFile
from models.accounts import RoleName
from models.enrollments import Enrollment, EnrollmentStatus
from models.errors import Forbidden
from models.people import Person
from models.programs import Offering, Standing
from tests.edu.enrollment.conftest import Places
from tests.edu.enrollment.incoming import HEADER, IIN_HEADER, bring, problems
from tests.factories.accounts import make_user
from tests.factories.enrollments import make_enrollment
from tests.factories.people import VAULT, make_iin, make_person
from tests.factories.programs import make_initiative, make_offering, make_program

S = EnrollmentStatus
Pupil = Callable[..., Person]


@pytest.fixture
def offering(session: Session) -> Offering:
    return make_offering(session, code="day", capacity=2)


@pytest.fixture(autouse=True)
def people(pupil: Pupil) -> list[Person]:
    """Pupils p1 to p4."""
    return [pupil(source_id=f"p{number}") for number in range(1, 5)]


@pytest.mark.usefixtures("offering")
def test_every_line_names_its_person_once(session: Session) -> None:
    both = f"{make_iin()},p1,day,2026-09-01,enrolled,"
    lines = (both, ",,day,2026-09-01,enrolled,", ",p2,day,2026-09-01,enrolled,")
    found = problems(session, *lines, header=f"iin,{HEADER}")
    assert (2, "source_id", "person_named_twice") in found
    assert (3, "iin", "person_missing") in found
    assert not [problem for problem in found if problem[0] == 4]


@pytest.mark.usefixtures("offering")
def test_a_file_without_a_column_for_people_is_told_so_once(session: Session) -> None:
    lines = ("day,2026-09-01,enrolled,", "day,2026-09-01,enrolled,")
    found = problems(session, *lines, header="offering,date,status,reason")
    assert found == [(1, "iin", "column_missing")]


@pytest.mark.parametrize("missing", ["offering", "date", "status"])
def test_a_missing_column_is_named(session: Session, missing: str) -> None:
    columns = [name for name in HEADER.split(",") if name != missing]
    found = problems(session, ",".join("x" for _ in columns), header=",".join(columns))
    assert found == [(1, missing, "column_missing")]


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_written(
    session: Session, pupil: Pupil
) -> None:
    make_offering(session, code="day", grades=(7, 7))
    make_offering(session, code="closed", standing=Standing.CLOSED)
    make_offering(session, code="planned", standing=Standing.PLANNED)
    planned = make_program(session, initiative=make_initiative(session, standing=Standing.PLANNED))
    make_offering(session, code="university", program=planned)
    pupil(grade=3, source_id="small")
    assert problems(
        session,
        "nobody,day,2026-09-01,enrolled,",
        "p1,nothing,2026-09-01,enrolled,",
        "p1,closed,2026-09-01,enrolled,",
        "p1,planned,2026-09-01,applied,",
        "p1,university,2026-09-01,completed,",
        "small,day,2026-09-01,enrolled,",
        "p1,day,2026-13-01,enrolled,",
        "p1,day,2026-09-01,asleep,",
        "p2,day,2026-10-01,withdrawn,",
        "p3,day,2030-01-01,enrolled,",
        "p4,day,2026-09-01,enrolled,",
        "p4,day,2026-09-05,waitlisted,",
    ) == [
        (2, "source_id", "unknown_person"),
        (3, "offering", "unknown_offering"),
        (4, "offering", "offering_closed"),
        (5, "offering", "offering_planned"),
        (6, "offering", "initiative_planned"),
        (7, "offering", "not_eligible_grade"),
        (8, "date", "no_such_date"),
        (9, "status", "unknown_choice"),
        (10, "reason", "reason_required"),
        (11, "date", "date_outside_offering"),
        (13, "status", "illegal_step"),
    ]
    assert session.scalar(select(func.count()).select_from(Enrollment)) == 0


@pytest.mark.usefixtures("offering")
def test_what_follows_from_a_refused_line_is_not_told_as_well(session: Session) -> None:
    assert problems(session, "p1,day,2026-10-01,withdrawn,", "p1,day,2026-10-02,completed,") == [
        (2, "reason", "reason_required")
    ]


@pytest.mark.usefixtures("offering")
def test_lines_that_find_no_seat_are_named(session: Session) -> None:
    lines = [f"p{number},day,2026-09-0{number},enrolled," for number in (4, 3, 2, 1)]
    assert problems(session, *lines) == [
        (2, "offering", "offering_full"), (3, "offering", "offering_full"),
    ]  # fmt: skip


def test_seats_taken_before_the_file_count(
    session: Session, offering: Offering, pupil: Pupil
) -> None:
    make_enrollment(session, person=pupil(), offering=offering)
    lines = ("p1,day,2026-09-01,enrolled,", "p2,day,2026-09-02,enrolled,")
    assert problems(session, *lines) == [(3, "offering", "offering_full")]


def test_a_step_before_the_last_one_is_refused(
    session: Session, offering: Offering, people: list[Person]
) -> None:
    make_enrollment(session, person=people[0], offering=offering, on=date(2026, 10, 1))
    assert problems(session, "p1,day,2026-09-30,withdrawn,moved away") == [
        (2, "date", "date_before_last_step")
    ]


def test_a_school_offering_is_for_the_schools_own_people(
    session: Session, pupil: Pupil, places: Places
) -> None:
    make_offering(session, code="own", school=places.own)
    pupil(school=places.sibling, source_id="other")
    assert problems(session, "other,own,2026-09-01,enrolled,") == [
        (2, "offering", "person_of_another_school")
    ]


def test_an_identifier_that_several_schools_use_needs_the_schools_offering(
    session: Session, places: Places
) -> None:
    make_offering(session, code="all")
    own, sibling = (
        make_person(session, school=school, source_id="7")
        for school in (places.own, places.sibling)
    )
    assert problems(session, "7,all,2026-09-01,enrolled,") == [
        (2, "source_id", "ambiguous_source_id")
    ]
    make_offering(session, code="own", school=places.sibling)
    codes = problems(session, "7,own,2026-09-01,enrolled,")
    assert codes == [(2, "offering", "not_member_of_year")], "the sibling's person was meant"
    assert own.id != sibling.id


@pytest.fixture
def administrator(session: Session, places: Places) -> Callable[[], Scope]:
    """Lets the session act as the administrator of the first school."""

    def act() -> Scope:
        user = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=[places.own])
        scope = scope_of(session, user)
        session.commit()
        use_scope(session, scope)
        return scope

    return act


def test_a_school_brings_in_its_own_people_only(
    session: Session, places: Places, pupil: Pupil, administrator: Callable[[], Scope]
) -> None:
    make_offering(session, code="day")
    iin = make_iin()
    pupil(school=places.sibling, source_id="other", iin=iin)
    scope = administrator()
    assert problems(session, "other,day,2026-09-01,enrolled,", scope=scope) == [
        (2, "source_id", "unknown_person")
    ]
    header = IIN_HEADER
    assert problems(session, f"{iin},day,2026-09-01,enrolled,", header=header, scope=scope) == [
        (2, "iin", "person_elsewhere")
    ]
    assert bring(session, "p1,day,2026-09-01,enrolled,", scope=scope) == ImportCount(new=1)


def test_no_number_stands_in_a_report(session: Session) -> None:
    make_offering(session, code="day")
    iin = make_iin()
    header = IIN_HEADER
    with pytest.raises(FileRefused) as refused:
        bring(session, f"{iin},day,2026-09-01,enrolled,", header=header)
    assert refused.value.errors[0]["code"] == "unknown_person"
    assert iin not in str(refused.value.errors)


def test_who_takes_part_for_the_old_school_is_not_entered_twice(
    session: Session, places: Places, offering: Offering, people: list[Person],
    administrator: Callable[[], Scope],
) -> None:  # fmt: skip
    moved = make_enrollment(session, person=people[0], offering=offering)
    moved.school_id = places.sibling.id
    session.flush()
    scope = administrator()
    assert problems(session, "p1,day,2026-09-05,enrolled,", scope=scope) == [
        (2, "offering", "enrolled_elsewhere")
    ]


def test_only_who_writes_records_brings_them_in(session: Session) -> None:
    manager = scope_of(session, make_user(session, role=RoleName.PROGRAM_MANAGER))
    with pytest.raises(Forbidden):
        bring(session, "p1,day,2026-09-01,enrolled,", scope=manager)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        ("source_id,offering,date,status,reason\nп1".encode("cp1251"), "wrong_encoding"),
        (b"source_id,offering,date,status,reason\n", "file_without_rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(session: Session, content: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        import_enrollments(session, system_scope(), IncomingFile("x.csv", content), vault=VAULT)
    assert [found["code"] for found in refused.value.errors] == [code]
