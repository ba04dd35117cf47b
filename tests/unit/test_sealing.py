from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag

from kinderwerk.storage import sealing
from kinderwerk.storage.sealing import Keyring, MissingKey, place, wrapped_by

OLD, NEW, KEY = b"o" * 32, b"n" * 32, b"d" * 32


def ring(**keys: bytes) -> Keyring:
    keyring = Keyring()
    keyring.load({int(name[1:]): key for name, key in keys.items()})
    return keyring


def test_a_value_opens_only_in_its_own_column_and_row() -> None:
    keyring, row = ring(k1=OLD), uuid4()
    cipher = keyring.cipher(3, keyring.wrap(3, KEY))
    sealed = sealing._encrypt(cipher, 3, b"secret", place("signal", "account", row))
    assert sealing._decrypt(cipher, sealed, place("signal", "account", row)) == b"secret"
    for elsewhere in (place("referral", "account", row), place("signal", "account", uuid4())):
        with pytest.raises(InvalidTag):
            sealing._decrypt(cipher, sealed, elsewhere)


def test_the_newest_key_of_the_environment_wraps_and_older_ones_unwrap() -> None:
    wrapped = ring(k1=OLD).wrap(1, KEY)
    both = ring(k1=OLD, k300=NEW)
    assert both.unwrap(1, wrapped) == KEY
    assert wrapped_by(both.wrap(1, KEY)) == 300


def test_a_key_does_not_unwrap_under_another_number() -> None:
    keyring = ring(k1=OLD)
    with pytest.raises(MissingKey):
        keyring.unwrap(2, keyring.wrap(1, KEY))


def test_a_swapped_key_of_the_environment_unwraps_nothing() -> None:
    wrapped = ring(k1=OLD).wrap(1, KEY)
    for other in (ring(k1=NEW), ring(k7=OLD)):
        with pytest.raises(MissingKey):
            other.unwrap(1, wrapped)


def test_the_same_key_is_wrapped_differently_each_time() -> None:
    keyring = ring(k1=OLD)
    assert keyring.wrap(1, KEY) != keyring.wrap(1, KEY)
