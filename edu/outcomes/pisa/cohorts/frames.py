"""The plausible values of a run's cohorts as arrays: part of the bridge in edu.outcomes.frames."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from edu.database.columns import read_columns
from edu.outcomes.frames import as_labels, floats
from models.assessments import Sitting, Wave
from models.places import Region, School
from models.scores import Score, ScoringRun

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CohortFrame:
    """The sittings of a run's waves, by person and wave; arrays of shape (n,).

    waves: their codes in order of date. place: number of the sitting's wave, from 0.
    values: (n, draws) plausible values in points, NaN for who has none. regions: codes.
    """

    waves: tuple[str, ...]
    persons: npt.NDArray[np.int64]
    place: npt.NDArray[np.int64]
    schools: npt.NDArray[np.int64]
    regions: npt.NDArray[np.object_]
    values: Floats
    fingerprint: str

    def rows_of(self, wave: int) -> Mask:
        """Who sat the wave and has values."""
        return np.asarray((self.place == wave) & ~np.isnan(self.values[:, 0]))

    def pairs(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The rows, in the first and in the last wave, of those with values in both."""
        first, last = (np.flatnonzero(self.rows_of(wave)) for wave in (0, len(self.waves) - 1))
        _, one, other = np.intersect1d(
            self.persons[first], self.persons[last], assume_unique=True, return_indices=True
        )
        return first[one], last[other]


def cohort_frame(session: Session, *, run: ScoringRun) -> CohortFrame:
    """All sittings of a run that drew plausible values."""
    draws = int((run.report or {})["n_draws"])
    statement = select(Wave).where(Wave.id.in_(run.wave_ids)).order_by(Wave.opens_on, Wave.id)
    waves = list(session.scalars(statement))
    names = [f"value_{number}" for number in range(1, draws + 1)]
    schema = pa.schema(
        [
            ("person", pa.int64()),
            ("wave", pa.int64()),
            ("school", pa.int64()),
            ("region", pa.string()),
            *((name, pa.float64()) for name in names),
        ]
    )
    found = read_columns(session, cohort_rows(run, draws), schema)
    number = {wave.id: place for place, wave in enumerate(waves)}
    wave_ids = integers(found.table, "wave")
    return CohortFrame(
        waves=tuple(wave.code for wave in waves),
        persons=integers(found.table, "person"),
        place=np.array([number[key] for key in wave_ids.tolist()], dtype=np.int64),
        schools=integers(found.table, "school"),
        regions=as_labels(found.table, "region"),
        values=np.column_stack([floats(found.table, name) for name in names]),
        fingerprint=found.fingerprint,
    )


def cohort_rows(run: ScoringRun, draws: int) -> Select[*tuple[Any, ...]]:
    """One row a sitting, one column a draw."""
    values = [Score.plausible_values[number] for number in range(1, draws + 1)]
    return (
        select(Sitting.person_id, Sitting.wave_id, Sitting.school_id, Region.code, *values)
        .join(Score, Score.sitting_id == Sitting.id)
        .join(School, School.id == Sitting.school_id)
        .join(Region, Region.id == School.region_id)
        .where(Score.run_id == run.id, Sitting.person_id.is_not(None))
        .order_by(Sitting.id)
    )


def integers(table: pa.Table, name: str) -> npt.NDArray[np.int64]:
    """A column of keys."""
    return np.asarray(table.column(name).to_numpy(), dtype=np.int64)
