"""All waves of a run, where it holds more than the two that an analysis names.

Part of the bridge `edu/outcomes/frames.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Double, Select, case, cast, select
from sqlalchemy.orm import Session

from edu.database.columns import read_columns
from edu.outcomes.analyses.comparison.frames import participation, scores
from edu.outcomes.analyses.comparison.sources import Source
from edu.outcomes.frames import Floats, floats
from models.assessments import Wave
from models.people import Person

FEWEST = 3


@dataclass(frozen=True, eq=False)
class Waves:
    """codes: of the waves, in the order of their dates. values: (n, T, M) plausible values, NaN
    without a score; first: (n,) the first wave that a participant was in the program by, NaN for
    who did not take part. Rows as in the register."""

    codes: tuple[str, ...]
    values: Floats
    first: Floats
    fingerprint: str


def read_waves(session: Session, source: Source) -> Waves | None:
    """Everybody in every wave of the run; None where there are two."""
    run = source.measured.run
    statement = select(Wave).where(Wave.id.in_(run.wave_ids))
    waves = list(session.scalars(statement.order_by(Wave.opens_on, Wave.id)))
    if len(waves) < FEWEST:
        return None
    draws = int(run.definition["n_draws"])
    names = [name_of(wave, draw) for wave in range(len(waves)) for draw in range(1, draws + 1)]
    schema = pa.schema(
        [
            ("person_id", pa.int64()),
            ("first", pa.float64()),
            *((name, pa.float64()) for name in names),
        ]
    )
    found = read_columns(session, wave_rows(source, waves, draws), schema)
    columns = np.stack([floats(found.table, name) for name in names], axis=1)
    return Waves(
        codes=tuple(wave.code for wave in waves),
        values=columns.reshape(len(columns), len(waves), draws),
        first=floats(found.table, "first"),
        fingerprint=found.fingerprint,
    )


def name_of(wave: int, draw: int) -> str:
    """Of a column."""
    return f"wave_{wave}_{draw}"


def wave_rows(source: Source, waves: Sequence[Wave], draws: int) -> Select[*tuple[Any, ...]]:
    """One row a person, in the order of the register."""
    own = participation(source)
    measured = [
        scores(source.measured.run.id, wave, draws, f"wave_{place}")
        for place, wave in enumerate(waves)
    ]
    first = case(
        *((own.c.since <= wave.closes_on, float(place)) for place, wave in enumerate(waves)),
        else_=None,
    )
    values = [each.c[f"draw_{draw}"] for each in measured for draw in range(1, draws + 1)]
    statement: Select[*tuple[Any, ...]] = (
        select(Person.id, cast(first, Double), *values)
        .select_from(Person)
        .outerjoin(own, own.c.person_id == Person.id)
    )
    for each in measured:
        statement = statement.outerjoin(each, each.c.person_id == Person.id)
    return statement.order_by(Person.id)
