"""The instrument, its two waves, and everybody's answers as their tables hold them."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.assessment.service import NewInstrument, NewItem, close_wave, create_instrument, open_wave
from edu.demo.arrays import Integers, stream
from edu.demo.instrument import CODE, answer, the_items
from edu.demo.literacy import sitting_days
from edu.demo.nation import Nation
from edu.demo.timetable import BASELINE, ENDLINE
from edu.demo.write_places import Places
from edu.demo.writing import reserve_ids, write
from models.assessments import OmissionRule, Sitting

WAVES = (("baseline", BASELINE), ("endline", ENDLINE))
CELL = 3  # sign, digit, comma


def write_instrument(session: Session, scope: Scope) -> list[int]:
    """Create the test and its two waves, both closed; the ids of the waves."""
    items = the_items()
    instrument = create_instrument(
        session,
        scope,
        new=NewInstrument(
            code=CODE,
            name_kk="Цифрлық сауаттылық",
            name_ru="Цифровая грамотность",
            name_en="Digital literacy",
            scale="digital_literacy",
            range_low=0,
            range_high=1,
            items=[
                NewItem(code, domain)
                for code, domain in zip(items.codes, items.domains, strict=True)
            ],
            languages=("kk", "ru"),
            omission_rule=OmissionRule.LOWEST,
        ),
    )
    waves = []
    for code, (opens_on, closes_on) in WAVES:
        wave = open_wave(
            session,
            scope,
            instrument_id=instrument.id,
            code=code,
            opens_on=opens_on.astype(date),
            closes_on=closes_on.astype(date),
        )
        close_wave(session, scope, wave_id=wave.id)
        waves.append(wave.id)
    return waves


def write_sittings(
    session: Session, nation: Nation, wave_ids: Sequence[int], ids: tuple[Integers, Places]
) -> int:
    """Write what everybody answered in both waves."""
    person_ids, places = ids
    truth, people = nation.literacy, nation.people
    days = sitting_days(nation.seed, people, nation.schools)
    abilities = (truth.ability, truth.ability + truth.gain)
    total = 0
    for number, sat in enumerate((truth.before, truth.after)):
        who = np.flatnonzero(sat)
        rng = stream(nation.seed, f"answers {WAVES[number][0]}")
        responses = answer(rng, the_items(), abilities[number][who], truth.in_russian[who])
        school = people.school_on(WAVES[number][1][0])[who]
        write(
            session,
            Sitting,
            {
                "id": reserve_ids(session, Sitting, len(who)),
                "wave_id": [wave_ids[number]] * len(who),
                "person_id": person_ids[who].tolist(),
                "school_id": places.schools[school].tolist(),
                "language": np.where(truth.in_russian[who], "ru", "kk").tolist(),
                "sat_on": days[number][who].tolist(),
                "responses": array_literals(responses),
            },
        )
        total += len(who)
    return total


def array_literals(responses: npt.NDArray[np.int8]) -> list[str]:
    """Each row as PostgreSQL writes an array, whose blanks do not count: { 1, 0,-1}."""
    rows, items = responses.shape
    cells = np.empty((rows, items, CELL), dtype=np.uint8)
    cells[..., 0] = np.where(responses < 0, ord("-"), ord(" "))
    cells[..., 1] = np.abs(responses) + ord("0")
    cells[..., 2] = ord(",")
    cells[:, -1, 2] = ord("}")
    text = cells.tobytes().decode("ascii")
    width = items * CELL
    return ["{" + text[start : start + width] for start in range(0, rows * width, width)]
