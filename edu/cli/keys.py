"""New keys over old numbers would make doubles of people: they are refused before anything else."""

from edu.config import Settings
from edu.database import Urls
from edu.database.access import connect
from edu.registry.vault import Sealed, Vault

ONE_NUMBER = b"""
    SELECT iin_index, iin_cipher FROM person_identity WHERE iin_cipher IS NOT NULL LIMIT 1
"""


def require_fitting_keys(settings: Settings, urls: Urls) -> None:
    """Raise Refusal("iin_unreadable") where the keys did not seal the numbers in the database."""
    with connect(urls.owner) as connection:
        known = connection.execute(ONE_NUMBER).fetchone()
    if known is not None:
        vault = Vault(settings.keys.iin_encryption_key, settings.keys.iin_index_key)
        vault.open(Sealed(bytes(known[0]), bytes(known[1])))
