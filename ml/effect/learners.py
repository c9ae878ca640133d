"""Any scikit-learn models, fitted on some rows and asked about others, on all processors.

Each task runs with one thread, so that the number of processes changes nothing in the bits.
Processes, not threads: trees hold the interpreter's lock much of the time, and two threads were
slower than one.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ml.checks import FloatArray, IntArray
from ml.errors import StatisticsError
from ml.parallel import worker_count

# Below this many numbers to learn from, starting and feeding processes costs more than it saves.
WORTH_PROCESSES = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Fit `model` on the rows `train` of (X, y) and predict for the rows `test`.

    weights: (n,) or None. seed: for a model that has no seed of its own.
    """

    model: Any
    X: FloatArray
    y: FloatArray
    weights: FloatArray | None
    train: IntArray
    test: IntArray
    seed: int


def predictions(tasks: Sequence[Task], n_jobs: int | None) -> list[FloatArray]:
    """Each task's predictions, in order. Errors: missing_covariate, model_ignores_weights."""
    numbers = sum(task.train.size for task in tasks) * tasks[0].X.shape[1]
    workers = min(worker_count(n_jobs), len(tasks))
    if workers == 1 or (n_jobs is None and numbers < WORTH_PROCESSES):
        with _one_thread():
            return [predicted(task) for task in tasks]
    from joblib import Parallel, delayed  # type: ignore[import-untyped]  # noqa: PLC0415

    results = Parallel(n_jobs=workers)(delayed(_alone)(task) for task in _long_first(tasks))
    return [results[place] for place in np.argsort(_order(tasks))]


def predicted(task: Task) -> FloatArray:
    """The task's predictions; of a classifier the chance of its second class."""
    from sklearn.base import clone, is_classifier  # noqa: PLC0415  1 s: not at import

    model = _seeded(clone(task.model), task.seed)
    target = task.y[task.train]
    if is_classifier(model):
        target = target.astype(np.int64)
    try:
        model.fit(task.X[task.train], target, **_weight_arguments(model, task))
        if is_classifier(model):
            return np.asarray(model.predict_proba(task.X[task.test])[:, 1], dtype=np.float64)
        return np.asarray(model.predict(task.X[task.test]), dtype=np.float64).reshape(-1)
    except ValueError as error:
        _explain(task.X, error)
        raise


def _alone(task: Task) -> FloatArray:
    """In a process of its own."""
    with _one_thread():
        return predicted(task)


def _one_thread() -> AbstractContextManager[object]:
    """For linear algebra and for the models' own loops (OpenMP) while the block runs."""
    return _controller().limit(limits=1)  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def _controller() -> Any:
    """Finding the libraries takes milliseconds: once, after scikit-learn has loaded its own."""
    import sklearn.ensemble  # noqa: F401, PLC0415
    from threadpoolctl import (  # type: ignore[import-untyped]  # noqa: PLC0415
        ThreadpoolController,
    )

    return ThreadpoolController()


def _explain(X: FloatArray, error: ValueError) -> None:
    """A model that cannot work with missing values says so in its own words; we say where."""
    missing = np.isnan(X)
    if isinstance(error, StatisticsError) or not missing.any():
        return
    row, column = np.unravel_index(int(missing.argmax()), X.shape)
    raise StatisticsError("missing_covariate", row=int(row), column=int(column)) from error


def _order(tasks: Sequence[Task]) -> IntArray:
    """Longest first: the last task to end is then a short one."""
    sizes = np.array([task.train.size for task in tasks])
    return np.argsort(-sizes, kind="stable")


def _long_first(tasks: Sequence[Task]) -> list[Task]:
    return [tasks[place] for place in _order(tasks)]


def _seeded(model: Any, seed: int) -> Any:
    """The model with `seed` wherever it would otherwise draw one itself."""
    unseeded = {
        name: seed
        for name, value in model.get_params().items()
        if value is None and (name == "random_state" or name.endswith("__random_state"))
    }
    return model.set_params(**unseeded)


def _weight_arguments(model: Any, task: Task) -> dict[str, FloatArray]:
    """How this model takes sample weights; for a pipeline, its last step."""
    if task.weights is None:
        return {}
    from sklearn.pipeline import Pipeline  # noqa: PLC0415
    from sklearn.utils.validation import has_fit_parameter  # noqa: PLC0415

    weights = task.weights[task.train]
    name, learner = ("", model)
    if isinstance(model, Pipeline):
        step, learner = model.steps[-1]
        name = f"{step}__"
    if not has_fit_parameter(learner, "sample_weight"):
        raise StatisticsError("model_ignores_weights", model=type(learner).__name__)
    return {f"{name}sample_weight": weights}
