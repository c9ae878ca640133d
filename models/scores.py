"""From responses to scores: runs that never change once published, and what they found."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Double,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.assessments import Instrument, Item, Sample, Sitting
from models.base import Base, Named, choice, identity_key, utc_now
from models.places import School


class RunStatus(StrEnum):
    """The life of a scoring run."""

    QUEUED = "queued"
    FINISHED = "finished"
    PUBLISHED = "published"
    DISCARDED = "discarded"
    FAILED = "failed"


class Scale(Named, Base):
    """A scale that scores are told on, in one version; what hangs on it never changes.

    The population of the scale's first published run has mean `metric_mean` and SD `metric_sd`;
    every later run is linked to that one. `source` and `status` say where the metric is from.
    """

    __tablename__ = "scale"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[identity_key]
    code: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(32))
    metric_mean: Mapped[float] = mapped_column(Double)
    metric_sd: Mapped[float] = mapped_column(Double)
    source: Mapped[str]
    status: Mapped[str]
    levels: Mapped[list["ScaleLevel"]] = relationship(order_by="ScaleLevel.position")


class ScaleLevel(Base):
    """A proficiency level: scores strictly above `lower_bound`, up to the next level's."""

    __tablename__ = "scale_level"
    __table_args__ = (UniqueConstraint("scale_id", "code"),)

    id: Mapped[identity_key]
    scale_id: Mapped[int] = mapped_column(ForeignKey(Scale.id, ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    code: Mapped[str] = mapped_column(String(16))
    lower_bound: Mapped[float] = mapped_column(Double)
    source: Mapped[str]
    status: Mapped[str]


class ScoringRun(Base):
    """One calibration and scoring of waves on one scale (or of an anonymous sample).

    `definition` is all that is needed to ask for it again; with `data_fingerprint`, `software` and
    `seed` it is reproducible. `reliability` and `error_of_measurement` are Estimates; `warnings`
    are the codes of what the reader of all its scores must know. `calibration` is the fitted item
    response model as JSON, `report` what was found beside the items: link, convergence, groups,
    flags. Once published it never changes: the database refuses.
    """

    __tablename__ = "scoring_run"

    id: Mapped[identity_key]
    instrument_id: Mapped[int] = mapped_column(ForeignKey(Instrument.id), index=True)
    sample_id: Mapped[int | None] = mapped_column(
        ForeignKey(Sample.id, ondelete="CASCADE"), index=True
    )
    scale_id: Mapped[int | None] = mapped_column(ForeignKey(Scale.id), index=True)
    wave_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    definition: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
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
    report: Mapped[dict[str, Any] | None]
    calibration: Mapped[str | None] = mapped_column(Text, deferred=True)
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
    finished_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[datetime | None]
    instrument: Mapped[Instrument] = relationship()
    sample: Mapped[Sample | None] = relationship()
    scale: Mapped[Scale | None] = relationship()


class ItemStatistic(Base):
    """What a run says about one item; None where too few persons stand behind a figure.

    `calibration`: its parameters with standard errors, its fit and its curve beside what was
    observed; `dif`: the groups for which it functions differently, or does not.
    """

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
    calibration: Mapped[dict[str, Any] | None]
    dif: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    warnings: Mapped[list[Any]]
    item: Mapped[Item] = relationship()


class Score(Base):
    """One sitting's score in one run, in the metric of the run's scale (without one, of 100).

    `value` and `se` belong to the person and say nothing about groups; figures about groups rest
    on `plausible_values`, where the run drew them.
    """

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
