"""Items that favor one of two groups of equal ability."""

import numpy as np
import pytest

from ml.errors import StatisticsError
from ml.irt import likelihood_ratio_dif, logistic_dif, mantel_haenszel
from ml.irt.dif import _classified, _mantel_haenszel_table
from ml.irt.dif_logistic import ordinal_fit
from tests.ml.irt.conftest import answers, item_labels, made_items, people

METHODS = [mantel_haenszel, logistic_dif, likelihood_ratio_dif]
NAMES = item_labels(16)


def two_languages(change, n=2500, gap=-0.5):
    """Responses of n persons in each language; `change` alters the items of the second."""
    items, other = made_items(16), made_items(16)
    change(other)
    X = np.vstack([answers(items, people(n)), answers(other, people(n, gap, seed=2), 2)])
    return X, np.repeat(["kk", "ru"], n)


def harder(other):
    other.intercept[4] -= 0.9
    other.intercept[9] += 0.9


@pytest.fixture(scope="module")
def differing():
    return two_languages(harder)


@pytest.mark.parametrize("method", METHODS)
def test_the_items_that_differ_are_found_with_their_direction(differing, method):
    found = {item.item: item for item in method(*differing, focal="ru", names=NAMES)}
    flagged = {name for name, item in found.items() if item.ets != "A"}
    if method is logistic_dif:  # its limits of ΔR² are known to be reluctant
        assert {"item 4"} <= flagged <= {"item 4", "item 9"}
    else:
        assert flagged == {"item 4", "item 9"}
    assert found["item 9"].p < 1e-10
    assert found["item 4"].direction == -1
    assert found["item 9"].direction == 1
    assert found["item 4"].p < 1e-10


@pytest.mark.parametrize("method", METHODS)
def test_a_gap_in_ability_is_no_dif(method):
    X, groups = two_languages(lambda other: None, gap=-0.8)
    assert all(item.ets == "A" for item in method(X, groups, focal="ru"))


def test_purification_removes_what_many_differing_items_feign():
    def change(other):
        other.intercept[:6] -= 1.0

    X, groups = two_languages(change, n=4000, gap=0.0)
    names = item_labels(16)
    raw = mantel_haenszel(X, groups, focal="ru", names=names, purify=False)
    pure = mantel_haenszel(X, groups, focal="ru", names=names)
    true = np.array(names[:6])
    assert {item.item for item in pure if item.ets != "A"} == set(true)
    clean_raw = np.mean([item.effect for item in raw[6:]])
    clean_pure = np.mean([item.effect for item in pure[6:]])
    assert abs(clean_pure) < 0.4 * abs(clean_raw)


def test_mantel_haenszel_of_a_worked_table():
    """Two strata, by hand: α = (30·12/100 + 40·8/80) / (20·… ) as in the formulas."""
    cells = np.array([[[10.0, 40.0], [20.0, 30.0]], [[5.0, 35.0], [10.0, 30.0]]])
    a, b, c, d = cells[:, 0, 1], cells[:, 0, 0], cells[:, 1, 1], cells[:, 1, 0]
    total = cells.sum(axis=(1, 2))
    alpha = (40 * 20 / 100 + 35 * 10 / 80) / (10 * 30 / 100 + 5 * 30 / 80)
    expected = (50 * 70 / 100, 40 * 65 / 80)
    variance = (50 * 50 * 70 * 30 / (100**2 * 99), 40 * 40 * 65 * 15 / (80**2 * 79))
    statistic = (abs(75 - sum(expected)) - 0.5) ** 2 / sum(variance)
    found = _mantel_haenszel_table("x", cells)
    assert found.effect == pytest.approx(-2.35 * np.log(alpha))
    assert found.statistic == pytest.approx(statistic)
    assert (a + b + c + d == total).all()


