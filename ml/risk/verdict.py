"""Whether the advice may be given at all, and what must be said with it."""

from collections.abc import Sequence

from ml.diagnostics import Check
from ml.estimate import Estimate
from ml.risk.accuracy import Accuracy
from ml.risk.calibration import Calibration
from ml.risk.fairness import GroupFairness
from ml.risk.learning import Learned

PER_COLUMN = 10.0
SLOPES = (0.8, 1.25)
LARGEST_GAP = 0.02
ALPHA = 0.05
# Without these the list would be a lottery, or its numbers would not mean what they say.
NEEDED = frozenset({"tells_apart", "calibration", "halfway"})


def checks_of(
    learned: Learned, accuracy: Accuracy, calibration: Calibration, groups: Sequence[GroupFairness]
) -> tuple[Check, ...]:
    """Everything that was looked at, passed or not. groups: with adjusted p values."""
    return (
        _enough(learned),
        _tells_apart(accuracy),
        _calibration(calibration),
        _halfway(calibration),
        _fairness(groups),
    )


def gives_advice(checks: Sequence[Check]) -> bool:
    """Whether people may be listed: they are told apart, and the numbers can be believed."""
    return all(check.passed for check in checks if check.name in NEEDED)


def _enough(learned: Learned) -> Check:
    """Ten who left for each column (Peduzzi et al. 1996, Journal of Clinical Epidemiology 49)."""
    fewest = min(learned.left.sum(), (1 - learned.left).sum())
    value = float(fewest) / len(learned.formula.columns.names)
    passed = value >= PER_COLUMN
    code = "risk_enough_outcomes" if passed else "risk_few_outcomes"
    return Check("enough_outcomes", passed, value, PER_COLUMN, code)


def _tells_apart(accuracy: Accuracy) -> Check:
    passed = accuracy.auc.interval[0] > 0.5
    code = "risk_tells_apart" if passed else "risk_no_better_than_chance"
    return Check("tells_apart", passed, accuracy.auc.interval[0], 0.5, code)


def _calibration(calibration: Calibration) -> Check:
    """The slope is near 1, or cannot be told from it."""
    slope = calibration.slope
    near = _near(slope)
    code = "risk_calibrated" if near else "risk_not_calibrated"
    return Check("calibration", near, slope.value, SLOPES[0], code)


def _near(slope: Estimate) -> bool:
    low, high = slope.interval
    return SLOPES[0] <= slope.value <= SLOPES[1] or (low <= 1 <= high and slope.value > 0)


def _halfway(calibration: Calibration) -> Check:
    """Those still there halfway leave as often as was foretold for them."""
    gap = calibration.halfway
    if gap is None:
        return Check("halfway", True, float("nan"), LARGEST_GAP, "risk_halfway_not_checked")
    low, high = gap.interval
    right = abs(gap.value) <= LARGEST_GAP or low <= 0 <= high
    passed = right and (calibration.halfway_slope is None or _near(calibration.halfway_slope))
    code = "risk_halfway_holds" if passed else "risk_halfway_fails"
    return Check("halfway", passed, gap.value, LARGEST_GAP, code)


def _fairness(groups: Sequence[GroupFairness]) -> Check:
    """No group's risk is misjudged by more than two in a hundred beyond chance (Holm)."""
    if not groups:
        return Check("fairness", False, float("nan"), LARGEST_GAP, "risk_fairness_not_checked")
    misjudged = [each for each in groups if each.holm < ALPHA and abs(each.gap.value) > LARGEST_GAP]
    widest = max(misjudged or groups, key=lambda each: abs(each.gap.value))
    code = "risk_groups_misjudged" if misjudged else "risk_groups_alike"
    return Check("fairness", not misjudged, abs(widest.gap.value), LARGEST_GAP, code)
