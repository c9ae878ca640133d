"""`edu migrate`: bring the database up to date."""

import click

from edu.cli.output import Answer, answers
from edu.config import Settings
from edu.database import migrate as bring_up_to_date
from edu.database import running


@click.command()
@answers
def migrate() -> Answer:
    """Bring the database to the newest revision and grant what the service needs."""
    with running(Settings.from_environ()) as database:
        changed = bring_up_to_date(database.urls)
    text = "The database was brought up to date." if changed else "The database is up to date."
    return Answer({"changed": changed}, text)
