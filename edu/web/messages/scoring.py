"""Codes of scoring runs."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "no_responses": _l("There are no responses to score yet. Record or bring in some first."),
    "own_run": _l("A second person must publish: nobody publishes a run they asked for."),
    "run_in_other_state": _l(
        "The run is %(found)s. This can only be done while it is %(expected)s."
    ),
}
