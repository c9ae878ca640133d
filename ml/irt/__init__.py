"""Item response models: calibration, abilities, plausible values, linking, fit, and DIF.

Names are loaded on first use: scikit-learn and SciPy take a second that a web service which only
reads results must not pay at its start.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ml.irt.characteristic import (
        CharacteristicCurve,
        ObservedShare,
        characteristic_curves,
        observed_shares,
    )
    from ml.irt.design import FitWarning
    from ml.irt.dif import DifItem, mantel_haenszel
    from ml.irt.dif_likelihood import likelihood_ratio_dif
    from ml.irt.dif_logistic import logistic_dif
    from ml.irt.dimensionality import Dimensionality, check_dimensionality
    from ml.irt.distractors import DistractorOption, distractor_analysis
    from ml.irt.drift import Drift, drifting_anchors
    from ml.irt.flags import Flag, design_flags, form_flags, not_reached
    from ml.irt.itemfit import DependentPair, ItemFit, item_fit, local_dependence
    from ml.irt.joint import concurrent_link, fixed_anchor_link
    from ml.irt.linking import Link, link, link_chain
    from ml.irt.model import ItemResponseModel
    from ml.irt.personfit import person_fit
    from ml.irt.precision import error_estimate, reliability_estimate
    from ml.irt.search import Iteration
    from ml.irt.vertical import VerticalScale, vertical_scale

_HOME = {
    "CharacteristicCurve": "characteristic",
    "ObservedShare": "characteristic",
    "characteristic_curves": "characteristic",
    "observed_shares": "characteristic",
    "ItemResponseModel": "model",
    "Link": "linking",
    "link": "linking",
    "concurrent_link": "joint",
    "fixed_anchor_link": "joint",
    "link_chain": "linking",
    "Drift": "drift",
    "drifting_anchors": "drift",
    "ItemFit": "itemfit",
    "item_fit": "itemfit",
    "DependentPair": "itemfit",
    "local_dependence": "itemfit",
    "person_fit": "personfit",
    "error_estimate": "precision",
    "reliability_estimate": "precision",
    "Dimensionality": "dimensionality",
    "check_dimensionality": "dimensionality",
    "DistractorOption": "distractors",
    "distractor_analysis": "distractors",
    "DifItem": "dif",
    "mantel_haenszel": "dif",
    "logistic_dif": "dif_logistic",
    "likelihood_ratio_dif": "dif_likelihood",
    "FitWarning": "design",
    "Flag": "flags",
    "Iteration": "search",
    "design_flags": "flags",
    "form_flags": "flags",
    "not_reached": "flags",
    "VerticalScale": "vertical",
    "vertical_scale": "vertical",
}

__all__ = [
    "CharacteristicCurve",
    "DependentPair",
    "DifItem",
    "Dimensionality",
    "DistractorOption",
    "Drift",
    "FitWarning",
    "Flag",
    "ItemFit",
    "ItemResponseModel",
    "Iteration",
    "Link",
    "ObservedShare",
    "VerticalScale",
    "characteristic_curves",
    "check_dimensionality",
    "concurrent_link",
    "design_flags",
    "distractor_analysis",
    "drifting_anchors",
    "error_estimate",
    "fixed_anchor_link",
    "form_flags",
    "item_fit",
    "likelihood_ratio_dif",
    "link",
    "link_chain",
    "local_dependence",
    "logistic_dif",
    "mantel_haenszel",
    "not_reached",
    "observed_shares",
    "person_fit",
    "reliability_estimate",
    "vertical_scale",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
