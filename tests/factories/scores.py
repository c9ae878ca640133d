"""Programs whose participants' scores and gains are known, made in a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.assessments import Instrument, Sample, Wave
from models.places import School
from models.programs import Program
from models.scores import RunStatus, ScoringRun
from tests.factories.assessments import make_instrument, make_sample, make_wave
from tests.factories.places import make_class, make_district, make_school, region
from tests.factories.programs import make_offering, make_program

TONGUES = ("kk", "ru")
REGIONS = ("10", "75")

# Persons are dealt out to the schools in turn; within a school seven of ten learn in Kazakh.
PERSONS = text("""
    INSERT INTO person (school_id, sex, birth_date)
    SELECT (:schools)[1 + n % cardinality(:schools)],
           CASE WHEN n / cardinality(:schools) % 3 = 0 THEN 'male' ELSE 'female' END,
           date '2012-01-01' + n % 700
    FROM generate_series(0, :n - 1) AS n""")
MEMBERSHIPS = text("""
    INSERT INTO membership (person_id, school_id, academic_year, role, class_id)
    SELECT person.id, person.school_id, '2026-27', 'pupil',
           (SELECT id FROM school_class WHERE school_class.school_id = person.school_id
            ORDER BY language_code LIMIT 1
            OFFSET CASE WHEN person.id / cardinality(:schools) % 10 < 7 THEN 0 ELSE 1 END)
    FROM person WHERE person.school_id = ANY(:schools)""")
ENROLLMENTS = text("""
    INSERT INTO enrollment (person_id, offering_id, school_id, status, applied_on, enrolled_on)
    SELECT id, :offering, school_id, CASE WHEN id % 5 = 0 THEN 'completed' ELSE 'enrolled' END,
           '2026-09-01', '2026-09-02' FROM person WHERE school_id = ANY(:schools)""")
SITTINGS = text("""
    INSERT INTO sitting (wave_id, person_id, school_id, language, responses)
    SELECT :wave, id, school_id, 'kk', '{1}' FROM person
    WHERE school_id = ANY(:schools) AND id % 11 <> :absent""")
# What is random about a person or a school is a hash of its id: the same on every run.
SCORES = text("""
    INSERT INTO score (run_id, sitting_id, school_id, value)
    SELECT :run, sitting.id, sitting.school_id,
      30 + (hashint8(person_id) & 1023) / 32.0
      + :shift * (:gain
        + :by_sex * CASE WHEN person.sex = 'female' THEN 1 ELSE 0 END
        + (hashint8(sitting.school_id + 7) & 255) / 128.0 - 0.998046875
        + (hashint8extended(person_id, 3) & 1023) / 128.0 - 3.99609375)
    FROM sitting JOIN person ON person.id = sitting.person_id
    WHERE wave_id = :wave""")

RESPONDENTS = text("""
    INSERT INTO respondent (sample_id, line, school_code, groups)
    SELECT :sample, n + 2, 'school ' || n % :schools,
      CASE WHEN n < :unlabeled THEN '{}'::jsonb
           ELSE jsonb_build_object('sex', CASE WHEN n % 3 = 0 THEN 'male' ELSE 'female' END,
                                   'home "A" %',
               CASE WHEN n / :schools % 2 = 0 THEN 'NA' ELSE 'b' END) END
    FROM generate_series(0, :n - 1) AS n""")
ANONYMOUS_SITTINGS = text("""
    INSERT INTO sitting (wave_id, respondent_id, responses)
    SELECT :wave, id, '{1}' FROM respondent WHERE sample_id = :sample""")
ANONYMOUS_SCORES = text("""
    INSERT INTO score (run_id, sitting_id, value)
    SELECT :run, sitting.id, CASE WHEN line % 13 <> 0 THEN
      :shift + 30 + (hashint8(line) & 1023) / 32.0 + (hashtext(school_code) & 255) / 64.0 END
    FROM sitting JOIN respondent ON respondent.id = respondent_id WHERE wave_id = :wave""")


@dataclass(frozen=True)
class ScoredCohort:
    """A program and the published run that its participants' scores are of."""

    program: Program
    instrument: Instrument
    waves: Sequence[Wave]
    run: ScoringRun
    schools: Sequence[int]


