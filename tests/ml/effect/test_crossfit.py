"""The cross-fitted effect: value, error, folds, weights, plausible values, refusals."""

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, RidgeClassifier
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from ml.effect import CrossFitATT
from ml.effect import learners as learners_module
from ml.errors import StatisticsError

from .conftest import Study, made_study


def linear(**settings) -> CrossFitATT:
    return CrossFitATT(LinearRegression(), LogisticRegression(), **settings)


def fit(study: Study, model: CrossFitATT | None = None, **arguments) -> CrossFitATT:
    arguments = {"clusters": study.school} | arguments
    return (model or linear()).fit(study.X, study.y, study.treatment, **arguments)


def code_of(call) -> str:
    with pytest.raises(StatisticsError) as refused:
        call()
    return refused.value.code


@pytest.mark.parametrize("estimand", ["ATT", "ATE", "ATO"])
def test_a_constant_effect_is_found_whomever_it_is_for(study, estimand):
    effect = fit(study, linear(estimand=estimand)).effect_
    assert abs(effect.value - 0.5) < 3 * effect.se
    assert 0.04 < effect.se < 0.15
    assert (effect.n, effect.estimate.n_clusters, effect.df) == (1200, 40, 39)


def test_each_estimand_is_for_its_own_people():
    study = made_study(by_school=False, schools=200)
    generator = np.random.default_rng(1)
    y = study.X[:, 0] + study.treatment * study.X[:, 0] + generator.normal(size=6000)
    m = 1 / (1 + np.exp(-0.5 * study.X[:, 0]))
    own = {"ATT": m, "ATE": np.ones(6000), "ATO": m * (1 - m)}
    for estimand, weights in own.items():
        found = linear(estimand=estimand).fit(study.X, y, study.treatment).effect_
        truth = np.average(study.X[:, 0], weights=weights)
        assert abs(found.value - truth) < 3 * found.se + 0.03, estimand


def test_it_is_right_if_only_one_of_the_models_is():
    study = made_study(by_school=False, schools=300)
    outcome_only = CrossFitATT(LinearRegression(), DummyClassifier())
    treatment_only = CrossFitATT(DummyRegressor(), LogisticRegression())
    neither = CrossFitATT(DummyRegressor(), DummyClassifier())
    for model in (outcome_only, treatment_only):
        effect = fit(study, model).effect_
        assert abs(effect.value - 0.5) < 3.5 * effect.se
    wrong = fit(study, neither).effect_
    assert abs(wrong.value - 0.5) > 5 * wrong.se


def test_the_error_is_that_of_the_schools_summed_scores(study):
    model = fit(study)
    sums = np.bincount(study.school, weights=model.scores_)
    expected = np.sqrt(40 / 39 * (sums**2).sum()) / study.y.size
    assert model.effect_.se == pytest.approx(expected, rel=1e-12)
    assert model.scores_.mean() == pytest.approx(0, abs=1e-12)


def test_the_jackknife_leaves_out_one_school_at_a_time(study):
    model = fit(study, linear(errors="jackknife"))
    d, m, other = study.treatment, model.propensity_, study.y - model.untreated_
    top, bottom = d * other - (1 - d) * m / (1 - m) * other, d
    without = np.array(
        [top[study.school != s].sum() / bottom[study.school != s].sum() for s in range(40)]
    )
    expected = np.sqrt(39 / 40 * ((without - without.mean()) ** 2).sum())
    assert model.effect_.se == pytest.approx(expected, rel=1e-12)
    assert model.effect_.se == pytest.approx(fit(study).effect_.se, rel=0.1)


def test_rows_may_come_in_any_order_given_the_folds(study):
    model = fit(study)
    order = np.random.default_rng(3).permutation(study.y.size)
    shuffled = Study(study.X[order], study.y[order], study.treatment[order], study.school[order])
    again = fit(shuffled, folds=model.folds_[order])
    assert again.effect_.value == pytest.approx(model.effect_.value, rel=1e-9)
    assert again.effect_.se == pytest.approx(model.effect_.se, rel=1e-9)


def test_integer_weights_count_people_twice(study):
    twice = np.random.default_rng(4).integers(1, 3, study.y.size)
    folds = fit(study).folds_
    weighted = fit(study, sample_weight=twice, folds=folds, model=unpenalized())
    rows = np.repeat(np.arange(study.y.size), twice)
    copied = Study(study.X[rows], study.y[rows], study.treatment[rows], study.school[rows])
    repeated = fit(copied, folds=folds[rows], model=unpenalized())
    assert weighted.effect_.value == pytest.approx(repeated.effect_.value, rel=1e-5)
    assert weighted.effect_.se == pytest.approx(repeated.effect_.se, rel=1e-4)


