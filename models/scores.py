"""From responses to scores: runs that never change once published, and what they found."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Double, ForeignKey, Index, String, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.assessments import Instrument, Item, Sample, Sitting
from models.base import Base, choice, identity_key, utc_now
from models.places import School


class RunStatus(StrEnum):
    """The life of a scoring run."""

    QUEUED = "queued"
    FINISHED = "finished"
    PUBLISHED = "published"
    DISCARDED = "discarded"
    FAILED = "failed"


class ScoringRun(Base):
    """One calibration and scoring of an instrument's waves (or of an anonymous sample).

    `data_fingerprint`, `software` and `seed` make it reproducible. `reliability` and
    `error_of_measurement` are Estimates; `warnings` are the codes of what the reader of all its
    scores must know. Once published it never changes: the database refuses.
    """

    __tablename__ = "scoring_run"

    id: Mapped[identity_key]
    instrument_id: Mapped[int] = mapped_column(ForeignKey(Instrument.id), index=True)
    sample_id: Mapped[int | None] = mapped_column(
        ForeignKey(Sample.id, ondelete="CASCADE"), index=True
    )
    wave_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    method: Mapped[str] = mapped_column(String(64))
    method_version: Mapped[str] = mapped_column(String(32))
    seed: Mapped[int]
    status: Mapped[RunStatus] = mapped_column(choice(RunStatus))
    data_fingerprint: Mapped[str | None] = mapped_column(String(64))
    software: Mapped[dict[str, Any]]
    reliability: Mapped[dict[str, Any] | None]
    error_of_measurement: Mapped[dict[str, Any] | None]
    warnings: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    sitting_count: Mapped[int | None]
    scored_count: Mapped[int | None]
    failure: Mapped[dict[str, Any] | None]
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
    finished_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[datetime | None]
    instrument: Mapped[Instrument] = relationship()
    sample: Mapped[Sample | None] = relationship()


class ItemStatistic(Base):
    """What a run says about one item; None where too few persons stand behind a figure."""

    __tablename__ = "item_statistic"
    __table_args__ = (UniqueConstraint("run_id", "item_id"),)

    id: Mapped[identity_key]
    run_id: Mapped[int] = mapped_column(ForeignKey(ScoringRun.id, ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey(Item.id))
    answered: Mapped[int]
    difficulty: Mapped[float | None] = mapped_column(Double)
    discrimination: Mapped[float | None] = mapped_column(Double)
    omitted_share: Mapped[float | None] = mapped_column(Double)
    not_reached_share: Mapped[float | None] = mapped_column(Double)
    warnings: Mapped[list[Any]]
    item: Mapped[Item] = relationship()


class Score(Base):
    """One sitting's score in one run; `plausible_values` in the metric of the run's scale."""

    __tablename__ = "score"
    __table_args__ = (
        UniqueConstraint("run_id", "sitting_id"),
        Index("ix_score_sitting_id", "sitting_id"),
    )

    id: Mapped[identity_key]
    run_id: Mapped[int] = mapped_column(ForeignKey(ScoringRun.id, ondelete="CASCADE"))
    sitting_id: Mapped[int] = mapped_column(ForeignKey(Sitting.id, ondelete="CASCADE"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey(School.id), index=True)
    value: Mapped[float | None] = mapped_column(Double)
    se: Mapped[float | None] = mapped_column(Double)
    plausible_values: Mapped[list[float] | None] = mapped_column(ARRAY(Double))
