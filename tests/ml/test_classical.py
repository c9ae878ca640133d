"""Classical scores, reliability and item statistics."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from threadpoolctl import threadpool_limits

from ml.classical import ClassicalScores, ItemStatistics, ScoreWarning, classical_scores
from ml.errors import StatisticsError
from ml.reliability import alpha_estimate, error_of_measurement

FloatArray = npt.NDArray[np.float64]
LSAT7 = Path(__file__).parents[3] / "shared" / "data" / "irt" / "lsat7.csv"
NAN = math.nan


def graded(n: int, k: int, seed: int = 1) -> FloatArray:
    """Responses 0…4 of n persons to k items with something in common."""
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(n, 1)) + rng.normal(size=(n, k)) + np.linspace(-1, 1, k)
    return np.asarray(np.clip(np.round(latent + 2), 0, 4), dtype=np.float64)


def test_a_score_is_the_mean_of_the_items_from_zero_to_a_hundred() -> None:
    found = classical_scores([[1, 4, 1, 4], [2, 2, 2, 2], [4, 4, 4, 4]], low=1, high=4)
    assert found.scores.tolist() == pytest.approx([50.0, 100 / 3, 100.0])
    assert found.n_scored == 3


def test_items_of_different_ranges_count_alike() -> None:
    found = classical_scores([[1, 0], [0, 10], [1, 10]], low=[0, 0], high=[1, 10])
    assert found.scores.tolist() == [50.0, 50.0, 100.0]


def test_a_person_needs_half_of_the_presented_items() -> None:
    responses = [[1, 1, NAN, NAN], [1, NAN, NAN, NAN], [1, NAN, NAN, NAN], [NAN] * 4]
    omitted = np.isnan(responses)
    omitted[2] = False  # one item presented, one answered
    found = classical_scores(responses, low=0, high=1, omitted=omitted)
    assert found.scores.tolist() == pytest.approx([100.0, NAN, 100.0, NAN], nan_ok=True)
    assert found.n_scored == 2


def test_an_omission_counted_as_no_points_lowers_the_score_and_is_still_reported() -> None:
    responses = np.array([[1.0, 0.0], [1.0, 1.0]])
    omitted = np.array([[False, True], [False, False]])
    found = classical_scores(responses, low=0, high=1, omitted=omitted)
    assert found.scores.tolist() == [50.0, 100.0]
    assert (found.items[1].share_omitted, found.items[1].n_answered) == (0.5, 1)
    assert found.items[1].difficulty == 0.5


def test_items_count_who_saw_answered_omitted_and_did_not_reach_them() -> None:
    responses = np.array([[1, 0], [1, NAN], [0, NAN], [0, NAN], [NAN, NAN]])
    omitted = np.array([[0, 0], [0, 1], [0, 0], [0, 0], [1, 0]], dtype=bool)
    not_reached = np.array([[0, 0], [0, 0], [0, 1], [0, 1], [0, 0]], dtype=bool)
    first, second = classical_scores(
        responses, low=0, high=1, omitted=omitted, not_reached=not_reached
    ).items
    assert first == ItemStatistics(0, 5, 4, 0.5, first.discrimination, 0.2, 0.0)
    assert (second.n_presented, second.n_answered, second.difficulty) == (4, 1, 0.0)
    assert (second.share_omitted, second.share_not_reached) == (0.25, 0.5)


def test_discrimination_is_the_correlation_with_the_rest_of_the_test() -> None:
    responses = graded(300, 6)
    found = classical_scores(responses, low=0, high=4)
    for item in found.items:
        rest = np.delete(responses, item.item, axis=1).sum(axis=1)
        expected = np.corrcoef(responses[:, item.item], rest)[0, 1]
        assert item.discrimination == pytest.approx(expected, rel=1e-12)


def test_alpha_is_that_of_the_covariance_matrix_of_complete_cases() -> None:
    responses = graded(300, 6)
    responses[:20, 2] = NAN
    found = classical_scores(responses, low=0, high=4).reliability
    covariance = np.cov(responses[20:].T)
    assert found is not None
    assert found.value == pytest.approx(6 / 5 * (1 - np.trace(covariance) / covariance.sum()))
    assert found.n == 280


def test_alpha_s_interval_is_the_one_published_for_twenty_items_and_873_persons() -> None:
    """MRC Cognition and Brain Sciences Unit, statistics wiki, "cafun": 0.9044024 to 0.9211588."""
    found = alpha_estimate(cases_with_alpha(0.913, n=873, k=20))
    assert found.value == pytest.approx(0.913, abs=1e-12)
    assert found.interval == pytest.approx((0.9044024, 0.9211588), abs=5e-8)


def test_alpha_s_error_is_the_one_published_for_seven_items_and_89_persons() -> None:
    """The R package statpsych, example of ci.cronbach: 0.02456518."""
    found = alpha_estimate(cases_with_alpha(0.85, n=89, k=7))
    assert found.se == pytest.approx(0.02456518, abs=5e-9)


def cases_with_alpha(alpha: float, n: int, k: int) -> FloatArray:
    """Data whose sample covariance is exactly that of parallel items with the given alpha."""
    common = alpha / (k - (k - 1) * alpha)
    wanted = np.full((k, k), common) + (1 - common) * np.eye(k)
    noise = np.random.default_rng(1).normal(size=(n, k))
    white = np.linalg.solve(np.linalg.cholesky(np.cov(noise.T)), (noise - noise.mean(axis=0)).T)
    return np.asarray((np.linalg.cholesky(wanted) @ white).T, dtype=np.float64)


def test_the_error_of_measurement_is_the_spread_that_alpha_leaves() -> None:
    found = classical_scores(graded(400, 8), low=0, high=4)
    assert found.sem is not None
    assert found.reliability is not None
    expected = found.scores.std(ddof=1) * math.sqrt(1 - found.reliability.value)
    assert found.sem.value == pytest.approx(expected, rel=1e-12)
    assert found.sem.interval[0] < found.sem.value < found.sem.interval[1]


def test_intervals_of_alpha_and_of_the_error_of_measurement_cover_the_truth() -> None:
    rng = np.random.default_rng(30)
    alpha, sem = 8 / (8 + 2.0), 100 * math.sqrt(2.0 / 8)  # eight parallel items, σ² 1 and 2
    hits = np.zeros(2)
    for _ in range(2000):
        cases = rng.normal(size=(40, 1)) + math.sqrt(2.0) * rng.normal(size=(40, 8))
        for index, (found, truth) in enumerate(
            ((alpha_estimate(cases), alpha), (error_of_measurement(cases), sem))
        ):
            hits[index] += found.interval[0] <= truth <= found.interval[1]
    assert all(0.935 <= share <= 0.965 for share in hits / 2000)


@pytest.mark.skipif(not LSAT7.exists(), reason="shared data (irt/lsat7.csv) are not here")
def test_lsat7_has_the_published_difficulties_and_alpha() -> None:
    """Shares correct and alpha (0.453) as in the documentation of R's ltm and mirt."""
    responses = np.genfromtxt(LSAT7, delimiter=",", skip_header=1)[:, -5:]
    found = classical_scores(responses, low=0, high=1)
    shares = [item.difficulty for item in found.items]
    assert shares == pytest.approx([0.828, 0.658, 0.772, 0.606, 0.843], abs=5e-4)
    assert found.reliability is not None
    assert found.reliability.value == pytest.approx(0.453, abs=5e-4)


