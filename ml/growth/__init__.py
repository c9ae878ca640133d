"""Means, gains and gaps between groups, growth and school effects, with honest errors."""

from ml.growth.gain import gain
from ml.growth.intercepts import RandomIntercept, random_intercept
from ml.growth.means import GroupEstimates, gap, group_means, paired_gain
from ml.growth.percentiles import GrowthPercentiles, Percentiles, Targets, growth_to_target
from ml.growth.pooled import pooled_means
from ml.growth.regression import Regression, clustered_regression
from ml.growth.result import Gain, Note
from ml.growth.school_effects import (
    ShrunkenEffect,
    ShrunkenEffects,
    region_effects,
    school_effects,
)
from ml.growth.school_spread import SchoolSpread, school_spread
from ml.growth.wild import WildBootstrap
from ml.publication import Suppressed

__all__ = [
    "Gain",
    "GroupEstimates",
    "GrowthPercentiles",
    "Note",
    "Percentiles",
    "RandomIntercept",
    "Regression",
    "SchoolSpread",
    "ShrunkenEffect",
    "ShrunkenEffects",
    "Suppressed",
    "Targets",
    "WildBootstrap",
    "clustered_regression",
    "gain",
    "gap",
    "group_means",
    "growth_to_target",
    "paired_gain",
    "pooled_means",
    "random_intercept",
    "region_effects",
    "school_effects",
    "school_spread",
]
