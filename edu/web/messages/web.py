"""Codes of the ground: addresses, forms, states of records."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "bad_cursor": _l("The place in the list cannot be read. Start again from the first page."),
    "bad_request": _l("The request cannot be understood."),
    "conflict": _l("The present state does not allow this."),
    "csrf": _l("The form was open too long or came from elsewhere. Reload the page and try again."),
    "forbidden": _l("Your role does not allow this."),
    "internal": _l("Something went wrong on our side. Nothing was saved; please try again."),
    "invalid_fields": _l("Some fields need correcting."),
    "method_not_allowed": _l("This address does not answer to that method."),
    "not_acceptable": _l("This answer is not available in the form you asked for."),
    "not_found": _l("There is nothing here, or it is not yours to see."),
    "payload_too_large": _l("The file is larger than the service accepts."),
    "precondition_failed": _l("Someone changed this in the meantime. Reload it and try again."),
    "precondition_required": _l("Say which version you are changing (header If-Match)."),
    "sign_in_required": _l("Sign in to see this page."),
    "too_many_requests": _l("Too many attempts. Wait a while and try again."),
    "unavailable": _l("The service is busy. Try again in a moment."),
    "unsupported_media_type": _l("Send the data in the form the documentation names."),
}
