"""Writing the sittings of anonymous respondents: a sample's own, apart from the registry."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.scope import Scope
from edu.assessment.known import Known
from edu.assessment.mapping import ResponseMapping
from edu.assessment.service import NewInstrument, NewItem, add_once, create_instrument, open_wave
from edu.assessment.sheet import Answered, Sheet
from edu.intake import ImportCount, load_into
from models.assessments import Instrument, Sample, Wave
from models.base import utc_today
from models.errors import Conflict

INCOMING = {
    "line": "integer",
    "school_code": "text",
    "groups": "jsonb",
    "language": "text",
    "responses": "smallint[]",
}
COUNT = text("""
    SELECT count(*) FILTER (WHERE sitting.id IS NULL),
           count(*) FILTER (WHERE sitting.id IS NOT NULL AND (
             (respondent.school_code, respondent.groups, sitting.language, sitting.responses)
             IS DISTINCT FROM
             (incoming.school_code, incoming.groups, incoming.language, incoming.responses)))
    FROM incoming_response AS incoming
    LEFT JOIN respondent
      ON respondent.sample_id = :sample AND respondent.line = incoming.line
    LEFT JOIN sitting ON sitting.wave_id = :wave AND sitting.respondent_id = respondent.id
""")
WRITE_RESPONDENTS = text("""
    INSERT INTO respondent (sample_id, line, school_code, groups)
    SELECT :sample, line, school_code, groups FROM incoming_response ORDER BY line
    ON CONFLICT (sample_id, line) DO UPDATE
    SET school_code = excluded.school_code, groups = excluded.groups
    WHERE (respondent.school_code, respondent.groups)
          IS DISTINCT FROM (excluded.school_code, excluded.groups)
""")
WRITE_SITTINGS = text("""
    INSERT INTO sitting (wave_id, respondent_id, language, responses)
    SELECT :wave, respondent.id, incoming.language, incoming.responses
    FROM incoming_response AS incoming
    JOIN respondent ON respondent.sample_id = :sample AND respondent.line = incoming.line
    ORDER BY incoming.line
    ON CONFLICT (wave_id, respondent_id) DO UPDATE
    SET language = excluded.language, responses = excluded.responses
    WHERE (sitting.language, sitting.responses)
          IS DISTINCT FROM (excluded.language, excluded.responses)
    RETURNING id
""")


def write(
    session: Session, scope: Scope, *, asked: ResponseMapping, known: Known, sheet: Sheet
) -> tuple[ImportCount, list[int]]:
    """Write what the sheet holds; the counts, and the ids of the sittings touched."""
    sheet.problems.raise_if_any()
    wave, sample = make_missing(session, scope, asked, known)
    load_into(session, "incoming_response", INCOMING, incoming_rows(sheet.lines))
    place = {"wave": wave.id, "sample": sample.id}
    new, changed = session.execute(COUNT, place).one()
    session.execute(WRITE_RESPONDENTS, place)
    ids = list(session.scalars(WRITE_SITTINGS, place))
    unchanged = len(sheet.lines) - new - changed
    return ImportCount(new=new, changed=changed, unchanged=unchanged), ids


def incoming_rows(lines: list[Answered]) -> Iterator[tuple[Any, ...]]:
    """Lines in the order of `INCOMING`."""
    for answered in lines:
        yield (
            answered.line,
            answered.school,
            answered.groups,
            answered.language,
            answered.responses,
        )


def make_missing(
    session: Session, scope: Scope, asked: ResponseMapping, known: Known
) -> tuple[Wave, Sample]:
    """The wave and the sample; what nobody has made yet is made from the mapping."""
    instrument = known.instrument or create_instrument(session, scope, new=described(asked))
    today = utc_today()
    wave = known.wave or open_wave(
        session,
        scope,
        instrument_id=instrument.id,
        code=asked.wave,
        opens_on=today,
        closes_on=today,
    )
    return wave, known.sample or make_sample(session, asked, instrument)


def described(asked: ResponseMapping) -> NewInstrument:
    """The instrument as far as a mapping describes it: its code stands for its names."""
    code = asked.instrument
    return NewInstrument(
        code=code,
        name_kk=code,
        name_ru=code,
        name_en=code,
        scale=code,
        range_low=asked.low,
        range_high=asked.high,
        items=[NewItem(item) for item in asked.items],
    )


def make_sample(session: Session, asked: ResponseMapping, instrument: Instrument) -> Sample:
    """A new sample of the instrument."""
    sample = Sample(code=asked.sample, instrument_id=instrument.id)
    add_once(session, sample, Conflict("sample_known", found=asked.sample))
    audit.note_changed(session, "sample", [sample.id])
    return sample
