"""Means, gains and gaps between groups, growth and school effects, with honest errors."""

from ml.growth.gain import gain
from ml.growth.intercepts import RandomIntercept, random_intercept
from ml.growth.means import GroupEstimates, gap, group_means, paired_gain
from ml.growth.regression import Regression, clustered_regression
from ml.growth.result import Gain, Note
from ml.growth.wild import WildBootstrap
from ml.publication import Suppressed

__all__ = [
    "Gain",
    "GroupEstimates",
    "Note",
    "RandomIntercept",
    "Regression",
    "Suppressed",
    "WildBootstrap",
    "clustered_regression",
    "gain",
    "gap",
    "group_means",
    "paired_gain",
    "random_intercept",
]
