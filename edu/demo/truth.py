"""What is true of the invented nation, so that estimates can be held against it.

A gain is the mean over those who finished a program and sat both waves; `program` None are those
who took none. `effect` is the part of it that the program brought.

- actual: of the persons of this nation, as they truly are.
- expected: over all nations that the same rules could have made, hence without the chance that
  gave this one its schools and persons. An interval that takes schools and persons for a sample
  should cover this one.

`latent` is on the scale of ability (standard deviations of pupils, roughly), `score` the expected
share of right answers, from 0 to 100.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from edu.demo.arrays import Flags, Integers, Numbers
from edu.demo.catalog import PLANS
from edu.demo.geography import LANDS, LANGUAGES
from edu.demo.instrument import HARDER_IN_RUSSIAN, expected_score, the_items
from edu.demo.literacy import NO_PLAN
from edu.demo.loading import PEOPLE, SEED
from edu.demo.nation import Nation, invent
from edu.demo.population import FEMALE, PUPIL
from edu.demo.timetable import BASELINE
from models.people import Sex

# Persons behind the expected figures, in as many nations as that takes.
PERSONS_BEHIND, MOST_NATIONS = 400_000, 100
FIRST_SEED = 1_000_003
NO_LABEL = -1
MEASURES = ("gain_latent", "gain_score", "effect_latent", "effect_score")


@dataclass(frozen=True)
class Mean:
    """The means of one cell; `persons` are those behind it."""

    persons: int
    gain_latent: float
    gain_score: float
    effect_latent: float
    effect_score: float


@dataclass(frozen=True)
class Cell:
    """A program, or None, and a group of its participants, or all of them."""

    program: str | None
    group: str | None
    label: str | None
    actual: Mean | None
    expected: Mean


@dataclass(frozen=True)
class Measured:
    """Those with both waves: program, labels by grouping, and (n, 4) of MEASURES."""

    program: Integers
    labels: dict[str, Integers]
    values: Numbers


LABELS: dict[str, tuple[str, ...]] = {
    "region": tuple(land.code for land in LANDS),
    "sex": (Sex.FEMALE.value, Sex.MALE.value),
    "language": LANGUAGES,
    "locality": ("rural", "urban"),
}


def truth(seed: int = SEED, people: int = PEOPLE) -> dict[str, Any]:
    """The true gains and effects of the nation of `seed`, and the items' true parameters."""
    items = the_items()
    rows = zip(items.codes, items.domains, items.a, items.b, items.russian, strict=True)
    return {
        "seed": seed,
        "people": people,
        "gains": [asdict(cell) for cell in cells(seed, people)],
        "items": [
            {"code": code, "domain": domain, "a": float(a), "b": float(b), "russian": float(shift)}
            for code, domain, a, b, shift in rows
        ],
        "items_that_differ_by_language": [items.codes[place] for place in HARDER_IN_RUSSIAN],
    }


def cells(seed: int, people: int) -> list[Cell]:
    """Every program and group that anybody belongs to."""
    actual = tables(measured(invent(people, seed)))
    nations = max(2, min(MOST_NATIONS, -(-PERSONS_BEHIND // people)))
    expected = tables(
        joined([
            measured(invent(people, FIRST_SEED + number, schools_matter=False))
            for number in range(nations)
        ])
    )  # fmt: skip
    return [
        Cell(*named(key), actual=actual.get(key), expected=mean) for key, mean in expected.items()
    ]


def measured(nation: Nation) -> Measured:
    """Who sat both waves and finished a program or took none, and what each truly gained."""
    truth = nation.literacy
    who = truth.before & truth.after & (truth.finished | (truth.plan == NO_PLAN))
    before, gain, effect = truth.ability[who], truth.gain[who], truth.effect[who]
    scores = [
        expected_score(the_items(), ability, truth.in_russian[who])
        for ability in (before, before + gain, before + gain - effect)
    ]
    values = np.column_stack([gain, scores[1] - scores[0], effect, scores[1] - scores[2]])
    return Measured(truth.plan[who], labels(nation, who), values)


def labels(nation: Nation, who: Flags) -> dict[str, Integers]:
    """The group of each person, as index into LABELS; NO_LABEL for adults' language."""
    people, schools = nation.people, nation.schools
    school = people.school_on(BASELINE[0])[who]
    return {
        "region": schools.region[school],
        "sex": np.where(people.sex[who] == FEMALE, 0, 1),
        "language": np.where(people.role[who] == PUPIL, people.language[who], NO_LABEL),
        "locality": schools.urban[school].astype(np.int64),
    }


def joined(parts: list[Measured]) -> Measured:
    """The persons of several nations."""
    return Measured(
        np.concatenate([part.program for part in parts]),
        {name: np.concatenate([part.labels[name] for part in parts]) for name in LABELS},
        np.concatenate([part.values for part in parts]),
    )


Key = tuple[int, str | None, int]


def tables(found: Measured) -> dict[Key, Mean]:
    """The means by program and group."""
    everybody = np.zeros(len(found.program), dtype=np.int64)
    return {
        key: mean
        for group, label in ((None, everybody), *found.labels.items())
        for key, mean in means(found, group, label)
    }


def means(found: Measured, group: str | None, label: Integers) -> Iterator[tuple[Key, Mean]]:
    """The means by program and one grouping."""
    there = label != NO_LABEL
    keys, place, counts = np.unique(
        np.column_stack([found.program[there], label[there]]),
        axis=0, return_inverse=True, return_counts=True,
    )  # fmt: skip
    sums = np.zeros((len(keys), len(MEASURES)))
    np.add.at(sums, place.reshape(-1), found.values[there])
    for (program, value), count, total in zip(keys.tolist(), counts.tolist(), sums, strict=True):
        yield (program, group, value), Mean(count, *(total / count).tolist())


def named(key: Key) -> tuple[str | None, str | None, str | None]:
    """Program, group and label in words."""
    program, group, label = key
    return (
        None if program == NO_PLAN else PLANS[program].code,
        group,
        LABELS[group][label] if group else None,
    )
