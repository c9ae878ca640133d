"""Runs, scales and what can be scored, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.charts import Chart
from edu.scoring import queries, remarks
from edu.scoring.linking import METHODS as LINKING_METHODS
from edu.scoring.pictures import convergence_curve, precision_curve
from edu.scoring.scales import newest_scale
from edu.scoring.service import Method
from edu.web.messages import sentence
from ml.estimate import Estimate
from models.assessments import Instrument, OmissionRule, Sample, Sitting, Wave
from models.scores import ItemStatistic, RunStatus, Scale, ScoringRun

OMISSIONS = {
    OmissionRule.MISSING: _l("An item left out says nothing: the score is the mean of the others."),
    OmissionRule.LOWEST: _l("An item left out counts as the lowest response."),
}
MODEL_NAMES: dict[str, LazyString] = {
    "auto": _l("two parameters, or partial credit where items have several points"),
    "rasch": _l("Rasch: items differ in difficulty only"),
    "2pl": _l("two parameters: difficulty and discrimination"),
    "3pl": _l("three parameters: with guessing"),
    "pcm": _l("partial credit, equal discrimination"),
    "gpcm": _l("generalized partial credit"),
}
LINKING_NAMES: dict[str, LazyString] = {
    "stocking-lord": _l("the curves of the common items together (Stocking–Lord)"),
    "haebara": _l("the curve of each common item (Haebara)"),
    "mean-sigma": _l("mean and spread of the difficulties (mean–sigma)"),
    "standard": _l("none: this run defines the scale"),
}


@dataclass(frozen=True)
class RunShown:
    """What the page of a run shows; `own`: whether the reader asked for it."""

    run: ScoringRun
    waves: Sequence[str]
    items: Sequence[ItemStatistic]
    reliability: Estimate | None
    error: Estimate | None
    own: bool
    to_decide: bool
    omissions: LazyString
    precision: Chart | None
    convergence: Chart | None

    @property
    def report(self) -> dict[str, Any]:
        """What a calibrated run says beside its items; empty for a classical one."""
        return self.run.report or {}

    @property
    def cancelled(self) -> bool:
        """Whether somebody canceled it."""
        return (self.run.failure or {}).get("code") == "cancelled"

    @property
    def calibrated(self) -> bool:
        """Whether the run places its items on a scale."""
        return self.run.method == Method.IRT

    @property
    def remarkable(self) -> int:
        """How many items have something to look at."""
        return sum(bool(item.warnings) for item in self.items)

    @property
    def domains(self) -> bool:
        """Whether the items are filed under domains."""
        return any(row.item.domain for row in self.items)

    @property
    def advice(self) -> list[str]:
        """What the reader should know before publishing, the weightiest first."""
        return [
            *unfair(self.items),
            *model_remarks(self.report),
            *form_remarks(self.report),
            *person_remarks(self.report),
            *(sentence(one["code"], one["parameters"]) for one in self.report.get("not_done", ())),
        ]

    @property
    def link(self) -> str:
        """How the run came onto its scale."""
        published = self.run.status is RunStatus.PUBLISHED
        return remarks.link(self.report["link"], published) if self.report else ""

    @property
    def model(self) -> LazyString | str:
        """The model in words."""
        return MODEL_NAMES.get(self.report.get("model", ""), "")


def show_run(session: Session, scope: Scope, *, run_id: int) -> RunShown:
    """A run with its items, and what the reader may do."""
    run = queries.run(session, scope, run_id=run_id)
    waves = select(Wave.code).where(Wave.id.in_(run.wave_ids)).order_by(Wave.opens_on, Wave.id)
    finished = run.status is RunStatus.FINISHED
    return RunShown(
        run=run,
        waves=list(dict.fromkeys(session.scalars(waves))),
        items=queries.item_report(session, scope, run_id=run_id),
        reliability=Estimate.from_dict(run.reliability) if run.reliability else None,
        error=Estimate.from_dict(run.error_of_measurement) if run.error_of_measurement else None,
        own=run.created_by == scope.actor_id,
        to_decide=finished and scope.may(Permission.DECIDE_FINDINGS),
        omissions=OMISSIONS[run.instrument.omission_rule],
        precision=precision_curve(run, run.scale) if run.scale else None,
        convergence=convergence_curve(run),
    )


def unfair(items: Sequence[ItemStatistic]) -> list[str]:
    """Items that function differently by language version come before any language gap."""
    by_language = [
        row.item.code
        for row in items
        if any(one["grouping"] == "language" and one["ets"] != "A" for one in row.dif)
    ]
    if not by_language:
        return []
    text = gettext(
        "Some items are not equally hard in the language versions: %(items)s. Correct or drop them "
        "before a gap between languages is shown.",
        items=", ".join(by_language),
    )
    return [str(text)]


def model_remarks(report: dict[str, Any]) -> list[str]:
    """Whether the run was fitted by another model than the run it is linked to."""
    own, other = report.get("model"), report.get("link", {}).get("reference_model")
    if other is None or own == other:
        return []
    text = gettext(
        "The model differs from that of the run it is linked to (%(own)s, %(other)s): part of the "
        "difference between them is the model's.",
        own=own,
        other=other,
    )
    return [str(text)]


def form_remarks(report: dict[str, Any]) -> list[str]:
    """Forms that were too hard, too easy, or too long; waves that cannot be compared well."""
    found = remarks.flags(report.get("flags", ()))
    for wave in report.get("waves", ()):
        if wave.get("drifting"):
            text = gettext(
                "From the first wave to wave %(wave)s these items have become easier or harder: "
                "%(items)s.",
                wave=wave["number"] + 1,
                items=", ".join(wave["drifting"]),
            )
            found.append(str(text))
    if (shape := report.get("dimensionality")) and not shape["unidimensional"]:
        text = gettext(
            "The items seem to measure more than one thing: those about %(high)s pull away from "
            "those about %(low)s.",
            high=", ".join(shape["high"][:3]),
            low=", ".join(shape["low"][:3]),
        )
        found.append(str(text))
    if pairs := report.get("dependent"):
        names = ", ".join(f"{pair['first']}–{pair['second']}" for pair in pairs)
        text = gettext(
            "These pairs of items hang together more than they should: %(pairs)s.", pairs=names
        )
        found.append(str(text))
    return found


def person_remarks(report: dict[str, Any]) -> list[str]:
    """Whether many people answered in a way the model does not expect."""
    fit = report.get("person_fit")
    if not fit or fit["share"] <= remarks.MANY_UNEXPECTED:
        return []
    text = gettext(
        "%(share)s%% of people answered in a way that the model does not expect; by chance it "
        "would be 5%%.",
        share=f"{100 * fit['share']:.0f}",
    )
    return [str(text)]


@dataclass(frozen=True)
class Scorable:
    """The instruments of one scale that people have sat, with the codes of their waves."""

    scale: Scale | None
    code: str
    instruments: Sequence[Instrument]
    waves: Sequence[str]


def scorable(session: Session) -> tuple[list[Scorable], list[Sample]]:
    """What can be scored: instruments by scale, and the anonymous samples."""
    sat = select(Sitting.id).where(Sitting.wave_id == Wave.id, Sitting.person_id.is_not(None))
    waves = select(Wave.id).where(Wave.instrument_id == Instrument.id, sat.exists())
    found = session.scalars(select(Instrument).where(waves.exists()).order_by(Instrument.code))
    by_scale: dict[str, list[Instrument]] = {}
    for instrument in found:
        by_scale.setdefault(instrument.scale, []).append(instrument)
    samples = session.scalars(select(Sample).order_by(Sample.code))
    groups = [
        Scorable(newest_scale(session, code), code, instruments, codes_of_waves(instruments))
        for code, instruments in sorted(by_scale.items())
    ]
    return groups, list(samples)


def codes_of_waves(instruments: Sequence[Instrument]) -> list[str]:
    """The waves of all the instruments, in order of date."""
    waves = sorted(
        (wave for instrument in instruments for wave in instrument.waves),
        key=lambda wave: (wave.opens_on, wave.id),
    )
    return list(dict.fromkeys(wave.code for wave in waves))


def model_choices() -> list[tuple[str, LazyString]]:
    """The models to choose from, in words."""
    return list(MODEL_NAMES.items())


def linking_choices() -> list[tuple[str, LazyString]]:
    """The ways of linking to choose from, in words."""
    return [(code, LINKING_NAMES[code]) for code in LINKING_METHODS]
