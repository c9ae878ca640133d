"""What people must know of a formula before they follow its advice."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from edu.outcomes.groupings import Grouping
from edu.outcomes.precision import in_tens, told
from edu.outcomes.risk.features import FEATURES, Participants, has
from ml.publication import Suppressed
from ml.risk import (
    GroupFairness,
    Learned,
    accuracy_of,
    calibration_of,
    checks_of,
    gives_advice,
    group_fairness,
    learn,
)
from ml.risk.fairness import adjusted
from ml.risk.shares import share
from models.enrollments import EnrollmentStatus

# Fewer people than that are not counted in public.
FEWEST_COUNTED = 10

Fair = tuple[tuple[GroupFairness, ...], tuple[Suppressed, ...]]


def learn_from(people: Participants, *, folds: int, seed: int) -> tuple[Learned, dict[str, Any]]:
    """The formula, and its card; refuses (one_outcome, too_few_outcomes, …) too short a past.

    Who moved to another school neither completed nor gave up, and teaches nothing; no more does
    somebody whose end nobody has recorded.
    """
    gone = has(people, EnrollmentStatus.WITHDRAWN)
    known = gone | has(people, EnrollmentStatus.COMPLETED)
    left = gone[known].astype(np.float64)
    learned = learn(
        people.X[known],
        left,
        names=FEATURES,
        clusters=people.schools[known],
        left_at=np.where(left > 0, people.elapsed[known], np.nan),
        folds=folds,
        seed=seed,
    )
    labels = {name: column[known] for name, column in people.labels.items()}
    moved = has(people, EnrollmentStatus.TRANSFERRED)
    card = {
        "moved": counted(int(moved.sum())),
        "without_end": counted(int((~known & ~moved).sum())),
        **card_of(learned, people.X[known], labels),
    }
    return learned, told(card, people=int(known.sum()))


def card_of(learned: Learned, X: np.ndarray, labels: dict[str, np.ndarray]) -> dict[str, Any]:
    """Accuracy, calibration, influences and fairness, as plain values."""
    accuracy, calibration = accuracy_of(learned), calibration_of(learned)
    fairness = {
        grouping: group_fairness(learned, labels[grouping], accuracy.cut) for grouping in Grouping
    }
    together = adjusted(tuple(each for shown, _ in fairness.values() for each in shown))
    checks = checks_of(learned, accuracy, calibration, together)
    everybody = np.ones(learned.left.size, dtype=np.bool_)
    return {
        "left": share("left", learned.left, learned.clusters, everybody).as_dict(),
        "accuracy": accuracy.as_dict(),
        "calibration": calibration.as_dict(),
        "influences": [
            {
                "name": each.name,
                "indicator": each.indicator,
                "estimate": each.estimate.as_dict(),
                "odds_ratio": list(each.odds_ratio),
            }
            for each in learned.formula.influences(X)
        ],
        "unused": list(learned.unused),
        "fairness": by_grouping(fairness, together),
        "checks": [check.as_dict() for check in checks],
        "advises": gives_advice(checks),
    }


def by_grouping(
    fairness: dict[Grouping, Fair], together: Sequence[GroupFairness]
) -> list[dict[str, Any]]:
    """The groups of each grouping, with what is adjusted for all of them together."""
    rest = iter(together)
    return [
        {
            "grouping": grouping.value,
            "rows": [next(rest).as_dict() for _ in shown],
            "suppressed": [{"group": one.group, "reason": one.reason} for one in hidden],
        }
        for grouping, (shown, hidden) in fairness.items()
    ]


def counted(number: int) -> int | None:
    """How many, None where that would tell about a few; nobody is nobody."""
    return in_tens(number) if number == 0 or number >= FEWEST_COUNTED else None
