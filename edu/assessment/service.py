"""Making instruments, opening and closing waves, recording one person's sitting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from models.assessments import (
    NOT_PRESENTED,
    NOT_REACHED,
    OMITTED,
    Instrument,
    Item,
    OmissionRule,
    Sitting,
    Wave,
    WaveStanding,
)
from models.base import Base
from models.errors import Conflict, Refusal
from models.keyset import read_one
from models.people import Person
from models.places import LanguageOfInstruction

NOT_GIVEN = frozenset({OMITTED, NOT_REACHED, NOT_PRESENTED})


@dataclass(frozen=True)
class NewItem:
    """A question, and the domain it belongs to."""

    code: str
    domain: str = ""


@dataclass(frozen=True)
class NewInstrument:
    """An instrument and its items, in the order of the response array."""

    code: str
    name_kk: str
    name_ru: str
    name_en: str
    scale: str
    range_low: int
    range_high: int
    items: Sequence[NewItem]
    languages: Sequence[str] = ()
    omission_rule: OmissionRule = OmissionRule.MISSING


def create_instrument(session: Session, scope: Scope, *, new: NewInstrument) -> Instrument:
    """Create an instrument with its items; refuses a code that is taken."""
    scope.require(Permission.WRITE_PROGRAMS)
    check_instrument(session, new)
    instrument = Instrument(
        code=new.code,
        name_kk=new.name_kk,
        name_ru=new.name_ru,
        name_en=new.name_en,
        scale=new.scale,
        languages=list(new.languages),
        range_low=new.range_low,
        range_high=new.range_high,
        omission_rule=new.omission_rule,
        items=[
            Item(position=position, code=item.code, domain=item.domain)
            for position, item in enumerate(new.items, start=1)
        ],
    )
    add_once(session, instrument, Conflict("instrument_known", found=new.code))
    audit.note_changed(session, "instrument", [instrument.id])
    return instrument


def check_instrument(session: Session, new: NewInstrument) -> None:
    """Refuse items twice or not at all, a range without room, a language nobody knows."""
    codes = [item.code for item in new.items]
    if not codes:
        raise Refusal("instrument_without_items", field="items")
    if twice := next((code for code in codes if codes.count(code) > 1), None):
        raise Refusal("item_twice", found=twice, field="items")
    if not 0 <= new.range_low < new.range_high:
        raise Refusal("range_without_room", low=new.range_low, high=new.range_high)
    known = set(session.scalars(select(LanguageOfInstruction.code)))
    for language in new.languages:
        if language not in known:
            raise Refusal("unknown_language", found=language, expected=sorted(known))


def open_wave(
    session: Session,
    scope: Scope,
    *,
    instrument_id: int,
    code: str,
    opens_on: date,
    closes_on: date,
) -> Wave:
    """Create a wave of an instrument that takes sittings from `opens_on` to `closes_on`."""
    scope.require(Permission.WRITE_PROGRAMS)
    instrument = read_one(session, Instrument, instrument_id)
    if opens_on > closes_on:
        raise Refusal("wave_ends_before_it_begins", found=closes_on, expected=opens_on)
    wave = Wave(
        instrument_id=instrument.id,
        code=code,
        opens_on=opens_on,
        closes_on=closes_on,
        standing=WaveStanding.OPEN,
    )
    add_once(session, wave, Conflict("wave_known", found=code))
    audit.note_changed(session, "wave", [wave.id])
    return wave


def close_wave(session: Session, scope: Scope, *, wave_id: int) -> Wave:
    """From now on the wave takes no sittings; it waits for those being recorded."""
    return set_standing(session, scope, wave_id=wave_id, standing=WaveStanding.CLOSED)


def reopen_wave(session: Session, scope: Scope, *, wave_id: int) -> Wave:
    """Let a closed wave take sittings again."""
    return set_standing(session, scope, wave_id=wave_id, standing=WaveStanding.OPEN)


def set_standing(session: Session, scope: Scope, *, wave_id: int, standing: WaveStanding) -> Wave:
    """Open or close a wave; doing it twice changes nothing."""
    scope.require(Permission.WRITE_PROGRAMS)
    wave = read_one(session, Wave, wave_id)
    session.refresh(wave, with_for_update=True)
    if wave.standing is not standing:
        wave.standing = standing
        session.flush()
        audit.note_changed(session, "wave", [wave.id])
    return wave


def record_sitting(
    session: Session,
    scope: Scope,
    *,
    person_id: int,
    wave_id: int,
    responses: Sequence[int],
    language: str | None = None,
    sat_on: date | None = None,
) -> Sitting:
    """Keep what a person of one's own school answered, in item order.

    A response that was not given is OMITTED, NOT_REACHED or NOT_PRESENTED.
    """
    scope.require(Permission.WRITE_RECORDS)
    wave = wave_for_sitting(session, wave_id)
    person = read_one(session, Person, person_id)
    scope.require_school(person.school_id)
    check_responses(wave.instrument, responses)
    check_circumstances(wave, language, sat_on)
    sitting = Sitting(
        wave_id=wave.id,
        person_id=person.id,
        school_id=person.school_id,
        language=language,
        sat_on=sat_on,
        responses=list(responses),
    )
    add_once(session, sitting, Conflict("already_sat", wave=wave.code))
    audit.note_changed(session, "sitting", [sitting.id])
    return sitting


def wave_for_sitting(session: Session, wave_id: int) -> Wave:
    """The wave, kept from being closed until the transaction ends; refuses a closed one."""
    wave = read_one(session, Wave, wave_id)
    session.refresh(wave, with_for_update={"read": True})
    if wave.standing is WaveStanding.CLOSED:
        raise Conflict("wave_closed", wave=wave.code)
    return wave


def check_responses(instrument: Instrument, responses: Sequence[int]) -> None:
    """Refuse another number of responses than of items, and a response outside the range."""
    if len(responses) != len(instrument.items):
        raise Refusal("wrong_response_count", found=len(responses), expected=len(instrument.items))
    low, high = instrument.range_low, instrument.range_high
    for item, response in zip(instrument.items, responses, strict=True):
        if response not in NOT_GIVEN and not low <= response <= high:
            raise Refusal(
                "response_out_of_range",
                item=item.code,
                found=response,
                low=low,
                high=high,
                expected=f"{low}–{high}",
            )


def check_circumstances(wave: Wave, language: str | None, sat_on: date | None) -> None:
    """Refuse a language the instrument is not written in, and a day outside the wave."""
    languages = wave.instrument.languages
    if language is not None and language not in languages:
        raise Refusal("language_not_offered", found=language, expected=languages)
    if sat_on is not None and not wave.opens_on <= sat_on <= wave.closes_on:
        raise Refusal(
            "sat_outside_wave", found=sat_on, opens_on=wave.opens_on, closes_on=wave.closes_on
        )


def add_once(session: Session, record: Base, conflict: Conflict) -> None:
    """Insert a record, or raise `conflict` where one with its key stands already, seen or not."""
    try:
        with session.begin_nested():
            session.add(record)
    except IntegrityError as error:
        raise conflict from error
