"""How likely somebody who knows a person's quasi-identifiers finds the person in a table."""

from dataclasses import dataclass

from ml.checks import IntArray


@dataclass(frozen=True, slots=True)
class RiskMeasures:
    """Prosecutor risk (El Emam & Dankar 2008): 1 / the size of the person's class.

    n_persons, n_classes: rows and distinct combinations of quasi-identifiers.
    min_class: the k of the table. max_risk, mean_risk: over persons. expected: the number of
    persons an attacker would name rightly when guessing for each. All 0 for an empty table.
    """

    n_persons: int
    n_classes: int
    min_class: int
    max_risk: float
    mean_risk: float
    expected: float


@dataclass(frozen=True, slots=True)
class Risk:
    """Risk of the finest table with everybody, and of the one released.

    share_dropped: persons left out. loss: mean over all cells of
    (values the label may stand for − 1) / (values of the column − 1), a dropped row counting 1.
    """

    before: RiskMeasures
    after: RiskMeasures
    share_dropped: float
    loss: float


def risk_measures(class_sizes: IntArray) -> RiskMeasures:
    """class_sizes: (n_classes,), every one at least 1."""
    n, classes = int(class_sizes.sum()), int(class_sizes.size)
    if not n:
        return RiskMeasures(0, 0, 0, 0.0, 0.0, 0.0)
    smallest = int(class_sizes.min())
    return RiskMeasures(
        n_persons=n,
        n_classes=classes,
        min_class=smallest,
        max_risk=1 / smallest,
        mean_risk=classes / n,
        expected=float(classes),
    )
