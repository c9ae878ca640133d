"""Growth at national size, beside the passes over the rows that nobody can do without.

A floor is the time of the sums per school alone. Quantile regression stands beside scipy's HiGHS
on the same linear programs, timed at five quantiles and scaled up. Every time on the clock is
followed by the processor seconds: what the clock would show on a machine of one's own.
"""

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from ml.growth import (
    GrowthPercentiles,
    clustered_regression,
    gain,
    random_intercept,
    school_effects,
)
from ml.growth.splines import design
from ml.parallel import one_blas_thread
from tests.bench.harness import Measurement, benchmark

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
ROUNDS = 5
PUPILS = 7026
SOLVED = (5, 25, 50, 75, 95)  # quantiles, in hundredths, that HiGHS solves


@benchmark("growth")
def growth() -> list[Measurement]:
    """Random intercepts, clustered regression and gains, growth percentiles, school effects."""
    return [*intercepts(), *regressions(), *percentiles(), *effects()]


def intercepts() -> list[Measurement]:
    """100,000 rows in 1,000 schools, rows in random and in school order."""
    results = []
    for name, rows in (("any order", drawn(100_000, 1_000)), ("in order", ordered(100_000, 1_000))):
        y, X, school = rows
        floor = floor_seconds(y, X, school, products=False)
        work = timed(lambda y=y, X=X, school=school: random_intercept(y, X, clusters=school), 20)
        results += both(f"random intercept 100k, {name}", work, 0.010, floor)
    return results


def regressions() -> list[Measurement]:
    """1,000,000 rows in 8,000 schools: CR2 with Bell–McCaffrey, every coefficient or one gain."""
    y, X, school = drawn(1_000_000, 8_000)
    floor = floor_seconds(y, X, school, products=True)
    plain = timed(lambda: clustered_regression(y, X, clusters=school), ROUNDS)
    weights = np.random.default_rng(1).uniform(0.5, 2.0, y.size)
    weighted = timed(lambda: clustered_regression(y, X, clusters=school, weights=weights), ROUNDS)
    group = school % 2
    views = timed(lambda: gain(X[:, 0], y, design="ancova", group=group, clusters=school), ROUNDS)
    return [
        *both("CR2 1m / 8,000, 4 coefficients", plain, 0.5, floor),
        *both("the same with weights", weighted, None, floor),
        *both("gain 1m / 8,000, three views", views, 0.5, floor),
    ]


def percentiles() -> list[Measurement]:
    """100 quantiles of 7,026 whole scores on eight B-spline columns."""
    generator = np.random.default_rng(0)
    prior = np.round(550 + 90 * generator.normal(size=PUPILS))
    current = np.round(180 + 0.7 * prior + 60 * generator.normal(size=PUPILS))
    norms = GrowthPercentiles()
    ours = timed(lambda: norms.fit(prior, current), ROUNDS)
    X = design(norms.splines_, prior[None])
    begin = time.perf_counter()
    least = [least_loss(X, current, quantile / 100 + 0.005) for quantile in SOLVED]
    theirs = (time.perf_counter() - begin) / len(SOLVED) * 100
    excess = max(
        loss(X, current, norms.coefficients_[quantile], quantile / 100 + 0.005) / best - 1
        for quantile, best in zip(SOLVED, least, strict=True)
    )
    name = "100 quantiles × 7,026 × 8"
    return [
        Measurement(name, ours[0], "s", 1.0, "bound"),
        Measurement(f"{name}, processor", ours[1], "s", theirs, "HiGHS, scaled up"),
        Measurement(f"{name}, loss above HiGHS", max(excess, 0.0), "", 1e-6, "bound"),
    ]


def effects() -> list[Measurement]:
    """8,000 schools, shrunken and ranked."""
    y, X, school = drawn(320_000, 8_000)
    work = timed(lambda: school_effects(y, clusters=school, covariates=X), 1)
    return [
        Measurement("8,000 school effects and ranks", work[0], "s"),
        Measurement("8,000 school effects, processor", work[1], "s"),
    ]


def drawn(n: int, schools: int) -> tuple[FloatArray, FloatArray, IntArray]:
    """y, three covariates and schools, rows in random order."""
    generator = np.random.default_rng(0)
    school = generator.integers(0, schools, n)
    X = generator.normal(size=(n, 3)) + 0.3 * generator.normal(size=schools)[school, None]
    y = X @ [0.6, 0.2, -0.1] + 0.3 * generator.normal(size=schools)[school]
    return y + generator.normal(size=n), X, school


def ordered(n: int, schools: int) -> tuple[FloatArray, FloatArray, IntArray]:
    """The same rows, school by school."""
    y, X, school = drawn(n, schools)
    order = np.argsort(school, kind="stable")
    return y[order], X[order], school[order]


def floor_seconds(y: FloatArray, X: FloatArray, school: IntArray, *, products: bool) -> float:
    """The sums per school of every column, or of every product of two, and of the residual's."""
    columns = [np.ones_like(y), *np.ascontiguousarray(X.T), y]
    pairs = [(i, j) for i in range(len(columns)) for j in range(i + 1)]

    def work() -> None:
        for i, j in pairs if products else [(0, j) for j in range(len(columns))]:
            amounts = columns[i] * columns[j] if products else columns[j]
            np.bincount(school, weights=amounts)

    with one_blas_thread():
        return timed(work, ROUNDS)[1]


def both(
    name: str, work: tuple[float, float], bound: float | None, floor: float
) -> list[Measurement]:
    """The clock beside the bound, the processor beside the floor."""
    return [
        Measurement(name, work[0], "s", bound, None if bound is None else "bound"),
        Measurement(f"{name}, processor", work[1], "s", floor, "sums per school"),
    ]


def timed(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The shortest of several runs after one to warm up: seconds, and processor seconds."""
    work()
    walls, processors = [], []
    for _ in range(rounds):
        begin, used = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - begin)
        processors.append(time.process_time() - used)
    return min(walls), min(processors)


def loss(X: FloatArray, y: FloatArray, beta: FloatArray, quantile: float) -> float:
    rest = y - X @ beta
    return float((rest * (quantile - (rest < 0))).sum())


def least_loss(X: FloatArray, y: FloatArray, quantile: float) -> float:
    """The dual linear program."""
    found = linprog(
        -y,
        A_eq=csr_matrix(X.T),
        b_eq=(1 - quantile) * X.sum(axis=0),
        bounds=(0, 1),
        method="highs",
    )
    return float(-found.fun - (1 - quantile) * y.sum())
