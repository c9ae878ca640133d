"""What a rollout can show before it starts."""

from dataclasses import replace

import numpy as np
import pytest

from ml.effect import SchoolDesign, detectable_effect, power_of, schools_needed
from ml.errors import StatisticsError

# The 500 pilot schools, half of them first: 25 pupils of a grade, a baseline test known of all.
PILOT = SchoolDesign(
    schools=500,
    pupils=25,
    icc=0.2,
    r2_school=0.6,
    r2_pupil=0.5,
    school_covariates=1,
    school_attrition=0.05,
    pupil_attrition=0.1,
)


def test_blooms_formula_by_hand():
    """Dong & Maynard (2013), two-level cluster-randomized: multiplier × standard error."""
    plan = detectable_effect(SchoolDesign(schools=40, pupils=30, icc=0.2))
    se = np.sqrt((0.2 + 0.8 / 30) / (0.25 * 40))
    assert plan.se == pytest.approx(se, rel=1e-12)
    assert plan.df == 38
    # t(38): 2.0244 two-sided at 5 percent and 0.8512 for 80 percent power; exactly a little less.
    assert plan.effect == pytest.approx((2.0244 + 0.8512) * se, rel=3e-3)
    assert plan.design_effect == pytest.approx(1 + 29 * 0.2)


def test_power_and_detectable_effect_are_each_others_inverse():
    plan = detectable_effect(PILOT, power=0.9)
    assert power_of(PILOT, plan.effect).power == pytest.approx(0.9, abs=1e-9)


def test_power_is_the_simulated_share_of_rejections():
    design = SchoolDesign(schools=20, pupils=10, icc=0.3)
    generator = np.random.default_rng(0)
    means = generator.normal(0, np.sqrt(0.3 + 0.7 / 10), (20_000, 20))
    means[:, :10] += 0.6
    one, other = means[:, :10], means[:, 10:]
    pooled = (one.var(axis=1, ddof=1) + other.var(axis=1, ddof=1)) / 10
    t = (one.mean(axis=1) - other.mean(axis=1)) / np.sqrt(pooled)
    assert power_of(design, 0.6).power == pytest.approx(np.mean(np.abs(t) > 2.1009), abs=0.01)


def test_the_pilot_schools_can_find_a_twelfth_of_a_standard_deviation():
    plan = detectable_effect(PILOT)
    assert plan.effect == pytest.approx(0.0805, abs=2e-4)
    assert (plan.schools, plan.pupils) == (475, pytest.approx(475 * 22.5))


def test_the_fewest_schools_are_found():
    plan = schools_needed(PILOT, 0.15)
    assert (plan.planned_schools, plan.schools) == (146, pytest.approx(146 * 0.95))
    assert plan.power >= 0.8
    assert power_of(replace(PILOT, schools=145), 0.15).power < 0.8


def test_attrition_clustering_and_unequal_schools_cost_precision():
    plain = SchoolDesign(schools=100, pupils=25, icc=0.2)
    worse = [
        SchoolDesign(schools=100, pupils=25, icc=0.3),
        SchoolDesign(schools=100, pupils=25, icc=0.2, pupil_attrition=0.2),
        SchoolDesign(schools=100, pupils=25, icc=0.2, school_attrition=0.2),
        SchoolDesign(schools=100, pupils=25, icc=0.2, size_variation=0.5),
        SchoolDesign(schools=100, pupils=25, icc=0.2, treated_share=0.2),
    ]
    for each in worse:
        assert detectable_effect(each).effect > detectable_effect(plain).effect


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"icc": 1.0}, "icc"),
        ({"treated_share": 0.0}, "treated_share"),
        ({"pupils": 0.5}, "pupils"),
        ({"schools": 2}, "schools"),
        ({"size_variation": -1.0}, "size_variation"),
        ({"schools": 0}, "schools"),
        ({"schools": -5}, "schools"),
        ({"schools": 3.5}, "schools"),
        ({"schools": float("nan")}, "schools"),
        ({"schools": 10**9}, "schools"),
        ({"icc": "x"}, "icc"),
        ({"pupils": float("inf")}, "pupils"),
        ({"school_covariates": -1}, "school_covariates"),
    ],
)
def test_impossible_rollouts_are_refused(changes, name):
    with pytest.raises(StatisticsError) as error:
        detectable_effect(SchoolDesign(**({"schools": 40, "pupils": 20, "icc": 0.2} | changes)))
    assert (error.value.code, error.value.parameters["name"]) == ("invalid_rollout", name)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"treated_share": 0.04}, "too_few_schools_in_arm"),
        ({"treated_share": 0.96}, "too_few_schools_in_arm"),
        ({"treated_share": 0.1, "school_attrition": 0.6}, "too_few_schools_left"),
        ({"schools": 4, "school_attrition": 0.1}, "too_few_schools_left"),
        ({"pupil_attrition": 0.96}, "too_few_pupils_left"),
    ],
)
def test_what_would_be_left_must_be_whole_schools_and_pupils(changes, code):
    with pytest.raises(StatisticsError, match=code):
        detectable_effect(SchoolDesign(**({"schools": 40, "pupils": 20, "icc": 0.2} | changes)))


@pytest.mark.parametrize("share", [0.05, 0.95])
def test_two_whole_schools_in_the_smaller_arm_are_enough(share):
    plan = detectable_effect(SchoolDesign(schools=40, pupils=20, icc=0.2, treated_share=share))
    assert plan.df == 38


def test_the_fewest_schools_hold_two_in_either_arm():
    design = SchoolDesign(schools=200, pupils=500, icc=0.01, treated_share=0.02)
    assert schools_needed(design, 5.0).planned_schools == 100


def test_an_effect_too_small_for_any_rollout_is_refused():
    with pytest.raises(StatisticsError, match="too_small_effect"):
        schools_needed(PILOT, 1e-6)
    with pytest.raises(StatisticsError, match="invalid_power"):
        detectable_effect(PILOT, power=0.01)
    with pytest.raises(StatisticsError, match="invalid_power"):
        schools_needed(PILOT, 0.2, power=1.5)


@pytest.mark.parametrize("effect", [float("nan"), float("inf"), "x"])
def test_an_effect_to_be_found_is_a_number(effect):
    for asked in (power_of, schools_needed):
        with pytest.raises(StatisticsError, match="invalid_effect"):
            asked(PILOT, effect)
