"""Fits on one plausible value each, joined by Rubin's rules."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from ml.diagnostics import Check
from ml.effect import CrossFitATT, combined_fit, group_effects
from ml.effect.imputed import weakest
from ml.errors import StatisticsError

from .conftest import made_study

DRAWS = 5


def fitted(study, y, rows=slice(None)) -> CrossFitATT:
    model = CrossFitATT(LinearRegression(), LogisticRegression())
    return model.fit(study.X[rows], y[rows], study.treatment[rows], clusters=study.school[rows])


def plausible(study, spread: float = 0.3) -> np.ndarray:
    """Values that err for all of those treated alike."""
    generator = np.random.default_rng(1)
    shared = spread * generator.normal(size=DRAWS) * study.treatment[:, None]
    return study.y[:, None] + shared + 0.3 * generator.normal(size=(study.y.size, DRAWS))


@pytest.fixture(scope="module")
def people():
    return made_study(schools=80, by_school=False)


def test_fits_on_the_same_covariates_are_the_fit_on_all_plausible_values(people):
    Y = plausible(people)
    joined = combined_fit([fitted(people, y) for y in Y.T])
    whole = fitted(people, Y)
    assert joined.effect_.estimate == whole.effect_.estimate
    assert joined.effect_.imputation_variance == whole.effect_.imputation_variance > 0
    group = np.arange(people.y.size) % 3
    assert group_effects(joined, group) == group_effects(whole, group)
    ours, theirs = (
        {check.name: check for check in found.effect_.checks} for found in (joined, whole)
    )
    assert ours.keys() == theirs.keys()
    for name in ("balance", "overlap", "robustness_value", "e_value"):
        assert ours[name].value == pytest.approx(theirs[name].value, rel=1e-10, nan_ok=True)


def test_shrinking_leaves_the_error_that_groups_share(people):
    """Groups that do not differ: all shrink to the total, whose error plausible values make."""
    group = np.arange(people.y.size) % 6
    whole = fitted(people, plausible(people))
    found = group_effects(whole, group)
    assert whole.effect_.imputation_variance > 0.5 * whole.effect_.se**2
    for each in found.groups:
        assert each.shrunken.se**2 > whole.effect_.imputation_variance
        assert 4 <= each.shrunken.df < 4 + 40 + 6


def test_of_the_checks_the_weakest_is_told():
    def check(value: float, passed: bool) -> Check:
        return Check("balance", passed, value, 0.1, "")

    assert weakest([check(0.02, True), check(0.09, True)]).value == 0.09
    assert weakest([check(0.09, True), check(0.11, False), check(0.3, False)]).value == 0.3


def test_fits_that_cannot_be_joined_are_refused(people):
    with pytest.raises(StatisticsError, match="no_data"):
        combined_fit([])
    fewer = people.school < 70
    with pytest.raises(StatisticsError, match="length_mismatch"):
        combined_fit([fitted(people, people.y), fitted(people, people.y, fewer)])
