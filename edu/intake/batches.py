"""What became of a file: how many records were new, changed, unchanged or in conflict."""

import hashlib
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.scope import Scope
from edu.database.planner import gather_statistics
from edu.intake.files import IncomingFile
from edu.intake.problems import shown
from models.intake import ImportBatch

MANY = 1000
WRITTEN_BY_FILES = (
    "school", "school_class", "person", "person_identity", "membership",
    "enrollment", "enrollment_event", "respondent", "sitting",
)  # fmt: skip


@dataclass(frozen=True)
class ImportCount:
    """Records of all kinds together; a conflict was left as it stood in the database."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    conflicts: int = 0

    def __add__(self, other: "ImportCount") -> "ImportCount":
        return ImportCount(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.conflicts + other.conflicts,
        )

    def as_dict(self) -> dict[str, int]:
        """The four counts by name."""
        return asdict(self)


def record_batch(
    session: Session, scope: Scope, *, kind: str, file: IncomingFile, count: ImportCount
) -> ImportBatch:
    """Keep what was brought in: the file's name and fingerprint, and the counts."""
    batch = ImportBatch(
        kind=kind,
        file_name=shown(file.name),
        sha256=hashlib.sha256(file.content).hexdigest(),
        new=count.new,
        changed=count.changed,
        unchanged=count.unchanged,
        created_by=scope.actor_id,
    )
    session.add(batch)
    session.flush()
    audit.note_changed(session, "import_batch", [batch.id], file=batch.file_name)
    if count.new >= MANY:
        gather_statistics(session, *WRITTEN_BY_FILES)
    return batch
