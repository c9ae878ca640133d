"""The invented districts and schools: from three pupils to four thousand, most of them rural."""

from dataclasses import dataclass

import numpy as np

from edu.demo.arrays import (
    Flags,
    Integers,
    Numbers,
    Words,
    share_out,
    share_out_capped,
    stream,
)
from edu.demo.geography import (
    CAPITAL,
    CITIES,
    DISTRICTS,
    HOMES,
    LANDS,
    LANGUAGES,
    MINORITY_PUPILS,
    MINORITY_SCHOOLS,
)
from models.places import SchoolType

SMALLEST = 3
LARGEST = 4000
LARGEST_SHARE = 0.24
RURAL_SHARE = 0.7
SMALL_SHARE = 0.34
CITY_SCHOOLS = 0.6  # a city's schools are larger, hence fewer
# 8,042 schools for 4.1 million pupils; fewer pupils fill fewer schools, but not in proportion.
REAL_SCHOOLS, REAL_PUPILS, THINNING = 8042, 4_100_000, 0.66


@dataclass(frozen=True)
class Districts:
    """Districts, as index into LANDS and into DISTRICTS."""

    region: Integers
    name: Integers


@dataclass(frozen=True)
class Schools:
    """Education organizations, the general schools first; shape (n,).

    region, district: index into LANDS and into the districts. number: within the region.
    pupils: of general schools, else 0. languages: (n, len(LANGUAGES)) shares of pupils.
    """

    region: Integers
    district: Integers
    urban: Flags
    type: Words
    number: Integers
    pupils: Integers
    languages: Numbers

    @property
    def general(self) -> Flags:
        """Schools for pupils, as against universities and colleges."""
        return self.pupils > 0

    @property
    def codes(self) -> list[str]:
        """The codes by which the schools are known."""
        regions = [land.code for land in LANDS]
        return [
            f"{regions[region]}-{number:04d}"
            for region, number in zip(self.region.tolist(), self.number.tolist(), strict=True)
        ]