def make_scored_cohort(
    session: Session,
    *,
    persons: int,
    schools: int = 20,
    gain: float = 5.0,
    by_sex: float = 0.0,
    places: Sequence[School] = (),
) -> ScoredCohort:
    """Pupils of one program with a published baseline and endline; each eleventh missed the latter.

    A pupil's true gain is `gain`, more by `by_sex` for girls, more or less by the school's and
    the pupil's own part, both evenly spread around zero.
    """
    ids = [school.id for school in places or make_places(session, schools)]
    program = make_program(session)
    offering = make_offering(session, program=program)
    session.execute(PERSONS, {"schools": ids, "n": persons})
    session.execute(MEMBERSHIPS, {"schools": ids})
    session.execute(ENROLLMENTS, {"offering": offering.id, "schools": ids})
    instrument = make_instrument(session, items=1)
    waves = [
        make_wave(session, instrument=instrument, code=code, opens_on=day, closes_on=day)
        for code, day in (("baseline", date(2026, 9, 1)), ("endline", date(2027, 5, 1)))
    ]
    for wave, absent in zip(waves, (-1, 9), strict=True):
        session.execute(SITTINGS, {"wave": wave.id, "schools": ids, "absent": absent})
    run = score_waves(session, instrument, waves, gain=gain, by_sex=by_sex)
    return ScoredCohort(program, instrument, waves, run, ids)


def make_places(session: Session, number: int) -> list[School]:
    """Schools of two regions, of town and village, each with a class of either language."""
    districts = [make_district(session, region=region(session, code)) for code in REGIONS]
    places = [
        make_school(session, district=districts[place % 2], urban=place % 3 != 0)
        for place in range(number)
    ]
    for school in places:
        for tongue in TONGUES:
            make_class(session, school=school, letter=tongue, language=tongue)
    return places


def score_waves(
    session: Session,
    instrument: Instrument,
    waves: Sequence[Wave],
    *,
    gain: float = 5.0,
    by_sex: float = 0.0,
    published: bool = True,
) -> ScoringRun:
    """A run over waves; those after the first hold the gain."""
    run = make_run(session, instrument, waves)
    for shift, wave in enumerate(waves):
        values = {"run": run.id, "wave": wave.id, "shift": shift}
        session.execute(SCORES, {**values, "gain": gain, "by_sex": by_sex})
    if published:
        run.status = RunStatus.PUBLISHED
        session.flush()
    return run


def make_run(session: Session, instrument: Instrument, waves: Sequence[Wave]) -> ScoringRun:
    """A finished run without scores."""
    run = ScoringRun(
        instrument_id=instrument.id,
        wave_ids=[wave.id for wave in waves],
        method="classical",
        method_version="1",
        seed=1,
        status=RunStatus.FINISHED,
        software={},
    )
    session.add(run)
    session.flush()
    return run


def make_scored_sample(
    session: Session,
    *,
    respondents: int,
    schools: int = 20,
    code: str = "sample",
    unlabeled: int = 0,
) -> Sample:
    """Respondents with a published score, but each thirteenth; the first `unlabeled` in no group.

    They are labeled by "sex" and by a name and labels that need care when they are read.
    """
    instrument = make_instrument(session, items=1)
    wave = make_wave(session, instrument=instrument)
    sample = make_sample(session, instrument=instrument, code=code)
    numbers = {"n": respondents, "schools": schools, "unlabeled": unlabeled}
    session.execute(RESPONDENTS, {"sample": sample.id, **numbers})
    score_sample(session, sample, [wave])
    return sample


def score_sample(session: Session, sample: Sample, waves: Sequence[Wave]) -> ScoringRun:
    """A published run over waves that the sample's respondents sit now; later ones score more."""
    run = make_run(session, sample.instrument, waves)
    run.sample_id = sample.id
    session.flush()
    for number, wave in enumerate(waves):
        session.execute(ANONYMOUS_SITTINGS, {"wave": wave.id, "sample": sample.id})
        session.execute(ANONYMOUS_SCORES, {"run": run.id, "wave": wave.id, "shift": 10 * number})
    run.status = RunStatus.PUBLISHED
    session.flush()
    return run
