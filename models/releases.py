"""Safe release: a request, a second person's decision, and the files it led to."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import User
from models.base import Base, choice, identity_key, utc_now
from models.programs import Program


class ReleaseStatus(StrEnum):
    """The life of an export request."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    READY = "ready"
    REFUSED = "refused"
    FAILED = "failed"


class ExportRequest(Base):
    """A researcher's request for an anonymized cohort; `refusal` says why none could be made."""

    __tablename__ = "export_request"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="second_person"),
    )

    id: Mapped[identity_key]
    requested_by: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    program_id: Mapped[int] = mapped_column(ForeignKey(Program.id))
    wave_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    purpose: Mapped[str]
    status: Mapped[ReleaseStatus] = mapped_column(choice(ReleaseStatus))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str | None]
    job_id: Mapped[int | None] = mapped_column(BigInteger)
    risk: Mapped[dict[str, Any] | None]
    refusal: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
    program: Mapped[Program] = relationship()
    requester: Mapped[User] = relationship(foreign_keys=[requested_by])
    decider: Mapped[User | None] = relationship(foreign_keys=[decided_by])
    files: Mapped[list["ReleaseFile"]] = relationship(order_by="ReleaseFile.name")


class ReleaseFile(Base):
    """One file of a release, under the service's own folder of files."""

    __tablename__ = "release_file"
    __table_args__ = (UniqueConstraint("request_id", "name"),)

    id: Mapped[identity_key]
    request_id: Mapped[int] = mapped_column(ForeignKey(ExportRequest.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(128))
    media_type: Mapped[str] = mapped_column(String(128))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
