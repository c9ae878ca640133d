"""Folds keep schools together and treated apart evenly."""

import numpy as np
import pytest

from ml.clustering import clusters_of
from ml.effect.folds import drawn_folds, given_folds, splits_a_school
from ml.errors import StatisticsError


def test_schools_stay_together_and_every_fold_has_its_share_of_treated():
    school = np.repeat(np.arange(23), 7)
    treatment = (school < 9).astype(float)
    fold = drawn_folds(treatment, clusters_of(school, school.size), 5, 0)
    of_school = fold[::7]
    assert (fold == np.repeat(of_school, 7)).all()
    for arm in (of_school[:9], of_school[9:]):
        counts = np.bincount(arm, minlength=5)
        assert counts.max() - counts.min() <= 1 + (arm.size == 14)
    assert sorted(set(of_school)) == [0, 1, 2, 3, 4]


def test_where_treatment_varies_within_schools_their_shares_are_spread():
    generator = np.random.default_rng(0)
    school = np.repeat(np.arange(50), 20)
    treatment = (generator.random(1000) < (school / 50)).astype(float)
    fold = drawn_folds(treatment, clusters_of(school, 1000), 5, 1)
    shares = [treatment[fold == k].mean() for k in range(5)]
    assert max(shares) - min(shares) < 0.1


def test_the_seed_decides():
    clusters = clusters_of(np.arange(100), 100)
    treatment = np.arange(100) % 2 * 1.0
    first, again, other = (drawn_folds(treatment, clusters, 5, seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_given_folds_may_be_labels_or_pairs():
    labels = ["b", "a", "b", "a"]
    rows = np.arange(4)
    pairs = [(rows[[1, 3]], rows[[0, 2]]), (rows[[0, 2]], rows[[1, 3]])]
    assert given_folds(labels, 4).tolist() == [1, 0, 1, 0]
    assert given_folds(pairs, 4).tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize(
    "folds", [[0, 0, 0, 0], [([2, 3], [0, 1]), ([0, 1], [2, 2])], [([2, 3], [0, 1])]]
)
def test_folds_that_do_not_test_everybody_once_are_refused(folds):
    with pytest.raises(StatisticsError, match="invalid_folds"):
        given_folds(folds, 4)


def test_a_school_in_two_folds_is_seen():
    clusters = clusters_of([0, 0, 1, 1], 4)
    assert splits_a_school(np.array([0, 1, 1, 1]), clusters)
    assert not splits_a_school(np.array([0, 0, 1, 1]), clusters)
