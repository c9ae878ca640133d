"""Plausible values keep what the conditioning knows, and only that."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from ml.errors import StatisticsError
from ml.irt import ItemResponseModel
from ml.irt.gibbs import forgetting
from tests.ml.irt.conftest import answers, made_items, people

EFFECT = 0.5


@pytest.fixture(scope="module")
def program():
    """(model, responses, participant, true ability): few items, so that reliability is low."""
    items = made_items(10)
    participant = np.arange(12_000) % 2
    theta = people(12_000) + EFFECT * participant
    X = answers(items, theta)
    anchors = {i: {"discrimination": items.slope[i], "intercept": items.intercept[i]}
               for i in range(10)}  # fmt: skip
    return ItemResponseModel().fit(X, anchors=anchors), X, participant, theta


def gap(values, participant):
    values = values.reshape(len(participant), -1)
    return (values[participant == 1].mean(axis=0) - values[participant == 0].mean(axis=0)).mean()


def test_the_program_effect_survives_with_conditioning_and_shrinks_without(program):
    model, X, participant, theta = program
    with_it = model.draw_plausible_values(X, conditioning=participant, random_state=1)
    without = model.draw_plausible_values(X, conditioning=None, random_state=1)
    reliability = model.empirical_reliability(X)
    assert gap(with_it, participant) == pytest.approx(gap(theta, participant), abs=0.05)
    assert gap(without, participant) == pytest.approx(EFFECT * reliability, abs=0.05)
    assert gap(model.transform(X), participant) < 0.85 * gap(with_it, participant)


def test_group_means_and_sds_are_reproduced(program):
    model, X, participant, theta = program
    values = model.draw_plausible_values(X, conditioning=participant, random_state=2)
    for group in (0, 1):
        mine = participant == group
        assert values[mine].mean() == pytest.approx(theta[mine].mean(), abs=0.04)
        assert values[mine].std(axis=0).mean() == pytest.approx(theta[mine].std(), abs=0.04)
    assert model.transform(X).std() < 0.93 * values.std(axis=0).mean()


def test_groups_keep_their_own_sds():
    items, group = made_items(10), np.arange(9000) % 3
    sds = np.array([0.7, 1.0, 1.3])
    theta = np.array([0.0, 0.3, -0.2])[group] + sds[group] * people(9000)
    X = answers(items, theta)
    anchors = {i: {"discrimination": items.slope[i], "intercept": items.intercept[i]}
               for i in range(10)}  # fmt: skip
    model = ItemResponseModel().fit(X, anchors=anchors)
    labels = np.array(["kk", "ru", "uz"], dtype=object)[group]
    labels[:4] = "few"
    values = model.draw_plausible_values(X, conditioning=None, groups=labels, random_state=1)
    pooled = model.draw_plausible_values(X, conditioning=np.eye(3)[group], random_state=1)
    for number in range(3):
        mine = group == number
        assert values[mine].mean() == pytest.approx(theta[mine].mean(), abs=0.05)
        assert values[mine].std(axis=0).mean() == pytest.approx(theta[mine].std(), abs=0.05)
    assert pooled[group == 0].std(axis=0).mean() > theta[group == 0].std() + 0.08
    waves = {"waves": np.arange(9000) % 2, "persons": np.arange(9000)}
    joint = model.draw_plausible_values(
        X, conditioning=None, groups=labels, random_state=1, **waves
    )
    spreads = [joint[group == number].std(axis=0).mean() for number in range(3)]
    assert spreads == pytest.approx([theta[group == number].std() for number in range(3)], abs=0.06)


def test_the_draws_of_a_person_have_the_posteriors_mean_and_sd(program):
    model, X, _, _ = program
    values = model.draw_plausible_values(X[:400], conditioning=None, n_draws=400, random_state=3)
    value, error = model.abilities(X[:400])
    # The regression is estimated from these 400 and drawn anew, so only nearly the same prior.
    assert np.corrcoef(values.mean(axis=1), value)[0, 1] > 0.99
    assert values.std(axis=1).mean() == pytest.approx(error.mean(), abs=0.03)


def test_the_regressions_uncertainty_is_in_the_draws(program):
    model, X, _, _ = program
    few = X[:100]
    means = model.draw_plausible_values(few, conditioning=None, n_draws=600, random_state=4).mean(
        axis=0
    )
    posterior = model.abilities(few)[1]
    without = np.sqrt(np.square(posterior).sum()) / 100  # from the draws of persons alone
    assert means.std() > 1.1 * without


def test_the_same_seed_gives_the_same_bits(program):
    model, X, participant, _ = program
    one, two, three = (
        model.draw_plausible_values(X, conditioning=participant, n_draws=2, random_state=seed)
        for seed in (5, 5, 6)
    )
    assert (one == two).all()
    assert (one != three).any()


@pytest.mark.parametrize("kind", ["regression", "clusters", "waves and clusters"])
def test_the_bits_are_the_same_with_one_and_two_threads(program, kind):
    model, X, _, _ = program
    X = X[:5001]  # at these sizes OpenBLAS itself differs in the last bits
    conditioning = np.random.default_rng(0).normal(size=(len(X), 63))
    known = {"regression": {}, "clusters": {"clusters": np.arange(len(X)) % 60}}
    known["waves and clusters"] = {
        **known["clusters"],
        "waves": np.arange(len(X)) % 2,
        "persons": np.arange(len(X)) // 2,
    }
    draws = []
    for threads in (1, 2):
        twin = ItemResponseModel.from_json(model.to_json()).set_params(n_jobs=threads)
        with threadpool_limits(threads, user_api="blas"):
            draws.append(
                twin.draw_plausible_values(
                    X, conditioning=conditioning, n_draws=2, random_state=5, **known[kind]
                )
            )
    assert (draws[0] == draws[1]).all()


def test_redundant_columns_and_an_own_intercept_do_no_harm(program):
    model, X, participant, _ = program
    full = np.column_stack([participant, 1 - participant, np.ones(len(X)), 3.0 * participant])
    values = model.draw_plausible_values(X, conditioning=full, random_state=7, n_draws=4)
    plain = model.draw_plausible_values(X, conditioning=participant, random_state=7, n_draws=4)
    assert gap(values, participant) == pytest.approx(gap(plain, participant), abs=0.03)


def test_persons_without_responses_are_drawn_from_the_regression(program):
    model, X, participant, _ = program
    X = X.copy()
    X[:3000] = np.nan
    values = model.draw_plausible_values(X, conditioning=participant, random_state=8)
    assert np.isfinite(values).all()
    assert gap(values[:3000], participant[:3000]) == pytest.approx(EFFECT, abs=0.12)
    assert values[:3000].std() == pytest.approx(np.hypot(1, EFFECT / 2), abs=0.06)


@pytest.fixture(scope="module")
def two_waves():
    """3,000 persons twice: (model, responses, wave, person, true (n, 2))."""
    n = 3000
    theta = np.random.default_rng(11).multivariate_normal([0, 0.4], [[1, 0.8], [0.8, 1.1]], n)
    X = answers(made_items(12), theta.ravel())
    wave, person = np.tile([0, 1], n), np.repeat(np.arange(n), 2)
    return ItemResponseModel().fit(X, groups=wave), X, wave, person, theta


def slope_and_correlation(values):
    covariance = np.mean([np.cov(values[:, :, m].T) for m in range(values.shape[2])], axis=0)
    spread = np.sqrt(np.diag(covariance))
    return covariance[0, 1] / covariance[0, 0], covariance[0, 1] / spread[0] / spread[1]


def test_waves_drawn_together_keep_correlation_gain_and_slope(two_waves):
    model, X, wave, person, theta = two_waves
    together = model.draw_plausible_values(
        X, conditioning=None, waves=wave, persons=person, random_state=1
    ).reshape(-1, 2, 10)
    apart = model.draw_plausible_values(X, conditioning=wave, random_state=1).reshape(-1, 2, 10)
    scale = theta[:, 0].std() / together[:, 0].std(axis=0).mean()
    slope, correlation = slope_and_correlation(theta[:, :, None])
    mine_slope, mine_correlation = slope_and_correlation(together)
    assert mine_correlation == pytest.approx(correlation, abs=0.035)
    assert mine_slope == pytest.approx(slope, abs=0.06)
    gain = (together[:, 1] - together[:, 0]).std(axis=0).mean() * scale
    assert gain == pytest.approx((theta[:, 1] - theta[:, 0]).std(), abs=0.06)
    alone_gain = (apart[:, 1] - apart[:, 0]).std(axis=0).mean() * scale
    assert alone_gain > (theta[:, 1] - theta[:, 0]).std() + 0.1
    alone_slope, alone_correlation = slope_and_correlation(apart)
    assert alone_correlation < correlation - 0.12
    assert alone_slope < slope - 0.12


def test_draws_stand_as_far_apart_as_the_slowest_spread_remembers_itself():
    noise = np.random.default_rng(0).standard_normal((4000, 2))
    assert forgetting(noise) == 1
    slow = noise.copy()
    for sweep in range(1, 4000):
        slow[sweep, 1] += 0.8 * slow[sweep - 1, 1]
    assert forgetting(slow) == pytest.approx(np.log(0.15) / np.log(0.8), abs=3)
    assert forgetting(np.cumsum(noise, axis=0)[:150]) > 20


def test_waves_in_schools_keep_the_program_s_effect_on_the_gain():
    """Schools by lot, two waves, a program that adds to the gain: all at once."""
    n, school = 4000, np.arange(4000) % 80
    program = (school % 2).astype(float)
    generator = np.random.default_rng(8)
    theta = generator.multivariate_normal([0, 0.3], [[0.8, 0.6], [0.6, 0.9]], n)
    theta += generator.multivariate_normal([0, 0], [[0.2, 0.15], [0.15, 0.25]], 80)[school]
    theta[:, 1] += 0.4 * program
    items = made_items(20)
    anchors = {i: {"discrimination": items.slope[i], "intercept": items.intercept[i]}
               for i in range(20)}  # fmt: skip
    X, wave = answers(items, theta.ravel()), np.tile([0, 1], n)
    model = ItemResponseModel().fit(X, groups=wave, anchors=anchors)
    taking_part = wave * np.repeat(program, 2)
    values = model.draw_plausible_values(
        X, conditioning=taking_part, waves=wave, persons=np.repeat(np.arange(n), 2),
        clusters=np.repeat(school, 2), random_state=1,
    ).reshape(n, 2, 10)  # fmt: skip

    def facts(drawn):
        gain = drawn[:, 1] - drawn[:, 0]
        between = np.bincount(school, drawn[:, 1]) / np.bincount(school)
        slope, correlation = slope_and_correlation(drawn[:, :, None])
        return np.array([gap(gain, program), gain.std(), between.std(), slope, correlation])

    found = np.array([facts(values[:, :, draw]) for draw in range(10)])
    spread = np.sqrt(1.1 * found.var(axis=0, ddof=1))
    assert found.mean(axis=0) == pytest.approx(facts(theta), abs=0.06)
    assert (np.abs(found.mean(axis=0) - facts(theta)) < 4 * spread).all()


def test_a_person_may_have_missed_a_wave(two_waves):
    model, X, wave, person, theta = two_waves
    keep = np.random.default_rng(0).random(len(X)) < 0.8
    values = model.draw_plausible_values(
        X[keep], conditioning=None, waves=wave[keep], persons=person[keep], random_state=2
    )
    gain = values[wave[keep] == 1].mean() - values[wave[keep] == 0].mean()
    unit = theta[:, 0].std() / values[wave[keep] == 0].std(axis=0).mean()
    assert gain * unit == pytest.approx((theta[:, 1] - theta[:, 0]).mean(), abs=0.08)


def test_school_effects_survive_where_clusters_are_given():
    items, school = made_items(8), np.arange(4000) % 50
    theta = 0.5 * people(50, seed=3)[school] + 0.85 * people(4000, seed=4)
    X = answers(items, theta)
    model = ItemResponseModel().fit(X)

    def share(values):
        between = np.var([values[school == s].mean() for s in range(50)])
        return between / values.var()

    with_it = model.draw_plausible_values(X, conditioning=None, clusters=school, random_state=1)
    without = model.draw_plausible_values(X, conditioning=None, random_state=1)
    true = share(theta)
    assert np.mean([share(v) for v in with_it.T]) == pytest.approx(true, abs=0.05)
    assert np.mean([share(v) for v in without.T]) < 0.8 * true


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"n_draws": 0}, "invalid_draws"),
        ({"conditioning": [1.0, np.nan] * 6000}, "missing_conditioning"),
        ({"conditioning": [1.0]}, "length_mismatch"),
        ({"waves": [1] * 12_000}, "persons_needed"),
        ({"waves": [1] * 12_000, "persons": [1] * 12_000}, "wave_twice"),
        ({"clusters": ["a"]}, "length_mismatch"),
        ({"groups": ["a"]}, "length_mismatch"),
        (
            {"groups": [1, 2] * 6000, "waves": [1, 2] * 6000, "persons": np.arange(12_000) // 2},
            "two_groups",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(program, arguments, code):
    model, X, _, _ = program
    with pytest.raises(StatisticsError) as refused:
        model.draw_plausible_values(X, **{"conditioning": None, "random_state": 1, **arguments})
    assert refused.value.code == code
