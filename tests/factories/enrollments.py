from datetime import date

from sqlalchemy.orm import Session

from models.enrollments import Enrollment, EnrollmentEvent, EnrollmentStatus
from models.people import Person
from models.programs import Offering


def make_enrollment(
    session: Session,
    *,
    person: Person,
    offering: Offering,
    status: EnrollmentStatus = EnrollmentStatus.ENROLLED,
    on: date = date(2026, 9, 1),
) -> Enrollment:
    """An enrollment in `status` since `on`, with the one event that says so."""
    seated = status in (EnrollmentStatus.ENROLLED, EnrollmentStatus.COMPLETED)
    enrollment = Enrollment(
        person_id=person.id,
        offering_id=offering.id,
        school_id=person.school_id,
        status=status,
        applied_on=on,
        waitlisted_on=on if status is EnrollmentStatus.WAITLISTED else None,
        enrolled_on=on if seated else None,
        ended_on=None if status.value in ("applied", "waitlisted", "enrolled") else on,
    )
    session.add(enrollment)
    session.flush()
    session.add(
        EnrollmentEvent(
            enrollment_id=enrollment.id,
            school_id=enrollment.school_id,
            status=status,
            happened_on=on,
        )
    )
    session.flush()
    return enrollment
