"""Codes of the demonstration."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "demonstration_among_people": _l(
        "%(found)s people are registered already. The demonstration is loaded into an empty "
        "database only: set another EDU_HOME."
    ),
    "demonstration_too_small": _l(
        "%(found)s people are too few for 20 regions. Ask for %(minimum)s or more."
    ),
}
