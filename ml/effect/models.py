"""Which models can answer what they are asked."""

from typing import Any

import numpy as np

from ml.checks import FloatArray
from ml.errors import StatisticsError


def check_chance_model(model: Any, name: str) -> None:
    """Of who takes part, or who answers. Errors: not_a_model; needs_chances."""
    from sklearn.base import is_classifier  # noqa: PLC0415  1 s: not at import

    _check_model(model, name)
    if not (is_classifier(model) and hasattr(model, "predict_proba")):
        raise StatisticsError("needs_chances", name=name, found=type(model).__name__)


def check_outcome_model(model: Any, name: str, outcomes: FloatArray) -> None:
    """outcomes: of any shape, NaN where missing. Errors: not_a_model, needs_chances;
    classifier_for_numbers where a classifier would learn more than 0 and 1."""
    from sklearn.base import is_classifier  # noqa: PLC0415  1 s: not at import

    _check_model(model, name)
    if not is_classifier(model):
        return
    check_chance_model(model, name)
    if not (np.isnan(outcomes) | (outcomes == 0) | (outcomes == 1)).all():
        raise StatisticsError("classifier_for_numbers", name=name, found=type(model).__name__)


def _check_model(model: Any, name: str) -> None:
    methods = ("fit", "predict", "get_params")
    if isinstance(model, type) or not all(hasattr(model, each) for each in methods):
        raise StatisticsError("not_a_model", name=name)
