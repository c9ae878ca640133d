"""Numbers as the reader's language writes them, as precise as their intervals allow."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

from babel import Locale
from babel.numbers import format_decimal

from edu.charts.figures import Row
from edu.web.numbers import true_minus
from models.errors import Refusal


@lru_cache(maxsize=16)
def _locale(name: str) -> Locale:
    return Locale.parse(name.replace("-", "_"))


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How the values of one chart are written; shares as percent."""

    locale: str
    unit: str
    digits: int

    @property
    def pattern(self) -> str:
        """CLDR pattern of a value."""
        return self._pattern(self.digits)

    def _pattern(self, digits: int) -> str:
        decimals = "#,##0." + "0" * digits if digits else "#,##0"
        if self.unit != "share":
            return decimals
        percent: str = _locale(self.locale).percent_formats[None].pattern
        return percent.replace("#,##0", decimals)

    def value(self, number: float) -> str:
        """A value, with a true minus sign."""
        return self._written(number, self.pattern)

    def target(self, number: float) -> str:
        """A number that was set, not estimated: as many decimals as it has."""
        return self._written(number, self._pattern(0).replace("#,##0", "#,##0.###"))

    def tick(self, number: float, step: float) -> str:
        """A mark of the axis, with no more decimals than its steps need."""
        shown = step * 100 if self.unit == "share" else step
        return self._written(number, self._pattern(max(0, -math.floor(math.log10(shown) + 1e-9))))

    def count(self, number: int) -> str:
        """How many."""
        return self._written(number, "#,##0")

    def _written(self, number: float, pattern: str) -> str:
        return true_minus(format_decimal(number, pattern, locale=_locale(self.locale)))


def level(share: float, locale: str) -> str:
    """A confidence level: 95 %."""
    percent: str = _locale(locale).percent_formats[None].pattern
    written: str = format_decimal(share, percent.replace("#,##0", "0.#"), locale=_locale(locale))
    return written


def digits(rows: Sequence[Row], unit: str) -> int:
    """Decimals worth showing: the last one is at most a third of the median half interval.

    Ranks have none.
    """
    if unit == "rank":
        return 0
    halves = [
        (row.high - row.low) / 2 for row in rows if row.high is not None and row.low is not None
    ]
    halves = [half * (100 if unit == "share" else 1) for half in halves if half > 0]
    if not halves:
        return 0 if all(row.value is None or row.value == int(row.value) for row in rows) else 1
    return min(3, max(0, math.ceil(-math.log10(median(halves) / 3))))


def one_of(values: set[str] | set[float], code: str) -> None:
    """Refuse, with a code, what is not all the same."""
    if len(values) > 1:
        raise Refusal(code, found=", ".join(sorted(map(str, values))))
