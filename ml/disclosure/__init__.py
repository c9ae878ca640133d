"""k-anonymity of persons: recode on hierarchies, measure the risk, verify independently."""

from ml.disclosure.generalization import Generalization, generalize
from ml.disclosure.hierarchy import Hierarchy
from ml.disclosure.levels import birth_hierarchy, flat_hierarchy, place_hierarchy
from ml.disclosure.risk import Risk, RiskMeasures
from ml.disclosure.verification import verify_k

__all__ = [
    "Generalization",
    "Hierarchy",
    "Risk",
    "RiskMeasures",
    "birth_hierarchy",
    "flat_hierarchy",
    "generalize",
    "place_hierarchy",
    "verify_k",
]
