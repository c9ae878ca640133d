"""Scores, their errors, and what is withheld."""

import numpy as np
import pytest

from edu.scoring.classical import Coding, compute
from edu.scoring.matrix import ResponseMatrix, fingerprint
from models.assessments import NOT_PRESENTED, NOT_REACHED, OMITTED, OmissionRule
from tests.edu.scoring.conftest import answers

MISSING = Coding(0, 1, OmissionRule.MISSING)
LOWEST = Coding(0, 1, OmissionRule.LOWEST)


def matrix_of(codes, schools=6) -> ResponseMatrix:
    codes = np.asarray(codes, dtype=np.int16)
    ids = np.arange(1, len(codes) + 1)
    return ResponseMatrix(ids, ids % schools, codes, fingerprint(ids, codes))


def test_an_omission_says_nothing_in_a_questionnaire_and_costs_in_a_test() -> None:
    matrix = matrix_of([[1, 1, OMITTED, 1], [0, 1, 1, 1]])
    assert compute(matrix, MISSING).values.tolist() == [100, 75]
    assert compute(matrix, LOWEST).values.tolist() == [75, 75]


def test_items_not_reached_or_not_presented_cost_nothing() -> None:
    matrix = matrix_of([[1, 1, NOT_REACHED, NOT_PRESENTED], [0, 1, 1, 1]])
    assert compute(matrix, LOWEST).values.tolist() == [100, 75]


@pytest.mark.parametrize("coding", [MISSING, LOWEST])
def test_who_answered_nothing_has_no_score(coding) -> None:
    found = compute(matrix_of([[OMITTED] * 3, [1, 0, 1]]), coding)
    assert np.isnan(found.values[0])
    assert np.isnan(found.errors[0])
    assert found.scored == 1


def test_who_answered_nothing_counts_as_no_omission() -> None:
    codes = answers(60, 4)
    codes[:20] = OMITTED
    codes[20:30, 0] = OMITTED
    item = compute(matrix_of(codes), MISSING).items[0]
    assert item.omitted_share == pytest.approx(10 / 40)


def test_a_score_from_fewer_items_is_less_certain() -> None:
    codes = answers(80, 9)
    codes[0, :4] = OMITTED
    found = compute(matrix_of(codes), MISSING)
    sem = found.error_of_measurement.value
    assert found.errors[1] == pytest.approx(sem)
    assert found.errors[0] == pytest.approx(sem * np.sqrt(9 / 5))


def test_the_error_falls_with_the_items_as_simulated() -> None:
    """Parallel items: the spread of scores around the truth is what the errors say."""
    draw = np.random.default_rng(7)
    truth = draw.beta(4, 4, size=4000)
    codes = (draw.random((4000, 12)) < truth[:, np.newaxis]).astype(np.int16)
    codes[:2000, 6:] = NOT_PRESENTED
    found = compute(matrix_of(codes, schools=50), MISSING)
    for part in (slice(0, 2000), slice(2000, 4000)):
        spread = np.std(found.values[part] - 100 * truth[part])
        assert spread == pytest.approx(found.errors[part].mean(), rel=0.05)


def test_few_persons_or_schools_show_no_figures_but_have_scores() -> None:
    for matrix, reason in (
        (matrix_of(answers(29, 4)), "too_few_persons"),
        (matrix_of(answers(80, 4), schools=4), "too_few_clusters"),
    ):
        found = compute(matrix, MISSING)
        assert not np.isnan(found.values).any()
        assert found.reliability is None
        assert found.error_of_measurement is None
        assert found.warnings[0] == reason
        assert {item.warnings for item in found.items} == {(reason,)}
        assert {item.difficulty for item in found.items} == {None}


def test_an_item_that_few_answered_shows_no_figures() -> None:
    codes = answers(80, 4)
    codes[20:, 2] = NOT_PRESENTED
    items = compute(matrix_of(codes), MISSING).items
    assert (items[2].answered, items[2].difficulty) == (20, None)
    assert items[2].omitted_share is None
    assert items[1].difficulty is not None


def test_an_item_that_runs_against_the_others_is_named() -> None:
    codes = answers(400, 8)
    codes[:, 3] = 1 - codes[:, 3]
    items = compute(matrix_of(codes), MISSING).items
    assert "negative_discrimination" in items[3].warnings
    assert items[3].discrimination < 0


def test_an_item_that_tells_nothing_and_is_often_left_out_is_named() -> None:
    draw = np.random.default_rng(3)
    codes = answers(400, 8)
    codes[:, 2] = draw.integers(0, 2, 400)
    codes[:100, 2] = OMITTED
    warnings = compute(matrix_of(codes), MISSING).items[2].warnings
    assert warnings[-1] == "often_omitted"
    assert warnings[0] in ("weak_discrimination", "negative_discrimination")


def test_a_constant_item_is_named() -> None:
    codes = answers(60, 4)
    codes[:, 1] = 1
    items = compute(matrix_of(codes), MISSING).items
    assert "constant_item" in items[1].warnings
    assert items[1].discrimination is None
