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
from models.assessments import (
    NOT_PRESENTED,
    Instrument,
    OmissionRule,
    Respondent,
    Sitting,
    Wave,
)
from models.errors import Refusal


@dataclass(frozen=True)
class Coding:
    """How responses are coded: lowest and highest code, and what an omission is worth."""

    low: int
    high: int
    omission_rule: OmissionRule


def coding_of(instrument: Instrument) -> Coding:
    """How an instrument's responses are coded."""
    return Coding(instrument.range_low, instrument.range_high, instrument.omission_rule)


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


@dataclass(frozen=True, eq=False)
class JoinedMatrix:
    """Sittings of one or more instruments of a scale; items of one code are one item.

    items: their codes. item_ids: the first instrument's row of each. matrix: codes from 0 (each
    instrument's lowest) by these items, NOT_PRESENTED where the instrument lacks one.
    omitted_is_wrong: (n,) whether the sitting's instrument counts an omission as no points.
    """

    items: tuple[str, ...]
    item_ids: tuple[int, ...]
    matrix: ResponseMatrix
    omitted_is_wrong: npt.NDArray[np.bool_]


def read_matrix(
    session: Session, *, wave_ids: Sequence[int], sample_id: int | None, items: int
) -> ResponseMatrix:
    """The sittings of waves within the session's scope: of people, or of one anonymous sample.

    Raises Refusal: no_responses; wrong_response_count where a sitting does not fit the items.
    """
    table = read_rows(session, wave_ids, sample_id, items)
    check_lengths(column(table, "responses"), items)
    codes = codes_of(table, items)
    ids = column(table, "sitting_id").astype(np.int64)
    return ResponseMatrix(ids, schools_of(table), codes, fingerprint(ids, codes))


def read_joined(
    session: Session,
    *,
    instruments: Sequence[Instrument],
    wave_ids: Sequence[int],
    sample_id: int | None,
) -> JoinedMatrix:
    """The sittings of several instruments' waves, side by side by their items' codes.

    Raises Refusal: no_responses, wrong_response_count.
    """
    widest = max(len(instrument.items) for instrument in instruments)
    table = read_rows(session, wave_ids, sample_id, widest)
    raw, lengths = codes_of(table, widest), column(table, "responses")
    own = instrument_of(session, column(table, "wave_id"))
    first = {item.code: item.id for test in reversed(instruments) for item in test.items}
    names = tuple(dict.fromkeys(item.code for test in instruments for item in test.items))
    place = {name: number for number, name in enumerate(names)}
    codes = np.full((len(raw), len(names)), NOT_PRESENTED, dtype=np.int16, order="F")
    omitted_is_wrong = np.zeros(len(raw), dtype=np.bool_)
    for test in instruments:
        rows = np.flatnonzero(own == test.id)
        check_lengths(lengths[rows], len(test.items))
        for number, item in enumerate(test.items):
            given = raw[rows, number]
            codes[rows, place[item.code]] = np.where(given >= 0, given - test.range_low, given)
        omitted_is_wrong[rows] = test.omission_rule is OmissionRule.LOWEST
    ids = column(table, "sitting_id").astype(np.int64)
    matrix = ResponseMatrix(ids, schools_of(table), codes, fingerprint(ids, codes))
    return JoinedMatrix(names, tuple(first[name] for name in names), matrix, omitted_is_wrong)


def read_rows(
    session: Session, wave_ids: Sequence[int], sample_id: int | None, items: int
) -> pa.Table:
    """Sittings in the order of their ids, one column an item; refuses none."""
    names = [f"item_{number}" for number in range(1, items + 1)]
    schema = pa.schema(
        [
            ("sitting_id", pa.int64()),
            ("wave_id", pa.int64()),
            ("school", pa.string()),
            ("responses", pa.int32()),
        ]
        + [(name, pa.int16()) for name in names]
    )
    table = read_columns(session, matrix_rows(wave_ids, sample_id, items), schema).table
    if not table.num_rows:
        raise Refusal("no_responses")
    return table


def matrix_rows(
    wave_ids: Sequence[int], sample_id: int | None, items: int
) -> Select[*tuple[Any, ...]]:
    """One row a sitting, one column an item."""
    school = cast(Sitting.school_id, String) if sample_id is None else Respondent.school_code
    responses = [Sitting.responses[number] for number in range(1, items + 1)]
    statement = (
        select(Sitting.id, Sitting.wave_id, school, func.cardinality(Sitting.responses), *responses)
        .where(Sitting.wave_id.in_(wave_ids))
        .order_by(Sitting.id)
    )
    if sample_id is None:
        return statement.where(Sitting.person_id.is_not(None))
    joined = statement.join(Respondent, Respondent.id == Sitting.respondent_id)
    return joined.where(Respondent.sample_id == sample_id)


def column(table: pa.Table, name: str) -> npt.NDArray[Any]:
    """One column as an array."""
    return np.asarray(table.column(name).to_numpy())


def codes_of(table: pa.Table, items: int) -> npt.NDArray[np.int16]:
    """The responses, (n, items); NOT_PRESENTED beyond a shorter instrument's items."""
    codes = np.empty((table.num_rows, items), dtype=np.int16, order="F")
    for number in range(items):
        given = table.column(f"item_{number + 1}")
        if given.null_count:
            given = given.fill_null(NOT_PRESENTED)
        codes[:, number] = given.to_numpy()
    return codes


def schools_of(table: pa.Table) -> npt.NDArray[np.int64]:
    """The number of each sitting's school, in the order of appearance."""
    schools = table.column("school").combine_chunks().dictionary_encode().indices
    return np.asarray(schools.to_numpy(), dtype=np.int64)


def instrument_of(session: Session, wave_ids: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """The instrument of each sitting's wave."""
    known, place = np.unique(wave_ids, return_inverse=True)
    statement = select(Wave.id, Wave.instrument_id).where(Wave.id.in_(known.tolist()))
    owner = {row.id: row.instrument_id for row in session.execute(statement)}
    return np.array([owner[wave_id] for wave_id in known.tolist()], dtype=np.int64)[place]


def check_lengths(lengths: npt.NDArray[Any], items: int) -> None:
    """Every sitting answers the instrument as it is."""
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
