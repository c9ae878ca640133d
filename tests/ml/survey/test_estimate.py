"""`estimate` against a plain version with loops, on invented data with everything in it."""

import numpy as np
import pytest

from ml.errors import StatisticsError
from ml.survey import (
    SD,
    Correlation,
    Custom,
    Estimate,
    Gap,
    Levels,
    LogisticRegression,
    Mean,
    Percentages,
    Quantile,
    Regression,
    ReplicateDesign,
    ShareAbove,
    Variance,
    estimate,
)
from tests.ml.survey import plain
from tests.ml.survey.conftest import Invented

PARTS = ("value", "se", "sampling_variance", "imputation_variance", "df")


@pytest.fixture(params=["complete", "rows missing", "single values missing"])
def holed(request):
    """The invented sample, complete or with holes of two kinds."""
    made = Invented()
    if request.param == "rows missing":
        made.values[::7] = np.nan
    if request.param == "single values missing":
        made.values[np.random.default_rng(1).random(made.values.shape) < 0.1] = np.nan
    return made


def assert_same(found: list[Estimate], expected: dict, tolerance: float = 1e-9) -> None:
    assert [each.group for each in found] == list(expected)
    for each, figures in zip(found, expected.values(), strict=True):
        assert [getattr(each, part) for part in PARTS] == pytest.approx(figures, rel=tolerance)


@pytest.mark.parametrize(
    ("statistic", "function"),
    [
        (Mean(), plain.mean),
        (SD(), plain.sd),
        (Variance(), plain.variance),
        (Quantile(0.05), plain.quantile(0.05)),
        (Quantile(0.5), plain.quantile(0.5)),
        (Quantile(0.95), plain.quantile(0.95)),
        (Quantile(0.3, rule="intsvy"), plain.quantile_by_place(0.3)),
        (ShareAbove(500), plain.share(500, np.inf)),
    ],
)
def test_every_statistic_by_group_equals_its_plain_version(holed, statistic, function):
    found = estimate(holed.values, holed.design, statistic, by=holed.country)
    assert_same(found, plain.estimates(holed.values, holed.design, function, holed.country))


def test_quantiles_of_tied_values_and_equal_weights(invented):
    values = np.round(invented.values / 10) * 10
    design = ReplicateDesign(
        np.full(600, 3.0), 3.0 * np.random.default_rng(0).integers(1, 3, (600, 8))
    )
    for rule, function in (("rrepest", plain.quantile), ("intsvy", plain.quantile_by_place)):
        for p in (0.25, 0.5, 0.9):
            found = estimate(values, design, Quantile(p, rule=rule), by=invented.country)
            assert_same(found, plain.estimates(values, design, function(p), invented.country))


def test_a_quantile_exceeds_its_share_strictly():
    design = ReplicateDesign(np.full(10, 0.1), np.full((10, 2), 0.1))
    (median,) = estimate(np.arange(10.0), design, Quantile(0.5))
    assert median.value == 5.0  # not 4, at which half the weight is reached


def test_a_share_counts_what_is_strictly_above_the_cut():
    design = ReplicateDesign(np.ones(4), np.ones((4, 2)))
    values = np.array([1.0, 2.0, 2.0, 3.0])
    (above,) = estimate(values, design, ShareAbove(2.0))
    levels = estimate(values, design, Levels([1.0, 2.0]))
    assert above.value == 0.25
    assert [(each.name, each.value) for each in levels] == [
        ("level_0", 0.25),
        ("level_1", 0.5),
        ("level_2", 0.25),
    ]


def test_levels_and_percentages(holed):
    found = estimate(holed.values, holed.design, Levels([450, 550]), by=holed.country)
    for level, (low, high) in enumerate([(-np.inf, 450), (450, 550), (550, np.inf)]):
        function = plain.share(low, high)
        expected = plain.estimates(holed.values, holed.design, function, holed.country)
        assert_same(found[level::3], expected)
    answers = np.where(holed.x > 0, 2.0, 7.0)
    shares = estimate(answers, holed.design, Percentages(), by=holed.country)
    assert {each.name for each in shares} == {"share_2", "share_7"}
    assert_same(
        shares[::2], plain.estimates(answers, holed.design, plain.share(1, 2), holed.country)
    )


