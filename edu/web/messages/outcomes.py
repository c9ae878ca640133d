"""Codes of outcomes."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "no_group_known": _l(
        "Nobody in this program has a known group of this kind. Choose another breakdown."
    ),
    "no_published_scores": _l(
        "There are no published scores yet. Score the responses and publish the run first."
    ),
    "one_wave_only": _l(
        "A gain needs two waves, but no published run has more than one. Score both together."
    ),
    "sample_without_groups": _l("Nothing is known by which this sample could be divided."),
    "unknown_group": _l(
        "There is no group “%(found)s” in this sample. Choose one of: %(expected)s."
    ),
    "unknown_sample": _l("There is no sample named “%(found)s”. Check its name."),
}
