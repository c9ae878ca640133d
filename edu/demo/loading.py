"""The invented nation written into the database: all of it in one transaction, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.scope import Scope, system_scope, use_scope
from edu.config import Settings
from edu.demo.analyses import analyze
from edu.demo.arrays import Integers
from edu.demo.classes import invent_classes
from edu.demo.instruments import DIGITAL_LITERACY
from edu.demo.nation import Nation, invent
from edu.demo.results import (
    ask_for_releases,
    estimate_cohorts,
    estimate_gains,
    learn_risks,
    publish_scores,
)
from edu.demo.sign_ins import add_sign_ins
from edu.demo.write_assessments import write_instruments, write_sittings
from edu.demo.write_people import write_identities, write_memberships, write_people
from edu.demo.write_places import Places, write_classes, write_places
from edu.demo.write_programs import write_enrollments, write_offerings, write_programs
from edu.demo.writing import gather_statistics
from edu.outcomes.pisa.published.reference import load_pisa
from edu.programs.reference import load_initiatives
from edu.registry.reference import load_reference
from edu.registry.vault import Vault
from edu.scoring.scales import load_scales
from models.accounts import AuditEntry
from models.assessments import Sitting
from models.enrollments import Enrollment
from models.errors import Conflict
from models.people import Membership, Person
from models.places import School, SchoolClass
from models.programs import Offering
from models.scores import Score

PEOPLE, SEED = 20_000, 1
DETAIL = "demonstration"
# What the figures are read from, in an order that all who gather statistics keep to.
WRITTEN = (School, SchoolClass, Person, Membership, Offering, Enrollment, Sitting)
# The lock under which files of people are brought in, too.
LOCK = text("SELECT pg_advisory_xact_lock(hashtext('edu people'))")

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Loaded:
    """How many records of each kind were written."""

    people: int
    schools: int
    classes: int
    offerings: int
    enrollments: int
    sittings: int
    findings: int


def load(
    session: Session,
    settings: Settings,
    *,
    people: int = PEOPLE,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Loaded:
    """Write the nation of `seed`; refuses where people are known already. The caller commits.

    progress: told the name of each stage as it begins. Needs an application context, as the
    sign-ins do.
    """
    tell = progress or (lambda stage: None)
    scope = system_scope()
    use_scope(session, scope)
    require_nobody(session)
    tell("inventing")
    nation = invent(people, seed)
    tell("places")
    load_reference(session)
    load_initiatives(session)
    load_scales(session)
    load_pisa(session)
    places = write_places(session, nation.districts, nation.schools)
    tell("people")
    person_ids, classes = write_everybody(session, settings, nation, places)
    tell("programs")
    program_ids = write_programs(session, scope)
    offerings, enrollments = write_participation(session, nation, (program_ids, person_ids, places))
    tell("assessments")
    waves = write_instruments(session, scope)
    sittings = write_sittings(session, nation, waves, (person_ids, places))
    tell("sign_ins")
    add_sign_ins(session, nation)
    made_of = {"people": people, "seed": seed}
    audit.note_changed(session, "person", person_ids.tolist(), **{DETAIL: made_of})
    findings = write_results(
        session, scope, nation, (program_ids.tolist(), waves[DIGITAL_LITERACY.code]), tell
    )
    counts = (offerings, enrollments, sittings, findings)
    return Loaded(people, len(places.schools), classes, *counts)


def write_results(
    session: Session,
    scope: Scope,
    nation: Nation,
    ids: tuple[list[int], list[int]],
    tell: Progress,
) -> int:
    """Score, estimate, and ask for releases; the number of findings."""
    program_ids, wave_ids = ids
    gather_statistics(session, *WRITTEN)
    tell("scoring")
    publish_scores(session, scope)
    gather_statistics(session, Score)
    tell("outcomes")
    findings = estimate_gains(session, scope, program_ids) + analyze(session, scope, nation)
    findings += estimate_cohorts(session, scope)
    learn_risks(session, scope, program_ids)
    tell("exports")
    ask_for_releases(session, scope, program_ids, wave_ids)
    return findings


def loaded_with(session: Session) -> tuple[int, int] | None:
    """The number of people and the seed of the nation that was loaded; None without one."""
    detail = session.scalar(
        select(AuditEntry.detail).where(AuditEntry.detail.has_key(DETAIL)).limit(1)
    )
    return (detail[DETAIL]["people"], detail[DETAIL]["seed"]) if detail else None


def require_nobody(session: Session) -> None:
    """Refuse to mix invented people with those who are there."""
    session.execute(LOCK)
    known = session.scalar(select(func.count()).select_from(Person))
    if known:
        raise Conflict("demonstration_among_people", found=known)


def write_everybody(
    session: Session, settings: Settings, nation: Nation, places: Places
) -> tuple[Integers, int]:
    """Write people, names, numbers, classes and memberships; ids and the number of classes."""
    classes = invent_classes(nation.people)
    class_ids = write_classes(session, classes, places)
    person_ids = write_people(session, nation.people, places)
    vault = Vault(settings.keys.iin_encryption_key, settings.keys.iin_index_key)
    write_identities(session, nation.seed, nation.people, (person_ids, places), vault)
    write_memberships(session, nation.people, classes, (person_ids, places, class_ids))
    return person_ids, len(class_ids)


def write_participation(
    session: Session, nation: Nation, ids: tuple[Integers, Integers, Places]
) -> tuple[int, int]:
    """Write offerings and enrollments; how many of each."""
    program_ids, person_ids, places = ids
    offering_ids = write_offerings(session, nation.offerings, program_ids, places)
    keys = (person_ids, offering_ids, places)
    count = write_enrollments(session, nation.enrollments, nation.people, keys)
    return len(offering_ids), count
