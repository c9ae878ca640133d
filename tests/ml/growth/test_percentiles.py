"""Growth percentiles: exact quantile regressions, in order, with an interval."""

from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from ml.errors import StatisticsError
from ml.growth import GrowthPercentiles, growth_to_target
from ml.growth.quantiles import quantile_coefficients
from ml.growth.splines import design
from tests.ml.growth.conftest import GROWTH_PANEL

FloatArray = npt.NDArray[np.float64]
needs_panel = pytest.mark.skipif(
    not GROWTH_PANEL.exists(), reason="needs the growth panel in shared/data"
)


@cache
def panel(grade: int = 4, year: int = 2023) -> tuple[FloatArray, FloatArray]:
    """Scores of who went from one grade to the next: (earlier, later)."""
    rows = np.genfromtxt(GROWTH_PANEL, delimiter=",", skip_header=1)
    first = year - 2019
    before, after = rows[:, first + 5], rows[:, first + 6]
    kept = (rows[:, first] == grade) & (rows[:, first + 1] == grade + 1)
    kept &= np.isfinite(before) & np.isfinite(after)
    return before[kept], after[kept]


def made(n: int = 1500, seed: int = 0) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    prior = np.round(500 + 100 * rng.normal(size=n))
    return prior, np.round(520 + 0.7 * (prior - 500) + 60 * rng.normal(size=n))


def loss(X: FloatArray, y: FloatArray, w: FloatArray, beta: FloatArray, quantile: float) -> float:
    rest = y - X @ beta
    return float((w * rest * (quantile - (rest < 0))).sum())


def least_loss(X: FloatArray, y: FloatArray, w: FloatArray, quantile: float) -> float:
    """The dual linear program, by HiGHS."""
    found = linprog(
        -y,
        A_eq=csr_matrix(X.T),
        b_eq=(1 - quantile) * (X.T @ w),
        bounds=np.column_stack([np.zeros(y.size), w]),
        method="highs",
    )
    return float(-found.fun - (1 - quantile) * (w @ y))


@needs_panel
def test_the_panels_norms_have_the_least_loss() -> None:
    """An independent solver agrees within 1e-6 of the loss."""
    prior, current = panel()
    assert prior.size == 7026
    norms = GrowthPercentiles().fit(prior, current)
    X = design(norms.splines_, prior[None])
    w = np.ones(prior.size)
    for index in (0, 1, 10, 37, 50, 75, 98, 99):
        quantile = float(norms.quantiles_[index])
        ours = loss(X, current, w, norms.coefficients_[index], quantile)
        assert ours == pytest.approx(least_loss(X, current, w, quantile), rel=1e-6)


@needs_panel
def test_every_quantile_of_the_panel_is_a_vertex_that_no_neighbor_improves() -> None:
    """Koenker (2005, theorem 2.1): the subgradient at each of the 100 fits."""
    prior, current = panel()
    norms = GrowthPercentiles().fit(prior, current)
    X = design(norms.splines_, prior[None])
    for quantile, beta in zip(norms.quantiles_, norms.coefficients_, strict=True):
        rest = current - X @ beta
        on = np.abs(rest) < 1e-6
        pull = X[~on].T @ (quantile - (rest[~on] < 0))
        # the rows on the fit must be able to hold the others' pull
        held = linprog(
            np.zeros(on.sum()), A_eq=X[on].T, b_eq=-pull, bounds=(quantile - 1, quantile)
        )
        assert held.status == 0


@pytest.mark.parametrize("seed", range(5))
def test_tied_scores_weights_and_few_rows_have_the_least_loss_too(seed: int) -> None:
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(120), rng.integers(0, 6, 120), rng.integers(0, 3, 120)])
    y = np.round(X[:, 1] + 2 * rng.standard_t(2, size=120))
    w = rng.integers(1, 5, 120).astype(float)
    quantiles = [0.03, 0.25, 0.5, 0.9]
    for quantile, beta in zip(quantiles, quantile_coefficients(X, y, w, quantiles), strict=True):
        expected = least_loss(X, y, w, quantile)
        assert loss(X, y, w, beta, quantile) == pytest.approx(expected, rel=1e-7)


