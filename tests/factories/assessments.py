from collections.abc import Sequence
from datetime import date
from itertools import count

from sqlalchemy.orm import Session

from models.assessments import (
    Instrument,
    Item,
    OmissionRule,
    Respondent,
    Sample,
    Sitting,
    Wave,
    WaveStanding,
)
from models.people import Person

numbers = count(1)


def make_instrument(
    session: Session,
    *,
    code: str | None = None,
    items: int = 4,
    low: int = 0,
    high: int = 1,
    languages: Sequence[str] = ("kk", "ru"),
    omission_rule: OmissionRule = OmissionRule.MISSING,
) -> Instrument:
    number = next(numbers)
    instrument = Instrument(
        code=code or f"instrument-{number}",
        name_kk=f"{number}-тест",
        name_ru=f"Тест {number}",
        name_en=f"Test {number}",
        scale="digital_literacy",
        languages=list(languages),
        range_low=low,
        range_high=high,
        omission_rule=omission_rule,
        items=[
            Item(position=position, code=f"q{position}", domain="safety")
            for position in range(1, items + 1)
        ],
    )
    session.add(instrument)
    session.flush()
    return instrument


def make_wave(
    session: Session,
    *,
    instrument: Instrument,
    code: str = "baseline",
    standing: WaveStanding = WaveStanding.OPEN,
    opens_on: date = date(2026, 9, 1),
    closes_on: date = date(2026, 9, 30),
) -> Wave:
    wave = Wave(
        instrument_id=instrument.id,
        code=code,
        opens_on=opens_on,
        closes_on=closes_on,
        standing=standing,
    )
    session.add(wave)
    session.flush()
    return wave


def make_sitting(
    session: Session, *, wave: Wave, person: Person, responses: Sequence[int]
) -> Sitting:
    sitting = Sitting(
        wave_id=wave.id,
        person_id=person.id,
        school_id=person.school_id,
        language="kk",
        responses=list(responses),
    )
    session.add(sitting)
    session.flush()
    return sitting


def make_sample(session: Session, *, instrument: Instrument, code: str = "sample") -> Sample:
    sample = Sample(code=code, instrument_id=instrument.id)
    session.add(sample)
    session.flush()
    return sample


def make_respondent(
    session: Session, *, sample: Sample, line: int, school_code: str = "1", **groups: str
) -> Respondent:
    respondent = Respondent(sample_id=sample.id, line=line, school_code=school_code, groups=groups)
    session.add(respondent)
    session.flush()
    return respondent


def make_anonymous_sitting(
    session: Session, *, wave: Wave, respondent: Respondent, responses: Sequence[int]
) -> Sitting:
    sitting = Sitting(wave_id=wave.id, respondent_id=respondent.id, responses=list(responses))
    session.add(sitting)
    session.flush()
    return sitting
