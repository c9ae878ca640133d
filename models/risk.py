"""Models of who is likely not to complete a program: what was learned, and how good that is."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, identity_key, utc_now
from models.programs import Program


class RiskModel(Base):
    """One attempt to learn from a program's past; the newest that succeeded gives the advice.

    `fitted` is all that is needed to advise, `card` what people must know before they follow the
    advice. Neither holds anything about a person. An attempt without them says why in `failure`.
    """

    __tablename__ = "risk_model"
    __table_args__ = (
        CheckConstraint(
            "(fitted IS NULL) = (failure IS NOT NULL) AND (fitted IS NULL) = (card IS NULL)",
            name="learned_or_failed",
        ),
        Index("ix_risk_model_program_id_id", "program_id", "id"),
    )

    id: Mapped[identity_key]
    program_id: Mapped[int] = mapped_column(ForeignKey(Program.id))
    definition: Mapped[dict[str, Any]]
    learned_until: Mapped[date]
    fitted: Mapped[dict[str, Any] | None]
    card: Mapped[dict[str, Any] | None]
    failure: Mapped[dict[str, Any] | None]
    method: Mapped[str] = mapped_column(String(64))
    method_version: Mapped[str] = mapped_column(String(32))
    seed: Mapped[int]
    data_fingerprint: Mapped[str | None] = mapped_column(String(64))
    software: Mapped[dict[str, Any]]
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
    program: Mapped[Program] = relationship()
