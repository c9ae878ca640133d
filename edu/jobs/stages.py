"""The stages that every job passes, whatever its own; and their words."""

from flask_babel import lazy_gettext as _l

QUEUED = "queued"
STARTED = "started"
FINISHED = "finished"
FAILED = "failed"
OVER = (FINISHED, FAILED)
# The code of the failure of a job that somebody canceled.
CANCELLED = "cancelled"

STAGES = {
    QUEUED: _l("waiting for its turn"),
    STARTED: _l("beginning"),
    FINISHED: _l("finished"),
    FAILED: _l("failed"),
    CANCELLED: _l("canceled"),
}
