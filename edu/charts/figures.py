"""What a chart is made of: rows that came from Estimates or counts, a table, a picture."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from flask_babel import format_decimal

from edu.charts.lettering import legible
from edu.web.numbers import true_minus
from ml.estimate import Estimate
from models.errors import Refusal


@dataclass(frozen=True, slots=True)
class Count:
    """A full count, which has no sampling error; `n` is None where it must not be shown."""

    label: str
    n: int | None


def unsigned_zero(value: float) -> float:
    """A plain number, which any writer of JSON takes; a zero never as -0.0."""
    return float(value) + 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a chart and of its table. A suppressed row carries a label and no number.

    why: the word in place of its numbers, empty for that of the chart.
    """

    label: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    schools: int | None = None
    reference: bool = False
    why: str = ""

    @property
    def suppressed(self) -> bool:
        return self.value is None

    @classmethod
    def of_estimate(cls, estimate: Estimate, label: str, *, reference: bool = False) -> Self:
        """The row of an Estimate; refuses one that is not whole."""
        if not isinstance(estimate, Estimate):
            raise TypeError(f"a chart takes Estimates, not {type(estimate).__name__}")
        low, high = estimate.interval
        whole = all(map(math.isfinite, (low, estimate.value, high)))
        if not whole or not low <= estimate.value <= high or estimate.n < 1:
            raise Refusal("chart_estimate_incomplete", label=label)
        return cls(
            label=label,
            value=unsigned_zero(estimate.value),
            low=unsigned_zero(low),
            high=unsigned_zero(high),
            n=int(estimate.n),
            schools=int(estimate.n_clusters) or None,
            reference=reference,
        )

    @classmethod
    def of_count(cls, count: Count) -> "Row":
        """The row of a count; without `n`, a suppressed one."""
        if not isinstance(count, Count):
            raise TypeError(f"a chart of counts takes Counts, not {type(count).__name__}")
        label = legible(count.label)
        if count.n is None:
            return cls(label=label)
        if count.n < 0:
            raise Refusal("chart_count_negative", label=label)
        return cls(label=label, value=float(count.n), n=int(count.n))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: the Row's attribute, its heading, its CLDR number pattern.

    Without a pattern it is a column of words, which stand beside the label.
    """

    key: str
    heading: str
    pattern: str

    def of(self, row: Row) -> float | int | str | None:
        """What a row has in this column."""
        found: float | int | str | None = getattr(row, self.key)
        return found

    def written(self, row: Row) -> str:
        """The same as the current language writes it; empty where there is nothing."""
        found = self.of(row)
        if found is None or isinstance(found, str):
            return found or ""
        return true_minus(format_decimal(found, self.pattern))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartTable:
    """The numbers of a chart, unformatted; `hidden` is the word in place of suppressed ones."""

    label_heading: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    hidden: str

    @property
    def words(self) -> tuple[Column, ...]:
        """The columns of words."""
        return tuple(column for column in self.columns if not column.pattern)

    @property
    def numbers(self) -> tuple[Column, ...]:
        """The columns of numbers."""
        return tuple(column for column in self.columns if column.pattern)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A finished chart.

    svg, narrow_svg: two settings of one picture, for containers from 680 px and below; both fill
        the width they are given and can stand inline in one page, of which the style sheet shows
        one. Colors are the theme's custom properties.
    spec: the same chart as Vega-Lite, with its data.
    """

    id: str
    title: str
    description: str
    svg: str
    narrow_svg: str
    table: ChartTable
    spec: Mapping[str, object]
    source: str = ""
    as_of: date | None = None
