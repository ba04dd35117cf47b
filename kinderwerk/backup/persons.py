"""Key pairs of people to whom backups are locked: one half in a setting, the other in a file."""

import os
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from kinderwerk.config import in_letters

SHORTEST: Final = 12


class WrongKey(Exception):
    """The file is no private key for backups, or the pass phrase is another."""


def make(file: Path, phrase: str) -> str:
    """Write a private key under a pass phrase, never over another; return its public key."""
    private = X25519PrivateKey.generate()
    lock = BestAvailableEncryption(phrase.encode())
    written = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as to:
        to.write(written)
    return in_letters(private.public_key().public_bytes_raw())


def load(file: Path, phrase: str) -> X25519PrivateKey:
    try:
        private = load_pem_private_key(file.read_bytes(), phrase.encode())
    except (ValueError, TypeError):
        raise WrongKey("This file does not open with that pass phrase.") from None
    if not isinstance(private, X25519PrivateKey):
        raise WrongKey("This is a key for something else.")
    return private
