"""What people of the invented nation truly gain in each test, by program and group.

A gain is the mean over those who finished a program and sat both waves; `program` None are those
who took none. `effect` is the part of it that the program brought.

- actual: of the persons of this nation, as they truly are.
- expected: over all nations that the same rules could have made, hence without the chance that
  gave this one its schools and persons. An interval that takes schools and persons for a sample
  should cover this one.

`latent` is on the scale of ability (standard deviations of pupils, roughly), `score`, told of
digital literacy only, the expected share of right answers, from 0 to 100.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from edu.demo.arrays import Integers, Numbers
from edu.demo.catalog import PLANS
from edu.demo.geography import LANDS, LANGUAGES
from edu.demo.instrument import expected_score
from edu.demo.instruments import DIGITAL_LITERACY
from edu.demo.literacy import NO_PLAN
from edu.demo.nation import Nation, invent
from edu.demo.population import FEMALE, PUPIL
from edu.demo.skill import Skill
from edu.demo.timetable import BASELINE
from models.people import Sex

# Persons behind the expected figures, in as many nations as that takes.
PERSONS_BEHIND, MOST_NATIONS = 400_000, 100
FIRST_SEED = 1_000_003
NO_LABEL = -1


@dataclass(frozen=True)
class Mean:
    """The means of one cell; `persons` are those behind it."""

    persons: int
    gain_latent: float
    effect_latent: float
    gain_score: float | None = None
    effect_score: float | None = None


@dataclass(frozen=True)
class Cell:
    """A program, or None, and a group of its participants, or all of them."""

    program: str | None
    group: str | None
    label: str | None
    actual: Mean | None
    expected: Mean


@dataclass(frozen=True, eq=False)
class Measured:
    """Those with both waves: program, labels by grouping, and (n, 2 or 4) what they gained, in the
    order of the fields of `Mean`."""

    program: Integers
    labels: dict[str, Integers]
    values: Numbers


LABELS: dict[str, tuple[str, ...]] = {
    "region": tuple(land.code for land in LANDS),
    "sex": (Sex.FEMALE.value, Sex.MALE.value),
    "language": LANGUAGES,
    "locality": ("rural", "urban"),
}


def cells(seed: int, people: int) -> dict[str, list[Cell]]:
    """Every program and group that anybody belongs to, by the code of the instrument."""
    actual = measured(invent(people, seed))
    nations = max(2, min(MOST_NATIONS, -(-PERSONS_BEHIND // people)))
    expected = [
        measured(invent(people, FIRST_SEED + number, schools_matter=False))
        for number in range(nations)
    ]
    return {
        code: cells_of(found, joined([nation[code] for nation in expected]))
        for code, found in actual.items()
    }


def cells_of(actual: Measured, expected: Measured) -> list[Cell]:
    """The cells of one instrument."""
    here = tables(actual)
    return [
        Cell(*named(key), actual=here.get(key), expected=mean)
        for key, mean in tables(expected).items()
    ]


def measured(nation: Nation) -> dict[str, Measured]:
    """Who sat both waves and finished a program or took none, and what each truly gained, by the
    code of the instrument."""
    literacy = nation.literacy
    counted = literacy.finished | (literacy.plan == NO_PLAN)
    found = {}
    for code, skill in nation.skills.items():
        who = np.flatnonzero(counted & skill.before & skill.after)
        values = scored_gains if code == DIGITAL_LITERACY.code else latent_gains
        found[code] = Measured(literacy.plan[who], labels(nation, who), values(skill, who))
    return found


def latent_gains(skill: Skill, who: Integers) -> Numbers:
    """Gain and effect on the scale of ability, (n, 2)."""
    return np.column_stack([skill.gain[who], skill.effect[who]])


def scored_gains(skill: Skill, who: Integers) -> Numbers:
    """The same, and in points of digital literacy, (n, 4)."""
    before, after = skill.ability[who], skill.ability[who] + skill.gain[who]
    first, last, without = (
        expected_score(DIGITAL_LITERACY.items, ability, skill.in_russian[who])
        for ability in (before, after, after - skill.effect[who])
    )
    return np.column_stack([latent_gains(skill, who), last - first, last - without])


def labels(nation: Nation, who: Integers) -> dict[str, Integers]:
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
    sums = np.zeros((len(keys), found.values.shape[1]))
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
