"""Survey statistics with replicate weights and plausible values; trends, projections, ranks."""

from ml.survey.association import Correlation, Gap
from ml.survey.columns import PupilColumns, recognize
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
from ml.survey.equity import gradient, quarters, resilience, socioeconomic_gap
from ml.survey.estimation import estimate
from ml.survey.links import LinkErrors
from ml.survey.logistic import LogisticRegression
from ml.survey.population import quantile_of_all, reweighted
from ml.survey.projection import CohortSignal, Forecast, Projection, project
from ml.survey.ranks import Rank, projected_rank, ranks
from ml.survey.regression import Regression
from ml.survey.result import Estimate
from ml.survey.scales import Level, Scale, scale
from ml.survey.statistic import Statistic
from ml.survey.trend import Cycle, Trend

__all__ = [
    "SD",
    "CohortSignal",
    "Correlation",
    "Custom",
    "Cycle",
    "Estimate",
    "Forecast",
    "Gap",
    "Level",
    "Levels",
    "LinkErrors",
    "LogisticRegression",
    "Mean",
    "Percentages",
    "Projection",
    "PupilColumns",
    "Quantile",
    "Rank",
    "Regression",
    "ReplicateDesign",
    "Scale",
    "ShareAbove",
    "Statistic",
    "Trend",
    "Variance",
    "estimate",
    "gradient",
    "project",
    "projected_rank",
    "quantile_of_all",
    "quarters",
    "ranks",
    "recognize",
    "resilience",
    "reweighted",
    "scale",
    "socioeconomic_gap",
]
