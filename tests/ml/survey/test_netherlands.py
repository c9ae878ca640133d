"""PISA 2003 Netherlands: figures on which Rrepest 1.6.12 and base R agree to 10 digits."""

import numpy as np
import pytest

from ml.survey import SD, Gap, Mean, Quantile, Regression, ShareAbove, estimate

# Ten digits were printed, so the bar of 1e-8 can be asked of each.
CLOSE = 1e-8


def assert_figure(found, value, se):
    assert found.value == pytest.approx(value, rel=CLOSE)
    assert found.se == pytest.approx(se, rel=CLOSE)


@pytest.mark.parametrize(
    ("domain", "value", "se"),
    [
        ("MATH", 537.823276, 3.130174015),
        ("READ", 513.1189704, 2.854337649),
        ("SCIE", 524.3687064, 3.145278804),
        ("PROB", 520.1821032, 2.951849481),
    ],
)
def test_means(netherlands, domain, value, se):
    (mean,) = estimate(netherlands.plausible(domain), netherlands.design, Mean())
    assert_figure(mean, value, se)
    assert (mean.name, mean.group, mean.n, mean.n_missing) == ("mean", None, 3992, 0)


@pytest.mark.parametrize(
    ("statistic", "value", "se"),
    [
        (SD(), 92.51704427, 2.330843746),
        (ShareAbove(420.07), 0.8909376742, 0.01135799291),
        (Quantile(0.05), 385.18462, 6.863161439),
        (Quantile(0.10), 415.4074, 5.844548027),
        (Quantile(0.50), 539.61676, 4.4294711),
        (Quantile(0.90), 656.51972, 3.206882369),
    ],
)
def test_spread_shares_and_quantiles(netherlands, statistic, value, se):
    (found,) = estimate(netherlands.plausible("MATH"), netherlands.design, statistic)
    assert_figure(found, value, se)


def test_the_quantile_by_the_rule_of_intsvy_within_its_printed_digits(netherlands):
    rule = Quantile(0.10, rule="intsvy")
    (found,) = estimate(netherlands.plausible("MATH"), netherlands.design, rule)
    assert (round(found.value, 2), round(found.se, 2)) == (415.42, 5.85)


def test_the_gap_between_boys_and_girls(netherlands):
    sexes = Gap(2, 1, of=netherlands["ST03Q01"].astype(np.int64))
    (gap,) = estimate(netherlands.plausible("MATH"), netherlands.design, sexes)
    assert_figure(gap, 5.115685698, 4.291322434)


def test_the_regression_on_the_socio_economic_index(netherlands):
    gradient = Regression(netherlands["ESCS"], ["escs"])
    intercept, slope, r_squared = estimate(
        netherlands.plausible("MATH"), netherlands.design, gradient
    )
    assert_figure(intercept, 539.0034659, 2.456201814)
    assert_figure(slope, 44.73242521, 2.363744837)
    assert_figure(r_squared, 0.1859138661, 0.01706492061)
    assert (slope.n, slope.n_missing) == (3868, 124)
