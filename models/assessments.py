"""What is measured and what was answered: instruments, waves, sittings, anonymous samples."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Named, choice, identity_key, small, utc_now
from models.people import Person
from models.places import School

OMITTED = -1
NOT_REACHED = -2
NOT_PRESENTED = -3


class WaveStanding(StrEnum):
    """Whether a wave takes responses."""

    OPEN = "open"
    CLOSED = "closed"


class OmissionRule(StrEnum):
    """What an omitted response is worth."""

    MISSING = "missing"
    LOWEST = "lowest"


class Instrument(Named, Base):
    """A test or questionnaire; `range_low`–`range_high` bound every item's codes.

    An omission says nothing in a questionnaire (MISSING) and counts as a wrong answer in a test
    (LOWEST). Negative codes are kept for responses that were not given.
    """

    __tablename__ = "instrument"
    __table_args__ = (CheckConstraint("range_low >= 0 AND range_low < range_high", name="range"),)

    id: Mapped[identity_key]
    code: Mapped[str] = mapped_column(String(64), unique=True)
    scale: Mapped[str] = mapped_column(String(64))
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(8)))
    range_low: Mapped[small]
    range_high: Mapped[small]
    omission_rule: Mapped[OmissionRule] = mapped_column(
        choice(OmissionRule), default=OmissionRule.MISSING, server_default="missing"
    )
    items: Mapped[list["Item"]] = relationship(
        order_by="Item.position", back_populates="instrument"
    )
    waves: Mapped[list["Wave"]] = relationship(order_by="Wave.opens_on")


class Item(Base):
    """A question, at its place in the response array."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("instrument_id", "position"),
        UniqueConstraint("instrument_id", "code"),
    )

    id: Mapped[identity_key]
    instrument_id: Mapped[int] = mapped_column(ForeignKey(Instrument.id, ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    code: Mapped[str] = mapped_column(String(64))
    domain: Mapped[str] = mapped_column(String(64))
    instrument: Mapped[Instrument] = relationship(back_populates="items")


class Wave(Base):
    """One round of an instrument: baseline, endline, …"""

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("instrument_id", "code"),
        CheckConstraint("opens_on <= closes_on", name="dates"),
    )

    id: Mapped[identity_key]
    instrument_id: Mapped[int] = mapped_column(ForeignKey(Instrument.id, ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(64))
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    standing: Mapped[WaveStanding] = mapped_column(choice(WaveStanding))
    instrument: Mapped[Instrument] = relationship(back_populates="waves")


class Sample(Base):
    """A set of anonymous respondents whose schools stay apart from the registry."""

    __tablename__ = "sample"

    id: Mapped[identity_key]
    code: Mapped[str] = mapped_column(String(64), unique=True)
    instrument_id: Mapped[int] = mapped_column(ForeignKey(Instrument.id))
    created_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
    instrument: Mapped[Instrument] = relationship()


class Respondent(Base):
    """An anonymous person of a sample, known by the line of the file; `groups` are its labels."""

    __tablename__ = "respondent"
    __table_args__ = (UniqueConstraint("sample_id", "line"),)

    id: Mapped[identity_key]
    sample_id: Mapped[int] = mapped_column(ForeignKey(Sample.id, ondelete="CASCADE"))
    school_code: Mapped[str] = mapped_column(String(64))
    line: Mapped[int]
    groups: Mapped[dict[str, Any]]


class Sitting(Base):
    """One person's answers in one wave, in item order.

    A response is the item's code, or OMITTED, NOT_REACHED, NOT_PRESENTED. Exactly one of
    `person_id` (then with the school where it was sat) and `respondent_id` is given.
    """

    __tablename__ = "sitting"
    __table_args__ = (
        UniqueConstraint("wave_id", "person_id"),
        UniqueConstraint("wave_id", "respondent_id"),
        CheckConstraint("(person_id IS NULL) <> (respondent_id IS NULL)", name="one_sitter"),
        CheckConstraint("(person_id IS NULL) = (school_id IS NULL)", name="school_of_person"),
        Index("ix_sitting_person_id", "person_id"),
        Index("ix_sitting_school_id_wave_id_id", "school_id", "wave_id", "id"),
    )

    id: Mapped[identity_key]
    wave_id: Mapped[int] = mapped_column(ForeignKey(Wave.id))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    respondent_id: Mapped[int | None] = mapped_column(
        ForeignKey(Respondent.id, ondelete="CASCADE"), index=True
    )
    school_id: Mapped[int | None] = mapped_column(ForeignKey(School.id))
    language: Mapped[str | None] = mapped_column(String(8))
    sat_on: Mapped[date | None]
    responses: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    wave: Mapped[Wave] = relationship()
