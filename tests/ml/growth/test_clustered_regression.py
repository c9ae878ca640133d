"""Least squares with CR2 errors, held against the whole n × n matrices of the papers."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from threadpoolctl import threadpool_limits

from ml.errors import StatisticsError
from ml.growth import clustered_regression, group_means

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
PlainCR2 = Callable[..., tuple[float, float, float]]

N = 140
SCHOOLS = 9


@pytest.fixture
def schools() -> tuple[FloatArray, FloatArray, IntArray]:
    """y, three covariates (one of them the school's) and uneven schools."""
    rng = np.random.default_rng(2)
    school = rng.choice(SCHOOLS, N, p=rng.dirichlet(np.full(SCHOOLS, 4.0)))
    X = np.column_stack(
        [school % 2, 500 + 100 * rng.normal(size=N) + 20 * school, rng.normal(size=N)]
    )
    y = 0.6 * X[:, 1] + 30 * rng.normal(size=SCHOOLS)[school] + 70 * rng.normal(size=N)
    return y, X, school


def weights_of(kind: str, school: IntArray) -> FloatArray | None:
    rng = np.random.default_rng(3)
    if kind == "none":
        return None
    if kind == "by school":
        return rng.uniform(0.4, 2.5, SCHOOLS)[school]
    if kind == "nearly alike":
        return 1.0 + 1e-3 * rng.uniform(size=school.size)
    return rng.uniform(0.3, 3.0, school.size)


@pytest.mark.parametrize("kind", ["none", "by school", "by row", "nearly alike"])
def test_every_coefficient_agrees_with_the_whole_matrices(
    schools: tuple[FloatArray, FloatArray, IntArray], kind: str, plain_cr2: PlainCR2
) -> None:
    y, X, school = schools
    weights = weights_of(kind, school)
    found = clustered_regression(y, X, clusters=school, weights=weights)
    design = np.column_stack([np.ones(N), X])
    used = np.ones(N) if weights is None else weights
    for index, estimate in enumerate(found.coefficients):
        expected = plain_cr2(y, design, used, school, np.eye(4)[index])
        assert (estimate.value, estimate.se, estimate.df) == pytest.approx(expected, rel=1e-7)


def test_a_constant_alone_is_the_group_mean(
    schools: tuple[FloatArray, FloatArray, IntArray],
) -> None:
    y, _, school = schools
    (found,) = clustered_regression(y, clusters=school).coefficients
    (mean,) = group_means(y, clusters=school).estimates
    assert (found.value, found.se, found.df) == pytest.approx((mean.value, mean.se, mean.df))


def test_a_far_origin_costs_no_digits(schools: tuple[FloatArray, FloatArray, IntArray]) -> None:
    y, X, school = schools
    near = clustered_regression(y, X, clusters=school).coefficients[2]
    far = clustered_regression(y + 1e9, X + 1e7, clusters=school).coefficients[2]
    assert (far.value, far.se, far.df) == pytest.approx((near.value, near.se, near.df), rel=1e-6)


def test_the_order_of_the_rows_does_not_matter(
    schools: tuple[FloatArray, FloatArray, IntArray],
) -> None:
    y, X, school = schools
    order = np.random.default_rng(0).permutation(N)
    first = clustered_regression(y, X, clusters=school).coefficients
    second = clustered_regression(y[order], X[order], clusters=school[order]).coefficients
    for one, other in zip(first, second, strict=True):
        assert (one.value, one.se, one.df) == pytest.approx((other.value, other.se, other.df))


def test_rows_that_lack_something_are_left_out_and_counted(
    schools: tuple[FloatArray, FloatArray, IntArray],
) -> None:
    y, X, school = schools
    holed = X.copy()
    holed[:7, 1] = np.nan
    found = clustered_regression(y, holed, clusters=school)
    rest = clustered_regression(y[7:], X[7:], clusters=school[7:])
    assert found.n_missing == 7
    assert found.coefficients == rest.coefficients


def test_one_and_two_threads_give_the_same_bits(
    schools: tuple[FloatArray, FloatArray, IntArray],
) -> None:
    y, X, school = (np.concatenate([part] * 300) for part in schools)
    results = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            results.append(clustered_regression(y, X, clusters=school))
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"clusters": np.zeros(N)}, "one_cluster"),
        ({"clusters": [None] * N}, "missing_cluster"),
        ({"y": np.ones(N)}, "constant_outcome"),
        ({"y": np.full(N, np.nan)}, "no_data"),
        ({"covariates": np.ones(N)}, "constant_column"),
        ({"covariates": np.ones(N - 1)}, "length_mismatch"),
        ({"covariates": np.tile(np.arange(N)[:, None], (1, 2))}, "collinear_covariates"),
        ({"weights": np.zeros(N)}, "invalid_weight"),
        ({"level": 1.0}, "invalid_level"),
    ],
)
def test_what_cannot_be_estimated_is_refused(
    schools: tuple[FloatArray, FloatArray, IntArray], change: dict[str, object], code: str
) -> None:
    y, X, school = schools
    arguments = {"y": y, "covariates": X, "clusters": school} | change
    with pytest.raises(StatisticsError) as refusal:
        clustered_regression(**arguments)  # type: ignore[arg-type]
    assert refusal.value.code == code
