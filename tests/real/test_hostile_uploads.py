"""Every hostile file through every form that takes one: refused in words or read; no failure."""

import re
import time
from io import BytesIO
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from kinderwerk.access.vocabulary import Role
from tests.contract import conftest as two_organisations
from tests.contract.test_walk import PARSER
from tests.contract.world import Known, World, filled

pytestmark = pytest.mark.real
planted, world = two_organisations.planted, two_organisations.world
#: Seconds in which somebody has an answer.
PATIENCE: Final = 20
UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@pytest.fixture(scope="module")
def source(planted: tuple[str, Known]) -> str:
    return planted[0]


def taking_files(world: World, client: FlaskClient) -> dict[str, tuple[Element, str]]:
    """Return a form of each kind, and where it goes."""
    return {
        UUID.sub("", target): (form, target)
        for form, target in world.forms(client)
        if any(one.get("type") == "file" for one in form.iter("input"))
    }


def says_why(page: str) -> bool:
    root = PARSER.parse(page)
    alerts = [one for one in root.iter() if one.get("role") == "alert"]
    return any("".join(one.itertext()).strip() for one in alerts)


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize(
    ("role", "least"), [(Role.WORKER, 1), (Role.COORDINATOR, 5), (Role.ADMIN, 3)]
)
def test_each_is_refused_in_words_or_read(
    world: World,
    real_data: Path,
    role: Role,
    least: int,
) -> None:
    client = world.client(role)
    files = [one for one in sorted((real_data / "hostile").rglob("*")) if one.is_file()]
    found = taking_files(world, client)
    assert len(found) >= least
    for form, target in found.values():
        names = [one.get("name", "") for one in form.iter("input") if one.get("type") == "file"]
        for file in files:
            content = file.read_bytes()
            sent = filled(form) | {name: (BytesIO(content), file.name) for name in names}
            begun = time.monotonic()
            answer = client.post(target, data=sent, content_type="multipart/form-data")
            assert time.monotonic() - begun < PATIENCE, (target, file.name)
            assert answer.status_code in (200, 303, 413, 422), (target, file.name)
            assert answer.status_code != 422 or says_why(answer.text), (target, file.name)
