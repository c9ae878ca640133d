"""Keys that do not fit the numbers in the database are refused before anything is written."""

from datetime import date
from pathlib import Path

import pytest

from edu.cli.keys import require_fitting_keys
from edu.config import Settings
from edu.registry.vault import Vault
from models.errors import Refusal
from models.people import Person, PersonIdentity, Sex
from tests.factories.places import make_district, make_school, region

IIN = "310101500006"


@pytest.fixture
def sealed(session, settings) -> None:
    """Somebody whose number the installation's own keys sealed."""
    school = make_school(session, district=make_district(session, region=region(session)))
    person = Person(school_id=school.id, sex=Sex.MALE, birth_date=date(2014, 1, 1))
    session.add(person)
    session.flush()
    found = Vault(settings.keys.iin_encryption_key, settings.keys.iin_index_key).seal(IIN)
    session.add(
        PersonIdentity(
            person_id=person.id,
            school_id=school.id,
            surname="А",
            given_name="Б",
            sort_key="а",
            iin_index=found.index,
            iin_cipher=found.cipher,
        )
    )
    session.commit()


def test_the_keys_that_sealed_the_numbers_fit(settings, database_urls, sealed) -> None:
    require_fitting_keys(settings, database_urls)


def test_other_keys_are_refused(tmp_path: Path, database_urls, sealed) -> None:
    others = Settings.from_environ({"EDU_HOME": str(tmp_path)})
    with pytest.raises(Refusal) as refusal:
        require_fitting_keys(others, database_urls)
    assert refusal.value.code == "iin_unreadable"


def test_any_keys_fit_where_no_number_is_kept(tmp_path: Path, database_urls, clean) -> None:
    require_fitting_keys(Settings.from_environ({"EDU_HOME": str(tmp_path)}), database_urls)
