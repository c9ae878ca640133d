"""Gains in four views."""

import json
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats
from threadpoolctl import threadpool_limits

from edu.web.messages import MESSAGES
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.growth import Gain, gain, paired_gain, random_intercept
from tests.ml.growth.samples import Study

FloatArray = npt.NDArray[np.float64]
PlainCR2 = Callable[..., tuple[float, float, float]]


def test_without_a_group_the_score_is_the_paired_gain(study: Study) -> None:
    found = gain(study.pre, study.post, clusters=study.school)
    (expected,) = paired_gain(study.pre, study.post, clusters=study.school).estimates
    assert (found.value, found.se, found.df) == pytest.approx(
        (expected.value, expected.se, expected.df), rel=1e-10
    )
    assert found.interval == pytest.approx(expected.interval)
    assert (found.n, found.estimate.n_clusters) == (300, 12)


@pytest.mark.parametrize("design", ["ancova", "eiv"])
def test_without_a_group_there_is_nothing_to_adjust(study: Study, design: str) -> None:
    reliability = 0.8 if design == "eiv" else None
    found = gain(
        study.pre, study.post, clusters=study.school, design=design, reliability=reliability
    )
    assert found.estimate == gain(study.pre, study.post, clusters=study.school).estimate
    assert "nothing_to_adjust" in [note.code for note in found.notes]


@pytest.mark.parametrize("weighted", [False, True])
def test_score_and_ancova_agree_with_the_whole_matrices(
    study: Study, weighted: bool, plain_cr2: PlainCR2
) -> None:
    weights = np.random.default_rng(1).uniform(0.3, 3, 300) if weighted else np.ones(300)
    given = weights if weighted else None
    short = np.column_stack([np.ones(300), study.group, study.covariates])
    for design, y, columns in (
        ("score", study.post - study.pre, short),
        ("ancova", study.post, np.column_stack([short, study.pre])),
    ):
        found = asked(study, design, weights=given)
        contrast = np.eye(columns.shape[1])[1]
        expected = plain_cr2(y, columns, weights, study.school, contrast)
        assert (found.value, found.se, found.df) == pytest.approx(expected, rel=1e-7)


def test_without_schools_every_person_is_a_cluster(study: Study, plain_cr2: PlainCR2) -> None:
    found = gain(study.pre, study.post, group=study.group, design="ancova")
    columns = np.column_stack([np.ones(300), study.group, study.pre])
    expected = plain_cr2(study.post, columns, np.ones(300), np.arange(300), np.eye(3)[1])
    assert (found.value, found.se, found.df) == pytest.approx(expected, rel=1e-7)
    assert found.estimate.n_clusters == 0


@pytest.mark.parametrize("weighted", [False, True])
def test_errors_in_variables_is_the_moment_estimator(study: Study, weighted: bool) -> None:
    w = np.random.default_rng(1).uniform(0.3, 3, 300) if weighted else np.ones(300)
    found = asked(study, "eiv", reliability=0.7, weights=w if weighted else None)
    X = np.column_stack([np.ones(300), study.group, study.covariates, study.pre])
    corrected = X.T @ (X * w[:, None])
    center = np.average(study.pre, weights=w)
    corrected[-1, -1] -= 0.3 * (w * (study.pre - center) ** 2).sum()
    expected = np.linalg.solve(corrected, X.T @ (w * study.post))
    assert found.value == pytest.approx(expected[1], rel=1e-9)


@pytest.mark.parametrize("weighted", [False, True])
def test_errors_in_variables_has_the_error_of_leaving_schools_out(weighted: bool) -> None:
    """With many schools the CR2 error and the delete-one-school jackknife agree."""
    rng = np.random.default_rng(3)
    school = np.repeat(np.arange(150), 12)
    group = (school % 2).astype(float)
    true = 500 + 50 * group + 30 * rng.normal(size=150)[school] + 90 * rng.normal(size=1800)
    post = 150 + 0.7 * true + 20 * rng.normal(size=150)[school] + 60 * rng.normal(size=1800)
    pre = true + 60 * rng.normal(size=1800)

    weights = rng.uniform(0.5, 2, 1800) if weighted else np.ones(1800)

    def fitted(kept: npt.NDArray[np.bool_]) -> Gain:
        return gain(
            pre[kept],
            post[kept],
            group=group[kept],
            clusters=school[kept],
            weights=weights[kept],
            design="eiv",
            reliability=0.7,
        )

    found = fitted(school >= 0)
    left_out = np.array([fitted(school != index).value for index in range(150)])
    jackknife = np.sqrt(149 / 150 * ((left_out - left_out.mean()) ** 2).sum())
    assert found.se == pytest.approx(jackknife, rel=0.02)


