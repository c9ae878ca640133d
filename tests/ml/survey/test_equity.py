"""Equity, levels by cycle, and populations that change."""

import numpy as np
import pytest

from ml.errors import StatisticsError
from ml.survey import (
    Gap,
    Mean,
    Quantile,
    ReplicateDesign,
    estimate,
    gradient,
    quantile_of_all,
    quarters,
    resilience,
    reweighted,
    scale,
    socioeconomic_gap,
)


def test_quarters_hold_a_quarter_of_the_weight_within_each_country(invented):
    invented.x[::9] = np.nan
    quarter = quarters(invented.x, invented.design, by=invented.country)
    assert ((quarter == 0) == np.isnan(invented.x)).all()
    for country in range(4):
        inside = (invented.country == country) & (quarter > 0)
        for number in (1, 2, 3, 4):
            own = invented.weights[inside & (quarter == number)].sum()
            assert own / invented.weights[inside].sum() == pytest.approx(0.25, abs=0.03)


def test_the_socioeconomic_gap_is_that_of_top_and_bottom_quarter(invented):
    quarter = quarters(invented.x, invented.design)
    found = socioeconomic_gap(invented.values, invented.x, invented.design)
    assert found == estimate(invented.values, invented.design, Gap(4, 1, of=quarter))
    assert found[0].value > 40


def test_the_gradient_of_the_netherlands(netherlands):
    found = gradient(netherlands.plausible("MATH"), netherlands["ESCS"], netherlands.design)
    assert [each.name for each in found] == ["intercept", "slope", "r_squared"]
    assert found[1].value == pytest.approx(44.73242521, rel=1e-8)


def test_resilience_is_rare_where_background_decides_and_a_quarter_where_it_does_not(invented):
    generator = np.random.default_rng(5)
    unrelated = 500 + 90 * generator.normal(size=(600, 3))
    (free,) = resilience(unrelated, invented.x, invented.design)
    (bound,) = resilience(500 + 90 * invented.x[:, None], invented.x, invented.design)
    assert free.name == "resilience"
    assert free.value == pytest.approx(0.25, abs=0.06)
    assert bound.value == 0
    assert free.n == (quarters(invented.x, invented.design) == 1).sum()


def test_levels_follow_the_cycle():
    assert scale("mathematics", 2022).baseline == 420.07
    assert scale("reading", 2025).baseline == 407.47
    assert scale("science", 2018).baseline == 409.54
    assert [level.name for level in scale("mathematics", 2018).levels] == list("123456")
    assert [level.name for level in scale("mathematics", 2022).levels][:3] == ["1c", "1b", "1a"]
    assert all(level.source and level.status for level in scale("reading", 2018).levels)
    with pytest.raises(StatisticsError, match="unknown_pisa_scale"):
        scale("mathematics", 2000)


def test_the_levels_of_a_scale_are_a_statistic(invented):
    shares = estimate(invented.values, invented.design, scale("mathematics", 2022).statistic)
    assert len(shares) == 9
    assert sum(share.value for share in shares) == pytest.approx(1)


def test_a_quantile_of_all_counts_those_not_covered_as_below(invented):
    assert quantile_of_all(0.75, 1.0) == Quantile(0.75)
    assert quantile_of_all(0.75, 0.5).p == pytest.approx(0.5)
    with pytest.raises(StatisticsError, match="coverage_too_low"):
        quantile_of_all(0.5, 0.5)
    with pytest.raises(StatisticsError, match="invalid_coverage"):
        quantile_of_all(0.5, 1.2)


def test_reweighted_groups_have_the_shares_of_the_other_cycle(invented):
    shares = {"girl": 0.7, "boy": 0.3}
    design = reweighted(invented.design, invented.sex, shares)
    girls = invented.sex == "girl"
    for column in (design.weights, *design.replicates.T):
        assert column[girls].sum() / column.sum() == pytest.approx(0.7)
    by_sex = [
        estimate(invented.values, invented.design, Mean(), by=invented.sex)[i].value for i in (0, 1)
    ]
    (adjusted,) = estimate(invented.values, design, Mean())
    assert adjusted.value == pytest.approx(0.3 * by_sex[0] + 0.7 * by_sex[1])
    assert isinstance(design, ReplicateDesign)


def test_shares_must_name_the_groups_and_add_up(invented):
    for shares in ({"girl": 1.0}, {"girl": 0.7, "boy": 0.7}, {"girl": 0.5, "man": 0.5}):
        with pytest.raises(StatisticsError, match="shares_do_not_match"):
            reweighted(invented.design, invented.sex, shares)
    with pytest.raises(StatisticsError, match="missing_label"):
        reweighted(invented.design, [None, *invented.sex[1:]], {"girl": 0.5, "boy": 0.5})