def test_fitted_quantiles_never_cross() -> None:
    norms = GrowthPercentiles().fit(*made())
    fitted = norms.predict_quantiles(np.linspace(100, 900, 400))
    assert (np.diff(fitted, axis=1) >= 0).all()


def test_each_percentile_is_held_by_one_in_a_hundred() -> None:
    prior, current = made(8000)
    found = GrowthPercentiles().fit(prior, current)
    place = found.percentiles(prior, current, prior_error=0, current_error=0)
    assert (np.bincount(place.percentile)[2:99] / 8000) == pytest.approx(0.01, abs=0.004)
    assert (place.low == place.percentile).all()
    assert (place.high == place.percentile).all()


def test_a_percentile_does_not_depend_on_where_one_started() -> None:
    prior, current = made(8000)
    place = GrowthPercentiles().fit(prior, current)
    found = place.percentiles(prior, current, prior_error=0, current_error=0).percentile
    thirds = np.digitize(prior, np.quantile(prior, [1 / 3, 2 / 3]))
    for third in range(3):
        assert found[thirds == third].mean() == pytest.approx(50, abs=1.5)


def test_weights_are_repeated_rows() -> None:
    prior, current = made(400)
    twice = GrowthPercentiles().fit(np.tile(prior, 2), np.tile(current, 2))
    weighted = GrowthPercentiles().fit(prior, current, sample_weight=np.full(400, 2.0))
    assert weighted.coefficients_ == pytest.approx(twice.coefficients_)


def test_several_earlier_scores_can_be_used() -> None:
    prior, current = made(2000)
    earlier = prior + 50 * np.random.default_rng(1).normal(size=2000)
    norms = GrowthPercentiles().fit(np.column_stack([earlier, prior]), current)
    assert norms.coefficients_.shape == (100, 15)
    X = design(norms.splines_, np.stack([earlier, prior]))
    w = np.ones(2000)
    ours = loss(X, current, w, norms.coefficients_[30], 0.305)
    assert ours == pytest.approx(least_loss(X, current, w, 0.305), rel=1e-6)


def test_the_interval_holds_the_percentile_without_error() -> None:
    norms = GrowthPercentiles().fit(*made(4000))
    rng = np.random.default_rng(10)
    prior, current = made(6000, seed=9)
    true = norms.percentiles(prior, current, prior_error=0, current_error=0).percentile
    seen = norms.percentiles(
        prior + 20 * rng.normal(size=6000),
        current + 15 * rng.normal(size=6000),
        prior_error=20,
        current_error=15,
    )
    covered = (seen.low <= true) & (true <= seen.high)
    assert 0.935 <= covered.mean() <= 0.98
    assert 0 < seen.unreliable < 1


def test_error_of_either_test_widens_the_interval() -> None:
    prior, current = made()
    norms = GrowthPercentiles().fit(prior, current)
    widths = []
    for before, after in ((0.0, 10.0), (30.0, 10.0), (30.0, 30.0)):
        found = norms.percentiles(prior, current, prior_error=before, current_error=after)
        widths.append((found.high - found.low).mean())
    assert widths == sorted(widths)
    assert widths[0] < widths[1] < widths[2]


def test_who_lacks_a_score_has_no_percentile() -> None:
    prior, current = made()
    norms = GrowthPercentiles().fit(np.append(prior, np.nan), np.append(current, 500.0))
    assert (norms.n_, norms.n_missing_) == (1500, 1)
    found = norms.percentiles(
        [500.0, np.nan, 500.0], [500.0, 500.0, np.nan], prior_error=5, current_error=5
    )
    assert found.percentile.tolist()[1:] == [-1, -1]
    assert np.isnan(norms.predict_quantiles([np.nan])).all()


def test_the_target_of_one_year_is_the_percentile_of_the_target() -> None:
    prior, current = made(4000)
    norms = GrowthPercentiles().fit(prior, current)
    start = np.array([350.0, 450.0, 500.0, 600.0, np.nan])
    found = growth_to_target([norms], start, 540.0, start_error=0.0)
    quantiles = norms.predict_quantiles(start[:4])
    expected = (quantiles < 540).sum(axis=1) + 1
    assert np.abs(found.percentile[:4] - expected).max() <= 1  # the table is linear between nodes
    assert found.percentile[4] == -1
    assert (np.diff(found.percentile[:4]) <= 0).all()


