"""Codes of safe release."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "cohort_too_small": _l(
        "This cohort is too small to be released safely: it needs at least %(persons)s persons "
        "in %(schools)s schools. Choose a larger program."
    ),
    "export_decided": _l("Somebody has decided on this request already. Reload the page."),
    "own_request": _l("A second person must decide: nobody approves their own request."),
    "release_check_failed": _l(
        "The finished file did not pass its check (%(check)s) and was destroyed. "
        "Tell the administrators."
    ),
    "wave_without_scores": _l(
        "A chosen wave has no published scores. Publish them first, or leave the wave out."
    ),
}