@pytest.mark.parametrize(
    ("delta", "se", "statistic", "ets"),
    [
        (0.9, 0.1, 81.0, "A"),  # below 1, however sure
        (2.0, 2.0, 1.0, "A"),  # not significant
        (-1.2, 0.2, 36.0, "B"),
        (1.6, 0.5, 10.0, "B"),  # above 1.5, but not significantly above 1
        (-1.6, 0.2, 64.0, "C"),
    ],
)
def test_the_classes_are_those_of_the_educational_testing_service(delta, se, statistic, ets):
    found = _classified("x", "mantel-haenszel", delta, se, statistic)
    assert found.ets == ets
    assert found.direction == np.sign(delta)


@pytest.mark.parametrize("method", METHODS)
def test_a_region_is_held_against_all_others(method):
    """Eight regions; item 6 is harder in one, which the others hardly feel in their reference.

    A group of an eighth moves R² too little for a class, so there p and direction tell.
    """
    items, other = made_items(12), made_items(12)
    other.intercept[5] -= 1.6
    X = np.vstack([answers(other if seed == 2 else items, people(1200, seed=seed), seed)
                   for seed in range(8)])  # fmt: skip
    regions = np.repeat(list("abcdefgh"), 1200)
    for region, expected in [("c", [("6", -1)]), ("a", []), ("h", [])]:
        found = method(X, regions, focal=region)
        small = method is logistic_dif
        flagged = [
            (item.item, item.direction)
            for item in found
            if (item.p < 1e-8 if small else item.ets != "A")
        ]
        assert flagged == expected


def test_a_nonuniform_difference_is_called_so():
    def change(other):
        other.slope[7] = 0.2

    X, groups = two_languages(change, n=6000, gap=0.0)
    for method in (logistic_dif, likelihood_ratio_dif):
        found = method(X, groups, focal="ru", names=NAMES)[7]
        assert found.kind == "nonuniform"
        assert found.p < 1e-6


def test_items_of_several_categories_are_compared():
    items, other = (made_items(10, model="gpcm", steps=2) for _ in range(2))
    other.intercept[3] -= np.array([0.9, 1.8])
    X = np.vstack([answers(items, people(2500)), answers(other, people(2500, seed=3), 3)])
    groups = np.repeat([0, 1], 2500)
    for method in (mantel_haenszel, logistic_dif):
        found = method(X, groups, focal=1)
        assert found[3].ets != "A"
        assert found[3].direction == -1
        assert sum(item.ets != "A" for item in found) == 1
    found = likelihood_ratio_dif(X, groups, focal=1, model="gpcm")
    assert [item.item for item in found if item.ets != "A"] == ["4"]
    assert found[3].df == 3


def test_booklets_are_matched_within_themselves():
    X, groups = two_languages(harder, n=4000)
    booklet = np.arange(8000) % 2
    X[np.ix_(booklet == 0, [0, 1, 2, 3])] = np.nan
    X[np.ix_(booklet == 1, [12, 13, 14, 15])] = np.nan
    found = mantel_haenszel(X, groups, focal="ru", names=NAMES)
    assert {item.item for item in found if item.ets != "A"} == {"item 4", "item 9"}


def test_ordinal_regression_has_the_score_zero_and_known_saturated_likelihood():
    counts = np.array([[30.0, 20, 10], [10, 20, 30]])
    loglik, beta = ordinal_fit(counts, np.array([[0.0], [1.0]]), "x")
    h = 1e-4
    nearby = [ordinal_fit(counts, np.array([[0.0], [1.0 + s]]), "x")[0] for s in (-h, h)]
    assert nearby == pytest.approx([loglik, loglik], abs=1e-8)  # rescaling changes nothing
    binary = np.array([[30.0, 10], [10, 30]])
    loglik, beta = ordinal_fit(binary, np.array([[0.0], [1.0]]), "x")
    assert beta[0] == pytest.approx(np.log(9))
    assert loglik == pytest.approx(2 * (30 * np.log(0.75) + 10 * np.log(0.25)))


def test_a_small_group_is_refused(differing):
    X, groups = differing
    few = np.array(groups, dtype=object)
    few[2520:] = None
    for focal, code in [("ru", "dif_group_too_small"), ("en", "unknown_group")]:
        with pytest.raises(StatisticsError) as refused:
            mantel_haenszel(X, few, focal=focal)
        assert refused.value.code == code
