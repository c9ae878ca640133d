from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pytest

from models.assessments import Instrument, OmissionRule, Wave
from models.scores import ScoringRun
from tests.factories.assessments import (
    make_anonymous_sitting,
    make_instrument,
    make_respondent,
    make_sample,
    make_sitting,
    make_wave,
)
from tests.factories.people import make_person
from tests.factories.places import make_district, make_school, region


def answers(persons: int, items: int, *, seed: int = 1) -> npt.NDArray[np.int16]:
    """Right and wrong answers of persons who differ, to items that differ."""
    draw = np.random.default_rng(seed)
    ability = draw.normal(size=(persons, 1))
    hardness = np.linspace(-1, 1, items)
    right = draw.random((persons, items)) < 1 / (1 + np.exp(hardness - ability))
    return right.astype(np.int16)


@dataclass
class Sat:
    """An instrument whose waves were sat."""

    instrument: Instrument
    waves: list[Wave]
    codes: list[npt.NDArray[np.int16]] = field(default_factory=list)


@pytest.fixture
def sit(session) -> Callable[..., Sat]:
    """`sit(codes, …)`: a wave for each matrix, its persons spread over schools."""

    def make(
        *matrices: npt.NDArray[np.int16],
        schools: int = 6,
        high: int = 1,
        omission_rule: OmissionRule = OmissionRule.MISSING,
    ) -> Sat:
        district = make_district(session, region=region(session))
        places = [make_school(session, district=district) for _ in range(schools)]
        instrument = make_instrument(
            session, items=matrices[0].shape[1], high=high, omission_rule=omission_rule
        )
        persons = [
            make_person(session, school=places[number % schools])
            for number in range(len(matrices[0]))
        ]
        sat = Sat(instrument, [], list(matrices))
        for number, codes in enumerate(matrices):
            wave = make_wave(session, instrument=instrument, code=f"w{number}")
            sat.waves.append(wave)
            for person, row in zip(persons, codes.tolist(), strict=True):
                make_sitting(session, wave=wave, person=person, responses=row)
        session.commit()
        return sat

    return make


@pytest.fixture
def sit_anonymously(session) -> Callable[..., Sat]:
    """Respondents of the sample "pilot", spread over schools."""

    def make(codes: npt.NDArray[np.int16], *, schools: int = 6) -> Sat:
        instrument = make_instrument(session, items=codes.shape[1])
        wave = make_wave(session, instrument=instrument, code="w0")
        sample = make_sample(session, instrument=instrument, code="pilot")
        for line, row in enumerate(codes.tolist(), start=2):
            respondent = make_respondent(
                session, sample=sample, line=line, school_code=str(line % schools)
            )
            make_anonymous_sitting(session, wave=wave, respondent=respondent, responses=row)
        session.commit()
        return Sat(instrument, [wave], [codes])

    return make


@pytest.fixture
def finished(session, scope, sit) -> ScoringRun:
    """A finished run of 60 persons that the system asked for."""
    from edu.scoring.service import Asked, run_scoring, start_run

    sat = sit(answers(60, 6))
    run = start_run(session, scope, asked=Asked(instruments=[sat.instrument.code]))
    run_scoring(session, scope, run_id=run.id)
    session.commit()
    return run
