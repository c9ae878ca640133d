"""What to know of a design and its forms before believing a score."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, IntArray
from ml.errors import StatisticsError
from ml.irt.design import components
from ml.irt.responses import Codes, as_codes, as_responses, item_names
from ml.labels import MISSING, Labels, encode_labels

FLOOR_CEILING = 0.15
# Of the persons of a form, how many may leave its last item unreached, and how many must reach
# three quarters of it (Gulliksen's and Swineford's rules: 80 % finish, all reach 75 %).
UNFINISHED = 0.20
NOT_THREE_QUARTERS = 0.01
FEW_LINKS = 3


@dataclass(frozen=True, slots=True)
class Flag:
    """code: what; item, form: of which, None where it concerns all; value: the share or number
    behind it.
    """

    code: str
    item: str | None = None
    form: str | None = None
    value: float | None = None


def design_flags(X: npt.ArrayLike, *, names: Sequence[str] | None = None) -> tuple[Flag, ...]:
    """What a fit would refuse or warn of: item_never_presented, constant_item, empty_category,
    disconnected_design (an item of each part without a link to the first).
    """
    codes = as_codes(X)
    labels = item_names(names, codes.shape[1])
    responses = as_responses(codes, np.zeros(len(codes), dtype=np.int64))
    flags = []
    for name, counts in zip(labels, responses.counts, strict=True):
        chosen = np.flatnonzero(counts)
        if not chosen.size:
            flags.append(Flag("item_never_presented", item=name))
        elif chosen.size == 1:
            flags.append(Flag("constant_item", item=name, value=float(chosen[0])))
        elif chosen.size <= chosen[-1]:
            missing = int(np.argmin(counts > 0))
            flags.append(Flag("empty_category", item=name, value=float(missing)))
    part = components(responses)
    for number in np.unique(part)[1:]:
        size = float((part == number).sum())
        flags.append(Flag("disconnected_design", item=labels[int(number)], value=size))
    return tuple(flags)


def not_reached(codes: Codes, presented: BoolArray) -> BoolArray:
    """(n_persons, n_items) presented items without response after a person's last response.

    codes: categories, −1 without response, columns in the order of the test. An unanswered item
    before a later answered one was omitted, not unreached; a person without any response reached
    nothing.
    """
    answered = codes >= 0
    later = np.cumsum(answered[:, ::-1], axis=1)[:, ::-1] > 0
    return np.asarray(presented & ~answered & ~later)


def form_flags(
    X: npt.ArrayLike,
    forms: Labels,
    *,
    presented: npt.ArrayLike | None = None,
    names: Sequence[str] | None = None,
) -> tuple[Flag, ...]:
    """Floor, ceiling, speededness and weak links of each form (booklet).

    X: (n_persons, n_items) in the order of the test. presented: mask of the same shape, by
    default the items that anybody of the form answered. floor, ceiling: share of persons with no
    point, or all; speeded: share that did not reach the last item; few_links: items shared with
    other forms. Errors: length_mismatch, missing_label.
    """
    codes = as_codes(X)
    labels, code = encode_labels(forms, "forms")
    if code.size != len(codes):
        raise StatisticsError("length_mismatch", name="forms", expected=len(codes), found=code.size)
    if (code == MISSING).any():
        raise StatisticsError("missing_label", name="forms")
    shown = _presented(codes, code, len(labels), presented)
    highest = np.maximum(codes.max(axis=0, initial=1), 1).astype(np.int64)
    by_form = np.array([shown[code == form].any(axis=0) for form in range(len(labels))])
    flags: list[Flag] = []
    for form, label in enumerate(labels):
        mine = code == form
        flags += _ends(codes[mine], shown[mine], highest, str(label))
        flags += _speed(codes[mine], shown[mine], str(label))
        others = np.delete(by_form, form, axis=0).any(axis=0)
        shared = int((by_form[form] & others).sum())
        if len(labels) > 1 and shared < FEW_LINKS:
            flags.append(Flag("few_links", form=str(label), value=float(shared)))
    return tuple(flags)


def _presented(
    codes: Codes, code: IntArray, n_forms: int, presented: npt.ArrayLike | None
) -> BoolArray:
    if presented is not None:
        shown = np.asarray(presented, dtype=np.bool_)
        if shown.shape != codes.shape:
            raise StatisticsError(
                "length_mismatch", name="presented", expected=codes.size, found=shown.size
            )
        return shown
    by_form = np.array([(codes[code == form] >= 0).any(axis=0) for form in range(n_forms)])
    return np.asarray(by_form[code])


def _ends(codes: Codes, shown: BoolArray, highest: IntArray, form: str) -> list[Flag]:
    points = np.maximum(codes, 0).sum(axis=1, dtype=np.int64)
    possible = (shown * highest).sum(axis=1)
    answered = (codes >= 0).any(axis=1)
    if not answered.any():
        return []
    floor = float((points == 0)[answered].mean())
    ceiling = float((points == possible)[answered].mean())
    flags = [Flag("floor", form=form, value=floor)] if floor > FLOOR_CEILING else []
    if ceiling > FLOOR_CEILING:
        flags.append(Flag("ceiling", form=form, value=ceiling))
    return flags


def _speed(codes: Codes, shown: BoolArray, form: str) -> list[Flag]:
    missed = not_reached(codes, shown)
    n_shown = shown.sum(axis=1)
    has = n_shown > 0
    if not has.any():
        return []
    count = missed.sum(axis=1)[has]
    unfinished = float((count > 0).mean())
    early = float((count > n_shown[has] / 4).mean())
    if unfinished > UNFINISHED or early > NOT_THREE_QUARTERS:
        return [Flag("speeded", form=form, value=unfinished)]
    return []