def test_an_item_that_all_answer_alike_is_a_warning_that_names_it() -> None:
    responses = graded(100, 4)
    responses[:, 2] = 3
    found = classical_scores(responses, low=0, high=4)
    assert found.warnings == (ScoreWarning("constant_item", 2),)
    assert math.isnan(found.items[2].discrimination)
    assert found.reliability is not None


def test_an_item_that_nobody_answered_is_a_warning_and_stays_out_of_alpha() -> None:
    responses = graded(100, 4)
    without = classical_scores(responses, low=0, high=4).reliability
    wider = np.c_[responses, np.full(100, NAN)]
    found = classical_scores(wider, low=0, high=4)
    assert found.warnings == (ScoreWarning("never_answered", 4),)
    assert found.reliability == without
    assert math.isnan(found.items[4].difficulty)


def constant_totals() -> FloatArray:
    first = np.arange(40) % 2.0
    return np.c_[first, 1 - first]


@pytest.mark.parametrize(
    ("code", "responses"),
    [
        ("too_few_items", graded(100, 1)),
        ("too_few_complete", graded(29, 5)),
        ("constant_total", constant_totals()),
    ],
)
def test_where_alpha_cannot_be_known_there_is_none_and_a_warning(
    code: str, responses: FloatArray
) -> None:
    found = classical_scores(responses, low=0, high=4)
    assert (found.reliability, found.sem) == (None, None)
    assert ScoreWarning(code) in found.warnings
    assert not np.isnan(found.scores).any()


def test_a_response_out_of_range_is_refused_with_its_place() -> None:
    with pytest.raises(StatisticsError) as refused:
        classical_scores([[1, 2, NAN], [1, 5, 2]], low=1, high=4)
    assert refused.value.code == "response_out_of_range"
    assert refused.value.parameters == {
        "row": 1, "column": 1, "found": 5.0, "low": 1.0, "high": 4.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("no_data", lambda: classical_scores(np.empty((0, 3)), low=0, high=1)),
        ("no_data", lambda: classical_scores([[NAN, NAN]], low=0, high=1)),
        ("wrong_shape", lambda: classical_scores([0, 1], low=0, high=1)),
        ("not_numeric", lambda: classical_scores([["a", "b"]], low=0, high=1)),
        ("invalid_range", lambda: classical_scores([[0, 1]], low=1, high=1)),
        ("invalid_range", lambda: classical_scores([[0, 1]], low=0, high=[1, NAN])),
        ("length_mismatch", lambda: classical_scores([[0, 1]], low=0, high=[1, 1, 1])),
        ("length_mismatch", lambda: classical_scores([[0, 1]], low=0, high=1, omitted=[[True]])),
        ("invalid_level", lambda: classical_scores([[0, 1]], low=0, high=1, level=0)),
    ],
)
def test_what_cannot_be_scored_is_refused_with_a_code(
    code: str, call: Callable[[], object]
) -> None:
    with pytest.raises(StatisticsError) as refused:
        call()
    assert refused.value.code == code


def test_one_and_two_threads_give_the_same_bits() -> None:
    responses = graded(20_000, 12)
    found: list[ClassicalScores] = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            found.append(classical_scores(responses, low=0, high=4))
    assert found[0].scores.tobytes() == found[1].scores.tobytes()
    assert (found[0].reliability, found[0].sem, found[0].items) == (
        found[1].reliability, found[1].sem, found[1].items,
    )  # fmt: skip
