"""The sentence behind each error code, in the caller's language. One module per feature."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from flask_babel import LazyString, format_date, format_decimal, gettext

from edu.web.labels import label

# A year has no mark between its thousands.
YEARS = ("year", "cycle")


def sentence(code: str, parameters: Mapping[str, object]) -> str:
    """What happened and what to do, for the error `code`."""
    template = MESSAGES.get(code)
    if template is None:
        return str(gettext("Something unexpected happened (%(code)s).", code=code))
    shown = {
        name: str(value) if name in YEARS else in_words(value) for name, value in parameters.items()
    }
    text: str = str(template)
    return text % shown if shown else text


def in_words(value: object) -> str:
    """A parameter as people read it."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int | float):
        return str(format_decimal(value))
    if hasattr(value, "isoformat"):
        return str(format_date(value, "short")) if not hasattr(value, "hour") else str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(in_words(part) for part in value)
    return label(value)


def collect() -> dict[str, LazyString]:
    """All messages of the modules beside this one; a code stands in exactly one of them."""
    messages: dict[str, LazyString] = {}
    for module in iter_modules(__path__):
        own = import_module(f"{__name__}.{module.name}").MESSAGES
        if twice := messages.keys() & own.keys():
            raise RuntimeError(f"codes with two messages: {sorted(twice)}")
        messages |= own
    return messages


MESSAGES = collect()
