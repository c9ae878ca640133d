"""The figures that come with the project, in the test database."""

import pytest

from edu.outcomes.pisa.published.reference import load_pisa


@pytest.fixture
def known(session):
    """What the project knows of PISA today."""
    load_pisa(session)
    session.commit()
    return session
