"""The kinds of work there are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from sqlalchemy.orm import Session

from edu.jobs.progress import Progress

Run = Callable[[Session, int, Progress], None]
OnFailure = Callable[[Session, int, dict[str, Any]], None]


@dataclass(frozen=True)
class Job:
    """A kind of work.

    run(session, record_id, progress): has the effect. failed(session, record_id, failure): notes
    on the record that there will be none. title, stages: what people read. leads_to: the page of
    the record, as an endpoint and the name of its parameter. trace: what the points of the trace
    are (the names of the two axes); without it they are not drawn.
    """

    name: str
    run: Run
    title: LazyString
    stages: Mapping[str, LazyString]
    leads_to: tuple[str, str] | None = None
    failed: OnFailure | None = None
    trace: tuple[LazyString, LazyString] | None = None


JOBS: dict[str, Job] = {}


def job(
    name: str,
    *,
    title: LazyString,
    stages: Mapping[str, LazyString] | None = None,
    leads_to: tuple[str, str] | None = None,
    failed: OnFailure | None = None,
    trace: tuple[LazyString, LazyString] | None = None,
) -> Callable[[Run], Run]:
    """Declare a kind of work under `name`."""

    def declare(run: Run) -> Run:
        JOBS[name] = Job(name, run, title, stages or {}, leads_to, failed, trace)
        return run

    return declare
