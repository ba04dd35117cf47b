"""Tokens in mails: computed from a row when the mail is made, and never kept.

A token proves that the mail was read to whom it was sent: it is a keyed hash of the row's id,
what it is for and until when.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime
from typing import Final
from uuid import UUID


class Signer:
    """Computes tokens, and what stands for an address in tables that nobody may read back."""

    def __init__(self) -> None:
        self._key = b""

    def load(self, key: bytes) -> None:
        self._key = key

    def token(self, row_id: UUID, purpose: str, expires_at: datetime) -> str:
        told = f"{row_id}|{purpose}|{expires_at.timestamp():.0f}"
        return urlsafe_b64encode(self._digest("token", told)).rstrip(b"=").decode()

    def fits(self, token: str, row_id: UUID, purpose: str, expires_at: datetime) -> bool:
        known = self.token(row_id, purpose, expires_at)
        return hmac.compare_digest(known.encode(), token.encode(errors="replace"))

    def disguise(self, kind: str, text: str) -> str:
        """Return 64 characters that stand for a text, the same every time."""
        return self._digest(kind, text).hex()

    def _digest(self, kind: str, text: str) -> bytes:
        if not self._key:
            raise RuntimeError("no key was loaded")
        return hmac.digest(self._key, f"{kind}:{text}".encode(), "sha256")


signer: Final = Signer()
