"""What is true of the invented nation, so that estimates can be held against it."""

from dataclasses import asdict
from typing import Any

import numpy as np

from edu.demo.instrument import Instrument, Items
from edu.demo.instruments import DIGITAL_LITERACY, SUBJECTS
from edu.demo.loading import PEOPLE, SEED
from edu.demo.nation import Nation, invent
from edu.demo.sittings import Skill
from edu.demo.timetable import WAVES
from edu.demo.true_gains import Cell, cells


def truth(seed: int = SEED, people: int = PEOPLE) -> dict[str, Any]:
    """The true gains and effects of the nation of `seed`, and the items' true parameters: of
    digital literacy, and of each of the `subjects`."""
    gains = cells(seed, people)
    nation = invent(people, seed)
    return {
        "seed": seed,
        "people": people,
        **of_instrument(DIGITAL_LITERACY, gains[DIGITAL_LITERACY.code]),
        "subjects": {
            one.code: {
                **of_instrument(one, gains[one.code]),
                "booklets": booklets(one),
                "abilities": abilities(nation, nation.skills[one.code]),
            }
            for one in SUBJECTS
        },
    }


def of_instrument(one: Instrument, gains: list[Cell]) -> dict[str, Any]:
    """What is told of every test."""
    return {
        "gains": [asdict(cell) for cell in gains],
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


def abilities(nation: Nation, skill: Skill) -> dict[str, dict[str, float]]:
    """Mean and SD of the abilities of those who sat each wave, and their correlation with digital
    literacy before the programs."""
    return {name: of_wave(nation, skill, wave) for wave, (name, _) in enumerate(WAVES)}


def of_wave(nation: Nation, skill: Skill, wave: int) -> dict[str, float]:
    """The abilities of those who sat one wave."""
    who, ability = skill.in_wave(wave)
    literacy = nation.literacy.ability[who]
    return {
        "persons": len(who),
        "mean": float(ability.mean()),
        "sd": float(ability.std(ddof=1)),
        "correlation_with_literacy": float(np.corrcoef(ability, literacy)[0, 1]),
    }
