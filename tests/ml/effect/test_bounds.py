"""What the loss of people may hide: Lee's and the worst-case bounds, and response weights."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from ml.effect import lee_bounds, response_weights, worst_case_bounds
from ml.errors import StatisticsError


def trial(n: int = 4000, seed: int = 0):
    generator = np.random.default_rng(seed)
    treatment = np.arange(n) % 2 * 1.0
    return generator.normal(size=n) + 0.5 * treatment, treatment, generator


def test_trimming_by_hand():
    y = [1.0, 2, 3, 4, np.nan, 10, 11, 12, 13, 14]
    treatment = [0] * 5 + [1] * 5
    found = lee_bounds(y, treatment)
    assert found.loss == (0.0, pytest.approx(0.2))
    assert found.lower.value == pytest.approx(11.5 - 2.5)
    assert found.upper.value == pytest.approx(12.5 - 2.5)


def test_where_the_comparison_group_lost_fewer_it_is_cut():
    y = [1.0, 2, 3, 4, 5, 10, 11, 12, 13, np.nan]
    found = lee_bounds(y, [0] * 5 + [1] * 5)
    assert found.lower.value == pytest.approx(11.5 - 3.5)
    assert found.upper.value == pytest.approx(11.5 - 2.5)


def test_without_loss_the_bounds_are_the_difference():
    y, treatment, _ = trial()
    found = lee_bounds(y, treatment)
    difference = y[treatment == 1].mean() - y[treatment == 0].mean()
    assert found.lower.value == found.upper.value == pytest.approx(difference)
    low, high = found.lower.interval
    assert found.interval == pytest.approx((low, high), rel=1e-6)


def test_the_bounds_hold_the_truth_and_their_errors_are_the_simulated_ones():
    found = []
    for seed in range(200):
        y, treatment, generator = trial(800, seed)
        seen = generator.random(800) < np.where(treatment == 1, 0.9, 0.7)
        found.append(lee_bounds(np.where(seen, y, np.nan), treatment))
    lower = np.array([each.lower.value for each in found])
    errors = np.array([each.lower.se for each in found])
    assert errors.mean() == pytest.approx(lower.std(ddof=1), rel=0.12)
    held = [each.interval[0] <= 0.5 <= each.interval[1] for each in found]
    assert np.mean(held) > 0.97


def test_schools_count_as_one():
    generator = np.random.default_rng(1)
    school = np.repeat(np.arange(30), 40)
    treatment = school % 2 * 1.0
    y = generator.normal(size=30)[school] + generator.normal(size=1200)
    y[generator.random(1200) < 0.1] = np.nan
    clustered = lee_bounds(y, treatment, clusters=school)
    assert clustered.lower.se > 2.5 * lee_bounds(y, treatment).lower.se
    assert (clustered.lower.df, clustered.lower.n_clusters) == (29, 30)


def test_the_worst_case_fills_in_the_ends_of_the_scale():
    y = [1.0, 2, np.nan, 4, 5, np.nan]
    found = worst_case_bounds(y, [0, 0, 0, 1, 1, 1], lowest=0, highest=6)
    assert found.lower.value == pytest.approx((4 + 5 + 0) / 3 - (1 + 2 + 6) / 3)
    assert found.upper.value == pytest.approx((4 + 5 + 6) / 3 - (1 + 2 + 0) / 3)
    assert found.n == 4


def test_plausible_values_are_combined():
    y, treatment, generator = trial()
    values = y[:, None] + generator.normal(0, 0.3, (y.size, 3))
    values[::9] = np.nan
    found = lee_bounds(values, treatment)
    each = [lee_bounds(column, treatment) for column in values.T]
    assert found.lower.value == pytest.approx(np.mean([b.lower.value for b in each]))
    assert found.lower.se > np.mean([b.lower.se for b in each])


def test_outcomes_beyond_the_scale_are_refused():
    with pytest.raises(StatisticsError, match="outside_range"):
        worst_case_bounds([1.0, 2, 3, 9], [0, 0, 1, 1], lowest=0, highest=6)


def test_those_who_answer_stand_for_those_who_do_not():
    generator = np.random.default_rng(2)
    X = generator.normal(size=(4000, 2))
    answered = (generator.random(4000) < 1 / (1 + np.exp(-0.5 - X[:, 0]))).astype(float)
    found = response_weights(X, answered, LogisticRegression())
    assert found.weights.sum() == pytest.approx(4000)
    assert (found.weights[answered == 0] == 0).all()
    assert abs(X[answered > 0, 0].mean()) > 0.25
    assert abs(np.average(X[:, 0], weights=found.weights) - X[:, 0].mean()) < 0.05
    assert 1000 < found.effective_n < answered.sum()
    assert found.trimmed < 0.01


def test_base_weights_are_kept_where_everybody_answers():
    weights = np.array([1.0, 2, 3])
    found = response_weights(np.ones((3, 1)), np.ones(3), LogisticRegression(), weights=weights)
    assert found.weights.tolist() == weights.tolist()


def test_nobody_who_answered_cannot_stand_for_others():
    with pytest.raises(StatisticsError, match="nobody_responded"):
        response_weights(np.ones((4, 1)), np.zeros(4), LogisticRegression())
    with pytest.raises(StatisticsError, match="not_binary"):
        response_weights(np.ones((2, 1)), [0.5, 1], LogisticRegression())
