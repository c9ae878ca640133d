"""How far a job is, for those who read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from sqlalchemy.orm import Session

from edu.jobs.declaring import JOBS
from edu.jobs.stages import CANCELLED, OVER, QUEUED, STAGES
from models.accounts import JobProgress

RUNNING = "running"


@dataclass(frozen=True)
class JobState:
    """How far a job is, as people and programs read it.

    status: queued, running, finished or failed; stage: a code; done of total steps of the stage,
    total 0 where it is not known; failure: the code and parameters of a refusal; cancel_asked:
    somebody has canceled it, and it will not finish; trace: [x, value] pairs.
    """

    id: int
    name: str
    record_id: int
    status: str
    stage: str
    done: int
    total: int
    failure: dict[str, Any] | None
    cancel_asked: bool
    trace: Sequence[Sequence[float]]
    updated_at: datetime

    @property
    def title(self) -> LazyString | str:
        """What the job is called."""
        return JOBS[self.name].title if self.name in JOBS else self.name

    @property
    def stage_title(self) -> LazyString | str:
        """What is being done."""
        own = JOBS[self.name].stages if self.name in JOBS else {}
        stage = CANCELLED if self.cancelled else self.stage
        return own.get(stage) or STAGES.get(stage) or stage

    @property
    def leads_to(self) -> tuple[str, str] | None:
        """The page of the record the job works on: endpoint and name of its parameter."""
        return JOBS[self.name].leads_to if self.name in JOBS else None

    @property
    def axes(self) -> tuple[LazyString, LazyString] | None:
        """What the points of the trace are, where they are to be drawn."""
        return JOBS[self.name].trace if self.name in JOBS else None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in OVER

    @property
    def cancelled(self) -> bool:
        """Whether it is over because somebody canceled it."""
        return self.failure is not None and self.failure["code"] == CANCELLED


def state_of(session: Session, job_id: int) -> JobState | None:
    """How far a job is, None where there is none. The caller decides who may know."""
    known = session.get(JobProgress, job_id) if 0 < job_id < 2**63 else None
    if known is None:
        return None
    resting = known.stage in (QUEUED, *OVER)
    return JobState(
        id=known.job_id,
        name=known.name,
        record_id=known.record_id,
        status=known.stage if resting else RUNNING,
        stage=known.stage,
        done=known.done,
        total=known.total,
        failure=known.failure,
        cancel_asked=known.cancel_asked,
        trace=known.trace,
        updated_at=known.updated_at,
    )
