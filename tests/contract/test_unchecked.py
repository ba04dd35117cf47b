"""Whose certificate nobody has seen comes near no name of a child, whatever the page."""

import re

import pytest
from sqlalchemy import select

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Membership
from kinderwerk.audit import service as audit
from kinderwerk.storage.work import unit_of_work
from tests.contract.world import Known, World
from tests.planted import PLANTED

#: How the children of the crowd are called; helpers see the initial only.
NAME = re.compile(rf"Child \d+ ({PLANTED}|{PLANTED[0]}\.)|{PLANTED}")


@pytest.fixture(scope="module")
def source(planted: tuple[str, Known]) -> str:
    return planted[0]


def shown_to(world: World, role: Role) -> set[str]:
    return {
        path
        for path, answer in world.everything(role, each=2).items()
        if any(isinstance(part, str) and NAME.search(part) for part in answer)
    }


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.WORKER, Role.COORDINATOR])
def test_no_page_tells_a_name_before_the_certificate_is_seen(world: World, role: Role) -> None:
    person = world.people[role]
    assert role is Role.VOLUNTEER or shown_to(world, role)
    with unit_of_work(world.session):
        held = select(Membership).where(Membership.user_id == person.id)
        for one in world.session.scalars(held):
            one.checked = False
            audit.record(world.session, SYSTEM, "test.made", one.id)
    assert not shown_to(world, role)
