"""Codes of accounts."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "password_too_short": _l("Choose a password of at least %(minimum)s characters."),
    "user_known": _l("Somebody with the address %(email)s exists already."),
}
