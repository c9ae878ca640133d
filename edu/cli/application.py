"""The application for one command: on a database that runs and is up to date."""

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import ParamSpec, TypeVar

import click
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.audit import name_action
from edu.accounts.scope import system_scope, use_scope
from edu.cli.keys import require_fitting_keys
from edu.cli.language import language
from edu.config import Settings
from edu.database import migrate, running
from edu.outcomes.pisa.published.reference import load_pisa
from edu.programs.reference import load_initiatives
from edu.registry.reference import load_reference
from edu.scoring.scales import load_scales
from models import db
from models.pisa import SurveyMean
from models.places import Region
from models.scores import Scale

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@contextlib.contextmanager
def application(settings: Settings) -> Iterator[Flask]:
    """The application in its context; the database is started if needed, and stopped again."""
    with running(settings) as database:
        changed = migrate(database.urls)
        require_fitting_keys(settings, database.urls)
        from edu.app import create_app  # takes seconds: only once the database answers

        app = create_app(settings, database.urls.application)
        with app.app_context(), force_locale(language()):
            if changed or not has_reference():
                write_reference()
            yield app


def has_reference() -> bool:
    """Whether the country's own lists are there."""
    with Session(db.engine) as session:
        lists = (Region.id, Scale.id, SurveyMean.id)
        return all(session.scalar(select(column).limit(1)) is not None for column in lists)


def write_reference() -> None:
    """Bring the lists that come with the program into the database, or up to date there."""
    with Session(db.engine) as session:
        use_scope(session, system_scope())
        load_reference(session)
        load_initiatives(session)
        load_scales(session)
        load_pisa(session)
        session.commit()


@contextlib.contextmanager
def as_system() -> Iterator[Session]:
    """The transaction of a command: it acts as `system`, and is kept if all goes well."""
    with application(Settings.from_environ()):
        session = db.session()
        use_scope(session, system_scope())
        name_action(session, click.get_current_context().command_path)
        yield session
        session.commit()


def with_application(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Run a command inside the application that the environment describes."""

    @functools.wraps(function)
    def command(*arguments: Parameters.args, **options: Parameters.kwargs) -> Result:
        with application(Settings.from_environ()):
            return function(*arguments, **options)

    return command
