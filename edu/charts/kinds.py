"""The kinds of charts. Each takes Estimates or Counts; none takes a bare number to plot."""

from collections.abc import Mapping, Sequence
from typing import Unpack

from edu.charts.assembly import Caption, chart
from edu.charts.figures import Chart, Column, Count, Row
from edu.charts.formats import NumberFormat, digits, level, one_of
from edu.charts.layout import Plan
from edu.charts.lettering import legible
from edu.charts.scale import scale
from edu.charts.texts import Texts, current_texts
from ml.estimate import Estimate


def ranked_dots(
    estimates: Sequence[Estimate],
    *,
    reference: Estimate | None = None,
    target: float | None = None,
    suppressed: Sequence[str] | Mapping[str, str] = (),
    labels: Mapping[str, str] | None = None,
    zero: bool = False,
    ascending: bool = False,
    texts: Texts | None = None,
    **caption: Unpack[Caption],
) -> Chart:
    """Groups from the highest to the lowest: a dot on its interval, the value and n.

    reference: the whole (the nation, the region) above the groups; its interval is a band.
    suppressed: labels of groups that may not be shown; they stand last, with a word, or each with
        its own where a mapping gives one.
    labels: what to write for an Estimate's `group` where that is a code.
    zero: whether the axis must hold zero.
    ascending: from the lowest to the highest instead, as ranks are read.
    Refuses (chart_*) an Estimate that is not whole, and a mixture of units or levels.
    """
    texts = texts or current_texts()
    rows = _rows(estimates, labels, texts)
    sign = 1 if ascending else -1
    rows.sort(key=lambda row: (sign * (row.value or 0.0), row.label))
    rows = [*_reference(reference, labels, texts), *rows, *_hidden(suppressed)]
    plotted = [*estimates, *([reference] if reference else [])]
    plan = _plan(rows, plotted, texts, caption, target=target, zero=zero, bars=False)
    return chart(plan, number_columns(plan.numbers.pattern, plotted, texts), texts, caption)


def estimate_bars(
    estimates: Sequence[Estimate],
    *,
    reference: Estimate | None = None,
    target: float | None = None,
    suppressed: Sequence[str] | Mapping[str, str] = (),
    labels: Mapping[str, str] | None = None,
    texts: Texts | None = None,
    **caption: Unpack[Caption],
) -> Chart:
    """Groups in the order given: a bar from zero with its interval, the value and n.

    The parameters are those of `ranked_dots`.
    """
    texts = texts or current_texts()
    rows = _rows(estimates, labels, texts)
    rows = [*_reference(reference, labels, texts), *rows, *_hidden(suppressed)]
    plotted = [*estimates, *([reference] if reference else [])]
    plan = _plan(rows, plotted, texts, caption, target=target, zero=True, bars=True)
    return chart(plan, number_columns(plan.numbers.pattern, plotted, texts), texts, caption)


def count_bars(
    counts: Sequence[Count],
    *,
    target: float | None = None,
    texts: Texts | None = None,
    **caption: Unpack[Caption],
) -> Chart:
    """Full counts in the order given: a bar from zero and its number.

    A Count without `n` is shown as suppressed. Refuses (chart_count_negative) one below zero.
    """
    texts = texts or current_texts()
    rows = [Row.of_count(count) for count in counts]
    numbers = NumberFormat(texts.locale, "count", 0)
    values = [row.value for row in rows if row.value is not None]
    plan = Plan(
        rows=tuple(rows),
        bars=True,
        counts=True,
        scale=scale([*values, *_given(target)], from_zero=True),
        target=target,
        target_label=_target_label(target, numbers, texts),
        heading=legible(caption["unit_label"]),
        n_heading=texts.count,
        hidden=legible(texts.suppressed),
        numbers=numbers,
    )
    return chart(plan, (Column("n", texts.count, "#,##0"),), texts, caption)


def _rows(
    estimates: Sequence[Estimate], labels: Mapping[str, str] | None, texts: Texts
) -> list[Row]:
    return [Row.of_estimate(estimate, _label(estimate, labels, texts)) for estimate in estimates]


def _reference(
    reference: Estimate | None, labels: Mapping[str, str] | None, texts: Texts
) -> list[Row]:
    if reference is None:
        return []
    return [Row.of_estimate(reference, _label(reference, labels, texts), reference=True)]


def _hidden(labels: Sequence[str] | Mapping[str, str]) -> list[Row]:
    words = labels if isinstance(labels, Mapping) else dict.fromkeys(labels, "")
    return [Row(label=legible(label), why=legible(word)) for label, word in words.items()]


def _label(estimate: Estimate, labels: Mapping[str, str] | None, texts: Texts) -> str:
    if not isinstance(estimate, Estimate):
        raise TypeError(f"a chart takes Estimates, not {type(estimate).__name__}")
    group = texts.everybody if estimate.group is None else estimate.group
    return legible((labels or {}).get(group, group))


def _given(target: float | None) -> list[float]:
    return [] if target is None else [target]


def _target_label(target: float | None, numbers: NumberFormat, texts: Texts) -> str:
    return "" if target is None else legible(f"{texts.target} {numbers.target(target)}")


def _plan(
    rows: Sequence[Row],
    plotted: Sequence[Estimate],
    texts: Texts,
    caption: Caption,
    *,
    target: float | None,
    zero: bool,
    bars: bool,
) -> Plan:
    one_of({estimate.unit for estimate in plotted}, "chart_units_differ")
    one_of({estimate.level for estimate in plotted}, "chart_levels_differ")
    unit = plotted[0].unit if plotted else "points"
    numbers = NumberFormat(texts.locale, unit, digits(rows, unit))
    ends = [end for row in rows for end in (row.low, row.high) if end is not None]
    return Plan(
        rows=tuple(rows),
        bars=bars,
        counts=False,
        scale=scale([*ends, *_given(target)], from_zero=bars, zero=zero),
        target=target,
        target_label=_target_label(target, numbers, texts),
        heading=_heading(plotted, texts, caption),
        n_heading=legible(texts.n),
        hidden=legible(texts.suppressed),
        numbers=numbers,
    )


def _heading(plotted: Sequence[Estimate], texts: Texts, caption: Caption) -> str:
    unit = legible(caption["unit_label"])
    if not plotted:
        return unit
    interval = texts.interval % {"level": level(plotted[0].level, texts.locale)}
    return f"{unit} · {legible(interval)}"


def number_columns(pattern: str, plotted: Sequence[Estimate], texts: Texts) -> tuple[Column, ...]:
    """The columns of Estimates: value, interval, n, and schools where errors are clustered."""
    share = level(plotted[0].level if plotted else 0.95, texts.locale)
    columns = [
        Column("value", texts.value, pattern),
        Column("low", texts.low % {"level": share}, pattern),
        Column("high", texts.high % {"level": share}, pattern),
        Column("n", texts.n, "#,##0"),
    ]
    if any(estimate.n_clusters for estimate in plotted):
        columns.append(Column("schools", texts.schools, "#,##0"))
    return tuple(columns)
