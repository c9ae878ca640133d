"""Files of enrollments: what they record, and that they record it once."""

from collections.abc import Callable
from datetime import date
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from edu.accounts.scope import system_scope
from edu.enrollment.importer import import_enrollments
from edu.intake import FileRefused, ImportCount, IncomingFile
from models.accounts import AuditEntry
from models.enrollments import STEPS, Enrollment, EnrollmentEvent, EnrollmentStatus
from models.intake import ImportBatch
from models.people import Person
from models.programs import Offering, Standing
from tests.edu.enrollment.incoming import HEADER, IIN_HEADER, bring, problems
from tests.factories.enrollments import make_enrollment
from tests.factories.people import VAULT, make_iin
from tests.factories.programs import make_offering

S = EnrollmentStatus
Pupil = Callable[..., Person]


def history(session: Session) -> list[tuple[str, date, str | None]]:
    events = session.scalars(select(EnrollmentEvent).order_by(EnrollmentEvent.id))
    return [(event.status.value, event.happened_on, event.reason) for event in events]


def only(session: Session) -> Enrollment:
    return session.scalars(select(Enrollment)).one()


@pytest.fixture
def offering(session: Session) -> Offering:
    return make_offering(session, code="day", capacity=2)


@pytest.fixture(autouse=True)
def people(pupil: Pupil) -> list[Person]:
    """Pupils p1 to p4."""
    return [pupil(source_id=f"p{number}") for number in range(1, 5)]


@pytest.mark.usefixtures("offering")
def test_a_file_is_recorded_and_the_same_file_again_changes_nothing(session: Session) -> None:
    lines = (
        "p1,day,2026-09-01,applied,",
        "p1,day,2026-09-03,enrolled,",
        "p1,day,05.10.2026,withdrawn,moved away",
        "p2,day,2026-09-01,enrolled,",
        "p3,day,2026-09-02,waitlisted,",
        "p2,day,2026-12-20,completed,",
    )
    assert bring(session, *lines) == ImportCount(new=3, changed=3)
    before = history(session)
    assert bring(session, *lines) == ImportCount(unchanged=6)
    assert history(session) == before
    assert session.scalar(select(func.count()).select_from(ImportBatch)) == 2


@pytest.mark.usefixtures("offering")
def test_the_order_of_the_lines_does_not_matter(session: Session) -> None:
    bring(
        session,
        "p1,day,2026-10-05,withdrawn,moved away",
        "p1,day,2026-09-03,enrolled,",
        "p1,day,2026-09-01,applied,",
    )
    enrollment = only(session)
    assert (enrollment.status, enrollment.applied_on, enrollment.enrolled_on) == (
        S.WITHDRAWN, date(2026, 9, 1), date(2026, 9, 3),
    )  # fmt: skip
    assert [status for status, *_ in history(session)] == ["applied", "enrolled", "withdrawn"]


@pytest.mark.usefixtures("offering")
def test_semicolons_a_byte_order_mark_and_any_order_of_columns(session: Session) -> None:
    text = "\ufeffSTATUS;Date;offering;reason;source_id\nenrolled;01.09.2026;day;;p1\n"
    file = IncomingFile("enrollments.csv", text.encode())
    assert import_enrollments(session, system_scope(), file, vault=VAULT).new == 1


@pytest.mark.usefixtures("offering")
@pytest.mark.parametrize(
    ("status", "steps"),
    [
        ("applied", ["applied"]),
        ("waitlisted", ["applied", "waitlisted"]),
        ("enrolled", ["applied", "enrolled"]),
        ("completed", ["applied", "enrolled", "completed"]),
        ("withdrawn", ["applied", "withdrawn"]),
        ("transferred", ["applied", "enrolled", "transferred"]),
    ],
)
def test_first_news_brings_the_steps_it_needs(
    session: Session, status: str, steps: list[str]
) -> None:
    assert bring(session, f"p1,day,2026-10-01,{status},why").new == 1
    assert [found[0] for found in history(session)] == steps
    assert {found[1] for found in history(session)} == {date(2026, 10, 1)}
    assert history(session)[-1][2] == "why"
    assert only(session).status == status


@pytest.mark.usefixtures("offering")
def test_a_history_that_is_told_afterwards_says_so(session: Session) -> None:
    bring(session, "p1,day,2026-10-01,completed,")
    assert [reason for *_, reason in history(session)] == [
        "recorded_afterwards", "recorded_afterwards", None,
    ]  # fmt: skip


def test_people_are_found_by_their_number(session: Session, pupil: Pupil) -> None:
    make_offering(session, code="day")
    iin = make_iin()
    person = pupil(iin=iin)
    bring(session, f"{iin},day,2026-09-01,enrolled,", header=IIN_HEADER)
    assert only(session).person_id == person.id


def test_a_file_may_have_both_columns_if_each_line_uses_one(session: Session, pupil: Pupil) -> None:
    make_offering(session, code="day")
    iin = make_iin()
    pupil(iin=iin)
    lines = (f"{iin},,day,2026-09-01,enrolled,", ",p1,day,2026-09-01,enrolled,")
    assert bring(session, *lines, header=f"iin,{HEADER}").new == 2


@pytest.mark.usefixtures("offering")
def test_a_seat_that_the_file_sets_free_can_be_taken_in_the_file(session: Session) -> None:
    count = bring(
        session,
        "p1,day,2026-09-01,enrolled,",
        "p2,day,2026-09-01,enrolled,",
        "p1,day,2026-10-01,withdrawn,moved away",
        "p3,day,2026-10-02,enrolled,",
    )
    assert count == ImportCount(new=3, changed=1)


