"""Files that were brought in, and what became of them."""

from datetime import datetime

from sqlalchemy import BigInteger, String, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, identity_key, utc_now


class ImportBatch(Base):
    """A committed file. A file with errors leaves no batch: nothing of it was written."""

    __tablename__ = "import_batch"

    id: Mapped[identity_key]
    kind: Mapped[str] = mapped_column(String(32))
    file_name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    new: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
