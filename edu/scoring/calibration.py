"""Calibrate: from a response matrix to items, abilities and plausible values on the θ scale."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from edu.scoring.background import Background
from edu.scoring.matrix import JoinedMatrix
from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.irt import ItemResponseModel, Iteration, design_flags
from ml.irt.design import Anchors
from models.assessments import NOT_PRESENTED, OMITTED
from models.errors import Refusal

AUTOMATIC = "auto"
MODELS = (AUTOMATIC, "rasch", "2pl", "3pl", "pcm", "gpcm")
# An item that these flags name cannot be estimated: it is left out, and said to be.
UNUSABLE = frozenset({"item_never_presented", "constant_item"})
LEAST_ITEMS = 2

Mask = npt.NDArray[np.bool_]
Listener = Callable[[Iteration], None]


@dataclass(frozen=True, eq=False)
class Answers:
    """What the calibration counts: points (n, items) from 0, NaN where an item says nothing.

    items: names of the columns. left_out: the flag of each item that cannot be estimated.
    presented: mask of the same shape. scorable: (n,) at least half of what was presented says
    something.
    """

    items: tuple[str, ...]
    points: FloatArray
    presented: Mask
    scorable: Mask
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def answered(self) -> Mask:
        """(n,) whether the sitting says anything."""
        return np.asarray(~np.isnan(self.points).all(axis=1), dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class Calibration:
    """A fitted model with the answers it was fitted to, and how it got there.

    groups: (n,) the wave's number of each sitting, as the model's groups. trace: iteration and the
    decimal logarithm of the largest score component per person, which falls to the tolerance.
    """

    model: ItemResponseModel
    answers: Answers
    groups: npt.NDArray[np.int64]
    trace: tuple[tuple[int, float], ...]


def usable_answers(joined: JoinedMatrix) -> Answers:
    """The points of each sitting; not reached and not presented say nothing.

    Refuses (too_few_usable_items) fewer than two items that tell people apart.
    """
    codes = joined.matrix.codes
    points = np.where(codes >= 0, codes, np.nan).astype(np.float64)
    points[(codes == OMITTED) & joined.omitted_is_wrong[:, None]] = 0.0
    points[~(codes >= 0).any(axis=1)] = np.nan  # no response at all says nothing
    flags = {
        flag.item: flag.code
        for flag in design_flags(points, names=joined.items)
        if flag.code in UNUSABLE and flag.item is not None
    }
    kept = [number for number, name in enumerate(joined.items) if name not in flags]
    if len(kept) < LEAST_ITEMS:
        raise Refusal("too_few_usable_items", found=len(kept), least=LEAST_ITEMS)
    points, presented = points[:, kept], (codes != NOT_PRESENTED)[:, kept]
    counted = (~np.isnan(points)).sum(axis=1)
    return Answers(
        items=tuple(joined.items[number] for number in kept),
        points=points,
        presented=presented,
        scorable=(counted > 0) & (2 * counted >= presented.sum(axis=1)),
        left_out=flags,
    )


def calibrate(
    answers: Answers,
    background: Background,
    *,
    model: str,
    anchors: Anchors | None = None,
    on_iteration: Listener | None = None,
) -> Calibration:
    """Fit all waves together, each with a mean and SD of its own.

    model: one of MODELS; "auto" is 2PL, or GPCM where an item has more than two categories.
    Errors: disconnected_design, not_converged, not_identified (see ml.irt).
    """
    trace: list[tuple[int, float]] = []

    def told(iteration: Iteration) -> None:
        trace.append((iteration.number, float(np.log10(max(iteration.gradient_norm, 1e-300)))))
        if on_iteration is not None:
            on_iteration(iteration)

    answered = answers.answered
    if answered.sum() <= len(answers.items):
        raise StatisticsError("too_few_to_calibrate", found=int(answered.sum()))
    groups = background.waves if len(np.unique(background.waves[answered])) > 1 else None
    fitted = ItemResponseModel(model=chosen_model(model, answers.points)).fit_named(
        answers.points, answers.items, groups=groups, anchors=anchors, on_iteration=told
    )
    numbers = np.zeros_like(background.waves) if groups is None else background.waves
    return Calibration(fitted, answers, numbers, tuple(trace))


def chosen_model(model: str, points: FloatArray) -> str:
    """The model to fit."""
    if model != AUTOMATIC:
        return model
    return "gpcm" if np.nanmax(points) > 1 else "2pl"


def groups_of(found: Calibration) -> npt.NDArray[np.int64] | None:
    """The groups as the model asks for them."""
    return found.groups if len(found.model.groups_) > 1 else None


def plausible_values(
    found: Calibration, background: Background, *, n_draws: int, seed: int
) -> FloatArray:
    """(n, n_draws) on the θ scale, NaN for a sitting without any response.

    Conditioned on everything that figures are later broken down by; a person's waves are drawn
    jointly, programs have means and SDs of their own, and schools keep their variance.
    """
    answered = found.answers.answered
    taken = background.labels.get("program")
    several = len(np.unique(found.groups[answered])) > 1
    drawn = found.model.draw_plausible_values(
        found.answers.points[answered],
        conditioning=conditioning(background, answered),
        groups=None if taken is None else [label or "" for label in taken[answered].tolist()],
        clusters=background.schools[answered],
        waves=found.groups[answered] if several else None,
        persons=background.persons[answered] if several else None,
        n_draws=n_draws,
        random_state=seed,
    )
    values = np.full((len(answered), n_draws), np.nan)
    values[answered] = drawn
    return values


def conditioning(background: Background, rows: Mask) -> FloatArray | None:
    """One column for each label but the first of every grouping; an unknown label is one more."""
    columns = []
    for labels in background.labels.values():
        text = np.array(["" if label is None else f"={label}" for label in labels[rows]])
        known, place = np.unique(text, return_inverse=True)
        columns += [place == number for number in range(1, len(known))]
    return np.column_stack(columns).astype(np.float64) if columns else None
