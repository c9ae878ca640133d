"""Survey statistics with replicate weights and plausible values, trends, projections, ranks."""

from ml.survey.association import Correlation, Gap
from ml.survey.descriptive import (
    SD,
    Custom,
    Levels,
    Mean,
    Percentages,
    Quantile,
    ShareAbove,
    Variance,
)
from ml.survey.design import ReplicateDesign
from ml.survey.estimation import estimate
from ml.survey.logistic import LogisticRegression
from ml.survey.regression import Regression
from ml.survey.result import Estimate
from ml.survey.statistic import Statistic

__all__ = [
    "SD",
    "Correlation",
    "Custom",
    "Estimate",
    "Gap",
    "Levels",
    "LogisticRegression",
    "Mean",
    "Percentages",
    "Quantile",
    "Regression",
    "ReplicateDesign",
    "ShareAbove",
    "Statistic",
    "Variance",
    "estimate",
]
