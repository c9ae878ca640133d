"""Figures about people are told no more exactly than they are sure of."""

import math

import numpy as np
import pytest

from edu.outcomes.precision import PEOPLE_OF, decimals, in_tens, part_in_tens, step_of, told
from ml.estimate import Estimate
from ml.growth import paired_gain


def as_told(value: float, se: float, interval: tuple[float, float]) -> dict:
    whole = Estimate(name="gain", value=value, se=se, interval=interval, n=2664, n_clusters=31)
    return told(whole.as_dict(), people=2664)


@pytest.mark.parametrize(
    ("se", "step"), [(1.0, 0.1), (0.94, 0.1), (1.01, 0.2), (3.2, 0.5), (7.0, 1.0), (0.004, 0.0005)]
)
def test_a_step_is_at_least_a_tenth_of_the_error(se, step) -> None:
    assert step_of(se, people=5000) == pytest.approx(step)
    assert 0.3 * se <= step_of(se, people=100) * (1 + 1e-9) <= 0.75 * se * (1 + 1e-9)


def test_an_estimate_is_told_in_steps_and_its_people_in_tens() -> None:
    shown = as_told(44.2751473962289, 0.93712, (42.3619, 46.1884))
    assert shown["value"] == 44.3
    assert shown["interval"] == [42.4, 46.2]
    assert shown["se"] == 0.94
    assert (shown["n"], shown["n_clusters"], shown["level"]) == (2660, 31, 0.95)


def test_an_interval_beside_zero_stays_beside_zero() -> None:
    assert as_told(2.0, 0.98, (0.03, 3.97))["interval"] == [0.1, 4.0]
    assert as_told(-2.0, 0.98, (-3.97, -0.03))["interval"] == [-4.0, -0.1]


def test_the_rest_keeps_two_digits_and_what_was_set_all() -> None:
    given = {"p_value": 0.0486123, "level": 0.9537, "passed": True, "none": None, "text": "a"}
    assert told(given, people=100) == {**given, "p_value": 0.049}
    assert told({"inside": [12345.678, math.nan]}, people=100)["inside"][0] == 12000.0


def test_figures_about_fewer_people_are_told_in_their_steps() -> None:
    whole = Estimate(name="a", value=3.14159, se=1.0, interval=(1.18, 5.1), n=5000).as_dict()
    shown = told({PEOPLE_OF: 36, "estimate": whole}, people=900)
    assert shown["estimate"]["interval"] == [1.0, 5.0]
    assert PEOPLE_OF not in shown


def test_a_band_goes_by_the_error_of_its_estimate() -> None:
    whole = Estimate(name="a", value=3.14159, se=1.0, interval=(1.18, 5.1), n=5000)
    shown = told({"estimate": whole.as_dict(), "band": [0.55555, 5.77777]}, people=900)
    assert shown["band"] == [0.6, 5.8]


def test_shares_are_of_people_in_tens() -> None:
    assert (in_tens(4), in_tens(5), in_tens(2664), in_tens(None)) == (0, 10, 2660, None)
    assert part_in_tens(13, 77) == 0.12  # 10 of 80
    assert part_in_tens(4, 3) == 0.0


@pytest.mark.parametrize("persons", [31, 120, 600])
def test_one_person_cannot_be_taken_out_of_two_answers(persons) -> None:
    """Even who knows how many there were learns less of the one who left than he knew before."""
    random = np.random.default_rng(5)
    schools = np.arange(persons) % 12
    misses = []
    for _ in range(200):
        gains = 40 + 8 * random.normal(size=12)[schools] + 45 * random.normal(size=persons)
        with_all, without = (
            k * told(of_first(k, gains, schools), people=k)["value"] for k in (persons, persons - 1)
        )
        misses.append(with_all - without - gains[-1])
    assert np.std(misses) > 45


def of_first(number: int, gains: np.ndarray, schools: np.ndarray) -> dict:
    found = paired_gain(np.zeros(number), gains[:number], clusters=schools[:number])
    return found.total.as_dict()


@pytest.mark.parametrize(
    ("value", "interval", "digits"),
    [(40.0, (15.0, 60.0), 0), (44.3, (42.4, 46.0), 1), (0.35, (0.1, 0.6), 2), (1 / 3, (0, 1), 2)],
)
def test_no_step_looks_finer_than_it_is(value, interval, digits) -> None:
    assert decimals(Estimate(name="a", value=value, se=1, interval=interval, n=50)) == digits
