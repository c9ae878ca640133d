"""Official pupil files: summarized as they come in; the pupils' own rows are not kept."""

import hashlib
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.intake import ImportCount
from edu.outcomes.pisa.columns import PupilFile
from edu.outcomes.pisa.pupils import Pupils, read_pupils
from edu.outcomes.pisa.summary import summarize
from models.pisa import Product, Standing, SurveyFile, SurveySummary

SOFTWARE = ("edu", "numpy", "scipy")
# Counts up with every change of what is summarized, or how.
METHOD_VERSION = "2"
BLOCK = 1 << 20


@dataclass(frozen=True)
class Survey:
    """Of what a pupil file is; cycle and economy may be left to the file.

    source: where it was taken from, None where nobody said: it then counts as unverified.
    """

    cycle: int | None = None
    economy: str | None = None
    product: Product = Product.PISA
    source: str | None = None


def import_microdata(
    session: Session, scope: Scope, file: PupilFile, *, survey: Survey
) -> ImportCount:
    """Summarize a pupil file; the same file by the same method changes nothing.

    Refuses as read_pupils does, before anything is written. The count is of summaries.
    """
    scope.require(Permission.DECIDE_FINDINGS)
    digest, software = sha256_of(file.path), made_with()
    before = known_file(session, survey, digest)
    if before is not None and before.software == software:
        return ImportCount(unchanged=len(before.summaries))
    pupils = read_pupils(file, cycle=survey.cycle, economy=survey.economy)
    kept = SurveyFile(
        product=survey.product,
        cycle=pupils.cycle,
        file_name=file.name[:255],
        sha256=digest,
        row_count=pupils.n,
        columns=columns_of(pupils),
        software=software,
        source=survey.source or file.name,
        status=(Standing.VERIFIED if survey.source else Standing.UNVERIFIED).value,
        created_by=scope.actor_id,
        summaries=[
            SurveySummary(
                economy=one["economy"],
                domain=one["domain"],
                estimates=list(one["estimates"]),
                suppressed=list(one["suppressed"]),
            )
            for one in map(asdict, summarize(pupils))
        ],
    )
    session.add(kept)
    session.flush()
    audit.note_changed(session, "survey_file", [kept.id], file=kept.file_name)
    return ImportCount(new=len(kept.summaries))


def known_file(session: Session, survey: Survey, digest: str) -> SurveyFile | None:
    """The same file of the same product, where it was summarized before."""
    statement = select(SurveyFile).where(
        SurveyFile.product == survey.product, SurveyFile.sha256 == digest
    )
    return session.scalar(statement.order_by(SurveyFile.id.desc()).limit(1))


def made_with() -> dict[str, str]:
    """What the summaries are made with."""
    return {**{name: version(name) for name in SOFTWARE}, "summary": METHOD_VERSION}


def columns_of(pupils: Pupils) -> dict[str, object]:
    """By which names the file was understood."""
    used = {domain: pupils.values[domain].shape[1] for domain in pupils.values}
    return {
        "weight": pupils.columns.weight,
        "replicates": [pupils.columns.replicates[0], pupils.columns.replicates[-1]],
        "plausible_values": used,
        "groups": sorted(pupils.labels),
        "index": pupils.index is not None,
    }


def sha256_of(path: Path) -> str:
    """The file's fingerprint, read in blocks: it may be gigabytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
