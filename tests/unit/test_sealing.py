from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag

from kinderwerk.storage.sealing import Keyring, UnknownKey, place

OLD, NEW = b"o" * 32, b"n" * 32


def ring(**keys: bytes) -> Keyring:
    keyring = Keyring()
    keyring.load({int(name[1:]): key for name, key in keys.items()})
    return keyring


def test_a_value_opens_only_in_its_own_column_and_row() -> None:
    keyring, row = ring(k1=OLD), uuid4()
    sealed = keyring.seal("secret", place("signal", "account", row))
    assert keyring.open(sealed, place("signal", "account", row)) == "secret"
    for elsewhere in (place("referral", "account", row), place("signal", "account", uuid4())):
        with pytest.raises(InvalidTag):
            keyring.open(sealed, elsewhere)


def test_the_newest_key_seals_and_older_keys_still_open() -> None:
    sealed = ring(k1=OLD).seal("secret", "somewhere")
    both = ring(k1=OLD, k300=NEW)
    assert both.open(sealed, "somewhere") == "secret"
    assert both.seal("secret", "somewhere")[1:3] == (300).to_bytes(2, "big")


def test_a_missing_key_is_named() -> None:
    sealed = ring(k7=OLD).seal("secret", "somewhere")
    with pytest.raises(UnknownKey, match="7"):
        ring(k1=NEW).open(sealed, "somewhere")


def test_the_same_text_is_sealed_differently_each_time() -> None:
    keyring = ring(k1=OLD)
    assert keyring.seal("secret", "somewhere") != keyring.seal("secret", "somewhere")
