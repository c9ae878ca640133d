"""Replicate designs: given, or made from strata and schools."""

import numpy as np
import pytest

from ml.errors import StatisticsError
from ml.survey import Mean, ReplicateDesign, estimate


def schools_in_strata(sizes=(2, 4, 6, 3, 8), pupils=5, seed=0):
    """(values, schools, strata): pupils who resemble those of their school."""
    generator = np.random.default_rng(seed)
    stratum = np.repeat(np.arange(len(sizes)), sizes)
    school_mean = 500 + 10 * stratum + 30 * generator.standard_normal(stratum.size)
    school = np.repeat(np.arange(stratum.size), pupils)
    values = school_mean[school] + 60 * generator.standard_normal(school.size)
    return values, school, stratum[school]


def total_variance(values, schools, strata):
    """Of the weighted total (weights 1): Σ_h n_h/(n_h − 1) Σ (z − z̄_h)², the textbook's."""
    variance = 0.0
    for stratum in np.unique(strata):
        inside = strata == stratum
        totals = np.array([values[schools == s].sum() for s in np.unique(schools[inside])])
        variance += totals.size / (totals.size - 1) * ((totals - totals.mean()) ** 2).sum()
    return variance


@pytest.mark.parametrize(
    ("method", "factor"),
    [("fay", 1 / (4 * 0.25)), ("brr", 1 / 4), ("jk1", 3 / 4), ("jk2", 1.0), ("bootstrap", 1 / 4)],
)
def test_the_factor_of_each_method(method, factor):
    assert ReplicateDesign(np.ones(9), np.ones((9, 4)), method).factor == pytest.approx(factor)


def replicate_variance_of_total(design, values):
    replicated = design.replicates.T @ values
    return design.factor * ((replicated - design.weights @ values) ** 2).sum()


def test_leaving_out_schools_has_the_variance_of_the_textbook():
    values, schools, _ = schools_in_strata()
    design = ReplicateDesign.from_schools(np.ones(values.size), schools, method="jk1")
    expected = total_variance(values, schools, np.zeros(values.size))
    assert replicate_variance_of_total(design, values) == pytest.approx(expected)


@pytest.mark.parametrize("method", ["fay", "brr", "jk2"])
def test_pairs_of_schools_have_the_variance_of_the_textbook(method):
    values, schools, strata = schools_in_strata(sizes=(2,) * 9)
    design = ReplicateDesign.from_schools(
        np.ones(values.size), schools, strata=strata, method=method
    )
    expected = total_variance(values, schools, strata)
    assert replicate_variance_of_total(design, values) == pytest.approx(expected)


def test_triples_have_it_exactly_or_on_average():
    values, schools, strata = schools_in_strata(sizes=(3, 3, 3))
    weights = np.ones(values.size)
    paired = ReplicateDesign.from_schools(weights, schools, strata=strata, method="jk2")
    expected = total_variance(values, schools, strata)
    assert replicate_variance_of_total(paired, values) == pytest.approx(expected)
    found = []
    for order in ([0, 1, 2], [1, 2, 0], [2, 0, 1]):
        renamed = schools // 3 * 3 + np.array(order)[schools % 3]
        fay = ReplicateDesign.from_schools(weights, renamed, strata=strata)
        found.append(replicate_variance_of_total(fay, values))
        assert fay.replicates.min() > 0
    assert np.mean(found) == pytest.approx(expected)


def test_the_bootstrap_comes_near_it_and_follows_its_seed():
    values, schools, strata = schools_in_strata()

    def made(seed):
        return ReplicateDesign.from_schools(
            np.ones(values.size),
            schools,
            strata=strata,
            method="bootstrap",
            n_replicates=2000,
            random_state=seed,
        )

    assert (made(1).replicates == made(1).replicates).all()
    found = replicate_variance_of_total(made(1), values)
    assert found == pytest.approx(total_variance(values, schools, strata), rel=0.15)
    (mean,) = estimate(values, made(1), Mean())
    assert mean.se > 0


def test_nothing_is_copied_that_need_not_be():
    replicates = np.ones((9, 4))
    assert ReplicateDesign(np.ones(9), replicates).replicates is replicates


def test_what_is_refused():
    w, r = np.ones(4), np.ones((4, 3))
    negative, nothing = r.copy(), r.copy()
    negative[2, 1], nothing[:, 0] = -1, 0
    unknown = r.copy()
    unknown[1, 1] = np.nan
    schools = ["a", "a", "b", "c"]
    refused = {
        "unknown_method": lambda: ReplicateDesign(w, r, "jackknife"),
        "invalid_fay": lambda: ReplicateDesign(w, r, fay=1.0),
        "length_mismatch": lambda: ReplicateDesign(np.ones(3), r),
        "invalid_weight": lambda: ReplicateDesign(np.zeros(4), r),
        "invalid_replicate": lambda: ReplicateDesign(w, negative),
        "empty_replicate": lambda: ReplicateDesign(w, nothing),
        "wrong_shape": lambda: ReplicateDesign(w, w),
        "too_few_replicates": lambda: ReplicateDesign(w, r[:, :1]),
        "lonely_school": lambda: ReplicateDesign.from_schools(w, schools, strata=[1, 1, 2, 2]),
        "school_in_two_strata": lambda: ReplicateDesign.from_schools(
            w, schools, strata=[1, 2, 2, 2]
        ),
        "odd_stratum": lambda: ReplicateDesign.from_schools(w, schools, method="brr"),
        "strata_not_used": lambda: ReplicateDesign.from_schools(
            w, schools, strata=[1, 1, 1, 1], method="jk1"
        ),
        "missing_cluster": lambda: ReplicateDesign.from_schools(w, ["a", None, "b", "c"]),
        "too_few_clusters": lambda: ReplicateDesign.from_schools(w, ["a"] * 4, method="jk1"),
    }
    for code, call in refused.items():
        with pytest.raises(StatisticsError) as refusal:
            call()
        assert refusal.value.code == code
    with pytest.raises(StatisticsError) as refusal:
        ReplicateDesign(w, unknown)
    assert refusal.value.parameters == {"row": 1, "column": 1}
