"""Words for the codes that people see: states, roles, kinds."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l

from models.accounts import RoleName
from models.assessments import WaveStanding
from models.enrollments import EnrollmentStatus
from models.people import LearnerRole, NoIinReason, Sex
from models.places import SchoolType
from models.programs import Standing
from models.releases import ReleaseStatus
from models.scores import RunStatus

LABELS: tuple[tuple[StrEnum, object], ...] = (
    (EnrollmentStatus.APPLIED, _l("applied")),
    (EnrollmentStatus.WAITLISTED, _l("on the waitlist")),
    (EnrollmentStatus.ENROLLED, _l("enrolled")),
    (EnrollmentStatus.COMPLETED, _l("completed")),
    (EnrollmentStatus.WITHDRAWN, _l("withdrawn")),
    (EnrollmentStatus.TRANSFERRED, _l("transferred")),
    (LearnerRole.PUPIL, _l("pupil")),
    (LearnerRole.STUDENT, _l("student")),
    (LearnerRole.TEACHER, _l("teacher")),
    (LearnerRole.OTHER, _l("other participant")),
    (NoIinReason.NOT_ISSUED, _l("not issued yet")),
    (NoIinReason.FOREIGN_CITIZEN, _l("foreign citizen")),
    (NoIinReason.STATELESS, _l("stateless person")),
    (NoIinReason.DOCUMENTS_PENDING, _l("documents pending")),
    (NoIinReason.EXTERNAL_SOURCE, _l("came from another system")),
    (ReleaseStatus.REQUESTED, _l("waiting for approval")),
    (ReleaseStatus.APPROVED, _l("being built")),
    (ReleaseStatus.REJECTED, _l("rejected")),
    (ReleaseStatus.READY, _l("ready")),
    (ReleaseStatus.REFUSED, _l("refused by the disclosure check")),
    (ReleaseStatus.FAILED, _l("failed")),
    (RoleName.SCHOOL_ADMINISTRATOR, _l("school administrator")),
    (RoleName.REGIONAL_COORDINATOR, _l("regional coordinator")),
    (RoleName.PROGRAM_MANAGER, _l("program manager")),
    (RoleName.HEADQUARTERS_VIEWER, _l("headquarters viewer")),
    (RoleName.RESEARCHER, _l("researcher")),
    (RoleName.SYSTEM_ADMINISTRATOR, _l("system administrator")),
    (RoleName.SYSTEM, _l("system")),
    (RunStatus.QUEUED, _l("queued")),
    (RunStatus.FINISHED, _l("finished")),
    (RunStatus.PUBLISHED, _l("published")),
    (RunStatus.DISCARDED, _l("discarded")),
    (RunStatus.FAILED, _l("failed")),
    (SchoolType.ORDINARY, _l("ordinary school")),
    (SchoolType.SMALL, _l("small-class school")),
    (SchoolType.GYMNASIUM, _l("gymnasium")),
    (SchoolType.LYCEUM, _l("lyceum")),
    (SchoolType.COLLEGE, _l("college")),
    (SchoolType.UNIVERSITY, _l("university")),
    (SchoolType.OTHER, _l("other organization")),
    (Sex.FEMALE, _l("female")),
    (Sex.MALE, _l("male")),
    (Standing.PLANNED, _l("planned")),
    (Standing.OPEN, _l("open")),
    (Standing.CLOSED, _l("closed")),
    (WaveStanding.OPEN, _l("open")),
    (WaveStanding.CLOSED, _l("closed")),
)
BY_KIND = {(type(member), member.value): text for member, text in LABELS}


WAVES: dict[str, object] = {"baseline": _l("baseline"), "endline": _l("endline")}


def wave_name(code: str) -> str:
    """A wave in words where its code is one that everybody uses, else the code."""
    return str(WAVES.get(code, code))


def label(value: object) -> str:
    """The word for an enumeration's member; other values as they are."""
    if not isinstance(value, StrEnum):
        return str(value)
    return str(BY_KIND.get((type(value), value.value), value.value))
