"""Who takes part in what, since when, and how it ended."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, choice, identity_key, utc_now
from models.errors import Conflict
from models.people import Person
from models.places import School
from models.programs import Offering


class EnrollmentStatus(StrEnum):
    """The states of an enrollment."""

    APPLIED = "applied"
    WAITLISTED = "waitlisted"
    ENROLLED = "enrolled"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"


S = EnrollmentStatus
STEPS: dict[EnrollmentStatus | None, frozenset[EnrollmentStatus]] = {
    None: frozenset({S.APPLIED}),
    S.APPLIED: frozenset({S.WAITLISTED, S.ENROLLED, S.WITHDRAWN}),
    S.WAITLISTED: frozenset({S.ENROLLED, S.WITHDRAWN}),
    S.ENROLLED: frozenset({S.COMPLETED, S.WITHDRAWN, S.TRANSFERRED}),
    S.COMPLETED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.TRANSFERRED: frozenset(),
}
ACTIVE = frozenset({S.APPLIED, S.WAITLISTED, S.ENROLLED})
SEATED = frozenset({S.ENROLLED, S.COMPLETED})
REASON_REQUIRED = frozenset({S.WITHDRAWN, S.TRANSFERRED})


class StepReason(StrEnum):
    """Reasons the service itself gives for a step; people's own reasons are free text."""

    NO_SEAT_LEFT = "no_seat_left"
    PROMOTED = "promoted_from_waitlist"
    HISTORY = "recorded_afterwards"


class Enrollment(Base):
    """A person in an offering; `school_id` is the school the participation counts for."""

    __tablename__ = "enrollment"
    __table_args__ = (
        Index(
            "uq_enrollment_active",
            "person_id",
            "offering_id",
            unique=True,
            postgresql_where=text("status IN ('applied', 'waitlisted', 'enrolled')"),
        ),
        Index(
            "ix_enrollment_offering_id_status", "offering_id", "status", "applied_on", "id"
        ),  # the waitlist in its order
        Index("ix_enrollment_school_id_id", "school_id", "id"),
        Index("ix_enrollment_person_id", "person_id"),
    )

    id: Mapped[identity_key]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    offering_id: Mapped[int] = mapped_column(ForeignKey(Offering.id))
    school_id: Mapped[int] = mapped_column(ForeignKey(School.id))
    status: Mapped[EnrollmentStatus] = mapped_column(choice(EnrollmentStatus))
    applied_on: Mapped[date]
    waitlisted_on: Mapped[date | None]
    enrolled_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    person: Mapped[Person] = relationship()
    offering: Mapped[Offering] = relationship()
    school: Mapped[School] = relationship()
    events: Mapped[list["EnrollmentEvent"]] = relationship(
        order_by="EnrollmentEvent.id",
        back_populates="enrollment",
        foreign_keys="EnrollmentEvent.enrollment_id",
    )
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read once by SQLAlchemy

    @property
    def last_step_on(self) -> date:
        """The day since which the present state holds, as far as the row knows."""
        return self.ended_on or self.enrolled_on or self.waitlisted_on or self.applied_on

    def step_to(self, status: EnrollmentStatus, on: date, reason: str | None) -> None:
        """Move to `status`, or refuse: the order of states and dates is the law here."""
        check_step(self.status, status, reason)
        if on < self.last_step_on:
            raise Conflict(
                "date_before_last_step", field="date", found=on, expected=self.last_step_on
            )
        self.status = status
        self.reason = reason
        if status is S.ENROLLED:
            self.enrolled_on = on
        elif status is S.WAITLISTED:
            self.waitlisted_on = on
        elif status not in ACTIVE:
            self.ended_on = on


def check_step(
    current: EnrollmentStatus | None, following: EnrollmentStatus, reason: str | None
) -> None:
    """Raise `Conflict` unless `current` may become `following`."""
    if not STEPS[current]:
        raise Conflict("enrollment_over", found=following, expected=current)
    if following not in STEPS[current]:
        raise Conflict("illegal_step", found=following, expected=sorted(STEPS[current]))
    if following in REASON_REQUIRED and not reason:
        raise Conflict("reason_required", field="reason", found=following)


class EnrollmentEvent(Base):
    """One step in the life of an enrollment; never changed afterwards.

    `linked_id` is the enrollment a transfer led to, or came from.
    """

    __tablename__ = "enrollment_event"
    __table_args__ = (
        Index("ix_enrollment_event_enrollment_id_id", "enrollment_id", "id"),
        Index(
            "ix_enrollment_event_linked_id",
            "linked_id",
            postgresql_where=text("linked_id IS NOT NULL"),
        ),
    )

    id: Mapped[identity_key]
    enrollment_id: Mapped[int] = mapped_column(ForeignKey(Enrollment.id, ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(ForeignKey(School.id))
    previous: Mapped[EnrollmentStatus | None] = mapped_column(choice(EnrollmentStatus, "previous"))
    status: Mapped[EnrollmentStatus] = mapped_column(choice(EnrollmentStatus))
    happened_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(String(500))
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
    linked_id: Mapped[int | None] = mapped_column(ForeignKey(Enrollment.id, ondelete="SET NULL"))
    enrollment: Mapped[Enrollment] = relationship(
        back_populates="events", foreign_keys=enrollment_id
    )
