"""Two organisations, filled alike; of what the other one wrote nothing crosses, by any way."""

from collections.abc import Iterator
from itertools import product

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, select, true
from sqlalchemy.orm import Session

from kinderwerk.access import policy
from kinderwerk.access.vocabulary import HELD, Resource, Role
from kinderwerk.families.models import Care, Carer, Child
from kinderwerk.messages import rendering
from kinderwerk.messages.models import Message
from kinderwerk.messages.service import tell
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.storage import scoping
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web.extensions import as_system
from tests.conftest import copy, engine_of, serving
from tests.contract.test_walk import NOWHERE, filled_in, forms, names
from tests.contract.world import (
    MAY_SHOW,
    NAMED,
    PUBLIC,
    SECRET,
    SHARED,
    Known,
    Planting,
    World,
    as_bytes,
    at,
    pages,
    told,
)
from tests.make import Make, all_seeing
from tests.pages import InspectingClient

#: Who changes most of what there is.
WRITERS = (Role.GUARDIAN, Role.WORKER, Role.COORDINATOR, Role.ADMIN)
#: Under which a form may name a row.
ASKED = ("children", "child", "family", "family_id", "goal", "goals", "theme", "venue", "partner",
         "staff", "user", "owner", "person", "dates", "signal", "trajectory", "with")  # fmt: skip


@pytest.fixture(scope="module")
def planted(
    migrated: str,
    compiled: FileSystemBytecodeCache,
    spoken: Engine,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, Known]]:
    """The database of the world, and whom to find in it."""
    home = tmp_path_factory.mktemp("world")
    with copy(migrated, home) as url:
        with serving(url, home, compiled, spoken) as app, all_seeing(engine_of(app)) as session:
            known = Planting(session, Make(session)).known
        yield url, known


@pytest.fixture(scope="module")
def source(planted: tuple[str, Known]) -> str:
    return planted[0]


@pytest.fixture
def world(app: Flask, session: Session, planted: tuple[str, Known]) -> World:
    return World(app, session, planted[1])


@pytest.mark.parametrize("role", [Role.VISITOR, Role.GUARDIAN, *HELD])
def test_nothing_of_another_organisation_is_shown(world: World, role: Role) -> None:
    """Not on a page, list, feed or export, not with guessed ids; and these answer as if missing."""
    client = world.client(role)
    for rule, resource in pages(world.app):
        if "/post" in rule.rule:
            continue  # the demo's only
        missing = as_bytes(client.get(filled_in(rule)), NOWHERE)
        for id in world.ids(resource, ours=True) if "<uuid:" in rule.rule else [NOWHERE]:
            assert not told(client.get(at(rule, id)), resource), (rule.rule, role)
        for id in world.ids(resource, ours=False) if "<uuid:" in rule.rule else []:
            answer = client.get(at(rule, id))
            assert not told(answer, resource), (rule.rule, role)
            if resource not in MAY_SHOW[PUBLIC] | MAY_SHOW[SHARED]:
                assert as_bytes(answer, id) == missing, (rule.rule, role)


@pytest.mark.parametrize("role", WRITERS)
def test_nothing_of_another_organisation_is_changed(world: World, role: Role) -> None:
    """By what is sent to its addresses, whatever else is sent along."""
    client, before = world.client(role), world.dump()
    child = str(world.ids(Resource.CHILD, ours=False)[0])
    for rule, resource in pages(world.app, "POST"):
        if not any(part in rule.rule for part in ("/sign-out", "/account", "/act", "/demo")):
            ids = world.ids(resource, ours=False)[:1] if "<uuid:" in rule.rule else [NOWHERE]
            for id in ids:
                answer = client.post(at(rule, id), data=dict.fromkeys(ASKED, child))
                assert not told(answer, resource), (rule.rule, role)
    assert world.dump() == before


@pytest.mark.parametrize("role", WRITERS)
def test_ids_of_another_organisation_in_our_forms_change_nothing(world: World, role: Role) -> None:
    client, before = world.client(role), world.dump()
    theirs = [
        world.ids(one, ours=False)[0] for one in (Resource.CHILD, Resource.VENUE, Resource.GOAL)
    ]
    for rule, _resource in pages(world.app):
        if not rule.arguments and "/account" not in rule.rule:
            for form, id in product(forms(client, rule.rule), theirs):
                target = form.get("action") or rule.rule
                if "/sign-out" not in target and "/account" not in target:
                    client.post(target, data=dict.fromkeys(names(form), str(id)))
    assert world.dump() == before


@pytest.mark.postgres
@pytest.mark.parametrize("role", [Role.VISITOR, Role.GUARDIAN, *HELD])
def test_with_the_policy_taken_out_the_database_still_holds(
    world: World, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer may be a failure then, but it tells nothing."""
    client = world.client(role)
    addresses = [
        (at(rule, id), resource)
        for rule, resource in pages(world.app)
        if "/post" not in rule.rule
        for id in (world.ids(resource, ours=False) if "<uuid:" in rule.rule else [NOWHERE])
    ]
    monkeypatch.setattr(scoping, "criterion", lambda *asked: true())
    monkeypatch.setattr(policy, "acting_as", lambda actor, *asked: actor.memberships[0])
    monkeypatch.setitem(world.app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(world.app.config, "TESTING", False)
    for address, resource in addresses:
        answer = super(InspectingClient, client).open(address)  # type: ignore[misc]
        there = answer.get_data(as_text=True) + str(answer.headers)
        assert SECRET not in there, (address, resource)


def test_mails_tell_only_of_their_own_organisation(
    world: World, session: Session, make: Make
) -> None:
    child = session.scalars(
        select(Child).join(Child.cares).join(Care.carer).where(Carer.user_id == world.guardian.id)
    ).one()
    club = make.activity(world.people[Role.WORKER])
    signup = make.save(
        Signup(
            organisation_id=world.here, activity=club, child=child, standing=Standing.PLACED,
            queue=1, made_by_id=world.guardian.id,
        )
    )  # fmt: skip
    with unit_of_work(session):
        tell(
            session, key="test", template="signup.confirmed", organisation_id=world.here,
            address=world.guardian.email, signup=signup.id,
        )  # fmt: skip
    with world.app.test_request_context():
        sent = as_system().scalars(select(Message).where(Message.key == "test")).one()
        mail = rendering.render(as_system(), sent)
    assert mail
    assert club.title in mail.text
    assert not [word for word in (SECRET, PUBLIC, SHARED, NAMED) if word in mail.text]