def test_a_perfect_pretest_makes_errors_in_variables_ancova(study: Study) -> None:
    one, other = asked(study, "eiv", reliability=1.0), asked(study, "ancova")
    assert (one.value, one.se, one.df) == pytest.approx((other.value, other.se, other.df))


def test_mixed_has_the_coefficient_of_the_random_intercept_model(study: Study) -> None:
    found = asked(study, "mixed")
    columns = np.column_stack([study.group, study.covariates, study.pre])
    model = random_intercept(study.post, columns, clusters=study.school)
    assert found.value == pytest.approx(model.coefficients[1].value, rel=1e-8)
    assert found.se == pytest.approx(model.coefficients[1].se, rel=0.6)


def test_mixed_without_variance_between_schools_is_ancova() -> None:
    rng = np.random.default_rng(5)
    school = np.repeat(np.arange(8), 30)
    pre = rng.normal(size=240)
    noise = rng.normal(size=240).reshape(8, 30)
    noise -= noise.mean(axis=1, keepdims=True)
    centered = pre - np.repeat(pre.reshape(8, 30).mean(axis=1), 30)
    noise = noise.ravel() - centered * (centered @ noise.ravel()) / (centered @ centered)
    post = pre + 0.5 * (school % 2) + noise
    one, other = (
        gain(pre, post, design=design, group=school % 2, clusters=school, min_clusters=2)
        for design in ("mixed", "ancova")
    )
    assert (one.value, one.se, one.df) == pytest.approx((other.value, other.se, other.df))


def test_every_other_view_stands_beside(study: Study) -> None:
    views = {}
    for design in ("score", "ancova", "eiv", "mixed"):
        found = asked(study, design, reliability=0.75)
        views[design] = found.estimate
        others = {"score", "ancova", "eiv", "mixed"} - {design}
        assert {each.name for each in found.alternatives} == others
    found = asked(study, "score", reliability=0.75)
    for each in found.alternatives:
        assert each.value == views[each.name].value
        assert each.se == views[each.name].se


def test_groups_that_start_apart_meet_lords_paradox(study: Study) -> None:
    codes = [note.code for note in asked(study, "score").notes]
    assert "lords_paradox" in codes
    assert "regression_to_the_mean" in codes


def test_groups_that_start_alike_do_not() -> None:
    rng = np.random.default_rng(0)
    school = np.repeat(np.arange(40), 20)
    pre = rng.normal(size=800)
    post = pre + rng.normal(size=800)
    found = gain(pre, post, group=school % 2, clusters=school)
    assert [note.code for note in found.notes] == []


def test_ancova_says_when_error_of_the_pretest_is_left(study: Study) -> None:
    assert "pretest_error_left" in [note.code for note in asked(study, "ancova").notes]
    given = asked(study, "ancova", reliability=0.8)
    assert "pretest_error_left" not in [note.code for note in given.notes]


def test_regression_to_the_mean_is_what_a_low_start_gains_beyond_others(
    study: Study, plain_cr2: PlainCR2
) -> None:
    found = gain(study.pre, study.post, clusters=study.school).regression_to_the_mean
    columns = np.column_stack([np.ones(300), study.pre])
    slope, error, df = plain_cr2(
        study.post - study.pre, columns, np.ones(300), study.school, np.eye(2)[1]
    )
    spread = study.pre.std()
    assert (found.value, found.se, found.df) == pytest.approx((-slope * spread, error * spread, df))


def test_a_view_that_fails_is_told_and_does_not_sink_the_others(study: Study) -> None:
    found = asked(study, "score", reliability=0.05)
    assert {each.name for each in found.alternatives} == {"ancova", "mixed"}
    (note,) = [note for note in found.notes if note.code == "view_missing"]
    assert note.parameters == {"design": "eiv", "reason": "reliability_too_low"}


