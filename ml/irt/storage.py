"""A fitted model as JSON text: no pickle, nothing that runs when it is read."""

import json
from typing import Any

import numpy as np

from ml.errors import StatisticsError
from ml.irt.design import FitWarning
from ml.irt.items import Items

FORMAT = "edu-irt-1"
PARAMETERS = ("model", "quadrature", "tol", "max_iter", "item_models")
PLAIN = ("loglik_", "gradient_norm_", "n_iter_", "n_passes_", "converged_", "n_persons_")
BOOLEAN = ("guessing", "free_slope", "free_intercept", "free_guess", "free_mean", "free_log_sd")
DOUBLE = ("slope", "intercept", "guess", "mean", "log_sd")


def to_json(model: Any) -> str:
    """Doubles are written so that they come back with the same bits; infinity is None."""
    items: Items = model.items_
    content = {
        "format": FORMAT,
        "parameters": {name: getattr(model, name) for name in PARAMETERS},
        "names": list(model.item_names_),
        "named": hasattr(model, "feature_names_in_"),
        "groups": [_plain(label) for label in model.groups_],
        "nodes": model.nodes_.tolist(),
        "steps": items.steps.tolist(),
        "bottom": items.bottom.tolist(),
        "items": {name: _listed(getattr(items, name)) for name in DOUBLE},
        "masks": {name: getattr(items, name).tolist() for name in BOOLEAN},
        "standard_errors": {name: _listed(value) for name, value in model.standard_errors_.items()},
        "covariance": model.covariance_.tolist(),
        "warnings": [[warning.code, warning.item] for warning in model.warnings_],
        "fit": {name: getattr(model, name) for name in PLAIN},
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def from_json(cls: type[Any], text: str) -> Any:
    """A model of class `cls`, fitted as the one that was written. Errors: invalid_model."""
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            raise StatisticsError("invalid_model")
        return _restored(cls, content)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise StatisticsError("invalid_model") from error


def _restored(cls: type[Any], content: dict[str, Any]) -> Any:
    model = cls(**content["parameters"])
    arrays: dict[str, Any] = {name: _array(content["items"][name], -np.inf) for name in DOUBLE}
    arrays |= {name: np.array(content["masks"][name], dtype=np.bool_) for name in BOOLEAN}
    arrays |= {name: np.array(content[name], dtype=np.int64) for name in ("steps", "bottom")}
    items = Items(**arrays)
    model.item_names_ = list(content["names"])
    model.n_features_in_ = len(model.item_names_)
    if content["named"]:
        model.feature_names_in_ = np.array(model.item_names_, dtype=object)
    model.groups_ = list(content["groups"])
    for name in PLAIN:
        setattr(model, name, content["fit"][name])
    model.covariance_ = np.array(content["covariance"], dtype=np.float64)
    model.standard_errors_ = {
        name: _array(value, np.nan) for name, value in content["standard_errors"].items()
    }
    model.warnings_ = tuple(FitWarning(*pair) for pair in content["warnings"])
    model._take(items, np.array(content["nodes"], dtype=np.float64))
    return model


def _listed(array: Any) -> Any:
    values = array.astype(object)
    values[~np.isfinite(array)] = None
    return values.tolist()


def _array(values: Any, absent: float) -> Any:
    """None stands for −inf among the parameters and for NaN among the errors."""
    array = np.array(values, dtype=np.float64)
    return np.where(np.isnan(array), absent, array)


def _plain(label: object) -> object:
    return label.item() if isinstance(label, np.generic) else label
