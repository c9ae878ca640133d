"""Whether the advice is as good for one group of people as for another."""

from dataclasses import dataclass, replace

import numpy as np

from ml.checks import BoolArray, FloatArray, IntArray, check_length
from ml.clustering import Clusters
from ml.estimate import Estimate
from ml.intervals import two_sided
from ml.labels import MISSING, Labels, encode_labels
from ml.multiple import holm
from ml.parallel import one_blas_thread
from ml.publication import Suppressed, Threshold, too_small, with_complement
from ml.risk.calibration import FEWEST_TOLD
from ml.risk.learning import Learned
from ml.risk.shares import mean_difference, share

TOO_FEW_OUTCOMES = "too_few_of_one_outcome"
UNKNOWN = "unknown"
FIGURES = ("left", "gap", "looked_at", "found", "alarmed")


@dataclass(frozen=True, slots=True)
class GroupFairness:
    """One group's share that left, and what the advice made of it.

    gap: observed less foretold share; above 0 the group's risk was underrated. looked_at: share
    among those looked at first. found: of the group's people who left, the share looked at first.
    alarmed: of those who stayed, the share looked at first. Both are None where fewer than 30
    people or 5 schools stand behind them. p_value: of no gap; holm: adjusted for all groups that
    are shown, set by `adjusted`.
    """

    group: str
    left: Estimate
    gap: Estimate
    looked_at: Estimate
    found: Estimate | None
    alarmed: Estimate | None
    p_value: float
    holm: float = 1.0

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        figures = {name: getattr(self, name) for name in FIGURES}
        shown = {name: one and one.as_dict() for name, one in figures.items()}
        return {"group": self.group, **shown, "p_value": self.p_value, "holm": self.holm}


@one_blas_thread()
def group_fairness(
    learned: Learned, groups: Labels, cut: float
) -> tuple[tuple[GroupFairness, ...], tuple[Suppressed, ...]]:
    """Each group in order of its label, and those too small to be shown.

    groups: (n,) labels; who has none (None, NaN) is the group UNKNOWN. cut: the probability from
    which on people are looked at first. A group needs 30 people of 5 schools, ten who left and ten
    who stayed; where one is withheld, a further one goes with it so that it cannot be worked out.
    Errors: length_mismatch, mixed_labels, wrong_shape.
    """
    labels, index = encode_labels(groups, "groups")
    check_length(index.size, learned.left.size, "groups")
    if (index == MISSING).any():
        labels, index = [*labels, UNKNOWN], np.where(index == MISSING, len(labels), index)
    reasons = _reasons(learned, index, len(labels))
    shown = tuple(
        _fairness(learned, index == number, str(label), cut)
        for number, (label, reason) in enumerate(zip(labels, reasons, strict=True))
        if reason is None
    )
    hidden = tuple(
        Suppressed(str(label), reason)
        for label, reason in zip(labels, reasons, strict=True)
        if reason is not None
    )
    return shown, hidden


def adjusted(groups: tuple[GroupFairness, ...]) -> tuple[GroupFairness, ...]:
    """The same with p values adjusted for how many there are, of all groupings together."""
    if not groups:
        return ()
    p = holm([each.p_value for each in groups])
    return tuple(replace(each, holm=float(value)) for each, value in zip(groups, p, strict=True))


def _fairness(learned: Learned, rows: BoolArray, label: str, cut: float) -> GroupFairness:
    left, schools = learned.left, learned.clusters
    above = (learned.probability >= cut).astype(np.float64)
    gap = mean_difference("gap", left - learned.probability, schools, rows, label)
    return GroupFairness(
        group=label,
        left=share("left", left, schools, rows, label),
        gap=gap,
        looked_at=share("looked_at", above, schools, rows, label),
        found=_rate("found", above, schools, rows & (left > 0), label),
        alarmed=_rate("alarmed", above, schools, rows & (left == 0), label),
        p_value=two_sided(gap),
    )


def _rate(
    name: str, above: FloatArray, clusters: Clusters, rows: BoolArray, label: str
) -> Estimate | None:
    """The share above the cut; None of too few people."""
    schools = clusters.number_in(rows.astype(np.float64))
    if too_small(int(rows.sum()), schools, Threshold()):
        return None
    return share(name, above, clusters, rows, label)


def _reasons(learned: Learned, index: IntArray, count: int) -> list[str | None]:
    members = [index == number for number in range(count)]
    reasons = [_reason(learned, rows) for rows in members]
    withheld = np.array([reason is not None for reason in reasons], dtype=np.bool_)
    persons = np.array([rows.sum() for rows in members], dtype=np.int64)

    def schools_of(mask: BoolArray) -> int:
        chosen = np.isin(index, np.flatnonzero(mask))
        return learned.clusters.number_in(chosen.astype(np.float64))

    hidden = with_complement(withheld, persons, schools_of, Threshold())
    return [
        reason or ("protects_another" if hide else None)
        for reason, hide in zip(reasons, hidden, strict=True)
    ]


def _reason(learned: Learned, rows: BoolArray) -> str | None:
    schools = learned.clusters.number_in(rows.astype(np.float64))
    if reason := too_small(int(rows.sum()), schools, Threshold()):
        return reason
    leavers = int(learned.left[rows].sum())
    few = min(leavers, int(rows.sum()) - leavers) < FEWEST_TOLD
    return TOO_FEW_OUTCOMES if few else None
