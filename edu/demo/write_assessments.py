"""The instruments, their waves, and everybody's answers as their tables hold them."""

from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.assessment.service import NewInstrument, NewItem, close_wave, create_instrument, open_wave
from edu.demo.arrays import Integers
from edu.demo.instrument import Instrument, Responses
from edu.demo.instruments import INSTRUMENTS
from edu.demo.nation import Nation
from edu.demo.sittings import Sat, sit
from edu.demo.timetable import WAVES
from edu.demo.write_places import Places
from edu.demo.writing import reserve_ids, write
from models.assessments import OmissionRule, Sitting

CELL = 3  # sign, digit, comma

WaveIds = dict[str, list[int]]


def write_instruments(session: Session, scope: Scope) -> WaveIds:
    """Create the tests and their waves, all closed; the ids of the waves by instrument."""
    return {one.code: write_instrument(session, scope, one) for one in INSTRUMENTS}


def write_instrument(session: Session, scope: Scope, invented: Instrument) -> list[int]:
    """Create one test and its waves; the ids of the waves."""
    items = invented.items
    new = NewInstrument(
        code=invented.code,
        name_kk=invented.name_kk,
        name_ru=invented.name_ru,
        name_en=invented.name_en,
        scale=invented.scale,
        range_low=0,
        range_high=int(items.points.max()),
        items=[NewItem(*named) for named in zip(items.codes, items.domains, strict=True)],
        languages=("kk", "ru"),
        omission_rule=OmissionRule.LOWEST,
    )
    instrument_id = create_instrument(session, scope, new=new).id
    return [write_wave(session, scope, instrument_id, number) for number in range(len(WAVES))]


def write_wave(session: Session, scope: Scope, instrument_id: int, number: int) -> int:
    """Open and close a wave; its id."""
    code, (opens_on, closes_on) = WAVES[number]
    wave = open_wave(
        session,
        scope,
        instrument_id=instrument_id,
        code=code,
        opens_on=opens_on.astype(date),
        closes_on=closes_on.astype(date),
    )
    close_wave(session, scope, wave_id=wave.id)
    return wave.id


def write_sittings(
    session: Session, nation: Nation, wave_ids: WaveIds, ids: tuple[Integers, Places]
) -> int:
    """Write what everybody answered in all waves of all tests; the number of sittings."""
    total = 0
    for one in INSTRUMENTS:
        for wave_id, sat in zip(wave_ids[one.code], sit(nation, one), strict=True):
            total += write_wave_sittings(session, wave_id, sat, ids)
    return total


def write_wave_sittings(
    session: Session, wave_id: int, sat: Sat, ids: tuple[Integers, Places]
) -> int:
    """Write the sittings of one wave; how many."""
    person_ids, places = ids
    count = len(sat.person)
    columns = {
        "id": reserve_ids(session, Sitting, count),
        "wave_id": [wave_id] * count,
        "person_id": person_ids[sat.person].tolist(),
        "school_id": places.schools[sat.school].tolist(),
        "language": np.where(sat.in_russian, "ru", "kk").tolist(),
        "sat_on": sat.on.tolist(),
        "responses": array_literals(sat.responses),
    }
    write(session, Sitting, columns)
    return count


def array_literals(responses: Responses) -> list[str]:
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
