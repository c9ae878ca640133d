"""Surveys of others that national figures come from: PISA, and those that only resemble it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    SmallInteger,
    String,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, choice, identity_key, utc_now
from models.scores import Scale, ScoringRun

KAZAKHSTAN = "KAZ"
# (economy, cycle) of PISA that join no trend whatever a file says: 2015 had sampling problems.
NEVER_COMPARABLE = frozenset({(KAZAKHSTAN, 2015)})
FIRST_CYCLE, LAST_CYCLE = 2000, 2100
HELD = (2000, 2003, 2006, 2009, 2012, 2015, 2018, 2022)
# When PISA is held next, as announced by the OECD; later every four years.
ANNOUNCED = 2025
YEARS_BETWEEN = 4


def is_cycle(year: int) -> bool:
    """Whether PISA was held in a year, or will be as announced."""
    return year in HELD or (year >= ANNOUNCED and (year - ANNOUNCED) % YEARS_BETWEEN == 0)


class Product(StrEnum):
    """What was measured with. The products are never put into one series or one ranking."""

    PISA = "pisa"
    PISA_FOR_SCHOOLS = "pisa_for_schools"
    MODO = "modo"


# Those whose scores lie on PISA's scale, so that its levels can be told of them.
ON_SCALE_OF_PISA = frozenset({Product.PISA, Product.PISA_FOR_SCHOOLS})


class Domain(StrEnum):
    """What was tested."""

    MATHEMATICS = "mathematics"
    READING = "reading"
    SCIENCE = "science"


class Standing(StrEnum):
    """Whether a figure was found in the source it names."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"


class LinkMethod(StrEnum):
    """Through what a scale is linked to PISA: pupils who have both scores, or common items."""

    SAMPLE = "sample"
    ITEMS = "items"


class ItemModel(StrEnum):
    """By which model a published item was calibrated."""

    RASCH = "rasch"
    TWO_PARAMETERS = "2pl"
    PARTIAL_CREDIT = "pcm"
    GENERALIZED_PARTIAL_CREDIT = "gpcm"


class LinkedQuantity(StrEnum):
    """Whose change a link error belongs to; a share is that of pupils below Level 2, 0–1."""

    MEAN = "mean"
    SHARE = "share"


class Sourced:
    """A figure of others: where it is from, and how far that has been checked.

    `status` begins with "verified" or "confirmed" where the whole figure stands in its source.
    """

    source: Mapped[str]
    status: Mapped[str]

    @property
    def verified(self) -> bool:
        """Whether the figure was found in its source."""
        return self.status.startswith(("verified", "confirmed"))


class SurveyMean(Sourced, Base):
    """A published mean of one economy in one cycle, with its standard error.

    economy: ISO 3166 alpha-3, or the survey's own code; `name` where that is no country's.
    level2plus, coverage: shares, 0–1. rank_low, rank_high: as printed, no result of ours.
    comparable: whether it may join a trend. mode: "paper", "computer", … where it is known.
    """

    __tablename__ = "survey_mean"
    __table_args__ = (
        UniqueConstraint("product", "cycle", "economy", "domain"),
        CheckConstraint("se > 0", name="se"),
        CheckConstraint("level2plus BETWEEN 0 AND 1", name="level2plus"),
        CheckConstraint("coverage > 0 AND coverage <= 1", name="coverage"),
    )

    id: Mapped[identity_key]
    product: Mapped[Product] = mapped_column(choice(Product))
    cycle: Mapped[int] = mapped_column(SmallInteger)
    economy: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(128), default="", server_default="")
    grouping: Mapped[str] = mapped_column(String(16), default="", server_default="")
    domain: Mapped[Domain] = mapped_column(choice(Domain))
    mean: Mapped[float] = mapped_column(Double)
    se: Mapped[float] = mapped_column(Double)
    level2plus: Mapped[float | None] = mapped_column(Double)
    rank_low: Mapped[int | None]
    rank_high: Mapped[int | None]
    comparable: Mapped[bool] = mapped_column(default=True, server_default="true")
    coverage: Mapped[float | None] = mapped_column(Double)
    mode: Mapped[str] = mapped_column(String(16), default="", server_default="")


class SurveyLinkError(Sourced, Base):
    """Standard error of the link between two cycles of PISA, in the unit of the quantity."""

    __tablename__ = "survey_link_error"
    __table_args__ = (
        UniqueConstraint("domain", "quantity", "from_cycle", "to_cycle"),
        CheckConstraint("from_cycle < to_cycle", name="cycles"),
        CheckConstraint("error >= 0", name="error"),
    )

    id: Mapped[identity_key]
    domain: Mapped[Domain] = mapped_column(choice(Domain))
    quantity: Mapped[LinkedQuantity] = mapped_column(choice(LinkedQuantity))
    from_cycle: Mapped[int] = mapped_column(SmallInteger)
    to_cycle: Mapped[int] = mapped_column(SmallInteger)
    error: Mapped[float] = mapped_column(Double)


