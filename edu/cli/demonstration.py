"""`edu demo`: the invented nation, what is true of it, and who can sign in to look at it."""

from dataclasses import asdict

import click
import psycopg
from flask import current_app
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu import demo as demonstration
from edu.accounts import audit
from edu.accounts.scope import system_scope, use_scope
from edu.cli.application import application, as_system
from edu.cli.output import Answer, answers
from edu.config import Settings
from edu.database import conninfo, urls
from edu.web.labels import label
from models import db
from models.accounts import User
from models.people import Person

NATION, TRUTH, SIGN_INS = "nation", "truth", "sign-ins"


@click.command()
@click.argument("what", type=click.Choice([NATION, TRUTH, SIGN_INS]), default=NATION)
@click.option("--people", type=click.IntRange(1, 5_000_000), help="How many: 20000 by default.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Which nation: 1 by default.")
@answers
def demo(what: str, people: int | None, seed: int | None) -> Answer:
    """Load an invented nation into an empty database (nation, the default), or tell its true
    gains (truth), or who can sign in to look at it (sign-ins)."""
    wanted = (people or demonstration.PEOPLE, demonstration.SEED if seed is None else seed)
    if what == NATION:
        with application(Settings.from_environ()):
            return load_nation(*wanted)
    with as_system() as session:
        if what == SIGN_INS:
            return Answer({"sign_ins": sign_ins()}, sign_ins_in_words())
        if (people, seed) == (None, None):
            wanted = demonstration.loaded_with(session) or wanted
        found = demonstration.truth(people=wanted[0], seed=wanted[1])
        return Answer(found, truth_in_words(found["gains"]))


def load_once() -> bool:
    """Load the demonstration where nobody is known yet, in the running application's context."""
    with Session(db.engine) as session:
        use_scope(session, system_scope())
        known = session.scalar(select(Person.id).limit(1)) or session.scalar(
            select(User.id).limit(1)
        )
    if known is not None:
        return False
    load_nation(demonstration.PEOPLE, demonstration.SEED)
    return True


def load_nation(people: int, seed: int) -> Answer:
    """Load a nation, keep it, and let the database count what it holds."""
    settings: Settings = current_app.extensions["edu-settings"]
    with Session(db.engine) as session:
        use_scope(session, system_scope())
        audit.name_action(session, "edu demo")
        loaded = demonstration.load(session, settings, people=people, seed=seed, progress=say)
        session.commit()
    say("counting")
    gather_statistics(settings)
    result = {**asdict(loaded), "seed": seed, "sign_ins": sign_ins()}
    text = gettext(
        "%(people)s people in %(schools)s schools, %(enrollments)s enrollments and "
        "%(sittings)s sittings are there.",
        **asdict(loaded),
    )
    return Answer(result, f"{text}\n\n{sign_ins_in_words()}")


def gather_statistics(settings: Settings) -> None:
    """Without them the database would guess how to search until it came round to it itself."""
    with psycopg.connect(conninfo(urls(settings).owner), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")


def say(stage: str) -> None:
    """What is being done, where it is seen at once."""
    words = {
        "inventing": gettext("Inventing a nation"),
        "places": gettext("Writing districts and schools"),
        "people": gettext("Writing people"),
        "programs": gettext("Writing programs and enrollments"),
        "assessments": gettext("Writing tests and answers"),
        "scoring": gettext("Scoring the answers"),
        "outcomes": gettext("Estimating gains"),
        "exports": gettext("Asking for exports"),
        "sign_ins": gettext("Writing who can sign in"),
        "counting": gettext("Gathering statistics of the tables"),
    }
    click.echo(words[stage], err=True)


def sign_ins() -> list[dict[str, str]]:
    """Role, address and password of everybody who can sign in."""
    return [asdict(one) for one in demonstration.sign_ins()]


def sign_ins_in_words() -> str:
    """The same as lines."""
    return "\n".join(
        f"{label(one.role):24} {one.email:28} {one.password}" for one in demonstration.sign_ins()
    )


def truth_in_words(gains: list[dict[str, object]]) -> str:
    """The expected gain in points of every program."""
    heading = gettext("True gains in points; without a program:")
    lines = [
        f"{cell['program'] or heading:28} {cell['expected']['gain_score']:6.2f}"  # type: ignore[index]
        for cell in gains
        if cell["group"] is None
    ]
    return "\n".join(lines)
