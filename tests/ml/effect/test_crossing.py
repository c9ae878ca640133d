"""Ridge and logistic regressions solved for all folds at once, against one fit per fold."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from threadpoolctl import threadpool_limits

from ml.effect import CrossFitATT
from ml.effect import crossing as crossing_module
from ml.effect import logistic as logistic_module
from ml.effect.crossing import Crossing, Lesson
from ml.effect.design import Design
from ml.effect.logistic import logistic_predictions
from ml.errors import StatisticsError

from .conftest import Study, made_study

FOLDS = 4
RIDGE, LOGISTIC = Ridge(alpha=2.0), LogisticRegression(C=0.5, solver="newton-cholesky")
# The same, but solved until nothing changes.
SETTLED = LogisticRegression(C=0.5, solver="newton-cholesky", tol=1e-13)


@pytest.fixture(scope="module")
def people() -> Study:
    """More rows than one piece holds; columns far from zero, one of them constant."""
    study = made_study(schools=300)
    X = np.column_stack([study.X * [1, 80, 0.01] + [0, 500, -3], np.full(study.y.size, 0.1)])
    return Study(X, study.y, study.treatment, study.school)


@pytest.fixture(params=[False, True], ids=["equal", "weighted"])
def weights(request, people) -> np.ndarray | None:
    generator = np.random.default_rng(2)
    return generator.uniform(0.5, 3, people.y.size) if request.param else None


def crossing(people: Study, weights: np.ndarray | None = None) -> Crossing:
    return Crossing(people.X, weights, people.school % FOLDS, seed=0)


def one_by_one(model, people: Study, y, teaches, weights) -> np.ndarray:
    """scikit-learn's fit for every fold."""
    found, fold = np.empty(y.size), people.school % FOLDS
    for k in range(FOLDS):
        train = teaches & (fold != k)
        own = None if weights is None else weights[train]
        fitted = model.fit(people.X[train], y[train], sample_weight=own)
        asked = fitted.predict if model is RIDGE else lambda X, m=fitted: m.predict_proba(X)[:, 1]
        found[fold == k] = asked(people.X[fold == k])
    return found


def test_ridge_for_all_folds_and_outcomes_is_that_of_each(people, weights):
    Y = np.column_stack([people.y, 1e6 + 3 * people.y + people.X[:, 1]])
    teaches = (people.treatment == 0) & (np.arange(people.y.size) % 7 > 0)
    Y[~teaches] = np.nan
    found = crossing(people, weights).predictions([Lesson(RIDGE, Y, teaches)])[0]
    for y, predicted in zip(Y.T, found.T, strict=True):
        expected = one_by_one(RIDGE, people, y, teaches, weights)
        assert predicted == pytest.approx(expected, rel=1e-10)


def test_logistic_regression_for_all_folds_is_that_of_each(people, weights, monkeypatch):
    monkeypatch.setattr(logistic_module, "BEGINNERS", 1000)
    teaches = np.arange(people.y.size) % 7 > 0
    lesson = Lesson(LOGISTIC, people.treatment[:, None], teaches)
    found = crossing(people, weights).predictions([lesson])[0][:, 0]
    expected = one_by_one(SETTLED, people, people.treatment, teaches, weights)
    assert np.abs(found - expected).max() < 1e-8


def test_folds_that_differ_much_are_each_solved():
    """A few schools, each with a level of its own: the folds' coefficients lie far apart."""
    study = made_study(schools=12, pupils=50)
    level = np.random.default_rng(3).normal(size=(12, 2))[study.school]
    study = Study(np.column_stack([study.X, level]), study.y, study.treatment, study.school)
    every = np.ones(study.y.size, dtype=np.bool_)
    found = crossing(study).predictions([Lesson(LOGISTIC, study.treatment[:, None], every)])[0]
    expected = one_by_one(SETTLED, study, study.treatment, every, None)
    assert np.abs(found[:, 0] - expected).max() < 1e-8


def test_both_are_solved_together_and_changed_ones_alone(people, monkeypatch):
    alone = []

    def counted(tasks, n_jobs):
        alone.extend(task.model for task in tasks)
        return [np.zeros(task.test.size) for task in tasks]

    monkeypatch.setattr(crossing_module, "predictions", counted)
    every = np.ones(people.y.size, dtype=np.bool_)
    others = (
        Ridge(fit_intercept=False),
        Ridge(positive=True),
        Ridge(alpha=0.0),
        LogisticRegression(),
        LogisticRegression(solver="newton-cholesky", class_weight="balanced"),
    )
    lessons = [Lesson(model, people.treatment[:, None], every) for model in (RIDGE, *others)]
    found = crossing(people).predictions([*lessons, Lesson(LOGISTIC, lessons[0].Y, every)])
    assert alone == [*others] * FOLDS
    assert [bool(each.any()) for each in found] == [True, *[False] * len(others), True]


def test_where_steps_do_not_settle_scikit_learn_takes_its_own(people):
    every = np.ones(people.y.size, dtype=np.bool_)
    design = Design(people.X, people.school % FOLDS)
    apart = (people.X[:, 0] > 0).astype(np.float64)
    assert logistic_predictions(design, apart, every, None, 1e12) is None
    assert logistic_predictions(design, people.y, every, None, 1.0) is None
    assert logistic_predictions(design, np.zeros(apart.size), every, None, 1.0) is None


def test_a_missing_value_is_refused_with_its_place(people):
    X = people.X.copy()
    X[5, 1] = np.nan
    with pytest.raises(StatisticsError) as refused:
        CrossFitATT(RIDGE, LOGISTIC).fit(X, people.y, people.treatment, clusters=people.school)
    assert refused.value.code == "missing_covariate"
    assert refused.value.parameters == {"row": 5, "column": 1}


def test_a_fold_that_holds_a_whole_group_is_refused(people):
    model = CrossFitATT(RIDGE, LOGISTIC)
    with pytest.raises(StatisticsError, match="fold_without_arm"):
        model.fit(people.X, people.y, people.treatment, folds=people.treatment)


def test_threads_change_nothing_in_the_bits(people):
    found = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            model = CrossFitATT(RIDGE, LOGISTIC, both_models=True)
            found.append(model.fit(people.X, people.y, people.treatment, clusters=people.school))
    assert found[0].effect_ == found[1].effect_
    assert (found[0].scores_ == found[1].scores_).all()
    assert (found[0].treated_ == found[1].treated_).all()
