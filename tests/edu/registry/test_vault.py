import pytest

from edu.registry.vault import Sealed, Vault
from models.errors import Refusal

IIN = "310101500006"
VAULT = Vault(b"e" * 32, b"i" * 32)


def test_what_is_sealed_is_read_back_and_never_twice_the_same() -> None:
    first, second = VAULT.seal(IIN), VAULT.seal(IIN)
    assert first.cipher != second.cipher
    assert VAULT.open(first) == VAULT.open(second) == IIN
    assert IIN.encode() not in first.cipher + first.index


def test_equal_numbers_have_equal_indexes_under_one_key_only() -> None:
    other = Vault(b"e" * 32, b"j" * 32)
    assert VAULT.seal(IIN).index == VAULT.index_of(IIN)
    assert other.index_of(IIN) != VAULT.index_of(IIN)
    assert VAULT.index_of("320229600000") != VAULT.index_of(IIN)


@pytest.mark.parametrize(
    "forged",
    [
        lambda sealed: Sealed(sealed.index, sealed.cipher[:-1] + bytes([sealed.cipher[-1] ^ 1])),
        lambda sealed: Sealed(VAULT.index_of("320229600000"), sealed.cipher),
        lambda sealed: Sealed(sealed.index, b"\x02" + sealed.cipher[1:]),
        lambda sealed: Sealed(sealed.index, b""),
    ],
)
def test_an_altered_or_moved_cipher_is_not_opened(forged) -> None:
    with pytest.raises(Refusal) as caught:
        VAULT.open(forged(VAULT.seal(IIN)))
    assert caught.value.code == "iin_unreadable"


def test_other_keys_do_not_open_it() -> None:
    with pytest.raises(Refusal):
        Vault(b"x" * 32, b"i" * 32).open(VAULT.seal(IIN))


def test_neither_keys_nor_ciphers_are_printed() -> None:
    assert "eeee" not in repr(VAULT)
    assert repr(VAULT.seal(IIN).cipher) not in repr(VAULT.seal(IIN))