def test_correlation_gap_and_regression(holed):
    holed.x[::11] = np.nan
    X = np.column_stack((holed.x, 1000 + 7 * np.random.default_rng(3).normal(size=600)))
    expected = {
        Correlation(holed.x): [plain.correlation(holed.x)],
        Gap("girl", "boy", of=holed.sex): [plain.gap(holed.sex, "girl", "boy")],
        Regression(X, ["x", "year"]): [
            plain.least_squares(X, component) for component in (0, 1, 2, "r_squared")
        ],
    }
    for statistic, functions in expected.items():
        found = estimate(holed.values, holed.design, statistic, by=holed.country)
        for number, function in enumerate(functions):
            figures = plain.estimates(holed.values, holed.design, function, holed.country)
            assert_same(found[number :: len(functions)], figures, 1e-7)


def test_correlation_pairs_plausible_values(invented):
    other = invented.values[:, ::-1] + 10
    (found,) = estimate(invented.values, invented.design, Correlation(other))
    by_value = [
        estimate(invented.values[:, i], invented.design, Correlation(other[:, i]))[0].value
        for i in range(3)
    ]
    assert found.value == pytest.approx(np.mean(by_value), rel=1e-12)


def test_logistic_regression(invented):
    passed = (invented.values > 500).astype(float)
    found = estimate(passed, invented.design, LogisticRegression(invented.x[:, None], ["x"]))
    for component, each in enumerate(found):
        function = plain.logit(invented.x[:, None], component)
        assert_same([each], {None: plain.estimates(passed, invented.design, function)[0]}, 1e-5)


def test_any_function_can_be_a_statistic(holed):
    custom = Custom(lambda values, weights: plain.mean(values, weights, None), name="mine")
    found = estimate(holed.values, holed.design, custom, by=holed.country)
    mean = estimate(holed.values, holed.design, Mean(), by=holed.country)
    assert found[0].name == "mine"
    assert [each.se for each in found] == pytest.approx([each.se for each in mean], rel=1e-10)


def test_several_statistics_come_in_order_within_each_group(invented):
    statistics = [Quantile(0.9), Mean(), Levels([500]), Gap("girl", "boy", of=invented.sex), SD()]
    found = estimate(invented.values, invented.design, statistics, by=invented.country)
    names = ["p90", "mean", "level_0", "level_1", "gap", "sd"]
    assert [(each.group, each.name) for each in found] == [
        (group, name) for group in range(4) for name in names
    ]
    alone = estimate(invented.values, invented.design, SD(), by=invented.country)
    assert found[5::6] == alone


def test_labels_ascend_as_numbers_or_words_do(invented):
    numbers = 9 + invented.country
    found = estimate(invented.values, invented.design, Mean(), by=numbers)
    assert [each.group for each in found] == [9, 10, 11, 12]
    words = [f"C{label}" for label in numbers]
    found = estimate(invented.values, invented.design, Mean(), by=words)
    assert [each.group for each in found] == ["C10", "C11", "C12", "C9"]


def test_the_order_of_rows_does_not_matter(invented):
    order = np.argsort(invented.country, kind="stable")
    design = ReplicateDesign(invented.weights[order], invented.design.replicates[order])
    statistics = [Mean(), Quantile(0.5), ShareAbove(480)]
    shuffled = estimate(invented.values, invented.design, statistics, by=invented.country)
    sorted_ = estimate(invented.values[order], design, statistics, by=invented.country[order])
    for one, other in zip(shuffled, sorted_, strict=True):
        assert (one.value, one.se) == pytest.approx((other.value, other.se), rel=1e-10)


def test_missing_values_leave_with_their_weights_and_are_counted(invented):
    values, country = invented.values.copy(), invented.country.astype(object)
    values[:100] = np.nan
    country[-50:] = None
    found = estimate(values, invented.design, Mean(), by=country)
    kept = np.arange(600) < 550
    assert sum(each.n + each.n_missing for each in found) == kept.sum()
    assert sum(each.n_missing for each in found) == 100
    only = np.arange(600) >= 100
    design = ReplicateDesign(
        invented.weights[only], invented.design.replicates[only], invented.design.method
    )
    expected = estimate(values[only], design, Mean(), by=country[only])
    assert [each.se for each in found] == pytest.approx([each.se for each in expected])


