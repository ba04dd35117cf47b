"""A device with a passkey, made of software: what a browser would send for it."""

import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any, Final
from uuid import uuid4

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT_AND_VERIFIED: Final = 0x05
WITH_KEY: Final = 0x40


def told(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def heard(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    def __init__(self, origin: str, host: str) -> None:
        self.origin, self.host = origin, host
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.count = uuid4().bytes, 0

    def create(self, options: dict[str, Any]) -> str:
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(public)
        state = self._state(PRESENT_AND_VERIFIED | WITH_KEY) + attested
        told_of = {"fmt": "none", "attStmt": {}, "authData": state}
        return self._answer(
            clientDataJSON=self._client("webauthn.create", options),
            attestationObject=cbor2.dumps(told_of),
        )

    def get(self, options: dict[str, Any], flags: int = PRESENT_AND_VERIFIED) -> str:
        self.count += 1
        state, client = self._state(flags), self._client("webauthn.get", options)
        signed = self.key.sign(state + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=state, signature=signed)

    def _state(self, flags: int) -> bytes:
        return sha256(self.host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _answer(self, **response: bytes) -> str:
        parts = {name: told(value) for name, value in response.items()}
        id = told(self.id)
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": parts})