def unpenalized() -> CrossFitATT:
    return CrossFitATT(LinearRegression(), LogisticRegression(C=1e8, tol=1e-10, max_iter=1000))


def test_weights_reach_the_last_step_of_a_pipeline(study):
    weights = np.random.default_rng(5).uniform(0.5, 2, study.y.size)
    piped = CrossFitATT(
        make_pipeline(StandardScaler(), LinearRegression()),
        make_pipeline(StandardScaler(), LogisticRegression(C=1e8)),
    )
    plain = CrossFitATT(LinearRegression(), LogisticRegression(C=1e8))
    found = [fit(study, each, sample_weight=weights).effect_.value for each in (piped, plain)]
    assert found[0] == pytest.approx(found[1], abs=1e-4)


def test_a_model_that_ignores_weights_is_refused(study):
    model = CrossFitATT(KNeighborsRegressor(), LogisticRegression())
    weights = np.ones(study.y.size)
    assert code_of(lambda: fit(study, model, sample_weight=weights)) == "model_ignores_weights"


def test_plausible_values_are_combined_by_rubins_rules(study):
    values = study.y[:, None] + np.random.default_rng(6).normal(0, 0.5, (study.y.size, 4))
    each = [
        linear().fit(study.X, y, study.treatment, clusters=study.school).effect_ for y in values.T
    ]
    model = linear().fit(study.X, values, study.treatment, clusters=study.school)
    estimates = np.array([effect.value for effect in each])
    within, between = np.mean([e.se**2 for e in each]), estimates.var(ddof=1)
    assert model.effect_.value == pytest.approx(estimates.mean(), rel=1e-12)
    assert model.effect_.se**2 == pytest.approx(within + 1.25 * between, rel=1e-12)
    assert model.effect_.imputation_variance == pytest.approx(1.25 * between, rel=1e-12)
    added = 1.25 * between
    df = (within + added) ** 2 / (within**2 / 39 + added**2 / 3)
    assert model.effect_.df == pytest.approx(df, rel=1e-12)
    assert model.scores_.shape == (study.y.size, 4)


def test_an_outcome_of_0_and_1_may_have_a_classifier(study):
    y = (study.y > 0).astype(float)
    model = CrossFitATT(LogisticRegression(), LogisticRegression())
    model.fit(study.X, y, study.treatment, clusters=study.school)
    assert ((model.untreated_ > 0) & (model.untreated_ < 1)).all()
    assert 0 < model.effect_.value < 0.4


def test_people_without_outcome_are_left_out_and_counted(study):
    y = study.y.copy()
    y[::10] = np.nan
    model = linear().fit(study.X, y, study.treatment, clusters=study.school)
    assert (model.effect_.n, model.effect_.n_missing) == (1080, 120)
    assert np.isnan(model.scores_[::10]).all()
    assert np.isfinite(model.propensity_).all()


def test_missing_covariates_are_left_to_models_that_can(study):
    X = study.X.copy()
    X[5, 1] = np.nan
    trees = CrossFitATT(
        HistGradientBoostingRegressor(max_iter=5), HistGradientBoostingClassifier(max_iter=5)
    )
    assert trees.fit(X, study.y, study.treatment, clusters=study.school).effect_.n == 1200
    with pytest.raises(StatisticsError) as refused:
        linear().fit(X, study.y, study.treatment, clusters=study.school)
    assert refused.value.code == "missing_covariate"
    assert refused.value.parameters == {"row": 5, "column": 1}


def test_processes_change_nothing_in_the_bits(study, monkeypatch):
    trees = {
        jobs: CrossFitATT(
            HistGradientBoostingRegressor(max_iter=10),
            HistGradientBoostingClassifier(max_iter=10),
            n_jobs=jobs,
        )
        for jobs in (1, 2)
    }
    one, two = (fit(study, model) for model in trees.values())
    assert one.effect_ == two.effect_
    assert (one.scores_ == two.scores_).all()
    monkeypatch.setattr(learners_module, "WORTH_PROCESSES", 0)
    again = fit(study, linear())
    assert again.effect_ == fit(study, linear(n_jobs=1)).effect_


@pytest.mark.parametrize("estimand", ["ATT", "ATO"])
def test_threads_of_linear_algebra_change_nothing_in_the_bits(estimand):
    study = made_study(schools=400, pupils=60)
    found = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            found.append(fit(study, linear(estimand=estimand)))
    assert found[0].effect_ == found[1].effect_
    assert (found[0].scores_ == found[1].scores_).all()


