"""One item of a calibrated run: in a picture, and in words for its author and for a manager."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.charts import Chart
from edu.registry.groups import group_names
from edu.scoring import queries
from edu.scoring.pictures import characteristic_curve
from models.errors import NotFound
from models.scores import ItemStatistic, ScoringRun

VERSION = "language"
# From here a difference counts as moderate, if it is none of chance.
LEAST_MODERATE = 1.0
GROUPINGS: dict[str, LazyString] = {
    VERSION: _l("language version"),
    "sex": _l("sex"),
    "locality": _l("locality"),
    "region": _l("region"),
}
CLASSES: dict[str, LazyString] = {
    "A": _l("No difference worth mentioning"),
    "B": _l("A moderate difference"),
    "C": _l("A large difference"),
}


@dataclass(frozen=True)
class FunctioningShown:
    """How an item functions for one group, in words."""

    grouping: str
    group: str
    reference: str
    verdict: str
    effect: float | None
    se: float | None
    p: float | None
    n: int
    ets: str


@dataclass(frozen=True)
class ItemShown:
    """What the page of an item shows."""

    run: ScoringRun
    item: ItemStatistic
    figures: Mapping[str, Any]
    sentence: str
    chart: Chart | None
    functioning: Sequence[FunctioningShown]
    before: ItemStatistic | None
    after: ItemStatistic | None

    @property
    def by_grouping(self) -> list[tuple[str, list[FunctioningShown]]]:
        """The groups by grouping, those who are treated differently first."""
        grouped: dict[str, list[FunctioningShown]] = {}
        for one in self.functioning:
            grouped.setdefault(one.grouping, []).append(one)
        return [
            (name, sorted(rows, key=lambda one: one.ets, reverse=True))
            for name, rows in grouped.items()
        ]

    @property
    def remarkable(self) -> list[FunctioningShown]:
        """The groups for which the item functions differently."""
        return [one for one in self.functioning if one.ets != "A"]


def show_item(session: Session, scope: Scope, *, run_id: int, item_id: int) -> ItemShown:
    """One item of a run, with its neighbors in the test."""
    run, rows, place = queries.item_in_run(session, scope, run_id=run_id, item_id=item_id)
    item = rows[place]
    kept = item.calibration or {}
    chart = None
    if run.scale and kept:
        chart = characteristic_curve(item, kept, group_names(session, VERSION), run.scale)
    return ItemShown(
        run=run,
        item=item,
        figures=kept,
        sentence=sentence(item),
        chart=chart,
        functioning=[shown(session, one) for one in item.dif],
        before=rows[place - 1] if place else None,
        after=rows[place + 1] if place + 1 < len(rows) else None,
    )


def chart_of(shown: ItemShown) -> Chart:
    """The item's curve; absent where it has no place on a scale."""
    if shown.chart is None:
        raise NotFound("not_found")
    return shown.chart


def sentence(item: ItemStatistic) -> str:
    """What the item is worth, in a sentence."""
    if item.difficulty is None:
        return str(gettext("Too few people answered the item: nothing is shown of it."))
    text = gettext(
        "On average people got %(share)s%% of the item's points.",
        share=f"{100 * item.difficulty:.0f}",
    )
    kept = item.calibration
    if kept is None:
        return str(text + " " + gettext("It has no place on the scale."))
    half = gettext(
        "At %(points)s points of the scale a person is expected to get half of them.",
        points=f"{kept['difficulty']:.0f}",
    )
    return f"{text} {half} {sharpness(kept['discrimination'])}"


def sharpness(discrimination: float) -> str:
    """How well the item tells people apart: Baker (2001), The Basics of Item Response Theory."""
    if discrimination < 0.65:
        return str(gettext("It tells people apart only weakly."))
    if discrimination < 1.35:
        return str(gettext("It tells people apart well enough."))
    return str(gettext("It tells people apart sharply."))


def shown(session: Session, kept: Mapping[str, Any]) -> FunctioningShown:
    """How an item functions for one group, in words."""
    names = group_names(session, kept["grouping"])
    reference = names(kept["reference"]) if kept["reference"] else gettext("all others")
    return FunctioningShown(
        grouping=str(GROUPINGS.get(kept["grouping"], kept["grouping"])),
        group=names(kept["group"]),
        reference=str(reference),
        verdict=verdict(kept, names(kept["group"])),
        effect=kept["effect"],
        se=kept["se"],
        p=kept["p"],
        n=kept["n"],
        ets=kept["ets"],
    )


def verdict(kept: Mapping[str, Any], group: str) -> str:
    """Which way the item leans, and how far."""
    size = str(CLASSES[kept["ets"]])
    if kept["ets"] == "A" and abs(kept["effect"] or 0.0) >= LEAST_MODERATE:
        return str(gettext("Cannot be told: the difference may be chance"))
    if kept["ets"] == "A" or kept["effect"] is None:
        return size
    if kept["kind"] == "nonuniform":
        return str(gettext("%(size)s: the curves cross", size=size))
    if kept["effect"] < 0:
        return str(gettext("%(size)s: harder for “%(group)s”", size=size, group=group))
    return str(gettext("%(size)s: easier for “%(group)s”", size=size, group=group))
