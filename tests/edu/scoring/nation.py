"""Answers drawn from known items, for calibrations whose truth is known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import insert
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.scoring import service
from edu.scoring.scales import load_scales
from edu.scoring.service import Asked, Method
from models.assessments import NOT_PRESENTED, Instrument, Sitting, Wave
from models.people import Person, Sex
from models.scores import ScoringRun
from tests.factories.assessments import make_instrument, make_wave
from tests.factories.places import make_district, make_school, region

SLOPES = np.array([0.9, 1.4, 1.1, 1.7, 1.0, 1.3, 0.8, 1.5])
HARDNESS = np.array([-1.2, -0.7, -0.4, 0.0, 0.2, 0.5, 0.9, 1.3])


@dataclass
class Tested:
    """An instrument that people sat in waves; abilities: (n,) of each wave."""

    instrument: Instrument
    waves: list[Wave]
    abilities: list[npt.NDArray[np.float64]] = field(default_factory=list)


def draw_answers(
    rng: np.random.Generator,
    ability: npt.NDArray[np.float64],
    hardness: npt.NDArray[np.float64] = HARDNESS,
) -> npt.NDArray[np.int16]:
    """Right and wrong answers under the two-parameter model."""
    slopes = np.resize(SLOPES, hardness.shape[-1])
    chance = 1 / (1 + np.exp(-slopes * (ability[:, None] - hardness)))
    return (rng.random(chance.shape) < chance).astype(np.int16)


def sit_test(
    session: Session,
    *,
    persons: int = 600,
    schools: int = 12,
    gains: Sequence[float] = (0.0,),
    seed: int = 1,
    code: str = "test",
    items: Sequence[str] = tuple(f"q{number}" for number in range(1, 9)),
    hardness: npt.NDArray[np.float64] = HARDNESS,
    russian: npt.NDArray[np.float64] | None = None,
    booklets: bool = False,
) -> Tested:
    """People of several schools sit a test, every second one in Russian.

    gains: how much more able they are in each wave. russian: what is added to the items' hardness
    in that version. booklets: half see the first six items, half the last six.
    """
    load_scales(session)
    rng = np.random.default_rng(seed)
    people, places = make_people(session, persons, schools)
    in_russian = np.arange(persons) % 2 == 1
    ability = rng.normal(size=persons)
    instrument = make_instrument(session, code=code, items=len(items))
    for item, name in zip(instrument.items, items, strict=True):
        item.code = name
    tested = Tested(instrument, [])
    for number, gain in enumerate(gains):
        day = date(2026 + number, 9, 1)
        name = f"w{number}"
        wave = make_wave(session, instrument=instrument, code=name, opens_on=day, closes_on=day)
        shift = np.zeros(len(items)) if russian is None else russian
        answers = draw_answers(rng, ability + gain, hardness + in_russian[:, None] * shift)
        if booklets:
            answers[::2, 6:] = NOT_PRESENTED
            answers[1::2, :2] = NOT_PRESENTED
        languages = np.where(in_russian, "ru", "kk").tolist()
        write_sittings(session, wave, zip(people, places, languages, answers.tolist(), strict=True))
        tested.waves.append(wave)
        tested.abilities.append(ability + gain)
    session.commit()
    return tested


def write_sittings(
    session: Session, wave: Wave, rows: Iterable[tuple[int, int, str, list[int]]]
) -> None:
    """Person, school, language and answers of each sitting."""
    columns = ("person_id", "school_id", "language", "responses")
    sittings = [{"wave_id": wave.id, **dict(zip(columns, row, strict=True))} for row in rows]
    session.execute(insert(Sitting), sittings)


def make_people(session: Session, persons: int, schools: int) -> tuple[list[int], list[int]]:
    """Ids of new people, and of the school of each."""
    district = make_district(session, region=region(session))
    places = [make_school(session, district=district).id for _ in range(schools)]
    homes = [places[number % schools] for number in range(persons)]
    rows = [
        {
            "school_id": home,
            "sex": Sex.FEMALE if number // schools % 2 else Sex.MALE,
            "birth_date": date(2012, 1, 1),
        }
        for number, home in enumerate(homes)
    ]
    added = insert(Person).returning(Person.id, sort_by_parameter_order=True)
    return list(session.scalars(added, rows)), homes


def calibrated(
    session: Session, scope: Scope, *codes: str, publish: bool = False, **choices: Any
) -> ScoringRun:
    """A run on the scale, computed and perhaps published."""
    asked = Asked(instruments=codes or ("test",), method=Method.IRT, **choices)
    run = service.start_run(session, scope, asked=asked)
    service.run_scoring(session, scope, run_id=run.id)
    if publish:
        service.publish(session, scope, run_id=run.id)
    session.commit()
    return run
