"""Codes of analyses: what they need, and what their checks found."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "balance_missed_in": _l(
        "Those who took part and the others still differ after weighting, most in: %(column)s."
    ),
    "two_waves_needed": _l("Name two different waves: the first and the last."),
    "unknown_definition": _l(
        "The definition is of version %(found)s, but this service reads version %(expected)s."
        " Define the analysis anew."
    ),
    "unknown_offerings": _l(
        "The program has no offerings with these codes: %(found)s. Check the codes, or name none to"
        " count all."
    ),
    "waves_not_linked": _l(
        "“%(first)s” and “%(last)s” are not on one scale, so they cannot be compared. Score both"
        " waves together by item response theory and publish the run."
    ),
}
