"""The random-intercept model: published figures, another program's, and a plain version."""

import numpy as np
import numpy.typing as npt
import pytest
from threadpoolctl import threadpool_limits

from ml.errors import StatisticsError
from ml.growth import RandomIntercept, random_intercept
from tests.ml.growth.conftest import PISA

FloatArray = npt.NDArray[np.float64]

# Davies (1947), yield of dyestuff by batch, five samples each.
DYESTUFF = [
    *(1545, 1440, 1440, 1520, 1580, 1540, 1555, 1490, 1560, 1495),
    *(1595, 1550, 1605, 1510, 1560, 1445, 1440, 1595, 1465, 1545),
    *(1595, 1630, 1515, 1635, 1625, 1520, 1455, 1450, 1480, 1445),
]


@pytest.mark.parametrize(
    ("method", "error", "between", "within", "deviance"),
    [("reml", 19.3834, 1764.05, 2451.25, 319.6543), ("ml", 17.6946, 1388.33, 2451.25, 327.3271)],
)
def test_dyestuff_has_the_figures_of_lmer(
    method: str, error: float, between: float, within: float, deviance: float
) -> None:
    """lme4: lmer(Yield ~ 1 + (1 | Batch), Dyestuff), as printed by its documentation."""
    found = random_intercept(DYESTUFF, clusters=np.repeat(list("ABCDEF"), 5), method=method)
    (intercept,) = found.coefficients
    assert intercept.value == pytest.approx(1527.5, rel=1e-12)
    assert intercept.se == pytest.approx(error, abs=1e-3)
    assert (found.variance_between, found.variance_within) == pytest.approx(
        (between, within), abs=1e-2
    )
    assert -2 * found.log_likelihood == pytest.approx(deviance, abs=1e-4)


@pytest.mark.skipif(not PISA.exists(), reason="needs the PISA 2003 file in shared/data")
@pytest.mark.parametrize(
    ("method", "fixed", "between", "within", "log_likelihood"),
    [
        (
            "reml",
            (549.975386620361, 13.944614988284, -13.94799625714),
            4120.741017,
            3101.977946,
            -21297.25423614693,
        ),
        (
            "ml",
            (549.974160989864, 13.952379971634, -13.945725608331),
            4091.729003,
            3100.332612,
            -21302.495256156228,
        ),
    ],
)
def test_pisa_agrees_with_another_program(
    method: str,
    fixed: tuple[float, ...],
    between: float,
    within: float,
    log_likelihood: float,
) -> None:
    """statsmodels 0.15.0, mixedlm('PV1MATH ~ ESCS + girl', groups=SCHOOLID), BFGS to 1e-12."""
    import pyarrow.parquet as pq

    table = pq.read_table(PISA, columns=["SCHOOLID", "PV1MATH", "ESCS", "ST03Q01"])
    columns = {name: np.array(table[name].to_pylist(), dtype=float) for name in table.column_names}
    girl = (columns["ST03Q01"] == 1).astype(float)
    found = random_intercept(
        columns["PV1MATH"],
        np.column_stack([columns["ESCS"], girl]),
        clusters=columns["SCHOOLID"].astype(int),
        method=method,
    )
    assert found.n == 3868
    assert [each.value for each in found.coefficients] == pytest.approx(fixed, rel=1e-6)
    assert (found.variance_between, found.variance_within) == pytest.approx(
        (between, within), rel=1e-6
    )
    assert found.log_likelihood == pytest.approx(log_likelihood, rel=1e-12)


def uneven(seed: int = 1) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    school = np.sort(rng.integers(0, 12, 150))
    X = np.column_stack([rng.normal(size=150) + 0.1 * school, school % 3 == 0])
    y = 500 + X @ [30.0, -8.0] + 20 * rng.normal(size=12)[school] + 60 * rng.normal(size=150)
    return y, X, school


@pytest.mark.parametrize("method", ["reml", "ml"])
def test_the_likelihood_is_largest_where_whole_matrices_say(method: str) -> None:
    y, X, school = uneven()
    found = random_intercept(y, X, clusters=school, method=method)
    variances = np.array([found.variance_between, found.variance_within])
    top = plain_likelihood(y, X, school, variances, method)
    assert found.log_likelihood == pytest.approx(top, rel=1e-12)
    for change in ([1.02, 1.0], [0.98, 1.0], [1.0, 1.02], [1.0, 0.98]):
        assert plain_likelihood(y, X, school, variances * change, method) < top


