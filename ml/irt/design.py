"""What a calibration asks of its design before it starts: refusals with the item's name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, FloatArray, IntArray, as_floats, check_length
from ml.errors import StatisticsError
from ml.irt.items import MIXED, MODELS, Items, starting_items
from ml.irt.responses import Responses
from ml.labels import MISSING, Labels, encode_labels

# Parameters of an item that are known: "discrimination", "intercept", and perhaps "guessing" and
# "lowest", the lowest category that occurs where that is not 0.
Anchor = Mapping[str, npt.ArrayLike]
Anchors = Mapping[int | str, Anchor]
WITH_EQUAL_SLOPES = {"2pl": "rasch", "gpcm": "pcm"}


@dataclass(frozen=True, slots=True)
class FitWarning:
    """Something that the reader of the estimates must know; item None concerns the whole test."""

    code: str
    item: str | None = None


def models_of(model: str, item_models: Sequence[str] | None, n_items: int) -> list[str]:
    """The model of each item. Errors: unknown_model, item_models_missing, length_mismatch."""
    if model != MIXED:
        if model not in MODELS:
            raise StatisticsError("unknown_model", found=model)
        return [model] * n_items
    if item_models is None:
        raise StatisticsError("item_models_missing")
    if len(item_models) != n_items:
        raise StatisticsError(
            "length_mismatch", name="item_models", expected=n_items, found=len(item_models)
        )
    return list(item_models)


def identified(models: list[str], n_groups: int, anchors: Anchors | None) -> list[str]:
    """The models that the data can tell: one association of two items gives no two slopes.

    Held equal they are 1 in the unit of the items, and the group's SD is free instead.
    """
    if len(models) != 2 or n_groups > 1 or anchors:
        return models
    return [WITH_EQUAL_SLOPES.get(model, model) for model in models]


def start(
    responses: Responses,
    models: list[str],
    names: list[str],
    n_groups: int,
    anchors: Anchors | None,
) -> Items:
    """Items ready to be estimated, with the anchors in place.

    Errors: item_never_presented, constant_item, too_many_categories (each with
    the item's name), unknown_anchor, anchor_mismatch, disconnected_design.
    """
    known = anchor_positions(anchors or {}, names)
    steps = _steps(responses, models, names, known)
    _check_connected(responses, names, set(known))
    items = starting_items(models, steps, n_groups)
    _drop_empty(items, responses)
    _place_start(items, responses)
    for position, anchor in known.items():
        _place(items, position, anchor, names[position])
    if not known:
        return items
    return replace(
        items,
        free_mean=np.ones(n_groups, dtype=np.bool_),
        free_log_sd=np.ones(n_groups, dtype=np.bool_),
    )


def anchor_positions(anchors: Anchors, names: list[str]) -> dict[int, Anchor]:
    """Anchors by column; they are given by column (from 0) or by name."""
    result: dict[int, Anchor] = {}
    for key, anchor in anchors.items():
        position = key if isinstance(key, int) else names.index(key) if key in names else -1
        if not 0 <= position < len(names):
            raise StatisticsError("unknown_anchor", item=str(key))
        result[position] = anchor
    return result


def highest_step(anchors: Anchors | None) -> int:
    """The last category of the anchors, which in these data perhaps nobody chose."""
    return max((_anchor_steps(anchor) for anchor in (anchors or {}).values()), default=1)


def _anchor_steps(anchor: Anchor) -> int:
    intercept = np.asarray(anchor["intercept"], dtype=np.float64).ravel()
    return int(np.flatnonzero(np.isfinite(intercept)).max(initial=-1)) + 1


def _steps(
    responses: Responses, models: list[str], names: list[str], known: dict[int, Anchor]
) -> IntArray:
    steps = np.ones(len(names), dtype=np.int64)
    for item, counts in enumerate(responses.counts):
        if item in known:
            steps[item] = _anchor_steps(known[item])
            if steps[item] == 0 or counts[steps[item] + 1 :].any():
                raise StatisticsError("anchor_mismatch", item=names[item])
            continue
        steps[item] = _item_steps(counts > 0, models[item], names[item])
    return steps


def _item_steps(chosen: BoolArray, model: str, name: str) -> int:
    """The highest category that somebody chose."""
    if not chosen.any():
        raise StatisticsError("item_never_presented", item=name)
    if chosen.sum() == 1:
        raise StatisticsError("constant_item", item=name)
    highest = int(np.flatnonzero(chosen)[-1])
    if highest > 1 and not MODELS[model][2]:
        raise StatisticsError("too_many_categories", item=name, model=model)
    return highest


def _check_connected(responses: Responses, names: list[str], known: set[int]) -> None:
    """Booklets must be chained by common items (or by anchors). Error: disconnected_design."""
    part = components(responses)
    anchored = {int(part[item]) for item in known}
    loose = [item for item in range(len(names)) if int(part[item]) not in anchored]
    if len({int(part[item]) for item in loose}) + bool(anchored) > 1:
        first = next(item for item in loose if anchored or part[item] != part[loose[0]])
        raise StatisticsError("disconnected_design", item=names[first])


def components(responses: Responses) -> IntArray:
    """(n_items,) a number that items share which somebody links, be it over other items."""
    linked = np.eye(responses.n_items, dtype=np.bool_)
    for block in responses.blocks:
        columns = block.items
        if block.masked:
            seen = (block.codes >= 0).astype(np.float64)
            linked[np.ix_(columns, columns)] |= seen.T @ seen > 0
        else:
            linked[np.ix_(columns, columns)] = True
    label = np.arange(responses.n_items)
    while True:
        lowest = np.where(linked, label, responses.n_items).min(axis=1)
        if (lowest == label).all():
            return label
        label = lowest


def _drop_empty(items: Items, responses: Responses) -> None:
    """A category that nobody chose has probability 0: its intercept's maximum is −∞.

    Where that is category 0, the lowest one that was chosen takes its place.
    """
    empty = (responses.counts[:, 1:] == 0)[:, : items.intercept.shape[1]] & items.free_intercept
    items.intercept[empty] = -np.inf
    items.free_intercept[empty] = False
    for item in np.flatnonzero(responses.counts[:, 0] == 0):
        lowest = int(np.argmax(responses.counts[item] > 0))
        if lowest == 0:  # nobody saw it: an anchor
            continue
        items.bottom[item] = lowest
        items.intercept[item, lowest - 1] = 0.0
        items.free_intercept[item, lowest - 1] = False


def empty_categories(items: Items, names: list[str]) -> tuple[FitWarning, ...]:
    """The items with a category below the highest that nobody chose."""
    within = np.arange(1, items.intercept.shape[1] + 1) < items.steps[:, None]
    hollow = (np.isneginf(items.intercept) & within).any(axis=1) | (items.bottom > 0)
    return tuple(FitWarning("empty_category", names[item]) for item in np.flatnonzero(hollow))


def _place_start(items: Items, responses: Responses) -> None:
    """Intercepts from the logits of neighboring categories, for slopes of 1."""
    counts = responses.counts + 0.5
    reference = counts[np.arange(items.n_items), items.bottom][:, None]
    logits = np.log(counts[:, 1:] / reference)
    free = items.free_intercept
    items.intercept[free] = np.clip(logits[:, : free.shape[1]], -6, 6)[free]


def _place(items: Items, position: int, anchor: Anchor, name: str) -> None:
    intercept = np.asarray(anchor["intercept"], dtype=np.float64).ravel()
    slope = float(np.asarray(anchor["discrimination"]))
    guessing = float(np.asarray(anchor.get("guessing", 0.0)))
    if not (np.isfinite(slope) and 0 <= guessing < 1):
        raise StatisticsError("anchor_mismatch", item=name)
    n_steps = int(items.steps[position])
    items.slope[position] = slope
    items.intercept[position] = -np.inf
    known = np.where(np.isfinite(intercept[:n_steps]), intercept[:n_steps], -np.inf)
    items.intercept[position, :n_steps] = known
    items.bottom[position] = int(np.asarray(anchor.get("lowest", 0)))
    items.guess[position] = np.log(guessing / (1 - guessing)) if guessing > 0 else -np.inf
    items.guessing[position] = guessing > 0
    items.free_slope[position] = False
    items.free_intercept[position] = False
    items.free_guess[position] = False


def group_codes(groups: Labels | None, n: int) -> tuple[list[object], IntArray]:
    if groups is None:
        return [None], np.zeros(n, dtype=np.int64)
    labels, code = encode_labels(groups, "groups")
    if code.size != n:
        raise StatisticsError("length_mismatch", name="groups", expected=n, found=code.size)
    if (code == MISSING).any():
        raise StatisticsError("missing_label", name="groups")
    return labels, code


def person_weights(sample_weight: npt.ArrayLike | None, n: int) -> FloatArray | None:
    """A weight of zero leaves the person out. Errors: invalid_weight, length_mismatch."""
    if sample_weight is None:
        return None
    weights = as_floats(sample_weight, "sample_weight")
    check_length(weights.size, n, "sample_weight")
    invalid = ~(weights >= 0)
    if invalid.any():
        raise StatisticsError("invalid_weight", row=int(invalid.argmax()))
    return weights
