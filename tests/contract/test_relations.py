"""Every route, for every role, in every relation that somebody can have to a row, as agreed.

What the policy opens is open; all else answers to the byte as a row that is missing.
"""

import pickle
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import (
    CONFIDENTIAL,
    HELD,
    NOBODY,
    Action,
    Actor,
    Facts,
    Resource,
    Role,
)
from kinderwerk.accounts.models import User
from kinderwerk.core.errors import Withheld
from kinderwerk.storage.base import Base
from kinderwerk.storage.types import Id
from tests.conftest import copy, engine_of, in_turn, of_all_workers, serving
from tests.contract.admitted import admitted
from tests.contract.crowd import CARRYING, STANDING
from tests.contract.test_walk import NOWHERE
from tests.contract.world import Known, World, as_bytes, at, lookup
from tests.make import all_seeing

#: What goes along to whoever stands in.
LENT = {
    Resource.SIGNAL, Resource.CODE_CASE, Resource.SUPPORT, Resource.REFERRAL, Resource.INCIDENT,
}  # fmt: skip
Asked = defaultdict[str, set[tuple[object, ...]]]
Answers = tuple[tuple[object, ...], Callable[[], tuple[object, ...]]]
Load = Callable[[Session, Any], Any]
SHUT = "shut, though the policy opens it"
#: Shut to those who may see the row as well, as long as there is nothing to show or to answer.
BY_STATE = {
    "activities.copy": "it makes a new one, which not everybody may",
    "activities.inside_photo": "the activity has no photo",
    "activities.shown_photo": "the activity has no photo",
    "archives.fetch": "it is not made yet",
    "archives.key": "it is not made yet",
    "signups.offer": "no place is offered",
    "signups.answer_for": "no place is offered",
    "youth.address_of": "nobody there is about to be sixteen",
    "youth.own_address": "nobody there is about to be sixteen",
}


def routes(
    app: Flask, method: str, actor: Actor | None = None
) -> Iterator[tuple[Rule, Action, Resource, Load]]:
    """Yield the routes about one row, and what the policy is asked about it."""
    for rule in app.url_map.iter_rules():
        load = lookup(app, rule)
        if actor and not admitted(app, rule, actor):
            continue
        if method in (rule.methods or ()) and load:
            action, resource = app.view_functions[rule.endpoint].access  # type: ignore[attr-defined]
            yield rule, action, resource, load


@pytest.fixture(scope="module")
def source(planted: tuple[str, Known]) -> str:
    return planted[0]


@pytest.fixture(scope="session")
def rows(
    planted: tuple[str, Known],
    compiled: FileSystemBytecodeCache,
    spoken: Engine,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, dict[UUID, Facts]]:
    """Of each route: what it finds among all rows there are; one worker looks for all."""
    home = of_all_workers(tmp_path_factory) / "facts"
    with in_turn(home):
        made = home / "made"
        if not made.is_file():
            with (
                copy(planted[0], home) as url, serving(url, home, compiled, spoken) as app,
                all_seeing(engine_of(app)) as session, app.test_request_context(),
            ):  # fmt: skip
                made.write_bytes(pickle.dumps(all_found(app, session)))
    found: dict[str, dict[UUID, Facts]] = pickle.loads(made.read_bytes())  # noqa: S301
    return found


def all_found(app: Flask, session: Session) -> dict[str, dict[UUID, Facts]]:
    tables = [
        table for table in Base.metadata.sorted_tables
        if "id" in table.c and isinstance(table.c.id.type, Id)
    ]  # fmt: skip
    ids = {table: session.scalars(select(table.c.id)).all() for table in tables}

    @cache
    def by(load: Load) -> dict[UUID, Facts]:
        asked = tables_asked(session, load)
        known = [id for table in tables if table.name in asked for id in ids[table]]
        each = ((id, looked_up(session, load, id)) for id in known)
        return {id: facts for id, facts in each if facts}

    return {
        rule.endpoint: by(load)
        for method in ("GET", "POST") for rule, _action, _resource, load in routes(app, method)
    }  # fmt: skip


