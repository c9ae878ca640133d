"""Shares by level, worst to best, one bar a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Unpack

from edu.charts.assembly import Caption, finished
from edu.charts.figures import Chart, ChartTable, Column, Row
from edu.charts.formats import digits, one_of
from edu.charts.kinds import number_columns
from edu.charts.lettering import legible
from edu.charts.looks import tints
from edu.charts.scale import Scale
from edu.charts.settings import Setting
from edu.charts.stack_spec import vega_lite
from edu.charts.stacking import LevelRow, SignlessFormat, StackPlan, draw, ends
from edu.charts.texts import Texts, current_texts
from ml.estimate import Estimate
from models.errors import Refusal

_ROUNDING = 0.011  # published shares are whole percents, or tenths


@dataclass(frozen=True, slots=True)
class Shares:
    """One bar: an Estimate for each level, the worst first; None where it may not be shown."""

    label: str
    estimates: Sequence[Estimate] | None
    reference: bool = False


def stacked_bars(
    bars: Sequence[Shares],
    *,
    levels: Sequence[str],
    boundary: str | None = None,
    texts: Texts | None = None,
    **caption: Unpack[Caption],
) -> Chart:
    """Bars of shares by level, in the order given.

    levels: their names, from the worst to the best.
    boundary: the lowest level that is good enough; a gold line with its name stands before it, and
        all bars are set along that line, so that what is below and what is above can be compared.
    Refuses (chart_*) an Estimate that is not whole, shares that do not add up to one, and a
    mixture of intervals' levels.
    """
    texts = texts or current_texts()
    plan = _plan(bars, [legible(name) for name in levels], boundary, texts, caption)
    return finished(_Stacked(plan), _table(plan, bars, texts), caption)


class _Stacked:
    """The kind of chart."""

    def __init__(self, plan: StackPlan) -> None:
        self.plan = plan

    def __repr__(self) -> str:
        return repr(self.plan)

    def svg(self, setting: Setting, *, key: str, title: str, description: str) -> str:
        return draw(self.plan, setting, key=key, title=title, description=description)

    def spec(self, *, title: str, description: str) -> Mapping[str, object]:
        return vega_lite(self.plan, title=title, description=description)


def _plan(
    bars: Sequence[Shares],
    levels: Sequence[str],
    boundary: str | None,
    texts: Texts,
    caption: Caption,
) -> StackPlan:
    below = 0 if boundary is None else levels.index(legible(boundary))
    pale = below or (len(levels) + 1) // 2
    stacks = tuple(_stack(bar, levels) for bar in bars if bar.estimates is not None)
    places = [ends([part.value or 0.0 for part in stack], below) for stack in stacks]
    ground = [(0.0, 1.0)] if boundary is None else []
    numbers = SignlessFormat(texts.locale, "share", digits([*chain(*stacks)], "share"))
    return StackPlan(
        rows=tuple(map(_bar_row, bars)),
        bars=True,
        counts=False,
        scale=Scale(
            min((place[0] for place in [*places, *ground]), default=0.0),
            max((place[-1] for place in [*places, *ground]), default=1.0),
        ),
        target=None if boundary is None else 0.0,
        target_label=legible(boundary or ""),
        heading=legible(caption["unit_label"]),
        n_heading=legible(texts.n),
        hidden=legible(texts.suppressed),
        numbers=numbers,
        levels=tuple(zip(levels, tints(pale, len(levels) - pale), strict=True)),
        below=below,
        stacks=stacks,
    )


def _bar_row(bar: Shares) -> Row:
    """The row of a whole bar."""
    label = legible(bar.label)
    if bar.estimates is None:
        return Row(label=label)
    n = max(estimate.n for estimate in bar.estimates)
    return Row(label=label, value=1.0, n=int(n), reference=bar.reference)


def _stack(bar: Shares, levels: Sequence[str]) -> tuple[LevelRow, ...]:
    """The shares of a bar, checked."""
    label = legible(bar.label)
    found = bar.estimates or ()
    if len(found) != len(levels):
        raise ValueError(f"{label}: {len(found)} shares for {len(levels)} levels")
    rows = [
        replace(LevelRow.of_estimate(estimate, label, reference=bar.reference), level=name)
        for estimate, name in zip(found, levels, strict=True)
    ]
    values = [estimate.value for estimate in found]
    if min(values) < 0 or abs(sum(values) - 1) > _ROUNDING:
        raise Refusal("chart_shares_incomplete", label=label)
    return tuple(rows)


def _table(plan: StackPlan, bars: Sequence[Shares], texts: Texts) -> ChartTable:
    """A row for each share, and one for a bar that may not be shown."""
    plotted = [estimate for bar in bars for estimate in bar.estimates or ()]
    one_of({"share", *(estimate.unit for estimate in plotted)}, "chart_units_differ")
    one_of({estimate.level for estimate in plotted}, "chart_levels_differ")
    stacks = iter(plan.stacks)
    rows = chain.from_iterable(
        [LevelRow(label=row.label)] if row.suppressed else next(stacks) for row in plan.rows
    )
    return ChartTable(
        label_heading=texts.label,
        columns=(
            Column("level", texts.level, ""),
            *number_columns(plan.numbers.pattern, plotted, texts),
        ),
        rows=tuple(rows),
        hidden=plan.hidden,
    )
