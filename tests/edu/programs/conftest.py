import pytest
from sqlalchemy.orm import Session

from edu.programs.reference import load_initiatives
from models.places import Region, School
from tests.factories.places import make_district, make_school, region


@pytest.fixture
def abai(session: Session) -> Region:
    return region(session, "10")


@pytest.fixture
def school(session: Session, abai: Region) -> School:
    return make_school(session, district=make_district(session, region=abai))


@pytest.fixture
def initiatives(session: Session) -> None:
    load_initiatives(session)