def test_one_value_has_no_imputation_variance(invented):
    (found,) = estimate(invented.values[:, 0], invented.design, Mean())
    assert found.imputation_variance == 0
    assert found.df == invented.design.n_replicates
    assert found.se**2 == pytest.approx(found.sampling_variance)


def test_a_group_without_values_says_so(invented):
    invented.values[invented.country == 2] = np.nan
    found = estimate(invented.values, invented.design, [Mean(), Quantile(0.5)], by=invented.country)
    empty = [each for each in found if each.group == 2]
    assert all(np.isnan(each.value) and np.isnan(each.se) and each.n == 0 for each in empty)
    with pytest.raises(StatisticsError, match="not_estimable"):
        empty[0].as_estimate()


def test_three_pupils_are_a_group_too(invented):
    country = np.where(np.arange(600) < 3, 9, invented.country)
    found = estimate(invented.values, invented.design, [Mean(), Quantile(0.5)], by=country)
    assert [each.n for each in found[-2:]] == [3, 3]
    assert all(np.isfinite(each.se) for each in found[-2:])


def test_an_estimate_turns_into_that_of_the_house(invented):
    (found,) = estimate(invented.values, invented.design, Mean(), by=np.full(600, 7))
    house = found.as_estimate(unit="points")
    assert (house.value, house.se, house.df, house.group) == (
        found.value,
        found.se,
        found.df,
        "7",
    )
    assert house.interval == found.interval()


@pytest.mark.parametrize("by", ["sorted", "shuffled", "none"])
def test_the_same_bits_with_one_and_two_threads(by):
    made = Invented(n=30_000, n_pv=2, n_replicates=16)
    country = {"sorted": np.sort(made.country), "shuffled": made.country, "none": None}[by]
    statistics = [
        Mean(),
        SD(),
        Quantile(0.25),
        Levels([400, 500]),
        Regression(made.x[:, None], ["x"]),
    ]
    one = estimate(made.values, made.design, statistics, by=country, n_jobs=1)
    two = estimate(made.values, made.design, statistics, by=country, n_jobs=2)
    assert one == two


def test_what_is_refused(invented):
    values, design = invented.values, invented.design
    refused = {
        "length_mismatch": lambda: estimate(values[:9], design, Mean()),
        "not_finite": lambda: estimate(np.full(600, np.inf), design, Mean()),
        "not_numeric": lambda: estimate(np.array(["a"] * 600), design, Mean()),
        "wrong_shape": lambda: estimate(values[None], design, Mean()),
        "no_data": lambda: estimate(np.full(600, np.nan), design, Mean()),
        "invalid_probability": lambda: Quantile(1.0),
        "unknown_rule": lambda: Quantile(0.5, rule="other"),
        "cuts_not_ascending": lambda: Levels([2, 1]),
        "too_many_values": lambda: estimate(values, design, Percentages()),
        "unknown_reference": lambda: estimate(values, design, Gap("girl", 3, of=invented.sex)),
        "outcome_not_binary": lambda: estimate(
            values, design, LogisticRegression(invented.x, ["x"])
        ),
        "collinear": lambda: estimate(
            values, design, Regression(np.column_stack([invented.x, 2 * invented.x]), ["a", "b"])
        ),
        "separated": lambda: estimate(
            (invented.x > 0).astype(float), design, LogisticRegression(invented.x, ["x"])
        ),
    }
    for code, call in refused.items():
        with pytest.raises(StatisticsError) as refusal:
            call()
        assert refusal.value.code == code


def test_a_single_row_has_no_error_and_so_no_figure(invented):
    alone = np.where(np.arange(600) == 5, "one", "rest")
    for statistic in (Mean(), SD()):
        one, rest = estimate(invented.values, invented.design, statistic, by=alone)
        assert np.isnan([one.value, one.se]).all()
        assert one.n == 1
        assert rest.se > 0


def test_rows_that_lack_some_plausible_values_are_counted(invented):
    values = invented.values.copy()
    values[:10, 1] = np.nan
    values[10:13] = np.nan
    (found,) = estimate(values, invented.design, Mean())
    assert (found.n, found.n_missing) == (597, 13)


def test_no_statistic_is_no_figure_and_no_number_is_no_bound(invented):
    assert estimate(invented.values, invented.design, []) == []
    for make in (lambda: ShareAbove(np.nan), lambda: Levels([np.nan])):
        with pytest.raises(StatisticsError, match="cuts_not_ascending"):
            make()
