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

# Items that are harder (or, below 0, easier) for those who sit the test in Russian.
HARDER_IN_RUSSIAN = {
    "digital-literacy": {"DL07": 0.6, "DL18": -0.5},
    "mathematics": {"MA09": 0.9, "MA27": -0.8},
    "reading": {"RE04": 0.8, "RE21": -0.9},
    "science": {"SC15": 0.9, "SC32": -0.8},
}


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
    russian = HARDER_IN_RUSSIAN["digital-literacy"]
    return named_items("DL", areas, slope, spread[:, None], russian)


def subject_items(code: str, seed: int, domains: tuple[str, ...]) -> Items:
    """Items for clusters each of which goes from easy to hard; one of each gives two points."""
    rng = np.random.default_rng(seed)
    count = N_CLUSTERS * CLUSTER_SIZE
    middle = np.tile(np.linspace(-1.6, 1.6, CLUSTER_SIZE), N_CLUSTERS) + rng.normal(0, 0.3, count)
    slope: Numbers = np.exp(rng.normal(0.15, 0.2, count))
    apart = rng.uniform(0.3, 0.8, count)
    partial = np.arange(count) % CLUSTER_SIZE == PARTIAL_CREDIT
    steps = np.column_stack([middle - partial * apart, np.where(partial, middle + apart, NO_STEP)])
    return named_items(code[:2].upper(), domains, slope, steps, HARDER_IN_RUSSIAN[code])


def subject(code: str, names: tuple[str, str, str], items: Items) -> Instrument:
    """A test in rotated booklets whose scale is called as it is."""
    return Instrument(code, code, *names, items, rotated_booklets())


DIGITAL_LITERACY = Instrument(
    code="digital-literacy",
    scale="digital_literacy",
    name_kk="Цифрлық сауаттылық",
    name_ru="Цифровая грамотность",
    name_en="Digital literacy",
    items=literacy_items(),
    booklets=one_booklet(30),
)
MATHEMATICS = subject(
    "mathematics",
    ("Математика", "Математика", "Mathematics"),
    subject_items(
        "mathematics",
        31,
        ("quantity", "change_and_relationships", "space_and_shape", "uncertainty_and_data"),
    ),
)
READING = subject(
    "reading",
    ("Оқу сауаттылығы", "Читательская грамотность", "Reading"),
    subject_items("reading", 32, ("locating", "understanding", "evaluating")),
)
SCIENCE = subject(
    "science",
    ("Жаратылыстану", "Естествознание", "Science"),
    subject_items("science", 33, ("physical", "living", "earth_and_space")),
)
SUBJECTS = (MATHEMATICS, READING, SCIENCE)
INSTRUMENTS = (DIGITAL_LITERACY, *SUBJECTS)
