"""Names for persons that lead nowhere: keyed, fresh for each release, the key never stored."""

import hmac
import secrets
from collections.abc import Iterable

from edu.export.policy import KEY_BYTES, PSEUDONYM_BYTES


def fresh_key() -> bytes:
    """A key for one release."""
    return secrets.token_bytes(KEY_BYTES)


def pseudonyms(person_ids: Iterable[int], key: bytes) -> list[str]:
    """HMAC-SHA-256 of each id under `key`, its first 128 bits in hexadecimal."""
    return [
        hmac.digest(key, person_id.to_bytes(8, "big"), "sha256")[:PSEUDONYM_BYTES].hex()
        for person_id in person_ids
    ]
