"""IINs at rest: encrypted to be read back, and a keyed index to be found without reading."""

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.errors import Refusal

NONCE_BYTES = 12
# Says how the rest is read; a later key or method gets another number.
EDITION = b"\x01"


@dataclass(frozen=True)
class Sealed:
    """An IIN as the table holds it."""

    index: bytes
    cipher: bytes = field(repr=False)


@dataclass(frozen=True)
class Vault:
    """Seals and opens IINs with the keys of one installation."""

    encryption_key: bytes = field(repr=False)
    index_key: bytes = field(repr=False)

    @cached_property
    def _aead(self) -> AESGCM:
        return AESGCM(self.encryption_key)

    def index_of(self, iin: str) -> bytes:
        """The blind index: equal for equal numbers, meaningless without the key."""
        return hmac.digest(self.index_key, iin.encode(), hashlib.sha256)

    def seal(self, iin: str) -> Sealed:
        """The number encrypted (AES-256-GCM) and bound to its index."""
        index = self.index_of(iin)
        nonce = os.urandom(NONCE_BYTES)
        cipher = EDITION + nonce + self._aead.encrypt(nonce, iin.encode(), index)
        return Sealed(index, cipher)

    def open(self, sealed: Sealed) -> str:
        """The number; raises Refusal("iin_unreadable") where the keys are not those that sealed."""
        nonce = sealed.cipher[1 : 1 + NONCE_BYTES]
        try:
            if sealed.cipher[:1] != EDITION:
                raise InvalidTag
            return self._aead.decrypt(
                nonce, sealed.cipher[1 + NONCE_BYTES :], sealed.index
            ).decode()
        except InvalidTag as error:
            raise Refusal("iin_unreadable") from error