def plain_likelihood(
    y: FloatArray,
    X: FloatArray,
    school: npt.NDArray[np.int64],
    variances: FloatArray,
    method: str,
) -> float:
    design = np.column_stack([np.ones(y.size), X])
    V = variances[0] * (school[:, None] == school) + variances[1] * np.eye(y.size)
    inverse = np.linalg.inv(V)
    information = design.T @ inverse @ design
    rest = y - design @ np.linalg.solve(information, design.T @ inverse @ y)
    size = y.size - (3 if method == "reml" else 0)
    value = size * np.log(2 * np.pi) + np.linalg.slogdet(V)[1] + rest @ inverse @ rest
    if method == "reml":
        value += np.linalg.slogdet(information)[1]
    return float(-value / 2)


def test_coefficients_and_predictions_agree_with_whole_matrices() -> None:
    y, X, school = uneven()
    found = random_intercept(y, X, clusters=school)
    design = np.column_stack([np.ones(150), X])
    Z = np.eye(12)[school]
    within, between = found.variance_within, found.variance_between
    # Henderson's equations: the inverse of their matrix holds every mean squared error.
    both = np.hstack([design, Z])
    matrix = both.T @ both / within
    matrix[3:, 3:] += np.eye(12) / between
    inverse = np.linalg.inv(matrix)
    solution = inverse @ both.T @ y / within
    assert [each.value for each in found.coefficients] == pytest.approx(solution[:3], rel=1e-9)
    assert found.covariance == pytest.approx(inverse[:3, :3], rel=1e-8)
    assert found.effects == pytest.approx(solution[3:], rel=1e-7)
    assert found.effect_errors == pytest.approx(np.sqrt(np.diag(inverse)[3:]), rel=1e-9)


def test_the_order_of_the_rows_does_not_matter() -> None:
    y, X, school = uneven()
    order = np.random.default_rng(4).permutation(y.size)
    one = random_intercept(y, X, clusters=school)
    other = random_intercept(y[order], X[order], clusters=school[order])
    assert [each.value for each in one.coefficients] == pytest.approx(
        [each.value for each in other.coefficients], rel=1e-11
    )
    assert one.effects == pytest.approx(other.effects, rel=1e-9)


def test_schools_that_do_not_differ_have_variance_zero() -> None:
    school = np.repeat(np.arange(10), 20)
    y = np.tile(np.arange(20.0), 10)
    found = random_intercept(y, clusters=school)
    assert found.variance_between == 0
    assert found.intraclass_correlation.interval[0] == 0
    assert found.intraclass_correlation.interval[1] > 0
    assert found.effects == pytest.approx(np.zeros(10))


def test_the_interval_of_the_correlation_holds_the_truth_as_often_as_it_says() -> None:
    covered = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        school = np.repeat(np.arange(40), 20)
        y = 0.5 * rng.normal(size=40)[school] + rng.normal(size=800)
        low, high = random_intercept(y, clusters=school).intraclass_correlation.interval
        covered.append(low <= 0.2 <= high)
    assert 0.92 <= np.mean(covered) <= 0.98


def test_one_and_two_threads_give_the_same_bits() -> None:
    y, X, school = (np.concatenate([part] * 400) for part in uneven())
    results: list[RandomIntercept] = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            results.append(random_intercept(y, X, clusters=school))
    assert results[0].coefficients == results[1].coefficients
    assert (results[0].effects == results[1].effects).all()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"clusters": np.zeros(20)}, "one_cluster"),
        ({"clusters": np.arange(20)}, "one_row_per_cluster"),
        ({"method": "bayes"}, "unknown_method"),
        ({"y": np.ones(20)}, "constant_outcome"),
        ({"y": np.repeat(np.arange(4.0), 5)}, "not_estimable"),
    ],
)
def test_what_is_not_determined_is_refused(arguments: dict[str, object], code: str) -> None:
    usual = {"y": np.random.default_rng(0).normal(size=20), "clusters": np.repeat(range(4), 5)}
    with pytest.raises(StatisticsError) as refusal:
        random_intercept(**(usual | arguments))  # type: ignore[arg-type]
    assert refusal.value.code == code
