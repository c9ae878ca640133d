"""Reading runs, what they say of the items, and a person's published scores."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, contains_eager

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Reach, Scope
from models.assessments import Instrument, Item, Sample, Sitting
from models.errors import NotFound
from models.keyset import Page, read_one, read_page
from models.people import Person
from models.scores import ItemStatistic, RunStatus, Score, ScoringRun


@dataclass(frozen=True)
class PersonScore:
    """A person's score in one sitting, by the newest published run that has one."""

    sitting: Sitting
    score: Score
    run: ScoringRun


def runs(
    session: Session, scope: Scope, *, after: tuple[int] | None, limit: int
) -> Page[ScoringRun]:
    """Runs, newest first; schools and regions see those that are published."""
    scope.require(Permission.READ_FIGURES)
    statement = select(ScoringRun)
    if scope.reach is Reach.SCHOOLS:
        statement = statement.where(ScoringRun.status == RunStatus.PUBLISHED)
    return read_page(session, statement, [ScoringRun.id], after=after, limit=limit, descending=True)


def run(session: Session, scope: Scope, *, run_id: int) -> ScoringRun:
    """One run; to schools and regions an unpublished one is absent."""
    scope.require(Permission.READ_FIGURES)
    found = read_one(session, ScoringRun, run_id)
    if scope.reach is Reach.SCHOOLS and found.status is not RunStatus.PUBLISHED:
        raise NotFound("not_found")
    return found


def item_report(session: Session, scope: Scope, *, run_id: int) -> list[ItemStatistic]:
    """What a run says of each item, in the order of the test; small figures were withheld."""
    run(session, scope, run_id=run_id)
    statement = (
        select(ItemStatistic)
        .join(ItemStatistic.item)
        .options(contains_eager(ItemStatistic.item))
        .where(ItemStatistic.run_id == run_id)
        .order_by(Item.instrument_id, Item.position)
    )
    return list(session.scalars(statement))


def item_in_run(
    session: Session, scope: Scope, *, run_id: int, item_id: int
) -> tuple[ScoringRun, list[ItemStatistic], int]:
    """A run, all its items, and the place of one of them."""
    rows = item_report(session, scope, run_id=run_id)
    place = next((place for place, row in enumerate(rows) if row.item_id == item_id), None)
    if place is None:
        raise NotFound("not_found")
    return run(session, scope, run_id=run_id), rows, place


def latest_published(
    session: Session, scope: Scope, *, instrument: str | None = None, sample: str | None = None
) -> ScoringRun | None:
    """The newest published run of a sample, or of an instrument's waves (codes)."""
    scope.require(Permission.READ_FIGURES)
    statement = select(ScoringRun).where(ScoringRun.status == RunStatus.PUBLISHED)
    if sample is None:
        statement = statement.join(Instrument, Instrument.id == ScoringRun.instrument_id).where(
            Instrument.code == instrument, ScoringRun.sample_id.is_(None)
        )
    else:
        statement = statement.join(Sample, Sample.id == ScoringRun.sample_id).where(
            Sample.code == sample
        )
    return session.scalar(statement.order_by(ScoringRun.id.desc()).limit(1))


def scores_of_person(session: Session, scope: Scope, *, person_id: int) -> list[PersonScore]:
    """A person's published scores, one a sitting, oldest sitting first."""
    scope.require(Permission.READ_RECORDS)
    read_one(session, Person, person_id)
    statement = (
        select(Sitting, Score, ScoringRun)
        .join(Score, Score.sitting_id == Sitting.id)
        .join(ScoringRun, ScoringRun.id == Score.run_id)
        .where(Sitting.person_id == person_id, ScoringRun.status == RunStatus.PUBLISHED)
        .ext(distinct_on(Sitting.id))
        .order_by(Sitting.id, ScoringRun.id.desc())
    )
    found = [PersonScore(*row) for row in session.execute(statement)]
    audit.note_read(session, "score", [one.score.id for one in found])
    return found
