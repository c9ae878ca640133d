"""Who may leave a course before its end, and how far can that be relied on?

python docs/examples/who_may_leave.py
"""

# %% A past round, invented: who applied late left more often, and rather early than late.
import numpy as np

from ml.risk import accuracy_of, calibration_of, checks_of, gives_advice, group_fairness, learn
from ml.risk.fairness import adjusted

rng = np.random.default_rng(7)
schools = rng.integers(0, 60, 3000)
late = (rng.random(3000) < 0.3).astype(float)
age = rng.normal(size=3000)
left = (rng.random(3000) < 1 / (1 + np.exp(2.2 - 1.0 * late - 0.4 * age))).astype(float)
left_at = np.where(left > 0, rng.random(3000) ** 1.4, np.nan)

# %% Learn; each school is foretold by a formula that has not seen it.
learned = learn(
    np.column_stack([late, age]),
    left,
    names=["applied late", "years older"],
    clusters=schools,
    left_at=left_at,
)
for influence in learned.formula.influences(np.column_stack([late, age])):
    low, high = influence.estimate.interval
    print(f"{influence.name}: {influence.estimate.value:+.1%} ({low:+.1%} to {high:+.1%})")

# %% May anybody be advised by it?
accuracy, calibration = accuracy_of(learned), calibration_of(learned)
groups, withheld = group_fairness(learned, np.where(schools % 2, "town", "village"), accuracy.cut)
checks = checks_of(learned, accuracy, calibration, adjusted(groups))
for check in checks:
    print("+" if check.passed else "-", check.name, round(check.value, 3))
print("advice may be given" if gives_advice(checks) else "no advice: it would be a lottery")

# %% Somebody who applied late, now that 40 % of the time has passed.
person = np.array([[1.0, 0.5]])
told = learned.formula.probabilities(person, 0.4)
print(f"leaves from now on: {told.value[0]:.0%} ({told.low[0]:.0%} to {told.high[0]:.0%})")
print("because:", ", ".join(reason.name for reason in learned.formula.reasons(person)[0]))
