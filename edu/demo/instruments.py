"""The four invented tests. They are the same for every seed: no test changes with the nation."""

import numpy as np

from edu.demo.arrays import Integers, Numbers
from edu.demo.instrument import NO_STEP, Instrument, Items
from edu.demo.timetable import WAVES

# Mathematics, reading and science: clusters of items, three of which make a booklet. Two booklets
# share exactly one cluster, and every cluster comes once first, once second and once last: the
# balanced design of seven (Fano's plane).
CLUSTER_SIZE, CLUSTERS_AT_ONCE = 6, 7
BOOKLET = (0, 1, 3)
# At the endline the seventh cluster has given way to a new one; the others link the waves.
CLUSTERS = ((0, 1, 2, 3, 4, 5, 6), (0, 1, 2, 3, 4, 5, 7))
N_CLUSTERS = 8
PARTIAL_CREDIT = 3  # the place, in each cluster, of the item with two points


def one_booklet(n_items: int) -> Integers:
    """Everybody answers all items in their order, in every wave."""
    return np.tile(np.arange(n_items), (len(WAVES), 1, 1))


def rotated_booklets() -> Integers:
    """Seven booklets of three clusters in each wave."""
    turns = (np.arange(CLUSTERS_AT_ONCE)[:, None] + BOOKLET) % CLUSTERS_AT_ONCE
    clusters = np.array(CLUSTERS)[:, turns]
    items = clusters[..., None] * CLUSTER_SIZE + np.arange(CLUSTER_SIZE)
    return np.asarray(items.reshape(len(WAVES), CLUSTERS_AT_ONCE, -1))


def named_items(
    prefix: str, domains: tuple[str, ...], a: Numbers, steps: Numbers, russian: dict[str, float]
) -> Items:
    """Items with codes like DL01, whose domains take turns."""
    codes = tuple(f"{prefix}{number:02d}" for number in range(1, len(a) + 1))
    shift = np.array([russian.get(code, 0.0) for code in codes])
    of_item = tuple(domains[place % len(domains)] for place in range(len(codes)))
    return Items(codes, of_item, a.round(3), steps.round(3), shift)


def literacy_items() -> Items:
    """Thirty items with one point, easier ones first."""
    rng = np.random.default_rng(30)
    spread = np.linspace(-2.1, 1.5, 30) + rng.normal(0, 0.35, 30)
    slope: Numbers = np.exp(rng.normal(0.15, 0.25, 30))
    # The areas of DigComp, the European framework of digital competence.
    areas = ("information", "communication", "content_creation", "safety", "problem_solving")
    return named_items("DL", areas, slope, spread[:, None], {"DL07": 0.6, "DL18": -0.5})


def clustered_items(
    prefix: str, seed: int, domains: tuple[str, ...], russian: dict[str, float]
) -> Items:
    """Items for clusters each of which goes from easy to hard; some give two points."""
    rng = np.random.default_rng(seed)
    count = N_CLUSTERS * CLUSTER_SIZE
    middle = np.tile(np.linspace(-1.6, 1.6, CLUSTER_SIZE), N_CLUSTERS) + rng.normal(0, 0.3, count)
    slope: Numbers = np.exp(rng.normal(0.15, 0.2, count))
    apart = rng.uniform(0.3, 0.8, count)
    partial = np.arange(count) % CLUSTER_SIZE == PARTIAL_CREDIT
    steps = np.column_stack([middle - partial * apart, np.where(partial, middle + apart, NO_STEP)])
    return named_items(prefix, domains, slope, steps, russian)


# Items that are harder (or, below 0, easier) for those who sit the test in Russian.
HARDER_IN_RUSSIAN = {
    "mathematics": {"MA09": 0.9, "MA27": -0.8},
    "reading": {"RE04": 0.8, "RE21": -0.9},
    "science": {"SC15": 0.9, "SC32": -0.8},
}

DIGITAL_LITERACY = Instrument(
    code="digital-literacy",
    scale="digital_literacy",
    name_kk="Цифрлық сауаттылық",
    name_ru="Цифровая грамотность",
    name_en="Digital literacy",
    items=literacy_items(),
    booklets=one_booklet(30),
)
MATHEMATICS = Instrument(
    code="mathematics",
    scale="mathematics",
    name_kk="Математика",
    name_ru="Математика",
    name_en="Mathematics",
    items=clustered_items(
        "MA",
        31,
        ("quantity", "change_and_relationships", "space_and_shape", "uncertainty_and_data"),
        HARDER_IN_RUSSIAN["mathematics"],
    ),
    booklets=rotated_booklets(),
)
READING = Instrument(
    code="reading",
    scale="reading",
    name_kk="Оқу сауаттылығы",
    name_ru="Читательская грамотность",
    name_en="Reading",
    items=clustered_items(
        "RE",
        32,
        ("locating", "understanding", "evaluating"),
        HARDER_IN_RUSSIAN["reading"],
    ),
    booklets=rotated_booklets(),
)
SCIENCE = Instrument(
    code="science",
    scale="science",
    name_kk="Жаратылыстану",
    name_ru="Естествознание",
    name_en="Science",
    items=clustered_items(
        "SC",
        33,
        ("physical", "living", "earth_and_space"),
        HARDER_IN_RUSSIAN["science"],
    ),
    booklets=rotated_booklets(),
)
SUBJECTS = (MATHEMATICS, READING, SCIENCE)
INSTRUMENTS = (DIGITAL_LITERACY, *SUBJECTS)
