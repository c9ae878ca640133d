"""Official pupil files: summarized as they come in; the pupils' own rows are not kept."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version

from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.intake import ImportCount
from edu.outcomes.pisa import queries
from edu.outcomes.pisa.microdata.population import COVERAGE, Coverage
from edu.outcomes.pisa.microdata.pupil_file import PupilFile
from edu.outcomes.pisa.microdata.pupils import Pupils, read_pupils
from edu.outcomes.pisa.microdata.summary import summarize
from models.errors import Refusal
from models.pisa import Product, Standing, SurveyFile, SurveySummary, is_cycle

SOFTWARE = ("edu", "numpy", "scipy")
# Counts up with every change of what is summarized, or how.
METHOD_VERSION = "3"
BLOCK = 1 << 20


@dataclass(frozen=True)
class Survey:
    """Of what a pupil file is; cycle and economy may be left to the file.

    source: where it was taken from. status: whether somebody has compared the file's figures with
    that source; one that nobody names stays unverified.
    """

    cycle: int | None = None
    economy: str | None = None
    product: Product = Product.PISA
    source: str | None = None
    status: Standing = Standing.UNVERIFIED


def import_microdata(
    session: Session, scope: Scope, file: PupilFile, *, survey: Survey
) -> ImportCount:
    """Summarize a pupil file; the same file, told the same, by the same method and with the same
    coverage of all 15-year-olds changes nothing unless another has taken its place since.

    Refuses as read_pupils does, and no_such_cycle, before anything is written. The count is of
    summaries.
    """
    scope.require(Permission.DECIDE_FINDINGS)
    digest, software = fingerprint(file), made_with()
    pupils = read_pupils(file, cycle=survey.cycle, economy=survey.economy)
    if survey.product is Product.PISA and not is_cycle(pupils.cycle):
        raise Refusal("no_such_cycle", found=str(pupils.cycle))
    coverage = coverage_known(session, scope, survey.product, pupils)
    before = newest_file(session, survey.product, pupils)
    told = {"sha256": digest, "software": software, **sourced(file, survey)}
    if before is not None and says_the_same(before, told, coverage):
        return ImportCount(unchanged=len(before.summaries))
    kept = SurveyFile(
        product=survey.product,
        cycle=pupils.cycle,
        file_name=file.name[:255],
        row_count=pupils.n,
        columns={**columns_of(pupils, file), COVERAGE: coverage},
        **told,
        created_by=scope.actor_id,
        summaries=[
            SurveySummary(
                economy=one["economy"],
                domain=one["domain"],
                estimates=list(one["estimates"]),
                suppressed=list(one["suppressed"]),
            )
            for one in map(asdict, summarize(pupils, survey.product, coverage))
        ],
    )
    session.add(kept)
    session.flush()
    audit.note_changed(session, "survey_file", [kept.id], file=kept.file_name)
    return ImportCount(new=len(kept.summaries))


def says_the_same(before: SurveyFile, told: Mapping[str, object], coverage: Coverage) -> bool:
    """Whether a file that was summarized was told so, and with this coverage."""
    as_told = all(getattr(before, name) == value for name, value in told.items())
    return as_told and before.columns.get(COVERAGE, {}) == coverage


def coverage_known(session: Session, scope: Scope, product: Product, pupils: Pupils) -> Coverage:
    """Of the file's economies, what the published means of its cycle say of their coverage.

    The index is of an economy and cycle; a domain that has none of its own takes another's.
    """
    if product is not Product.PISA:
        return {}
    found: dict[str, dict[str, float]] = {}
    for one in queries.means(session, scope, cycle=pupils.cycle):
        if one.coverage is not None:
            found.setdefault(one.economy, {})[one.domain.value] = one.coverage
    tested = set(pupils.economies.tolist())
    return {
        economy: {domain: own.get(domain, next(iter(own.values()))) for domain in pupils.values}
        for economy, own in found.items()
        if economy in tested
    }


def newest_file(session: Session, product: Product, pupils: Pupils) -> SurveyFile | None:
    """The file that speaks for any of these economies in this cycle, the newest of several."""
    known = sorted({str(one) for one in pupils.economies.tolist() if one is not None})
    statement = (
        select(SurveyFile)
        .join(SurveyFile.summaries)
        .where(SurveyFile.product == product, SurveyFile.cycle == pupils.cycle)
        .where(SurveySummary.economy.in_(known))
    )
    return session.scalar(statement.order_by(SurveyFile.id.desc()).limit(1))


def sourced(file: PupilFile, survey: Survey) -> dict[str, str]:
    """Where the file is from, and whether that was checked."""
    status = survey.status if survey.source else Standing.UNVERIFIED
    return {"source": survey.source or file.name, "status": status.value}


def made_with() -> dict[str, str]:
    """What the summaries are made with."""
    return {**{name: version(name) for name in SOFTWARE}, "summary": METHOD_VERSION}


def columns_of(pupils: Pupils, file: PupilFile) -> dict[str, object]:
    """By which names the file was understood, and the schools' file beside it."""
    used = {domain: pupils.values[domain].shape[1] for domain in pupils.values}
    return {
        "weight": pupils.columns.weight,
        "replicates": [pupils.columns.replicates[0], pupils.columns.replicates[-1]],
        "plausible_values": used,
        "groups": sorted(pupils.labels),
        "schools": file.schools.name if file.schools else None,
        "index": pupils.index is not None,
    }


def fingerprint(file: PupilFile) -> str:
    """Of the file and that of its schools, if any, read in blocks: they may be gigabytes."""
    digest = hashlib.sha256()
    for path in (file.path, *([file.schools.path] if file.schools else [])):
        with path.open("rb") as opened:
            while block := opened.read(BLOCK):
                digest.update(block)
    return digest.hexdigest()
