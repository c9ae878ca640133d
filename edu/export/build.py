"""Making a release: read, coarsen, write, look again, and only then hand it over."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.scope import Reach, Scope, use_scope
from edu.export import policy, storage
from edu.export.codebook import Facts, as_page, codebook
from edu.export.cohort import Cohort, read_cohort
from edu.export.columns import Column, Kind, Role, columns_of
from edu.export.pseudonyms import fresh_key
from edu.export.table import recode, release_table
from edu.export.verification import verify
from edu.export.writing import write_csv, write_json, write_parquet, write_text
from edu.jobs import Progress
from ml.disclosure import Generalization
from models.accounts import RoleName
from models.assessments import Wave
from models.base import utc_today
from models.releases import ExportRequest, ReleaseFile, ReleaseStatus

STEPS = 4
CSV = "cohort.csv"
PARQUET = "cohort.parquet"
# Enough to count by, too little to see a name: the build cannot leak what it cannot read.
FIGURES_ONLY = Scope(actor_id=None, actor="system", role=RoleName.SYSTEM, reach=Reach.NATION)


@dataclass(frozen=True)
class Recoded:
    """The table to write, and how it came about."""

    cohort: Cohort
    found: Generalization
    columns: Sequence[Column]
    table: pa.Table


def build(session: Session, request_id: int, progress: Progress) -> None:
    """Make the files of an approved request and mark it ready.

    Refuses what cannot be released safely; then nothing is left on the disk.
    """
    use_scope(session, FIGURES_ONLY)
    request = session.get_one(ExportRequest, request_id, with_for_update=True)
    if request.status is not ReleaseStatus.APPROVED:
        return
    progress.at("reading", 0, STEPS)
    waves = waves_of(session, request)
    cohort = read_cohort(session, program_id=request.program_id, waves=waves)
    progress.at("coarsening", 1, STEPS)
    found = recode(cohort)
    columns = columns_of(waves)
    recoded = Recoded(cohort, found, columns, release_table(cohort, found, fresh_key()))
    with storage.draft(request_id) as folder:
        progress.at("writing", 2, STEPS)
        write_release(session, request, recoded, folder)
        progress.at("checking", 3, STEPS)
        k = verify(folder / CSV, folder / PARQUET, columns)
        risk = risk_report(recoded, k)
        write_json(folder / "risk.json", risk)
        request.files = [ReleaseFile(**asdict(file)) for file in storage.described(folder)]
        request.risk = risk
        request.status = ReleaseStatus.READY
        session.flush()
        note(session, request, recoded)


def waves_of(session: Session, request: ExportRequest) -> list[Wave]:
    """The chosen waves, oldest first."""
    statement = select(Wave).where(Wave.id.in_(request.wave_ids))
    return list(session.scalars(statement.order_by(Wave.opens_on, Wave.id)))


def write_release(session: Session, request: ExportRequest, recoded: Recoded, folder: Path) -> None:
    """Write the table twice, and what it means."""
    write_csv(folder / CSV, recoded.table)
    write_parquet(folder / PARQUET, recoded.table, recoded.columns)
    facts = Facts(
        request=request,
        columns=recoded.columns,
        levels=recoded.found.levels,
        values=values_of(recoded),
        rows=recoded.table.num_rows,
        made_on=utc_today().isoformat(),
    )
    book = codebook(session, facts)
    write_json(folder / "codebook.json", book)
    write_text(folder / "codebook.html", as_page(book))


def values_of(recoded: Recoded) -> dict[str, list[str]]:
    """What occurs in each column of texts but the pseudonyms."""
    return {
        column.name: sorted(recoded.table.column(column.name).unique().to_pylist())
        for column in recoded.columns[1:]
        if column.kind is Kind.TEXT
    }


def risk_report(recoded: Recoded, k: int) -> dict[str, Any]:
    """What somebody could have found out before, and can now. `k` as read from the file."""
    risk = recoded.found.risk
    quasi = [column.name for column in recoded.columns if column.role is Role.QUASI_IDENTIFIER]
    return {
        "policy": {
            "level": policy.LEVEL,
            "k": policy.K,
            "max_share_dropped": policy.MAX_SHARE_DROPPED,
        },
        "k": k,
        "rows": recoded.table.num_rows,
        "before": asdict(risk.before),
        "after": asdict(risk.after),
        "share_dropped": risk.share_dropped,
        "loss": risk.loss,
        "quasi_identifiers": quasi,
        "levels": {name: recoded.found.levels[name] for name in quasi},
        "data_fingerprint": recoded.cohort.fingerprint,
    }


def note(session: Session, request: ExportRequest, recoded: Recoded) -> None:
    """Say in the trail whose records went into which release."""
    people = recoded.cohort.rows.column("person_id").to_pylist()
    audit.note_read(session, "person", people)
    audit.note_changed(session, "export_request", [request.id])
