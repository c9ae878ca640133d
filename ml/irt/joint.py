"""Linking by calibration: new items on the reference's scale through fixed or common items.

The link error comes from the jackknife over the anchors: the calibration is repeated with one
anchor after the other no longer held common, and moves by what that anchor contributes.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.irt.design import Anchors
from ml.irt.linking import MIN_ANCHORS, Link, jackknife_covariance
from ml.irt.model import ItemResponseModel
from ml.labels import Labels, encode_labels


def fixed_anchor_link(
    X: npt.ArrayLike,
    reference: Any,
    names: Sequence[str],
    *,
    model: ItemResponseModel,
    anchors: Sequence[str] | None = None,
) -> tuple[ItemResponseModel, Link]:
    """Calibrate X with the reference's parameters of the items of the same names held fixed.

    model: an unfitted one whose settings are used. The link is the identity (slope 1, shift 0)
    with its error. Errors: too_few_anchors, unknown_anchor, and those of the fit.
    """
    common = [name for name in names if name in set(reference.item_names_)]
    if anchors is not None:
        unknown = [name for name in anchors if name not in common]
        if unknown:
            raise StatisticsError("unknown_anchor", item=unknown[0])
        common = [name for name in common if name in set(anchors)]
    if len(common) < MIN_ANCHORS:
        raise StatisticsError("too_few_anchors", found=len(common), least=MIN_ANCHORS)
    known = anchors_of(reference, common)
    fitted = _fresh(model).fit_named(X, names, anchors=known)
    replicates = []
    for left_out in common:
        others = {name: value for name, value in known.items() if name != left_out}
        again = _fresh(model).fit_named(X, names, anchors=others)
        replicates.append((float(again.group_mean_[0]), float(again.group_sd_[0])))
    own = (float(fitted.group_mean_[0]), float(fitted.group_sd_[0]))
    return fitted, identity_link("fixed-anchor", own, np.array(replicates), common)


def concurrent_link(
    X: npt.ArrayLike,
    groups: Labels,
    names: Sequence[str],
    *,
    model: ItemResponseModel,
    focal: object,
    anchors: Sequence[str] | None = None,
) -> tuple[ItemResponseModel, Link]:
    """Calibrate all groups (waves) at once; the link's error concerns the group `focal`.

    anchors: items held common, by default all that both `focal` and another group answered; an
    item that is left out of the given anchors has parameters of its own in the focal group.
    Errors: unknown_group, too_few_anchors, unknown_anchor, and those of the fit.
    """
    matrix = np.asarray(X, dtype=np.float64)
    labels, code = encode_labels(groups, "groups")
    if focal not in labels:
        raise StatisticsError(
            "unknown_group", found=str(focal), expected=[str(label) for label in labels]
        )
    mine = code == labels.index(focal)
    seen = ~np.isnan(matrix)
    shared = seen[mine].any(axis=0) & seen[~mine].any(axis=0)
    common = [name for name, is_shared in zip(names, shared, strict=True) if is_shared]
    unknown = [name for name in anchors or () if name not in common]
    if unknown:
        raise StatisticsError("unknown_anchor", item=unknown[0])
    held = common if anchors is None else [name for name in common if name in set(anchors)]
    if len(held) < MIN_ANCHORS:
        raise StatisticsError("too_few_anchors", found=len(held), least=MIN_ANCHORS)

    def fit(apart: list[str]) -> ItemResponseModel:
        columns = [list(names).index(name) for name in apart]
        own = np.where(mine[:, None], matrix[:, columns], np.nan)
        rest = matrix.copy()
        rest[np.ix_(mine, columns)] = np.nan
        every = [*names, *(f"{name} @{focal}" for name in apart)]
        return _fresh(model).fit_named(np.hstack([rest, own]), every, groups=groups)

    apart = [name for name in common if name not in set(held)]
    place = labels.index(focal)
    fitted = fit(apart)
    replicates = []
    for name in held:
        again = fit([*apart, name])
        replicates.append((float(again.group_mean_[place]), float(again.group_sd_[place])))
    own = (float(fitted.group_mean_[place]), float(fitted.group_sd_[place]))
    return fitted, identity_link("concurrent", own, np.array(replicates), held)


def anchors_of(reference: Any, names: Sequence[str]) -> Anchors:
    """A fitted model's parameters of these items, as `fit` takes them."""
    at = {name: position for position, name in enumerate(reference.item_names_)}
    return {
        name: {
            "discrimination": reference.discrimination_[at[name]],
            "intercept": reference.intercept_[at[name]],
            "guessing": reference.guessing_[at[name]],
            "lowest": reference.items_.bottom[at[name]],
        }
        for name in names
    }


def identity_link(
    method: str, own: tuple[float, float], replicates: FloatArray, names: list[str]
) -> Link:
    """replicates: (n_anchors, 2) mean and SD of the group with one anchor less."""
    mean, sd = own
    slopes = replicates[:, 1] / sd
    covariance = jackknife_covariance(np.column_stack([slopes, replicates[:, 0] - slopes * mean]))
    errors = np.sqrt(np.diag(covariance))
    return Link(
        method=method,
        slope=1.0,
        shift=0.0,
        slope_error=float(errors[0]),
        error=float(errors[1]),
        covariance=covariance,
        anchors=tuple(names),
    )


def _fresh(model: ItemResponseModel) -> ItemResponseModel:
    from sklearn.base import clone  # noqa: PLC0415

    copy: ItemResponseModel = clone(model)
    return copy
