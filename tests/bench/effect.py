"""The cross-fitted ATT at national size, side by side with DoubleML with the same learners.

Both get the same folds and the same gradient-boosted trees. Ours runs first, so that what the
libraries cache helps theirs. Beside the time on the clock stand the processor seconds that each
takes in one process with one thread: what counts where others use the machine.
"""

import warnings
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from ml.effect import CrossFitATT, staggered_effects
from ml.parallel import worker_count
from tests.bench.harness import Measurement, benchmark
from tests.bench.irt import timed

N, COLUMNS, FOLDS, ROUNDS = 50_000, 15, 5, 3
BOUND = 2.5


@benchmark("effect")
def effect() -> list[Measurement]:
    """ATT, 50,000 × 15, five folds, warm; and a rollout in five waves."""
    X, y, treatment, fold = data()
    regressor = HistGradientBoostingRegressor(random_state=1)
    classifier = HistGradientBoostingClassifier(random_state=2)

    def ours() -> CrossFitATT:
        return CrossFitATT(regressor, classifier).fit(X, y, treatment, folds=fold)

    ours()  # starts the processes
    seconds, _ = timed(ours, ROUNDS)
    _, used = timed(lambda: one_process(regressor, classifier), 1)
    name = f"ATT {N // 1000}k × {COLUMNS}, {FOLDS} folds"
    results = [
        Measurement(name, seconds, "s", BOUND, "bound"),
        Measurement(f"{name}, processor", used * worker_count(), "s"),
    ]
    results += beside_doubleml(name, seconds, ours().effect_.value, (regressor, classifier))
    return [*results, rollout()]


def data() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    X = generator.normal(size=(N, COLUMNS))
    treatment = (generator.random(N) < 1 / (1 + np.exp(-0.5 * X[:, 0]))).astype(np.float64)
    y = X[:, 0] + 0.5 * X[:, 1] + treatment * (0.3 + 0.1 * X[:, 2]) + generator.normal(size=N)
    return X, y, treatment, np.arange(N) % FOLDS


def one_process(regressor: Any, classifier: Any) -> CrossFitATT:
    """All in this process, where its processor seconds are counted."""
    X, y, treatment, fold = data()
    return CrossFitATT(regressor, classifier, n_jobs=1).fit(X, y, treatment, folds=fold)


def beside_doubleml(
    name: str, ours: float, value: float, models: tuple[Any, Any]
) -> list[Measurement]:
    """DoubleML with one thread and with as many as it likes; the two effects agree."""
    try:
        import doubleml
    except ImportError:
        return []
    X, y, treatment, fold = data()
    pairs = [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(FOLDS)]

    def theirs() -> Any:
        model = doubleml.DoubleMLIRM(
            doubleml.DoubleMLData.from_arrays(X, y, treatment),
            *models,
            score="ATTE",
            draw_sample_splitting=False,
        )
        model.set_sample_splitting(pairs)
        return model.fit()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        difference = abs(theirs().coef[0] - value)
        free, _ = timed(theirs, 1)
        with threadpool_limits(limits=1):
            capped, used = timed(theirs, 2)
    return [
        Measurement(f"{name}, beside", ours, "s", capped, "DoubleML, one thread"),
        Measurement(f"{name}, beside", ours, "s", free, "DoubleML, its own threads"),
        Measurement(f"{name}, DoubleML's processor", used * worker_count(), "s"),
        Measurement(f"{name}, difference", difference, "", 1e-8, "bound"),
    ]


def rollout() -> Measurement:
    """100,000 pupils of 2,000 schools in five waves, three cohorts."""
    generator = np.random.default_rng(0)
    school = np.repeat(np.arange(2000), 50)
    first = np.array([1, 2, 3, np.inf])[school % 4]
    y = generator.normal(size=(school.size, 5)) + (np.arange(5) >= first[:, None])
    seconds, _ = timed(lambda: staggered_effects(y, first, clusters=school), 2)
    return Measurement("staggered rollout 100k × 5 waves", seconds, "s")