class SurveyFile(Sourced, Base):
    """A pupil file that was summarized; the pupils' own rows are not kept."""

    __tablename__ = "survey_file"

    id: Mapped[identity_key]
    product: Mapped[Product] = mapped_column(choice(Product))
    cycle: Mapped[int] = mapped_column(SmallInteger)
    file_name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    row_count: Mapped[int]
    columns: Mapped[dict[str, Any]]
    software: Mapped[dict[str, Any]]
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
    summaries: Mapped[list["SurveySummary"]] = relationship(back_populates="file")


class SurveySummary(Base):
    """What a pupil file says of one economy in one domain.

    `estimates` are figures as dictionaries, each with its standard error and both parts of its
    variance; `suppressed` the groups too small to show. domain: a Domain, or the survey's own code
    of another one.
    """

    __tablename__ = "survey_summary"
    __table_args__ = (UniqueConstraint("file_id", "economy", "domain"),)

    id: Mapped[identity_key]
    file_id: Mapped[int] = mapped_column(ForeignKey(SurveyFile.id, ondelete="CASCADE"))
    economy: Mapped[str] = mapped_column(String(8), index=True)
    domain: Mapped[str] = mapped_column(String(32))
    estimates: Mapped[list[Any]]
    suppressed: Mapped[list[Any]]
    file: Mapped[SurveyFile] = relationship(back_populates="summaries")


class Concordance(Sourced, Base):
    """How a score of the service is read on the scale of PISA: slope · score + intercept.

    From pupils who have both, or by items that a run has in common with PISA. `covariance`: of
    (slope, intercept), the link error of whatever is told on the scale of PISA. correlation,
    pupil_count, school_count: of pupils who have both. run_id, report: of common items, the run
    that was linked and what was found: the anchors, those dropped, and how far each has drifted.
    """

    __tablename__ = "concordance"

    id: Mapped[identity_key]
    scale_id: Mapped[int] = mapped_column(ForeignKey(Scale.id), index=True)
    domain: Mapped[Domain] = mapped_column(choice(Domain))
    cycle: Mapped[int] = mapped_column(SmallInteger)
    slope: Mapped[float] = mapped_column(Double)
    intercept: Mapped[float] = mapped_column(Double)
    covariance: Mapped[list[Any]]
    method: Mapped[LinkMethod] = mapped_column(
        choice(LinkMethod), default=LinkMethod.SAMPLE, server_default=LinkMethod.SAMPLE
    )
    correlation: Mapped[float | None] = mapped_column(Double)
    pupil_count: Mapped[int | None]
    school_count: Mapped[int | None]
    run_id: Mapped[int | None] = mapped_column(ForeignKey(ScoringRun.id))
    report: Mapped[dict[str, Any] | None]
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
    scale: Mapped[Scale] = relationship()

    @property
    def anchors(self) -> list[str]:
        """The common items that the link rests on; none where it rests on pupils."""
        return list((self.report or {}).get("anchors", ()))

    @property
    def drifts(self) -> list[dict[str, Any]]:
        """How far each common item has moved, in points of PISA."""
        return list((self.report or {}).get("drifts", ()))

    @property
    def df(self) -> float:
        """Degrees of freedom of the link: its schools, or its anchors, less one."""
        return (len(self.anchors) or self.school_count or 2) - 1.0


class SurveyItem(Sourced, Base):
    """The published parameters of an item of PISA that tests of the service may share.

    item: its code, as the service's items are called. slope: per 100 points of PISA.
    difficulty: in points. steps: of partial credit, how far each step lies from the difficulty.
    """

    __tablename__ = "survey_item"
    __table_args__ = (
        UniqueConstraint("domain", "item"),
        CheckConstraint("slope > 0", name="slope"),
    )

    id: Mapped[identity_key]
    domain: Mapped[Domain] = mapped_column(choice(Domain))
    cycle: Mapped[int] = mapped_column(SmallInteger)
    item: Mapped[str] = mapped_column(String(64))
    model: Mapped[ItemModel] = mapped_column(choice(ItemModel))
    slope: Mapped[float] = mapped_column(Double)
    difficulty: Mapped[float] = mapped_column(Double)
    steps: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")

    @property
    def thresholds(self) -> list[float]:
        """Where neighboring categories are equally likely, in points of PISA."""
        return [self.difficulty + float(step) for step in self.steps or (0.0,)]
