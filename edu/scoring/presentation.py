"""A run and its items in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.scoring import queries
from ml.estimate import Estimate
from models.assessments import Instrument, OmissionRule, Sample, Sitting, Wave
from models.scores import ItemStatistic, RunStatus, ScoringRun

REMARKS: dict[str, LazyString] = {
    "constant_item": _l("everybody answered alike: it tells nobody apart"),
    "constant_total": _l("everybody has the same score: reliability cannot be told"),
    "negative_discrimination": _l("runs against the other items: check how it is coded"),
    "never_answered": _l("nobody answered it"),
    "often_omitted": _l("often left out: check its wording and place"),
    "too_few_clusters": _l("fewer than 5 schools: no figures are shown"),
    "too_few_complete": _l("fewer than 30 people answered every item: reliability cannot be told"),
    "too_few_items": _l("fewer than two items were answered: reliability cannot be told"),
    "too_few_persons": _l("fewer than 30 people: no figures are shown"),
    "weak_discrimination": _l("tells people apart only weakly"),
}
OMISSIONS = {
    OmissionRule.MISSING: _l("An item left out says nothing: the score is the mean of the others."),
    OmissionRule.LOWEST: _l("An item left out counts as the lowest response."),
}


@dataclass(frozen=True)
class RunShown:
    """What the page of a run shows; `own`: whether the reader asked for it."""

    run: ScoringRun
    waves: Sequence[str]
    items: Sequence[ItemStatistic]
    reliability: Estimate | None
    error: Estimate | None
    own: bool
    to_decide: bool
    omissions: LazyString

    @property
    def remarkable(self) -> int:
        """How many items have something to look at."""
        return sum(bool(item.warnings) for item in self.items)

    @property
    def domains(self) -> bool:
        """Whether the items are filed under domains."""
        return any(row.item.domain for row in self.items)


def show_run(session: Session, scope: Scope, *, run_id: int) -> RunShown:
    """A run with its items, and what the reader may do."""
    run = queries.run(session, scope, run_id=run_id)
    waves = select(Wave.code).where(Wave.id.in_(run.wave_ids)).order_by(Wave.opens_on, Wave.id)
    finished = run.status is RunStatus.FINISHED
    return RunShown(
        run=run,
        waves=list(session.scalars(waves)),
        items=queries.item_report(session, scope, run_id=run_id),
        reliability=Estimate.from_dict(run.reliability) if run.reliability else None,
        error=Estimate.from_dict(run.error_of_measurement) if run.error_of_measurement else None,
        own=run.created_by == scope.actor_id,
        to_decide=finished and scope.may(Permission.DECIDE_FINDINGS),
        omissions=OMISSIONS[run.instrument.omission_rule],
    )


def scorable(session: Session) -> tuple[list[Instrument], list[Sample]]:
    """The instruments that people have sat, and the anonymous samples."""
    sat = select(Sitting.id).where(Sitting.wave_id == Wave.id, Sitting.person_id.is_not(None))
    waves = select(Wave.id).where(Wave.instrument_id == Instrument.id, sat.exists())
    instruments = select(Instrument).where(waves.exists()).order_by(Instrument.code)
    samples = select(Sample).order_by(Sample.code)
    return list(session.scalars(instruments)), list(session.scalars(samples))


def remark(code: str) -> LazyString | str:
    """A warning in words."""
    return REMARKS.get(code, code)