def test_the_seed_draws_the_folds_and_seeds_the_models(study):
    assert fit(study).effect_ == fit(study).effect_
    assert fit(study, linear(random_state=1)).effect_.value != fit(study).effect_.value


def refused(study: Study, **changes) -> str:
    arguments = {"X": study.X, "y": study.y, "treatment": study.treatment} | changes
    clusters = arguments.pop("clusters", study.school)
    return code_of(lambda: linear().fit(**arguments, clusters=clusters))


def test_what_shows_no_effect_is_refused_by_its_name(study):
    n = study.y.size
    assert refused(study, treatment=np.ones(n)) == "all_enrolled"
    assert refused(study, treatment=np.zeros(n)) == "nobody_enrolled"
    lost = np.where(study.treatment == 0, np.nan, study.y)
    assert refused(study, y=lost) == "no_comparison_group"
    assert refused(study, clusters=np.zeros(n, dtype=int)) == "one_cluster"
    assert refused(study, y=np.full(n, 3.0)) == "constant_outcome"
    alone = (study.school == 0).astype(float)
    assert refused(study, treatment=alone) == "one_school_in_arm"
    apart = study.X + 8 * study.treatment[:, None]
    assert refused(study, X=apart) == "no_overlap"
    assert refused(study, y=np.full(n, np.nan)) == "no_data"


def test_arrays_that_do_not_fit_are_refused(study):
    n = study.y.size
    assert refused(study, treatment=np.full(n, 2.0)) == "not_binary"
    assert refused(study, X=study.X[1:]) == "length_mismatch"
    assert refused(study, X=study.X[:, 0]) == "wrong_shape"
    assert refused(study, X=np.full((n, 2), np.inf)) == "not_finite"
    assert refused(study, y=["a"] * n) == "not_numeric"


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"estimand": "LATE"}, "invalid_estimand"),
        ({"errors": "robust"}, "invalid_errors"),
        ({"clip": 0.5}, "invalid_clip"),
        ({"clip": "a"}, "invalid_clip"),
        ({"level": 1.0}, "invalid_level"),
        ({"folds": 1}, "invalid_folds"),
        ({"folds": 41}, "invalid_folds"),
    ],
)
def test_impossible_settings_are_refused(study, settings, code):
    assert code_of(lambda: fit(study, linear(**settings))) == code


def test_models_that_cannot_answer_are_refused(study):
    def code(outcome, treatment, y=study.y) -> str:
        model = CrossFitATT(outcome, treatment)
        return code_of(lambda: model.fit(study.X, y, study.treatment, clusters=study.school))

    good = LinearRegression(), LogisticRegression()
    assert code("lm", good[1]) == "not_a_model"
    assert code(LinearRegression, good[1]) == "not_a_model"
    assert code(good[0], LogisticRegression) == "not_a_model"
    assert code(*reversed(good)) == "classifier_for_numbers"
    assert code(good[1], good[1], y=study.y.round()) == "classifier_for_numbers"
    assert code(good[0], good[0]) == "needs_chances"
    assert code(good[0], RidgeClassifier()) == "needs_chances"
    binary = (study.y > 0).astype(float)
    assert code(RidgeClassifier(), good[1], y=binary) == "needs_chances"


@pytest.mark.parametrize("folds", ["5", 2.5, True, 1, None, float("nan")])
def test_folds_are_a_whole_number_of_at_least_two(study, folds):
    model = CrossFitATT(LinearRegression(), LogisticRegression(), folds=folds)
    fit = lambda: model.fit(study.X, study.y, study.treatment, clusters=study.school)  # noqa: E731
    assert code_of(fit) == "invalid_folds"


def test_the_unit_of_weights_does_not_matter(study):
    """Not even to models that are regularized."""

    def effect(weights):
        model = CrossFitATT(Ridge(), LogisticRegression())
        model.fit(study.X, study.y, study.treatment, clusters=study.school, sample_weight=weights)
        return model.effect_.value

    ones = effect(np.ones(study.y.size))
    assert effect(np.full(study.y.size, 1024.0)) == ones
    assert effect(np.full(study.y.size, 1e-6)) == pytest.approx(ones, rel=1e-10)


def test_who_is_masked_has_no_outcome(study):
    hidden = np.random.default_rng(1).random(study.y.size) < 0.1
    masked = linear().fit(
        study.X, np.ma.masked_array(study.y, mask=hidden), study.treatment, clusters=study.school
    )
    plain = np.where(hidden, np.nan, study.y)
    missing = linear().fit(study.X, plain, study.treatment, clusters=study.school)
    assert masked.effect_.estimate == missing.effect_.estimate
    assert masked.effect_.n_missing == hidden.sum()