def test_the_needed_percentile_leads_to_the_target_over_two_years() -> None:
    first = GrowthPercentiles().fit(*made(4000))
    second = GrowthPercentiles().fit(*made(4000, seed=1))
    needed = int(growth_to_target([first, second], [470.0], 600.0, start_error=0.0).percentile[0])

    def after_two_years(percentile: int) -> float:
        score = first.predict_quantiles([470.0])[0, percentile - 1]
        return float(second.predict_quantiles([score])[0, percentile - 1])

    assert 1 < needed < 100
    assert after_two_years(needed) >= 600 - 0.5
    assert after_two_years(needed - 1) < 600 + 0.5


def test_an_uncertain_start_gives_an_interval_and_the_unreachable_is_told() -> None:
    norms = GrowthPercentiles().fit(*made(4000))
    found = growth_to_target([norms], [450.0, 450.0], [520.0, 2000.0], start_error=25.0)
    assert found.low[0] < found.percentile[0] < found.high[0]
    assert found.percentile[1] == 100


def test_one_and_two_threads_give_the_same_bits() -> None:
    prior, current = made()
    results = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            results.append(GrowthPercentiles().fit(prior, current).coefficients_)
    assert (results[0] == results[1]).all()


@pytest.mark.parametrize(
    ("prior", "current", "code"),
    [
        (np.arange(50.0), np.arange(50.0) ** 2, "too_few_for_growth"),
        (np.ones(500), np.arange(500.0), "constant_pretest"),
        (np.arange(500.0), np.ones(500), "constant_outcome"),
        (np.full(500, np.nan), np.ones(500), "no_data"),
        (np.arange(500.0), np.arange(499.0), "length_mismatch"),
        (np.tile(np.arange(500.0)[:, None], (1, 2)), np.arange(500.0) % 7, "collinear_covariates"),
    ],
)
def test_norms_that_cannot_be_made_are_refused(
    prior: FloatArray, current: FloatArray, code: str
) -> None:
    with pytest.raises(StatisticsError) as refusal:
        GrowthPercentiles().fit(prior, current)
    assert refusal.value.code == code


def test_targets_and_percentiles_refuse_what_they_cannot_use() -> None:
    prior, current = made()
    norms = GrowthPercentiles().fit(prior, current)
    both = GrowthPercentiles().fit(
        np.column_stack([prior, np.random.default_rng(0).normal(size=1500)]), current
    )
    for code, call in (
        ("invalid_error", lambda: norms.percentiles([1], [1], prior_error=-1, current_error=1)),
        ("length_mismatch", lambda: both.percentiles([1], [1], prior_error=1, current_error=1)),
        (
            "length_mismatch",
            lambda: growth_to_target([norms], [1.0] * 3, [1.0, 2.0], start_error=1.0),
        ),
        ("not_fitted", lambda: GrowthPercentiles().predict_quantiles([1.0])),
        ("not_fitted", lambda: growth_to_target([GrowthPercentiles()], [1], 1, start_error=1)),
        ("not_numeric", lambda: norms.percentiles(["a"], [1], prior_error=1, current_error=1)),
        ("invalid_error", lambda: norms.percentiles([1], [1], prior_error="a", current_error=1)),
        ("no_data", lambda: GrowthPercentiles().fit([], [])),
        ("no_years", lambda: growth_to_target([], [1.0], 1.0, start_error=1.0)),
        ("one_prior_needed", lambda: growth_to_target([both], [1.0], 1.0, start_error=1.0)),
    ):
        with pytest.raises(StatisticsError) as refusal:
            call()
        assert refusal.value.code == code


def test_nobody_has_no_percentile() -> None:
    norms = GrowthPercentiles().fit(*made())
    found = norms.percentiles([], [], prior_error=1, current_error=1)
    assert found.percentile.shape == (0,)
    assert norms.predict_quantiles([]).shape == (0, 100)
