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
class BandColumn(Column):
    """One end of the bands at a level: 1 the low one, 2 the high one."""

    level: float
    end: int

    def of(self, row: Row) -> float | None:
        """The end of a row's band at this level."""
        bands = row.bands if isinstance(row, PointRow) else ()
        return next((band[self.end] for band in bands if band[0] == self.level), None)


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
    if plane.level is not None:
        share = level(plane.level, texts.locale)
        yield Column("low", texts.low % {"level": share}, pattern)
        yield Column("high", texts.high % {"level": share}, pattern)
    for band in sorted({band[0] for row in rows for band in row.bands}):
        share = level(band, texts.locale)
        yield BandColumn("low", texts.low % {"level": share}, pattern, band, 1)
        yield BandColumn("high", texts.high % {"level": share}, pattern, band, 2)
    if any(row.n is not None for row in rows):
        yield Column("n", texts.n, "#,##0")
