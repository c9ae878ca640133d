"""The vault of the running application: the edge takes it here and hands it on."""

from flask import current_app

from edu.config import Settings
from edu.registry.vault import Vault


def vault() -> Vault:
    """The vault with the installation's keys."""
    settings: Settings = current_app.extensions["edu-settings"]
    return Vault(settings.keys.iin_encryption_key, settings.keys.iin_index_key)