def tables_asked(session: Session, load: Load) -> set[str]:
    """Return the tables in which it looks for something that is nowhere."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    looked_up(session, load, NOWHERE)
    event.remove(Engine, "before_cursor_execute", note)
    return set(re.findall(r"FROM (\w+)", " ".join(sent)))


def looked_up(session: Session, load: Load, id: Any) -> Facts | None:
    try:
        row = load(session, id)
    except (NoResultFound, Withheld, HTTPException):
        return None
    told: Facts | None = row.facts if row else None
    return told


def relation(actor: Actor, facts: Facts) -> tuple[object, ...]:
    """Say how somebody stands to a row, in all that a condition may ask."""
    held = actor.membership
    place = held.neighbourhood_id if held else None
    return (
        held and facts.organisation_id == held.organisation_id,
        held and facts.municipality_id == held.municipality_id,
        place and (facts.neighbourhood_id == place, facts.neighbourhood_id is None),
        *(actor.id == one for one in (facts.author_id, facts.owner_id)),
        facts.owner_id in actor.stands_in_for, bool(facts.readers & actor.stands_in_for),
        held and held.checked,
        *(
            actor.id in some
            for some in (facts.readers, facts.on_duty, facts.carers, facts.family)
        ),
        facts.published, facts.restricted, facts.released, facts.lasting, facts.past_line,
    )  # fmt: skip


def related(
    actor: Actor, rows: Mapping[UUID, Facts], asked: set[tuple[object, ...]]
) -> dict[UUID, Facts]:
    """Return a row of each relation that occurs and that nobody of the role asked about yet."""
    each = {relation(actor, facts): id for id, facts in reversed(rows.items())}
    new = {id: rows[id] for how, id in each.items() if how not in asked}
    asked |= each.keys()
    return new


def people(world: World, role: Role) -> list[User | None]:
    """Return somebody inside, outside and in one neighbourhood only; or nobody."""
    known = [world.session.get_one(User, id) for id in world.crowd.get(role, ())]
    return known or [None]


def client_of(world: World, person: User | None) -> tuple[FlaskClient, Actor]:
    client = world.app.test_client()
    if person is None:
        return client, NOBODY
    client.sign_in(person)
    return client, person.actor()


def of_missing(send: Callable[[str], TestResponse], rule: Rule) -> Callable[[], tuple[object, ...]]:
    """Return what asks once, as soon as it matters, for a row that is missing."""
    return cache(lambda: as_bytes(send(at(rule, NOWHERE)), NOWHERE))


def wrong(actor: Actor, action: Action, resource: Resource, facts: Facts, answers: Answers) -> str:
    """Say what is wrong with the answer about a row, beside that about a row that is missing."""
    answer, missing = answers
    status = answer[0]
    if permits(actor, action, resource, facts):
        return SHUT if status in (401, 403, 404) else ""
    if resource not in CONFIDENTIAL and permits(actor, Action.VIEW, resource, facts):
        return "" if status == 403 else "not refused, though the policy shuts it"
    return "" if answer == missing() else "tells that there is something"


@pytest.mark.parametrize("role", [Role.VISITOR, Role.GUARDIAN, *HELD])
def test_each_row_opens_to_whom_the_policy_says(
    world: World, rows: dict[str, dict[UUID, Facts]], role: Role
) -> None:
    found, asked = set(), Asked(set)
    for person in people(world, role):
        client, actor = client_of(world, person)
        for rule, action, resource, _load in routes(world.app, "GET", actor):
            missing = of_missing(client.get, rule)
            for id, facts in related(actor, rows[rule.endpoint], asked[rule.endpoint]).items():
                answers = as_bytes(client.get(at(rule, id)), id), missing
                ill = wrong(actor, action, resource, facts, answers)
                if ill and not (ill == SHUT and len(rule.arguments) > 1):  # the others lead nowhere
                    found.add((rule.endpoint, ill))
    assert {one for one in found if one not in product(BY_STATE, [SHUT])} == set()


@pytest.mark.sqlite  # refused before the database is asked to write
@pytest.mark.parametrize("role", [Role.VISITOR, Role.GUARDIAN, *HELD])
def test_nothing_is_done_to_a_row_by_whom_the_policy_refuses(
    world: World, rows: dict[str, dict[UUID, Facts]], role: Role
) -> None:
    found, asked, before = set(), Asked(set), world.dump(all=True)
    for person in people(world, role):
        client, actor = client_of(world, person)
        for rule, action, resource, _load in routes(world.app, "POST", actor):
            missing = of_missing(client.post, rule)
            for id, facts in related(actor, rows[rule.endpoint], asked[rule.endpoint]).items():
                if not permits(actor, action, resource, facts):
                    answers = as_bytes(client.post(at(rule, id)), id), missing
                    if ill := wrong(actor, action, resource, facts, answers):
                        found.add((rule.endpoint, ill))
    assert found == set()
    assert world.dump(all=True) == before


def standing_in(world: World, when: str) -> Iterator[tuple[FlaskClient, Actor]]:
    """Yield who stands in as themselves, and in the role that is lent to them."""
    deputy = world.session.get_one(User, world.deputies[when])
    officer = world.session.get_one(User, world.crowd[Role.PROTECTION_OFFICER][0])
    for held in (None, officer.current_memberships[0].id):
        client = world.app.test_client()
        client.sign_in(deputy)
        if held:
            client.post("/act", data={"membership": str(held)})
        yield client, deputy.actor(held)
    world.session.rollback()


def asked(
    world: World, client: FlaskClient, actor: Actor, rows: dict[str, dict[UUID, Facts]]
) -> Iterator[tuple[str, Resource, bool, str]]:
    """Ask for all that the absent carry, and yield whether it opened, and what is wrong with it."""
    absent = {world.crowd[role][0] for role in CARRYING}
    for method, send in (("GET", client.get), ("POST", client.post)):
        for rule, action, resource, _load in routes(world.app, method, actor):
            if resource not in LENT:
                continue
            missing = of_missing(send, rule)
            theirs = {
                id: facts for id, facts in rows[rule.endpoint].items()
                if absent & {facts.owner_id, *facts.readers}
            }  # fmt: skip
            for id, facts in related(actor, theirs, set()).items():
                if method == "GET" or not permits(actor, action, resource, facts):
                    answer = send(at(rule, id))
                    ill = wrong(actor, action, resource, facts, (as_bytes(answer, id), missing))
                    elsewhere = ill == SHUT and len(rule.arguments) > 1
                    yield rule.endpoint, resource, answer.status_code == 200, ill * (not elsewhere)


@pytest.mark.parametrize("when", STANDING)
def test_who_stands_in_comes_in_on_those_days_and_on_no_others(
    world: World, rows: dict[str, dict[UUID, Facts]], when: str
) -> None:
    """To all that the absent carry, by reading and by writing; and never to their own family."""
    answers = [
        answer
        for client, actor in standing_in(world, when)
        for answer in asked(world, client, actor, rows)
    ]
    assert {(endpoint, ill) for endpoint, _, _, ill in answers if ill} == set()
    opened = {resource for _, resource, opens, _ in answers if opens}
    assert opened == (LENT if when == "during" else set())
