"""Building an approved release, in the background."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from edu.export import build, service, storage
from edu.jobs import Progress, job


def note_failure(session: Session, request_id: int, failure: dict[str, Any]) -> None:
    """There will be no release."""
    service.note_failure(session, request_id=request_id, failure=failure)
    storage.remove(request_id)


@job(
    service.BUILD,
    title=_l("Making a release"),
    stages={
        "reading": _l("reading the cohort"),
        "coarsening": _l("coarsening what could help to recognize a person"),
        "writing": _l("writing the files"),
        "checking": _l("reading the files back and checking them"),
    },
    leads_to=("export.show", "request_id"),
    failed=note_failure,
)
def build_release(session: Session, request_id: int, progress: Progress) -> None:
    """Make the files of an approved request."""
    build.build(session, request_id, progress)
