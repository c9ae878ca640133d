"""Agreement with DoubleML's interactive regression model, and with a plain version of it."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression

from ml.effect import CrossFitATT

from .conftest import made_study

MODELS = [
    (LinearRegression(), LogisticRegression()),
    (
        RandomForestRegressor(n_estimators=5, random_state=1),
        RandomForestClassifier(n_estimators=5, random_state=2),
    ),
]


def confounded():
    """Propensities that reach both limits."""
    study = made_study(by_school=False)
    generator = np.random.default_rng(9)
    chance = 1 / (1 + np.exp(-2.5 * study.X[:, 0]))
    treatment = (generator.random(study.y.size) < chance).astype(float)
    return study.X, study.y + treatment * study.X[:, 1], treatment


@pytest.mark.parametrize("models", MODELS, ids=["linear", "forest"])
@pytest.mark.parametrize(("estimand", "score"), [("ATT", "ATTE"), ("ATE", "ATE")])
def test_the_same_folds_give_the_same_effect_as_doubleml(models, estimand, score):
    doubleml = pytest.importorskip("doubleml")
    X, y, treatment = confounded()
    fold = np.random.default_rng(1).integers(0, 5, y.size)
    theirs = doubleml.DoubleMLIRM(
        doubleml.DoubleMLData.from_arrays(X, y, treatment),
        *models,
        score=score,
        draw_sample_splitting=False,
        ps_processor_config=doubleml.utils.PSProcessorConfig(clipping_threshold=0.01),
    )
    theirs.set_sample_splitting(
        [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(5)]
    )
    theirs.fit()
    ours = CrossFitATT(*models, estimand=estimand).fit(X, y, treatment, folds=fold)
    assert (ours.propensity_ == 0.01).any()
    assert ours.effect_.value == pytest.approx(theirs.coef[0], abs=1e-8)
    assert ours.effect_.se == pytest.approx(theirs.se[0], abs=1e-8)
    assert ours.effect_.interval == pytest.approx(theirs.confint().to_numpy()[0], abs=1e-8)
    assert np.abs(ours.scores_ - theirs.psi[:, 0, 0]).max() < 1e-8


@pytest.mark.parametrize("estimand", ["ATT", "ATE"])
def test_a_plain_version_gives_the_same(estimand):
    """Chernozhukov et al. (2018), eq. 5.3–5.4 and theorem 3.2, person by person."""
    X, y, treatment = confounded()
    fold = np.arange(y.size) % 4
    g = np.empty((y.size, 2))
    m = np.empty(y.size)
    for k in range(4):
        train, test = fold != k, fold == k
        for arm in (0, 1):
            own = train & (treatment == arm)
            g[test, arm] = LinearRegression().fit(X[own], y[own]).predict(X[test])
        chance = LogisticRegression().fit(X[train], treatment[train].astype(int))
        m[test] = np.clip(chance.predict_proba(X[test])[:, 1], 0.01, 0.99)
    psi_b, psi_a = [], []
    share = treatment.mean()
    for d, outcome, (g0, g1), p in zip(treatment, y, g, m, strict=True):
        if estimand == "ATT":
            psi_b.append((d - p * (1 - d) / (1 - p)) * (outcome - g0) / share)
            psi_a.append(-d / share)
        else:
            residual = d * (outcome - g1) / p - (1 - d) * (outcome - g0) / (1 - p)
            psi_b.append(g1 - g0 + residual)
            psi_a.append(-1.0)
    value = -np.mean(psi_b) / np.mean(psi_a)
    psi = np.array(psi_a) * value + np.array(psi_b)
    se = np.sqrt(np.mean(psi**2) / np.mean(psi_a) ** 2 / y.size)
    ours = CrossFitATT(LinearRegression(), LogisticRegression(), estimand=estimand)
    ours.fit(X, y, treatment, folds=fold)
    assert ours.effect_.value == pytest.approx(value, abs=1e-10)
    assert ours.effect_.se == pytest.approx(se, abs=1e-10)
