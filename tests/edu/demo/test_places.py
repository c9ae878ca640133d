import numpy as np
import pytest

from edu.demo.geography import CITIES, LANDS
from edu.demo.nation import Nation, invent
from edu.demo.places import LARGEST, SMALLEST
from edu.demo.population import PUPIL
from models.errors import Refusal


def pupils_of_schools(nation: Nation) -> np.ndarray:
    people = nation.people
    return np.bincount(people.school[people.role == PUPIL], minlength=len(nation.schools.region))


@pytest.mark.parametrize("size", ["small", "usual"])
def test_every_region_has_general_schools_and_a_university(size: str, request) -> None:
    schools = request.getfixturevalue(size).schools
    for region in range(len(LANDS)):
        here = schools.region == region
        assert (here & schools.general).sum() >= 2
        assert (here & (schools.type == "university")).sum() == 1


def test_schools_have_from_three_to_four_thousand_pupils(usual: Nation) -> None:
    counts = pupils_of_schools(usual)[usual.schools.general]
    assert (counts.min(), counts.max()) == (SMALLEST, LARGEST)


def test_a_small_nation_has_no_school_of_thousands(small: Nation) -> None:
    counts = pupils_of_schools(small)[small.schools.general]
    assert counts.min() == SMALLEST
    assert counts.max() < len(small.people) / 4


def test_schools_hold_the_pupils_they_were_made_for(usual: Nation) -> None:
    assert pupils_of_schools(usual).tolist() == usual.schools.pupils.tolist()


def test_most_schools_are_rural_and_a_third_are_small(usual: Nation) -> None:
    schools = usual.schools
    assert 0.68 <= 1 - schools.urban[schools.general].mean() <= 0.72
    small = schools.type == "small"
    assert 0.3 <= small[schools.general].mean() <= 0.36
    assert not (small & schools.urban).any()


def test_cities_have_no_villages(usual: Nation) -> None:
    cities = [number for number, land in enumerate(LANDS) if land.code in CITIES]
    assert usual.schools.urban[np.isin(usual.schools.region, cities)].all()


def test_districts_belong_to_the_region_of_their_schools(usual: Nation) -> None:
    districts, schools = usual.districts, usual.schools
    assert (districts.region[schools.district] == schools.region).all()
    pairs = set(zip(districts.region.tolist(), districts.name.tolist(), strict=True))
    assert len(pairs) == len(districts.name)


def test_school_codes_are_unique(usual: Nation) -> None:
    codes = usual.schools.codes
    assert len(set(codes)) == len(codes)


def test_too_few_people_for_twenty_regions_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        invent(399, 1)
    assert refused.value.code == "demonstration_too_small"


def test_a_large_nation_keeps_the_limits_of_size() -> None:
    schools = invent(60_000, 2).schools
    sizes = schools.pupils[schools.general]
    assert (sizes.min(), sizes.max()) == (SMALLEST, LARGEST)
