"""Lists show exactly what pages allow: the SQL twin of every policy entry, row by row."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import POLICY, permits
from kinderwerk.access.vocabulary import Action, Resource, Role
from kinderwerk.storage.scoping import SCOPES
from tests.contract.crowd import Crowd
from tests.make import Make


@pytest.fixture
def crowd(session: Session, make: Make) -> Crowd:
    return Crowd(session, make)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("resource", sorted(SCOPES))
def test_lists_show_exactly_what_pages_allow(
    session: Session, crowd: Crowd, resource: Resource, role: Role
) -> None:
    scope = SCOPES[resource]
    rows = crowd.rows(resource)
    assert rows, "nobody to be listed: teach the crowd to make this"
    actions = [action for action in Action if (resource, action) in POLICY]
    for actor in crowd.actors(role):
        for action in actions:
            if action in (Action.LIST, Action.CREATE):
                continue
            listed = set(session.scalars(select(scope.model).where(scope.visible(actor, action))))
            allowed = {row for row in rows if permits(actor, action, resource, row.facts)}
            assert listed == allowed, (actor, action)
