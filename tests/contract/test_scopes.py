"""Lists show exactly what pages allow: the SQL twin of every policy entry, row by row."""

from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import POLICY, permits
from kinderwerk.access.vocabulary import Action, Actor, Resource, Role
from kinderwerk.storage.scoping import SCOPES
from tests.contract.crowd import Crowd
from tests.make import Make

WITHOUT_A_ROW = {Action.LIST, Action.CREATE}


def everybody(crowd: Crowd) -> list[Actor]:
    """In every role, and in some of them also as who stands in for colleagues who are away."""
    alone = [actor for role in Role for actor in crowd.actors(role)]
    workers, officers = crowd.people[Role.WORKER], crowd.people[Role.PROTECTION_OFFICER]
    absent = frozenset(one.id for one in (*workers, officers[0]))
    roles = (Role.WORKER, Role.COORDINATOR, Role.PROTECTION_OFFICER, Role.VOLUNTEER)
    standing = [
        replace(actor, stands_in_for=absent - {actor.id})
        for role in roles
        for actor in crowd.actors(role)[::2]
    ]
    return alone + standing


@pytest.fixture
def crowd(session: Session, make: Make) -> Crowd:
    return Crowd(session, make)


@pytest.mark.parametrize("resource", sorted(SCOPES))
def test_lists_show_exactly_what_pages_allow(
    session: Session, crowd: Crowd, resource: Resource
) -> None:
    scope = SCOPES[resource]
    rows = crowd.rows(resource)
    assert rows, "nobody to be listed: teach the crowd to make this"
    actions = {action for action in Action if (resource, action) in POLICY} - WITHOUT_A_ROW
    for actor, action in product(everybody(crowd), actions):
        listed = set(session.scalars(select(scope.model).where(scope.visible(actor, action))))
        allowed = {row for row in rows if permits(actor, action, resource, row.facts)}
        assert listed == allowed, (actor, action)
