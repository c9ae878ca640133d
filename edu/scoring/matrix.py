"""Rows become arrays for the scoring: one of the three bridges to ml."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlalchemy import Select, String, cast, func, select
from sqlalchemy.orm import Session

from edu.database.columns import read_columns
from models.assessments import Respondent, Sitting
from models.errors import Refusal


@dataclass(frozen=True, eq=False)
class ResponseMatrix:
    """Sittings in the order of their ids, and what was answered in each.

    sitting_ids: (n,). schools: (n,) number of the sitting's school among those seen, from 0.
    codes: (n, items) the item's code, or OMITTED, NOT_REACHED, NOT_PRESENTED.
    fingerprint: SHA-256 over ids and codes; equal data have equal fingerprints.
    """

    sitting_ids: npt.NDArray[np.int64]
    schools: npt.NDArray[np.int64]
    codes: npt.NDArray[np.int16]
    fingerprint: str


def read_matrix(
    session: Session, *, wave_ids: Sequence[int], sample_id: int | None, items: int
) -> ResponseMatrix:
    """The sittings of waves within the session's scope: of people, or of one anonymous sample.

    Raises Refusal: no_responses; wrong_response_count where a sitting does not fit the items.
    """
    columns = [f"item_{number}" for number in range(1, items + 1)]
    schema = pa.schema(
        [("sitting_id", pa.int64()), ("school", pa.string()), ("responses", pa.int32())]
        + [(column, pa.int16()) for column in columns]
    )
    table = read_columns(session, matrix_rows(wave_ids, sample_id, items), schema).table
    if not table.num_rows:
        raise Refusal("no_responses")
    check_lengths(table, items)
    codes = np.empty((table.num_rows, items), dtype=np.int16, order="F")
    for number, column in enumerate(columns):
        codes[:, number] = table.column(column).to_numpy()
    sitting_ids = np.asarray(table.column("sitting_id").to_numpy(), dtype=np.int64)
    schools = table.column("school").combine_chunks().dictionary_encode().indices
    return ResponseMatrix(
        sitting_ids=sitting_ids,
        schools=np.asarray(schools.to_numpy(), dtype=np.int64),
        codes=codes,
        fingerprint=fingerprint(sitting_ids, codes),
    )


def matrix_rows(
    wave_ids: Sequence[int], sample_id: int | None, items: int
) -> Select[*tuple[Any, ...]]:
    """One row a sitting, one column an item."""
    school = cast(Sitting.school_id, String) if sample_id is None else Respondent.school_code
    responses = [Sitting.responses[number] for number in range(1, items + 1)]
    statement = (
        select(Sitting.id, school, func.cardinality(Sitting.responses), *responses)
        .where(Sitting.wave_id.in_(wave_ids))
        .order_by(Sitting.id)
    )
    if sample_id is None:
        return statement.where(Sitting.person_id.is_not(None))
    joined = statement.join(Respondent, Respondent.id == Sitting.respondent_id)
    return joined.where(Respondent.sample_id == sample_id)


def check_lengths(table: pa.Table, items: int) -> None:
    """Every sitting answers the instrument as it is."""
    lengths = np.asarray(table.column("responses").to_numpy())
    if (lengths != items).any():
        raise Refusal(
            "wrong_response_count", found=int(lengths[lengths != items][0]), expected=items
        )


def fingerprint(sitting_ids: npt.NDArray[np.int64], codes: npt.NDArray[np.int16]) -> str:
    """SHA-256 over the ids and then, sitting by sitting, the codes; the same on every machine."""
    digest = hashlib.sha256(f"{codes.shape[0]} sittings of {codes.shape[1]} items\n".encode())
    digest.update(sitting_ids.astype("<i8").tobytes())
    rows_at_once = 65_536
    for start in range(0, len(codes), rows_at_once):
        digest.update(np.ascontiguousarray(codes[start : start + rows_at_once], "<i2").tobytes())
    return digest.hexdigest()
