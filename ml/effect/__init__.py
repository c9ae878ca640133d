"""What a program did: effects with the checks that decide whether they may be called so."""

from ml.diagnostics import Check
from ml.effect.bandwidth import Bandwidths
from ml.effect.bounds import Bounds, lee_bounds, worst_case_bounds
from ml.effect.crossfit import CrossFitATT
from ml.effect.discontinuity import Discontinuity, regression_discontinuity
from ml.effect.dose import DoseResponse, dose_response
from ml.effect.effect import Effect
from ml.effect.groups import GroupEffect, GroupEffects, group_effects
from ml.effect.heterogeneity import Calibration, calibration_test
from ml.effect.imputed import combined_fit
from ml.effect.placebo import placebo_check
from ml.effect.planning import (
    Plan,
    SchoolDesign,
    detectable_effect,
    enough_schools,
    power_of,
    schools_needed,
)
from ml.effect.pretrend import PreTrend
from ml.effect.response import ResponseWeights, response_weights
from ml.effect.sensitivity import e_value, robustness_value
from ml.effect.staggered import CohortWave, EventTime, StaggeredEffects, staggered_effects
from ml.multiple import benjamini_hochberg, holm

__all__ = [
    "Bandwidths",
    "Bounds",
    "Calibration",
    "Check",
    "CohortWave",
    "CrossFitATT",
    "Discontinuity",
    "DoseResponse",
    "Effect",
    "EventTime",
    "GroupEffect",
    "GroupEffects",
    "Plan",
    "PreTrend",
    "ResponseWeights",
    "SchoolDesign",
    "StaggeredEffects",
    "benjamini_hochberg",
    "calibration_test",
    "combined_fit",
    "detectable_effect",
    "dose_response",
    "e_value",
    "enough_schools",
    "group_effects",
    "holm",
    "lee_bounds",
    "placebo_check",
    "power_of",
    "regression_discontinuity",
    "response_weights",
    "robustness_value",
    "schools_needed",
    "staggered_effects",
    "worst_case_bounds",
]
