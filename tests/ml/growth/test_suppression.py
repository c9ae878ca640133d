"""Which groups are withheld, and what is said about them."""

import numpy as np

from ml.growth import GroupEstimates, Suppressed, group_means


def grouped(sizes: dict[str, int], schools: dict[str, int] | None = None) -> GroupEstimates:
    """Means of groups of the given sizes, spread over the given numbers of schools."""
    rng = np.random.default_rng(9)
    labels = [name for name, size in sizes.items() for _ in range(size)]
    clusters = [
        index % (schools or {}).get(name, 10)
        for name, size in sizes.items()
        for index in range(size)
    ]
    return group_means(rng.normal(size=len(labels)), groups=labels, clusters=clusters)


def test_a_small_group_is_withheld_by_name_and_a_second_one_protects_it() -> None:
    found = grouped({"big": 90, "middle": 50, "small": 29, "vast": 300})
    assert [e.group for e in found.estimates] == ["big", "vast"]
    assert found.suppressed == (
        Suppressed("middle", "protects_another"),
        Suppressed("small", "too_few_persons"),
    )
    assert found.total is not None


def test_a_group_in_four_schools_is_withheld() -> None:
    found = grouped({"a": 60, "b": 60, "c": 70}, {"b": 4})
    assert Suppressed("b", "too_few_clusters") in found.suppressed
    assert [e.group for e in found.estimates] == ["c"]


def test_thirty_pupils_in_five_schools_are_shown() -> None:
    found = grouped({"a": 30, "b": 30}, {"a": 5, "b": 5})
    assert [e.group for e in found.estimates] == ["a", "b"]
    assert found.suppressed == ()


def test_two_groups_of_which_one_is_small_are_both_withheld_and_the_total_is_kept() -> None:
    found = grouped({"a": 200, "b": 10})
    assert found.estimates == ()
    assert [group.group for group in found.suppressed] == ["a", "b"]
    assert found.total is not None
    assert found.total.n == 210


def test_nothing_at_all_is_shown_of_a_class_too_small_in_all() -> None:
    found = grouped({"a": 12, "b": 10})
    assert found.estimates == ()
    assert found.total is None


def test_what_is_withheld_says_nothing_about_sizes() -> None:
    found = grouped({"a": 200, "b": 10, "c": 50})
    assert not any(character.isdigit() for character in repr(found.suppressed))


def test_a_group_in_which_all_are_alike_is_withheld() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=120)
    values[80:] = 3.0
    groups = ["a"] * 40 + ["b"] * 40 + ["c"] * 40
    found = group_means(values, groups=groups, clusters=np.tile(np.arange(8), 15))
    assert Suppressed("c", "constant_outcome") in found.suppressed
    assert len(found.estimates) == 1


def test_a_group_of_nobody_is_named_and_takes_no_other_with_it() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=120)
    values[80:] = np.nan
    groups = ["a"] * 40 + ["b"] * 40 + ["c"] * 40
    found = group_means(values, groups=groups, clusters=np.tile(np.arange(8), 15))
    assert found.suppressed == (Suppressed("c", "no_data"),)
    assert [e.group for e in found.estimates] == ["a", "b"]
