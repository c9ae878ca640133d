"""Who is likely to leave before the end: probabilities that can be believed, with reasons."""

from ml.risk.accuracy import Accuracy, accuracy_of
from ml.risk.calibration import Calibration, ReliabilityBin, calibration_of
from ml.risk.fairness import GroupFairness, group_fairness
from ml.risk.learning import Learned, learn
from ml.risk.model import Influence, Probabilities, Reason, RiskFormula
from ml.risk.verdict import checks_of, gives_advice

__all__ = [
    "Accuracy",
    "Calibration",
    "GroupFairness",
    "Influence",
    "Learned",
    "Probabilities",
    "Reason",
    "ReliabilityBin",
    "RiskFormula",
    "accuracy_of",
    "calibration_of",
    "checks_of",
    "gives_advice",
    "group_fairness",
    "learn",
]
