"""The numbers of an x–y picture."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from edu.charts.figures import ChartTable, Column, Row
from edu.charts.formats import level
from edu.charts.lettering import legible
from edu.charts.plane import Plane
from edu.charts.points import PointRow
from edu.charts.texts import Texts


@dataclass(frozen=True, slots=True)
class IntervalColumn(Column):
    """One end of the intervals at a level: 1 the low one, 2 the high one."""

    level: float
    end: int

    def of(self, row: Row) -> float | None:
        """The end of a row's interval at this level."""
        intervals = row.intervals if isinstance(row, PointRow) else ()
        return next((found[self.end] for found in intervals if found[0] == self.level), None)


def table(plane: Plane, texts: Texts) -> ChartTable:
    """Every point; its panel, series and place stand before its numbers where they differ."""
    rows = [row for panel in plane.panels for track in panel.tracks for row in track.rows]
    headings = {"panel": texts.label, "series": texts.series, "place": plane.x_label}
    told = [key for key in ("panel", "series") if len({getattr(row, key) for row in rows}) > 1]
    first, *others = [*told, "place"]
    words = [Column(key, headings[key], "") for key in others]
    return ChartTable(
        label_heading=headings[first],
        columns=(*words, *_numbers(plane, rows, texts)),
        rows=tuple(replace(row, label=getattr(row, first)) for row in map(_placed, rows)),
        hidden=legible(texts.suppressed),
    )


def _placed(row: PointRow) -> PointRow:
    """A point that stands apart says why."""
    return replace(row, place=f"{row.place} ({row.apart})") if row.apart else row


def _numbers(plane: Plane, rows: list[PointRow], texts: Texts) -> Iterator[Column]:
    pattern = plane.y_numbers.pattern
    yield Column("value", texts.value, pattern)
    for found in sorted({one[0] for row in rows for one in row.intervals}, reverse=True):
        share = {"level": level(found, texts.locale)}
        yield IntervalColumn("low", texts.low % share, pattern, found, 1)
        yield IntervalColumn("high", texts.high % share, pattern, found, 2)
    if any(row.n is not None for row in rows):
        yield Column("n", texts.n, "#,##0")