def invent_districts(seed: int, schools_by_region: Integers) -> Districts:
    """Two to eight districts in each region."""
    rng = stream(seed, "districts")
    counts = np.clip(schools_by_region // 3, 2, 8)
    names = [rng.permutation(len(DISTRICTS))[:count] for count in counts]
    return Districts(np.repeat(np.arange(len(LANDS)), counts), np.concatenate(names))


def invent_schools(seed: int, pupils: int) -> tuple[Schools, Districts]:
    """General schools for `pupils`, a university in every region, colleges in the larger ones."""
    rng = stream(seed, "schools")
    region = region_of_schools(pupils)
    urban = pick_urban(rng, region)
    sizes = size_schools(rng, urban, region, pupils)
    types = pick_types(rng, urban, sizes)
    further = np.concatenate([np.arange(len(LANDS)), large_regions()])
    kinds = np.where(np.arange(len(further)) < len(LANDS), "university", "college")
    regions = np.concatenate([region, further])
    districts = invent_districts(seed, np.bincount(regions, minlength=len(LANDS)))
    everywhere = np.concatenate([urban, np.ones(len(further), dtype=np.bool_)])
    schools = Schools(
        region=regions,
        district=pick_districts(rng, regions, everywhere, districts),
        urban=everywhere,
        type=np.concatenate([types, kinds]),
        number=number_within(regions),
        pupils=np.concatenate([sizes, np.zeros(len(further), dtype=np.int64)]),
        languages=pick_languages(rng, regions, np.concatenate([sizes, 0 * further]), everywhere),
    )
    return schools, districts


def region_of_schools(pupils: int) -> Integers:
    """How many general schools each region has: villages need many."""
    wanted = round(REAL_SCHOOLS * (pupils / REAL_PUPILS) ** THINNING)
    count = max(2 * len(LANDS), wanted)
    weights = np.array(
        [land.pupils**0.6 * (CITY_SCHOOLS if land.code in CITIES else 1) for land in LANDS]
    )
    return np.repeat(np.arange(len(LANDS)), share_out(count, weights, least=2))


def large_regions() -> Integers:
    """The regions with colleges of their own."""
    weights = np.array([land.pupils for land in LANDS])
    return np.sort(np.argsort(-weights, kind="stable")[:8])


def number_within(regions: Integers) -> Integers:
    """1, 2, 3 … within each region."""
    numbers = np.empty(len(regions), dtype=np.int64)
    for region in range(len(LANDS)):
        here = regions == region
        numbers[here] = np.arange(1, int(here.sum()) + 1)
    return numbers


def pick_urban(rng: np.random.Generator, region: Integers) -> Flags:
    """All schools of the three cities, and as many others as leave 70 % rural."""
    cities = np.array([land.code in CITIES for land in LANDS])
    urban: Flags = cities[region]
    missing = max(0, round((1 - RURAL_SHARE) * len(region)) - int(urban.sum()))
    lands = np.flatnonzero(~cities)
    towns = share_out(missing, np.bincount(region)[lands].astype(np.float64))
    for land, count in zip(lands.tolist(), towns.tolist(), strict=True):
        urban[rng.permutation(np.flatnonzero(region == land))[:count]] = True
    return urban


def size_schools(rng: np.random.Generator, urban: Flags, region: Integers, pupils: int) -> Integers:
    """Pupils of each school: heavy-tailed, with one of the smallest and one of the largest."""
    count = len(urban)
    most = min(LARGEST, int(LARGEST_SHARE * pupils))
    sizes = np.zeros(count, dtype=np.int64)
    capital = [land.code for land in LANDS].index(CAPITAL)
    sizes[np.flatnonzero(region == capital)[0]] = most
    rural = rng.permutation(np.flatnonzero(~urban))
    sizes[rural[: max(1, count // 100)]] = SMALLEST
    rest = sizes == 0
    weights = np.exp(rng.normal(0, 0.95, count) + 1.2 * urban)
    left = pupils - int(sizes.sum())
    sizes[rest] = share_out_capped(left, weights[rest], least=SMALLEST, most=most)
    return sizes


def pick_types(rng: np.random.Generator, urban: Flags, sizes: Integers) -> Words:
    """A third small-class schools, all in villages; gymnasiums and lyceums in towns."""
    types = np.full(len(sizes), SchoolType.ORDINARY.value, dtype="<U16")
    small = np.flatnonzero(~urban)
    small = small[np.argsort(sizes[small], kind="stable")[: round(SMALL_SHARE * len(sizes))]]
    types[small] = SchoolType.SMALL.value
    towns = rng.permutation(np.flatnonzero(urban))
    share = max(1, len(towns) // 7)
    types[towns[:share]] = SchoolType.GYMNASIUM.value
    types[towns[share : 2 * share]] = SchoolType.LYCEUM.value
    return types


def pick_districts(
    rng: np.random.Generator, region: Integers, urban: Flags, districts: Districts
) -> Integers:
    """Towns lie in a region's first two districts, villages in any but the first."""
    first = np.searchsorted(districts.region, np.arange(len(LANDS)))
    count = np.bincount(districts.region, minlength=len(LANDS))
    cities = np.array([land.code in CITIES for land in LANDS])
    spread = rng.random(len(region))
    towns = np.where(cities[region], count[region], 2)
    place = np.where(urban, spread * towns, 1 + spread * (count[region] - 1))
    return np.asarray(first[region] + place.astype(np.int64))


def pick_languages(
    rng: np.random.Generator, region: Integers, sizes: Integers, urban: Flags
) -> Numbers:
    """The share of pupils taught in each language: one in small schools, two in many large."""
    count = len(region)
    kazakh = np.array([land.kazakh for land in LANDS])[region]
    mixed = ((sizes >= 60) & (rng.random(count) < 0.5)) | (sizes >= 600)
    one = rng.random(count) < kazakh
    share = np.where(mixed, np.clip(kazakh + rng.normal(0, 0.1, count), 0.1, 0.9), one)
    languages = np.zeros((count, len(LANGUAGES)))
    languages[:, 0], languages[:, 1] = share, 1 - share
    general = sizes > 0
    for code, part in MINORITY_PUPILS.items():
        fit = general & urban if code == "en" else general
        schools = middle(region, sizes, fit, code)
        languages[schools] *= 1 - part
        languages[schools, LANGUAGES.index(code)] = part
    return languages


def middle(region: Integers, sizes: Integers, fit: Flags, code: str) -> Integers:
    """The schools that also teach in `code`: some of its regions, never their largest."""
    lands = [land.code for land in LANDS]
    where = [lands.index(land) for land in HOMES[code]]
    here = np.flatnonzero(fit & np.isin(region, where))
    by_size = here[np.argsort(-sizes[here], kind="stable")][1:]
    wanted = max(1, round(MINORITY_SCHOOLS[code] * len(here)))
    return by_size[:: max(1, len(by_size) // wanted)][:wanted]
