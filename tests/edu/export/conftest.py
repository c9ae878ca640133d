from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from edu.accounts.scope import scope_of
from edu.export import service, storage
from models.accounts import RoleName, User
from models.releases import ExportRequest
from tests.factories.accounts import make_user
from tests.factories.jobs import do_jobs
from tests.factories.releases import MadeCohort, make_cohort, make_request

PERSONS = 3000


@pytest.fixture
def cohort(session: Session) -> MadeCohort:
    """Three thousand participants of one program with two scored waves."""
    made = make_cohort(session, persons=PERSONS)
    session.commit()
    return made


@pytest.fixture
def researcher(session: Session) -> User:
    user = make_user(session, role=RoleName.RESEARCHER)
    session.commit()
    return user


@pytest.fixture
def manager(session: Session) -> User:
    user = make_user(session, role=RoleName.PROGRAM_MANAGER)
    session.commit()
    return user


@pytest.fixture
def folder_of(app: Flask) -> Callable[[ExportRequest], Path]:
    """Where a release lies."""

    def folder(request: ExportRequest) -> Path:
        with app.app_context():
            return storage.path_of(request.id)

    return folder


@pytest.fixture
def release(app: Flask, session: Session, manager: User) -> Callable[..., ExportRequest]:
    """Ask, approve and build: `release(cohort, by=user)`."""

    def made(cohort: MadeCohort, *, by: User) -> ExportRequest:
        request = make_request(session, program=cohort.program, waves=cohort.waves, by=by)
        service.approve(session, scope_of(session, manager), request_id=request.id, note="Clear")
        session.commit()
        do_jobs(app)
        session.refresh(request)
        return request

    return made


@pytest.fixture
def clients(sign_in: Callable[..., FlaskClient]) -> Callable[[RoleName], FlaskClient]:
    """Clients that read English."""

    def signed_in(role: RoleName) -> FlaskClient:
        client = sign_in(role)
        client.set_cookie("language", "en")
        return client

    return signed_in
