"""Means, gains and gaps between groups, with errors clustered by school."""

from ml.growth.means import GroupEstimates, gap, group_means, paired_gain
from ml.publication import Suppressed

__all__ = ["GroupEstimates", "Suppressed", "gap", "group_means", "paired_gain"]
