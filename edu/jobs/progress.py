"""What a running job tells of itself, and what it is told: to stop, or to end for good."""

import math
from collections.abc import Callable
from time import monotonic

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from edu.jobs.stages import FINISHED
from models.accounts import JobProgress

SECONDS_BETWEEN_WRITES = 0.5
MOST_POINTS = 200


class Stopped(Exception):
    """The worker is to stop: what the job began is undone, and taken up again later."""


class Cancelled(Exception):
    """Whoever asked for the job wants it no more: what it began is undone for good."""


class Trace:
    """A curve of a length nobody knows beforehand, evenly thinned to `MOST_POINTS` points."""

    def __init__(self) -> None:
        self._kept: list[list[float]] = []
        self._last: list[float] = []
        self._seen = 0
        self._step = 1

    def add(self, x: float, value: float) -> None:
        """One point more; one that is no finite number is passed over."""
        if not (math.isfinite(x) and math.isfinite(value)):
            return
        self._last = [float(x), float(value)]
        if self._seen % self._step == 0:
            self._kept.append(self._last)
        self._seen += 1
        if len(self._kept) == MOST_POINTS:
            self._kept = self._kept[::2]
            self._step *= 2

    @property
    def points(self) -> list[list[float]]:
        """[x, value] pairs, the first and the last always among them."""
        if self._kept and self._kept[-1] is not self._last:
            return [*self._kept, self._last]
        return self._kept


class Progress:
    """How far a job is: written beside the job's own transaction, so that others can read it."""

    def __init__(self, engine: Engine, job_id: int, stopping: Callable[[], bool]) -> None:
        self._engine = engine
        self._job_id = job_id
        self._stopping = stopping
        self._trace = Trace()
        self._stage = ""
        self._written = 0.0

    def at(
        self,
        stage: str,
        done: int = 0,
        total: int = 0,
        point: tuple[float, float] | None = None,
    ) -> None:
        """Say what is being done and how far. Call it often, it writes seldom.

        point: (iteration, value), to be added to the trace. Raises `Stopped` once the worker has
        been told to stop, `Cancelled` once somebody has canceled the job: let both pass.
        """
        if self._stopping():
            raise Stopped
        if point is not None:
            self._trace.add(*point)
        if not self._due(stage, done, total):
            return
        with Session(self._engine) as session:
            cancelled = self._write(session, stage=stage, done=done, total=total)
            session.commit()
        if cancelled:
            raise Cancelled
        self._stage, self._written = stage, monotonic()

    def finish(self, session: Session) -> None:
        """Note the end in the job's own transaction: whoever sees one sees the other.

        Raises `Cancelled` where the job was canceled before: such a job never finishes.
        """
        if self._write(session, stage=FINISHED, done=1, total=1):
            raise Cancelled

    def _due(self, stage: str, done: int, total: int) -> bool:
        soon = monotonic() - self._written < SECONDS_BETWEEN_WRITES
        return not soon or stage != self._stage or 0 < total <= done

    def _write(self, session: Session, **values: object) -> bool:
        return write_progress(session, self._job_id, trace=self._trace.points, **values)


def write_progress(session: Session, job_id: int, **values: object) -> bool:
    """Change what is known of a job; whether it has been canceled."""
    statement = update(JobProgress).where(JobProgress.job_id == job_id).values(**values)
    return bool(session.scalar(statement.returning(JobProgress.cancel_asked)))