def test_everybody_gaining_alike_is_refused(study: Study) -> None:
    with pytest.raises(StatisticsError) as refusal:
        gain(study.pre, study.pre + 10, clusters=study.school)
    assert refusal.value.code == "constant_outcome"


def test_a_perfect_fit_is_refused(study: Study) -> None:
    with pytest.raises(StatisticsError) as refusal:
        gain(study.pre, 2 * study.pre, group=study.group, clusters=study.school, design="ancova")
    assert refusal.value.code == "not_estimable"


def test_every_note_has_its_sentence(study: Study) -> None:
    notes = asked(study, "ancova").notes
    assert {"lords_paradox", "pretest_error_left", "regression_to_the_mean"} == {
        note.code for note in notes
    }
    for note in notes:
        assert str(MESSAGES[note.code]) % dict(note.parameters)


@pytest.mark.parametrize("design", ["score", "ancova", "mixed"])
def test_plausible_values_are_combined_by_rubins_rules(study: Study, design: str) -> None:
    rng = np.random.default_rng(2)
    pre = study.pre[:, None] + 20 * rng.normal(size=(300, 5))
    post = study.post[:, None] + 20 * rng.normal(size=(300, 5))
    each = [
        gain(pre[:, m], post[:, m], design=design, group=study.group, clusters=study.school)
        for m in range(5)
    ]
    found = gain(pre, post, design=design, group=study.group, clusters=study.school)
    values = np.array([one.value for one in each])
    within, added = np.mean([one.se**2 for one in each]), 1.2 * values.var(ddof=1)
    complete = np.mean([one.df for one in each])
    df = (within + added) ** 2 / (within**2 / complete + added**2 / 4)
    assert found.value == pytest.approx(values.mean())
    assert found.se == pytest.approx(np.sqrt(within + added))
    assert found.df == pytest.approx(df)
    assert (found.sampling_variance, found.imputation_variance) == pytest.approx((within, added))
    margin = stats.t.ppf(0.975, df) * found.se
    assert found.interval == pytest.approx((found.value - margin, found.value + margin))


def test_one_column_of_plausible_values_is_a_score(study: Study) -> None:
    one = gain(study.pre[:, None], study.post[:, None], clusters=study.school)
    assert one == gain(study.pre, study.post, clusters=study.school)


def test_rows_that_lack_something_are_left_out_and_counted(study: Study) -> None:
    pre, group, covariates = study.pre.copy(), study.group.copy(), study.covariates.copy()
    pre[0], group[1], covariates[2, 1] = np.nan, np.nan, np.nan
    found = gain(
        pre,
        study.post,
        design="ancova",
        group=group,
        clusters=study.school,
        covariates=covariates,
    )
    assert (found.n, found.n_missing) == (297, 3)


def test_a_gain_can_be_written_as_json(study: Study) -> None:
    found = gain(study.pre, study.post, group=study.group, clusters=study.school, errors="wild")
    fields = json.loads(json.dumps(found.as_dict()))
    assert Estimate.from_dict(fields["estimate"]) == found.estimate
    assert [note["code"] for note in fields["notes"]] == [note.code for note in found.notes]
    assert fields["bootstrap"]["law"] == "webb"


def test_the_unit_of_the_weights_does_not_matter(study: Study) -> None:
    weights = np.random.default_rng(0).uniform(1, 2, 300)
    one, other = (asked(study, "ancova", weights=weights * scale) for scale in (1.0, 1e6))
    assert (one.value, one.se, one.df) == pytest.approx((other.value, other.se, other.df))


def test_one_and_two_threads_give_the_same_bits(study: Study) -> None:
    parts = (study.pre, study.post, study.group, study.school)
    pre, post, group, school = (np.concatenate([part] * 200) for part in parts)
    results = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            results.append(
                gain(pre, post, design="eiv", group=group, clusters=school, reliability=0.8)
            )
    assert results[0] == results[1]


def asked(
    study: Study,
    design: str,
    *,
    reliability: float | None = None,
    weights: FloatArray | None = None,
) -> Gain:
    return gain(
        study.pre,
        study.post,
        design=design,
        group=study.group,
        clusters=study.school,
        covariates=study.covariates,
        reliability=reliability,
        weights=weights,
    )
