"""A program with a true effect, its participants and people alike, on a calibrated scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from edu.scoring.scales import load_scales, scale_for
from models.assessments import Sitting, Wave
from models.enrollments import Enrollment, EnrollmentStatus
from models.people import LearnerRole, Membership, Person, Sex
from models.places import School, SchoolClass
from models.programs import Offering, Program
from models.scores import RunStatus, Score, ScoringRun
from tests.factories.assessments import make_instrument, make_wave
from tests.factories.places import make_class, make_district, make_school, region
from tests.factories.programs import make_offering, make_program
from tests.factories.scores import make_run

SCALE = "digital_literacy"
DRAWS = 3


@dataclass
class Studied:
    """What was made; people: their ids, took: who takes part."""

    program: Program
    offering: Offering
    waves: list[Wave]
    run: ScoringRun
    people: list[int]
    took: np.ndarray


def make_study(
    session: Session,
    *,
    persons: int = 900,
    schools: int = 30,
    effect: float = 20.0,
    share: float = 0.5,
    drift: float = 0.0,
    lost: float = 0.02,
    unlike: float = 0.0,
    constant: bool = False,
    a_month: float | None = None,
    closing: float = 0.0,
    regions: Sequence[str] = ("10", "75"),
    apart: float | None = None,
    seed: int = 1,
) -> Studied:
    """Pupils of grade 5, `share` of whom take part in each school; everybody gains 10 points.

    drift: how much higher those who take part start, beyond what the records tell. lost: share of
    participants without an endline. unlike: the share of boys among participants beyond a half.
    closing: the share of a lead over 500 points that is lost again, with or without the program.
    apart: with two earlier waves, between which participants gained so many points more.
    a_month: points that a month less than others costs; participants then enter on different days.
    """
    load_scales(session)
    rng = np.random.default_rng(seed)
    places = make_schools(session, schools, regions)
    home = np.arange(persons) % schools
    boy = rng.random(persons) < 0.5
    took = rng.random(persons) < np.clip(share + unlike * (boy - 0.5), 0, 1)
    people = add_people(session, places, make_classes(session, places), home, boy)
    offering = make_offering(session, program=make_program(session), grades=(5, 5))
    late = np.random.default_rng(seed).integers(0, 150, persons) * (a_month is not None)
    who = (people, [place.id for place in places], home)
    enroll(session, offering, who, np.where(took, late, -1))
    waves, run = make_waves(session, earlier=apart is not None)
    ability = drift * took + 500 + 30 * rng.normal(size=schools)[home]
    ability += 80 * rng.normal(size=persons)
    after = ability + 10 + effect * took + 5 * rng.normal(size=schools)[home]
    after -= closing * (ability - 500) + took * late / 30.4 * (a_month or 0.0)
    after += 25 * rng.normal(size=persons)
    after = np.full(persons, 500.0) if constant else after
    there = rng.random(persons) >= lost * took
    measured = [*earlier(ability, took, apart, seed), (ability, there | True), (after, there)]
    for wave, of_wave in zip(waves, measured, strict=True):
        add_scores(session, (run, wave), who, of_wave, rng)
    run.status = RunStatus.PUBLISHED
    session.commit()
    return Studied(offering.program, offering, waves, run, people, took)


def add(session: Session, table: type, rows: list[dict]) -> list[int]:
    """Ids of new rows, in their order."""
    if not rows:
        return []
    added = insert(table).returning(table.id, sort_by_parameter_order=True)
    return list(session.scalars(added, rows))


def earlier(ability: np.ndarray, took: np.ndarray, apart: float | None, seed: int) -> list:
    """What everybody scored in two waves before the first, in the first of them with a lag."""
    if apart is None:
        return []
    ever = ability - 10 + 10 * np.random.default_rng(seed + 1).normal(size=(2, ability.size))
    everybody = np.ones(ability.size, dtype=bool)
    return [(ever[0] - apart * took, everybody), (ever[1], everybody)]


def make_classes(session: Session, places: list[School]) -> list[SchoolClass]:
    """A grade 5 in each school."""
    classes = [make_class(session, school=place, language="kk") for place in places]
    for one in classes:
        one.grade = 5
    return classes


def make_schools(session: Session, number: int, regions: Sequence[str]) -> list[School]:
    """Schools of these regions in turn, two of three in town."""
    districts = [make_district(session, region=region(session, code)) for code in regions]
    return [
        make_school(session, district=districts[place % len(regions)], urban=place % 3 > 0)
        for place in range(number)
    ]


EARLIER = (("before", date(2025, 9, 1)), ("between", date(2026, 5, 1)))
NAMED = (("baseline", date(2026, 9, 1)), ("endline", date(2027, 5, 1)))


def make_waves(session: Session, *, earlier: bool) -> tuple[list[Wave], ScoringRun]:
    """Two waves of an instrument, or four, and their calibrated run, without scores."""
    instrument = make_instrument(session, items=1)
    instrument.scale = SCALE
    waves = [
        make_wave(session, instrument=instrument, code=code, opens_on=day, closes_on=day)
        for code, day in ((*EARLIER, *NAMED) if earlier else NAMED)
    ]
    run = make_run(session, instrument, waves)
    run.scale_id, run.method, run.definition = (
        scale_for(session, SCALE).id,
        "irt",
        {"n_draws": DRAWS},
    )
    return waves, run


def enroll(session: Session, offering: Offering, who: tuple, late: np.ndarray) -> None:
    """Who completes an offering, having entered so many days late; those below 0 do not."""
    days = {"applied_on": date(2026, 9, 10), "ended_on": date(2027, 4, 1)}
    same = {"offering_id": offering.id, "status": EnrollmentStatus.COMPLETED, **days}
    people, places, home = who
    add(session, Enrollment, [
        {"person_id": people[n], "school_id": places[home[n]],
         "enrolled_on": date(2026, 9, 20) + timedelta(int(late[n])), **same}
        for n in np.flatnonzero(late >= 0)
    ])  # fmt: skip


def add_people(session, places, classes, home, boy) -> list[int]:
    """Persons with their memberships."""
    people = add(session, Person, [
        {"school_id": places[at].id, "sex": Sex.MALE if male else Sex.FEMALE,
         "birth_date": date(2015, 1, 1)}
        for at, male in zip(home.tolist(), boy.tolist(), strict=True)
    ])  # fmt: skip
    add(session, Membership, [
        {"person_id": person, "school_id": places[at].id, "academic_year": "2026-27",
         "role": LearnerRole.PUPIL, "class_id": classes[at].id}
        for person, at in zip(people, home.tolist(), strict=True)
    ])  # fmt: skip
    return people


def add_scores(session, scored, who, drawn_from, rng) -> None:
    """Sittings and scores with plausible values around the truth."""
    run, wave = scored
    values, sat = drawn_from
    people, places, home = who
    rows = np.flatnonzero(sat)
    sittings = add(session, Sitting, [
        {"wave_id": wave.id, "person_id": people[n], "school_id": places[home[n]],
         "language": "kk", "responses": [1]}
        for n in rows
    ])  # fmt: skip
    noise = 10 * rng.normal(size=(len(rows), DRAWS)) * (np.ptp(values) > 0)
    add(session, Score, [
        {"run_id": run.id, "sitting_id": sitting, "school_id": places[home[n]],
         "value": float(values[n] + 10 * error), "se": 10.0,
         "plausible_values": (values[n] + drawn).tolist()}
        for sitting, n, drawn, error in zip(
            sittings, rows, noise, rng.normal(size=len(rows)), strict=True
        )
    ])  # fmt: skip
