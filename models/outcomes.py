"""Analyses and Findings: what is asked, and what was found, from which data, by which method."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, identity_key, utc_now
from models.programs import Program
from models.scores import ScoringRun


class Analysis(Base):
    """A question about a program's effect, asked once and answered as often as data come in.

    `definition` is all that is needed to ask it; it never changes. `failure` is why the latest
    attempt gave no Finding. `truth` is what really happened, known of an invented nation only.
    `archived`: put away, out of the lists; its findings stay.
    """

    __tablename__ = "analysis"

    id: Mapped[identity_key]
    name: Mapped[str] = mapped_column(String(255))
    program_id: Mapped[int] = mapped_column(ForeignKey(Program.id), index=True)
    definition: Mapped[dict[str, Any]]
    failure: Mapped[dict[str, Any] | None]
    truth: Mapped[dict[str, Any] | None]
    archived: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
    program: Mapped[Program] = relationship()


class Finding(Base):
    """Estimates with all that is needed to make them again.

    `estimates` are Estimates as dictionaries, `suppressed` the labels too small to show, `checks`
    what was looked at before a difference may be called an effect, `report` what else an analysis
    found. `seed` is None where nothing is drawn at random.
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
    analysis_id: Mapped[int | None] = mapped_column(
        ForeignKey(Analysis.id, ondelete="CASCADE"), index=True
    )
    grouping: Mapped[str | None] = mapped_column(String(64))
    definition: Mapped[dict[str, Any]]
    method: Mapped[str] = mapped_column(String(64))
    method_version: Mapped[str] = mapped_column(String(32))
    seed: Mapped[int | None]
    data_fingerprint: Mapped[str] = mapped_column(String(64))
    software: Mapped[dict[str, Any]]
    estimates: Mapped[list[Any]]
    suppressed: Mapped[list[Any]]
    checks: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    report: Mapped[dict[str, Any] | None]
    missing: Mapped[int]
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
