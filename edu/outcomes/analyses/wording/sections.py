"""A section of an analysis' page: sentences, what must be said beside them, and a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString

from edu.charts import Chart
from edu.outcomes.precision import decimals, decimals_of
from edu.web.frame import format_number, format_share
from edu.web.messages import sentence
from ml.estimate import Estimate


@dataclass(frozen=True)
class RankedRow:
    """A group's figure with the ranks that it may have."""

    name: str
    estimate: Estimate
    ranks: tuple[int, int]


@dataclass(frozen=True)
class Section:
    """`chart` stands in addresses under the section's name; `rows`: a table of groups."""

    name: str
    title: str
    sentences: tuple[str, ...]
    notes: tuple[str, ...] = ()
    chart: Chart | None = None
    rows: Sequence[RankedRow] = ()


def refused(name: str, title: str, kept: Mapping[str, Any]) -> Section:
    """A section that says why it has no figures."""
    return Section(name, title, (said(kept["code"], kept["parameters"]),))


def said(code: str, parameters: Mapping[str, Any]) -> str:
    """The sentence of a code, numbers as people read them."""
    shown = {
        name: written(value) if isinstance(value, float) else value
        for name, value in parameters.items()
    }
    return sentence(code, shown)


def written(value: float, most: int = 1) -> str:
    """A number with the decimals that it has, and no more than `most`."""
    return format_number(value, decimals_of(value, most))


def interval_words(told: Mapping[str, LazyString], found: Estimate) -> str:
    """ "more", "less" or "unsure" of `told`, by where the interval lies from zero."""
    low, high = found.interval
    which = "more" if low > 0 else "less" if high < 0 else "unsure"
    return str(told[which]) % figures_of(found)


def figures_of(found: Estimate) -> dict[str, str]:
    """What fills a sentence about an estimate."""
    low, high = found.interval
    digits = decimals(found)
    return {
        "value": format_number(abs(found.value), digits),
        "low": format_number(low, digits),
        "high": format_number(high, digits),
        "n": format_number(found.n),
        "schools": format_number(found.n_clusters),
    }


def in_percent(share: float) -> str:
    """A share, between nobody and everybody."""
    within = min(max(share, 0.0), 1.0)
    return format_share(within, decimals_of(round(100 * within, 6), 1))
