"""What did a program do? The library on arrays of your own, without the service.

    python docs/examples/effect_of_a_program.py

Forty schools of 25 pupils sit a test before and after a program that some of them take. Whoever
starts higher is keener to take it, so that comparing gains alone would mislead.
"""

# %% Invented data whose truth is known: the program adds 12 points.
import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge

from ml.effect import CrossFitATT, calibration_test, group_effects, placebo_check
from ml.growth import gain

rng = np.random.default_rng(7)
school = np.repeat(np.arange(40), 25)
n = school.size
girl = rng.random(n) < 0.5
ability = 500 + 25 * rng.normal(size=40)[school] + 80 * rng.normal(size=n) + 6 * girl
keen = 1 / (1 + np.exp(-((ability - 500) / 100 + 0.4 * girl - 0.4)))
took = (rng.random(n) < keen).astype(int)
later = ability + 15 + 12 * took + 5 * rng.normal(size=40)[school] + 30 * rng.normal(size=n)
# Tests err: ten plausible values a person and wave carry that error.
pre = ability[:, None] + 20 * rng.normal(size=(n, 10))
post = later[:, None] + 20 * rng.normal(size=(n, 10))
post[rng.random(n) < 0.04] = np.nan  # some miss the second test

# %% Gains in several views. Where they disagree, a note says so (Lord's paradox).
found = gain(pre, post, design="ancova", group=took, clusters=school)
for view in (found.estimate, *found.alternatives):
    low, high = view.interval
    print(f"{view.name:>8}: {view.value:5.1f} ({low:5.1f} to {high:5.1f}), n = {view.n}")
for note in found.notes:
    print("note:", note.code, dict(note.parameters))

# %% The effect, doubly robust, folds by school, and its checks.
first_score = ability + 20 * rng.normal(size=n)  # as the test gives it, to the person
X = np.column_stack([first_score, girl])
models = {"outcome_model": Ridge(), "treatment_model": LogisticRegression()}
fitted = CrossFitATT(**models).fit(X, post, took, clusters=school)
# Placebo: the same comparison of something the program cannot have moved.
earlier = ability - 10 + 30 * rng.normal(size=n)
placebo = CrossFitATT(**models).fit(X, earlier, took, clusters=school)
effect = fitted.effect_.with_checks(placebo_check(placebo.effect_))
print(f"effect: {effect.value:.1f} ({effect.interval[0]:.1f} to {effect.interval[1]:.1f})")
for check in effect.checks:
    print(f"  {'passed' if check.passed else 'FAILED'}  {check.explanation}")
if not effect.is_causal:
    print("a difference, not an effect")
elif effect.shows_effect:
    print("an effect")
else:
    print(f"no effect could be shown; one above {effect.largest:.1f} is ruled out")

# %% For whom? Groups named in advance, their tests corrected by Holm.
for group in group_effects(fitted, np.where(girl, "girls", "boys")).groups:
    print(f"{group.estimate.group}: {group.estimate.value:.1f}, p = {group.holm:.3f} (Holm)")
everybody = CrossFitATT(**models, estimand="ATE").fit(X, post, took, clusters=school)
print("effects differ between people:", calibration_test(everybody).exists)
