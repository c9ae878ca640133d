"""The words inside a chart, in the reader's language."""

from dataclasses import dataclass

from flask_babel import get_locale, gettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Words of a chart. `locale` sets its numbers; `interval` and its ends hold %(level)s."""

    locale: str
    label: str
    value: str
    interval: str
    low: str
    high: str
    n: str
    schools: str
    count: str
    suppressed: str
    target: str
    everybody: str
    series: str
    level: str


def current_texts(**replacements: str) -> Texts:
    """The words of the current language; any of them may be replaced by a better one."""
    words = {
        "locale": str(get_locale() or "en"),
        "label": gettext("Group"),
        "value": gettext("Value"),
        "interval": gettext("%(level)s interval"),
        "low": gettext("%(level)s interval from"),
        "high": gettext("%(level)s interval to"),
        "n": gettext("n"),
        "schools": gettext("Schools"),
        "count": gettext("Number"),
        "suppressed": gettext("too few to show"),
        "target": gettext("Target"),
        "everybody": gettext("All"),
        "series": gettext("Series"),
        "level": gettext("Level"),
    }
    return Texts(**(words | replacements))