def test_a_freed_seat_goes_to_the_waitlist(
    session: Session, offering: Offering, pupil: Pupil
) -> None:
    offering.capacity = 1
    bring(session, "p1,day,2026-09-01,enrolled,", "p2,day,2026-09-02,waitlisted,")
    assert bring(session, "p1,day,2026-10-01,withdrawn,moved away") == ImportCount(changed=1)
    second = session.scalars(select(Enrollment).where(Enrollment.status == S.ENROLLED)).one()
    assert (second.enrolled_on, second.events[-1].reason) == (
        date(2026, 10, 1), "promoted_from_waitlist",
    )  # fmt: skip
    again = bring(session, "p2,day,2026-09-02,waitlisted,", "p2,day,2026-10-02,enrolled,")
    assert again == ImportCount(unchanged=2)


def test_a_file_continues_what_the_service_began(
    session: Session, offering: Offering, people: list[Person]
) -> None:
    known = make_enrollment(session, person=people[0], offering=offering, on=date(2026, 9, 1))
    assert bring(session, "p1,day,2026-12-20,completed,") == ImportCount(changed=1)
    session.refresh(known)
    assert (known.status, known.ended_on, known.version) == (S.COMPLETED, date(2026, 12, 20), 2)


def test_completion_after_a_withdrawal_is_refused_but_coming_again_is_not(
    session: Session, offering: Offering, people: list[Person]
) -> None:
    make_enrollment(
        session, person=people[0], offering=offering, status=S.WITHDRAWN, on=date(2026, 10, 1)
    )
    assert problems(session, "p1,day,2026-11-01,completed,") == [(2, "status", "enrollment_over")]
    assert bring(session, "p1,day,2026-11-01,enrolled,") == ImportCount(new=1)
    assert session.scalar(select(func.count()).select_from(Enrollment)) == 2


@pytest.mark.usefixtures("people")
def test_a_closed_offering_still_has_a_history(session: Session) -> None:
    make_offering(session, code="past", standing=Standing.CLOSED)
    assert bring(session, "p1,past,2026-12-20,completed,").new == 1


@pytest.mark.usefixtures("offering")
def test_a_reason_may_be_corrected(session: Session) -> None:
    bring(session, "p1,day,2026-10-01,withdrawn,moved")
    assert bring(session, "p1,day,2026-10-01,withdrawn,moved abroad") == ImportCount(changed=1)
    assert only(session).reason == "moved abroad"
    assert len(history(session)) == 2


@pytest.mark.usefixtures("offering")
def test_one_audit_entry_names_all_that_changed(session: Session) -> None:
    session.commit()
    bring(session, "p1,day,2026-09-01,enrolled,", "p2,day,2026-09-01,enrolled,")
    session.commit()
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.changed["enrollment"] == sorted(session.scalars(select(Enrollment.id)))
    assert entry.detail["file"] == "enrollments.csv"


@pytest.mark.usefixtures("offering")
def test_of_two_lines_about_one_step_the_first_counts(session: Session) -> None:
    lines = ("p1,day,2026-10-01,withdrawn,moved", "p1,day,2026-10-01,withdrawn,illness")
    assert bring(session, *lines) == ImportCount(new=1, unchanged=1)
    assert bring(session, *lines) == ImportCount(unchanged=2)
    assert only(session).reason == "moved"


def random_lines(seed: int) -> list[str]:
    """Steps of four people in two offerings, likely and unlikely ones."""
    random = Random(seed)  # noqa: S311  no secret
    return [
        f"p{random.randint(1, 4)},{random.choice(('day', 'week'))},"
        f"2026-{random.randint(9, 11):02d}-{random.randint(1, 28):02d},"
        f"{random.choice(list(S)).value},{random.choice(('', 'why', 'because'))}"
        for _ in range(random.randint(1, 25))
    ]


def without_errors(session: Session, lines: list[str]) -> list[str]:
    """The lines that are left once every refused one is taken out."""
    while lines:
        try:
            with session.begin_nested() as attempt:
                bring(session, *lines)
                attempt.rollback()
        except FileRefused as refused:
            wrong = {error["line"] - 2 for error in refused.errors}
            lines = [line for number, line in enumerate(lines) if number not in wrong]
        else:
            break
    return lines


@pytest.mark.parametrize("seed", range(12))
def test_whatever_a_file_says_it_says_once_and_within_the_rules(
    session: Session, offering: Offering, seed: int
) -> None:
    make_offering(session, code="week", capacity=3)
    lines = without_errors(session, random_lines(seed))
    count = bring(session, *lines)
    assert count.new + count.changed + count.unchanged == len(lines)
    told = history(session)
    assert bring(session, *lines) == ImportCount(unchanged=len(lines))
    assert history(session) == told
    events = session.scalars(select(EnrollmentEvent).order_by(EnrollmentEvent.id)).all()
    for enrollment in session.scalars(select(Enrollment)):
        own = [event for event in events if event.enrollment_id == enrollment.id]
        assert [event.previous for event in own] == [None, *(event.status for event in own[:-1])]
        assert all(event.status in STEPS[event.previous] for event in own)
        assert own[-1].status is enrollment.status
    session.refresh(offering)
    assert offering.seats_taken <= 2
