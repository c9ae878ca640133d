"""What is true of the invented nation, so that estimates can be held against it."""

from dataclasses import asdict
from typing import Any

import numpy as np

from edu.demo import leaving
from edu.demo.arrays import Numbers
from edu.demo.instrument import Instrument, Items
from edu.demo.instruments import DIGITAL_LITERACY, SUBJECTS
from edu.demo.loading import PEOPLE, SEED
from edu.demo.nation import Nation, invent
from edu.demo.skill import Skill
from edu.demo.timetable import WAVES
from edu.demo.true_gains import LABELS, NO_LABEL, Cell, cells, labels


def truth(seed: int = SEED, people: int = PEOPLE) -> dict[str, Any]:
    """The true gains and effects of the nation of `seed` and the items' true parameters, of
    digital literacy and of each of the `subjects`, how the abilities are spread, and what makes
    people leave a course."""
    gains = cells(seed, people)
    nation = invent(people, seed)
    return {
        "seed": seed,
        "people": people,
        **of_instrument(nation, DIGITAL_LITERACY, gains),
        "subjects": {
            one.code: {**of_instrument(nation, one, gains), "booklets": booklets(one)}
            for one in SUBJECTS
        },
        "correlations": correlations(nation),
        "leaving": leaving.formula(),
    }


def of_instrument(nation: Nation, one: Instrument, gains: dict[str, list[Cell]]) -> dict[str, Any]:
    """What is told of every test."""
    return {
        "gains": [asdict(cell) for cell in gains[one.code]],
        "abilities": abilities(nation, nation.skills[one.code]),
        "items": items(one.items),
        "items_that_differ_by_language": one.items.differing,
    }


def items(found: Items) -> list[dict[str, Any]]:
    """The true parameters: `b` is the mean of an item's `steps`, `russian` what is added to each
    of them for those who sit the test in Russian."""
    rows = zip(
        found.codes, found.domains, found.a, found.steps, found.points, found.russian, strict=True
    )
    return [
        {
            "code": code,
            "domain": domain,
            "a": float(a),
            "b": float(steps[:points].mean()),
            "steps": steps[:points].tolist(),
            "russian": float(shift),
        }
        for code, domain, a, steps, points, shift in rows
    ]


def booklets(one: Instrument) -> dict[str, list[list[str]]]:
    """The items of each booklet in their order, by wave."""
    codes = np.array(one.items.codes)
    return {
        name: codes[shown].tolist() for (name, _), shown in zip(WAVES, one.booklets, strict=True)
    }


def abilities(nation: Nation, skill: Skill) -> list[dict[str, Any]]:
    """Mean and SD of the abilities of those who sat each wave, all of them and by group."""
    rows = []
    for wave, (name, _) in enumerate(WAVES):
        who, ability = skill.in_wave(wave)
        rows.append({"wave": name, "group": None, "label": None, **moments(ability)})
        for group, place in labels(nation, who).items():
            rows += [
                {
                    "wave": name,
                    "group": group,
                    "label": LABELS[group][label],
                    **moments(ability[place == label]),
                }
                for label in np.unique(place[place != NO_LABEL]).tolist()
            ]
    return rows


def moments(ability: Numbers) -> dict[str, Any]:
    """Number, mean and SD; no SD of a single person."""
    count = len(ability)
    sd = float(ability.std(ddof=1)) if count > 1 else None
    return {"persons": count, "mean": float(ability.mean()), "sd": sd}


def correlations(nation: Nation) -> dict[str, Any]:
    """Between the abilities at baseline of those who then sat all tests."""
    skills = nation.skills
    sat = np.logical_and.reduce([skill.before for skill in skills.values()])
    found = np.corrcoef([skill.ability[sat] for skill in skills.values()])
    return {"instruments": list(skills), "matrix": found.tolist()}
