"""How good advice is told to be, against plain versions and a known past."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

from ml.clustering import clusters_of
from ml.risk import accuracy_of, calibration_of, checks_of, gives_advice, group_fairness, learn
from ml.risk.accuracy import area_under_curve, rounded_down
from ml.risk.fairness import adjusted
from ml.risk.learning import Learned
from ml.risk.shares import share
from tests.ml.risk.past import NAMES, Past, past


def learned_from(known: Past) -> Learned:
    return learn(known.X, known.left, names=NAMES, clusters=known.schools, left_at=known.left_at)


def judged(found: Learned, labels: np.ndarray | None = None):
    accuracy = accuracy_of(found)
    groups = group_fairness(found, labels, accuracy.cut)[0] if labels is not None else ()
    return {
        check.name: check
        for check in checks_of(found, accuracy, calibration_of(found), adjusted(groups))
    }


def test_area_and_brier_are_those_of_scikit_learn() -> None:
    found = learned_from(past(1))
    accuracy = accuracy_of(found)
    plain = brier_score_loss(found.left, np.full(found.left.size, found.left.mean()))
    brier = brier_score_loss(found.left, found.probability)
    assert accuracy.auc.value == pytest.approx(roc_auc_score(found.left, found.log_odds), abs=1e-12)
    assert accuracy.explained.value == pytest.approx(1 - brier / plain, abs=1e-12)


def test_the_area_counts_ties_as_half() -> None:
    left = np.array([1.0, 0.0, 1.0, 0.0])
    area = area_under_curve(np.array([2.0, 2.0, 3.0, 1.0]), left, clusters_of(None, 4))
    assert area.value == pytest.approx(3.5 / 4)


def test_the_interval_of_the_area_holds_the_truth_as_often_as_it_should() -> None:
    rng = np.random.default_rng(1)
    school = np.arange(1500) % 50
    truth = 0.7602  # P(N(1, 1) > N(0, 1)) = Phi(1 / sqrt(2))
    held = 0
    for _ in range(300):
        left = (rng.random(1500) < 0.2).astype(float)
        area = area_under_curve(rng.normal(size=1500) + left, left, clusters_of(school, 1500))
        held += area.interval[0] <= truth <= area.interval[1]
    assert 0.92 <= held / 300 <= 0.98


def test_a_slope_is_that_of_a_logistic_regression() -> None:
    found = learned_from(past(2))
    plain = LogisticRegression(C=np.inf, tol=1e-10).fit(found.log_odds[:, None], found.left)
    assert calibration_of(found).slope.value == pytest.approx(plain.coef_[0, 0], abs=1e-5)


def test_bins_hold_what_was_foretold_and_everybody_is_in_one() -> None:
    found = learned_from(past(3, n=20_000, schools=200))
    bins = calibration_of(found).bins
    assert len(bins) == 10
    assert sum(each.observed.n for each in bins) == 20_000
    outside = sum(
        not each.observed.interval[0] <= each.foretold <= each.observed.interval[1] for each in bins
    )
    assert outside <= 2
    assert [each.foretold for each in bins] == sorted(each.foretold for each in bins)


def test_a_share_of_none_still_has_an_interval() -> None:
    everybody = np.ones(60, dtype=bool)
    none = share("left", np.zeros(60), clusters_of(np.arange(60) % 6, 60), everybody)
    assert none.value == 0.0
    assert none.interval[0] == 0.0
    assert 0.05 < none.interval[1] < 0.15


def test_good_advice_passes_all_checks() -> None:
    known = past(4, n=20_000, schools=200)
    found = learned_from(known)
    checks = judged(found, np.where(known.schools % 2, "odd", "even"))
    assert all(check.passed for check in checks.values())
    assert gives_advice(tuple(checks.values()))


def test_advice_that_knows_nothing_is_not_given() -> None:
    rng = np.random.default_rng(7)
    left = (rng.random(4000) < 0.15).astype(float)
    found = learn(rng.normal(size=(4000, 3)), left, names=NAMES, clusters=np.arange(4000) % 80)
    checks = judged(found)
    assert not gives_advice(tuple(checks.values()))
    assert checks["tells_apart"].explanation == "risk_no_better_than_chance"


def test_a_group_whose_risk_is_underrated_is_found() -> None:
    known = past(8, n=20_000, schools=200)
    rng = np.random.default_rng(88)
    hidden = rng.random(20_000) < 0.3
    more = hidden & (rng.random(20_000) < 0.15) & (known.left == 0)
    left = np.where(more, 1.0, known.left)
    when = np.where(more, rng.random(20_000), known.left_at)
    found = learn(known.X, left, names=NAMES, clusters=known.schools, left_at=when)
    groups = group_fairness(found, np.where(hidden, "hidden", "others"), accuracy_of(found).cut)[0]
    hit = next(each for each in adjusted(groups) if each.group == "hidden")
    assert hit.gap.interval[0] > 0.02
    assert judged(found, np.where(hidden, "hidden", "others"))["fairness"].passed is False


def test_groups_that_are_alike_pass_as_often_as_they_should() -> None:
    failed = 0
    for seed in range(40):
        known = past(seed, n=3000, schools=60)
        labels = np.where(np.random.default_rng(seed).random(3000) < 0.4, "a", "b")
        failed += not judged(learned_from(known), labels)["fairness"].passed
    assert failed <= 5


def test_rates_of_a_group_are_plain_shares() -> None:
    known = past(9)
    found = learned_from(known)
    labels = np.where(known.X[:, 0] > 0, "late", "in_time")
    late = group_fairness(found, labels, 0.2)[0][1]
    rows = labels == "late"
    above = found.probability >= 0.2
    assert late.group == "late"
    assert late.left.value == pytest.approx(found.left[rows].mean())
    assert late.found.value == pytest.approx(above[rows & (found.left > 0)].mean())
    assert late.alarmed.value == pytest.approx(above[rows & (found.left == 0)].mean())


def test_small_groups_and_one_more_are_withheld() -> None:
    known = past(10)
    labels = np.full(4000, "many", dtype=object)
    labels[:20] = "few"
    labels[20:400] = "some"
    shown, hidden = group_fairness(learned_from(known), labels, 0.2)
    assert [each.group for each in shown] == ["many"]
    assert {each.group: each.reason for each in hidden} == {
        "few": "too_few_persons",
        "some": "protects_another",
    }


def test_a_group_with_hardly_any_leavers_is_withheld() -> None:
    known = past(11)
    labels = np.where(known.left > 0, "b", "a").astype(object)
    labels[known.left == 0] = np.where(np.arange(int((known.left == 0).sum())) % 2, "a", "b")
    shown, hidden = group_fairness(learned_from(known), labels, 0.2)
    assert shown == ()
    assert {each.reason for each in hidden} == {"too_few_of_one_outcome", "protects_another"}


def test_a_forecast_that_is_wrong_for_those_still_there_halfway_is_found() -> None:
    """Some leave early, some late: right on the whole, wrong for each of them from then on."""
    rng = np.random.default_rng(9)
    late = (rng.random(6000) < 0.5).astype(float)
    left = (rng.random(6000) < np.where(late > 0, 0.3, 0.15)).astype(float)
    when = np.where(late > 0, 0.5 * rng.random(6000), 0.5 + 0.5 * rng.random(6000))
    noise = rng.normal(size=6000)
    found = learn(
        np.column_stack([late, noise]),
        left,
        names=("late", "noise"),
        clusters=np.arange(6000) % 80,
        left_at=np.where(left > 0, when, np.nan),
    )
    checks = judged(found)
    assert checks["calibration"].passed
    assert not checks["halfway"].passed


def test_people_without_a_label_are_a_group_that_is_protected() -> None:
    labels = np.where(np.arange(4000) % 2, "a", "b").astype(object)
    labels[:4] = None
    shown, hidden = group_fairness(learned_from(past(12)), labels, 0.2)
    assert len(shown) == 1
    assert {each.group for each in hidden} > {"unknown"}


def test_everybody_is_in_a_bin_and_no_bin_has_few_of_one_fate() -> None:
    found = learned_from(past(13, n=1500, schools=60))
    bins = calibration_of(found).bins
    assert sum(each.observed.n for each in bins) == 1500
    for each in bins:
        leavers = round(each.observed.value * each.observed.n)
        assert min(leavers, each.observed.n - leavers) >= 10


@pytest.mark.parametrize(
    ("probability", "cut"), [(0.18972, 0.18), (0.2, 0.2), (0.00419, 0.0041), (0.0, 0.0)]
)
def test_the_cut_is_no_single_persons_probability(probability, cut) -> None:
    assert rounded_down(probability) == pytest.approx(cut)
    assert rounded_down(probability) <= probability
