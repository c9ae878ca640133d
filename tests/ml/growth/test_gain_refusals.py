"""From which arrays no gain follows."""

import numpy as np
import pytest

from ml.errors import StatisticsError
from ml.growth import gain
from tests.ml.growth.samples import Study


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"design": "magic"}, "unknown_design"),
        ({"errors": "hc0"}, "unknown_errors"),
        ({"design": "eiv"}, "reliability_needed"),
        ({"reliability": 0.0}, "invalid_reliability"),
        ({"reliability": 1.2}, "invalid_reliability"),
        ({"reliability": "0.8"}, "invalid_reliability"),
        ({"pre": [], "post": [], "group": None, "clusters": None}, "no_data"),
        ({"pre": np.full(300, 1j)}, "not_numeric"),
        ({"pre": np.arange(300) * 1e200}, "out_of_scale"),
        ({"weights": np.full(300, 1e308)}, "out_of_scale"),
        ({"design": "eiv", "reliability": 0.05}, "reliability_too_low"),
        ({"group": np.zeros(300)}, "no_group_variation"),
        ({"group": np.full(300, 2.0)}, "invalid_group"),
        ({"clusters": np.zeros(300)}, "one_cluster"),
        ({"clusters": np.arange(300) % 3}, "too_few_clusters"),
        ({"clusters": [None] * 300}, "missing_cluster"),
        ({"design": "mixed", "clusters": None}, "clusters_needed"),
        ({"design": "mixed", "clusters": np.arange(300)}, "one_row_per_cluster"),
        ({"design": "mixed", "weights": np.ones(300)}, "weights_with_mixed"),
        ({"design": "mixed", "errors": "wild"}, "bootstrap_not_for_this"),
        ({"post": np.ones(300)}, "constant_outcome"),
        ({"pre": np.ones(300)}, "constant_pretest"),
        ({"pre": np.full(300, np.nan)}, "no_data"),
        ({"pre": np.ones(299)}, "length_mismatch"),
        ({"post": np.ones((300, 2))}, "length_mismatch"),
        ({"pre": ["a"] * 300}, "not_numeric"),
        ({"pre": np.full(300, np.inf)}, "not_finite"),
        ({"weights": -np.ones(300)}, "invalid_weight"),
        ({"covariates": np.ones((300, 1))}, "constant_column"),
        ({"level": 0.0}, "invalid_level"),
    ],
)
def test_what_no_honest_number_follows_from_is_refused(
    study: Study, change: dict[str, object], code: str
) -> None:
    usual: dict[str, object] = {
        "pre": study.pre,
        "post": study.post,
        "group": study.group,
        "clusters": study.school,
    }
    with pytest.raises(StatisticsError) as refusal:
        gain(**(usual | change))  # type: ignore[arg-type]
    assert refusal.value.code == code


@pytest.mark.parametrize("change", [{"reliability": 0.8}, {"design": "eiv"}])
def test_a_reliability_with_plausible_values_is_refused(
    study: Study, change: dict[str, object]
) -> None:
    pre, post = (np.tile(each[:, None], (1, 3)) for each in (study.pre, study.post))
    with pytest.raises(StatisticsError) as refusal:
        gain(pre, post, group=study.group, clusters=study.school, **change)  # type: ignore[arg-type]
    assert refusal.value.code == "reliability_with_plausible_values"


def test_a_group_below_thirty_persons_is_refused(study: Study) -> None:
    group = np.zeros(300)
    group[:29] = 1
    with pytest.raises(StatisticsError) as refusal:
        gain(study.pre, study.post, group=group)
    assert refusal.value.code == "too_few_persons"


@pytest.mark.parametrize("design", ["score", "ancova", "mixed"])
def test_one_school_in_a_group_is_refused_whatever_the_threshold(study: Study, design: str) -> None:
    with pytest.raises(StatisticsError) as refusal:
        gain(
            study.pre,
            study.post,
            design=design,
            group=study.school == 0,
            clusters=study.school,
            min_persons=1,
            min_clusters=1,
        )
    assert refusal.value.code == "one_school_in_arm"


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("spared", [2, 3])
def test_covariates_that_leave_one_school_to_compare_are_refused(
    study: Study, spared: int, weighted: bool
) -> None:
    """Of the schools without a column of their own, one is alone in its group."""
    schools = np.unique(study.school)
    columns = (study.school[:, None] == schools[spared:]).astype(float)
    weights = np.random.default_rng(1).uniform(0.5, 2, study.school.size) if weighted else None
    with pytest.raises(StatisticsError) as refusal:
        gain(
            study.pre,
            study.post,
            design="ancova",
            group=study.school % 2,
            clusters=study.school,
            covariates=columns,
            weights=weights,
        )
    assert refusal.value.code == "school_alone"


@pytest.mark.parametrize("weighted", [False, True])
def test_schools_own_columns_do_not_stand_in_the_way_of_a_group_within_schools(
    study: Study, weighted: bool
) -> None:
    columns = (study.school[:, None] == np.unique(study.school)[1:]).astype(float)
    rng = np.random.default_rng(2)
    found = gain(
        study.pre,
        study.post,
        design="ancova",
        group=rng.integers(0, 2, study.school.size),
        clusters=study.school,
        covariates=columns,
        weights=rng.uniform(0.5, 2, study.school.size) if weighted else None,
    )
    assert found.df > 5
    if not weighted:
        missing = {
            n.parameters["design"]: n.parameters["reason"]
            for n in found.notes
            if n.code == "view_missing"
        }
        assert missing == {"mixed": "not_estimable"}


def test_who_is_masked_is_left_out(study: Study) -> None:
    hidden = study.school == study.school[0]
    masked = np.ma.masked_array(study.post, mask=hidden)
    found = gain(study.pre, masked, group=study.group, clusters=study.school)
    plain = np.where(hidden, np.nan, study.post)
    assert found == gain(study.pre, plain, group=study.group, clusters=study.school)
    assert found.n_missing == hidden.sum()
