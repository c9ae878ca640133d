"""Codes of work in the background."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "cancelled": _l("This was canceled. Nothing of it was kept; it can be started again."),
    "job_over": _l("This is over already: there is nothing left to cancel."),
}
