"""Codes of outcomes."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "no_published_scores": _l(
        "There are no published scores yet. Score the responses and publish the run first."
    ),
    "one_wave_only": _l(
        "A gain needs two waves; the newest published run has %(found)s. Score both together."
    ),
    "unknown_group": _l(
        "There is no group “%(found)s” in this sample. Choose one of: %(expected)s."
    ),
    "unknown_sample": _l("There is no sample named “%(found)s”."),
}
