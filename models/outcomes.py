"""Findings: what was estimated, from which data, by which method."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, identity_key, utc_now
from models.programs import Program
from models.scores import ScoringRun


class Finding(Base):
    """Estimates with all that is needed to make them again.

    `estimates` are Estimates as dictionaries, `suppressed` the labels too small to show.
    """

    __tablename__ = "finding"
    __table_args__ = (
        Index("ix_finding_program_kind", "program_id", "kind", "created_at"),
        Index("ix_finding_run_kind", "scoring_run_id", "kind", "created_at"),
    )

    id: Mapped[identity_key]
    kind: Mapped[str] = mapped_column(String(32))
    program_id: Mapped[int | None] = mapped_column(ForeignKey(Program.id))
    scoring_run_id: Mapped[int] = mapped_column(ForeignKey(ScoringRun.id, ondelete="CASCADE"))
    grouping: Mapped[str | None] = mapped_column(String(64))
    definition: Mapped[dict[str, Any]]
    method: Mapped[str] = mapped_column(String(64))
    method_version: Mapped[str] = mapped_column(String(32))
    data_fingerprint: Mapped[str] = mapped_column(String(64))
    software: Mapped[dict[str, Any]]
    estimates: Mapped[list[Any]]
    suppressed: Mapped[list[Any]]
    missing: Mapped[int]
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
