"""Bringing a table in through the form, as people press its two buttons."""

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kinderwerk.imports.rules import guess


def send(
    client: FlaskClient, content: bytes | str, where: str, name: str = "a.csv"
) -> TestResponse:
    """Choose a file and look at what it would bring."""
    data = {"file": (io.BytesIO(as_bytes(content)), name)}
    return client.post(f"/imports/{where}", data=data, content_type="multipart/form-data")


def bring(
    client: FlaskClient, content: bytes | str, where: str, head: str,
    known: Mapping[Any, Sequence[str]], **given: Any,
) -> TestResponse:  # fmt: skip
    """Press the second button as the page offers it: with the columns that were guessed."""
    chosen = {one.value: said for one, said in guess(head.strip().split(";"), known).items()}
    return client.post(f"/imports/{where}", data=chosen | held(content) | given)


def held(content: bytes | str) -> dict[str, str]:
    return {"held": base64.b64encode(as_bytes(content)).decode(), "make": "1"}


def as_bytes(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content
