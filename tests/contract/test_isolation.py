"""Two organisations, filled alike; of what the other one wrote nothing crosses, by any way.

Every text of the other one holds a word that would give it away, whoever wrote the query: it is
put there column by column, by what the schema says.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Enum, String, Table, Text, case, func, literal, select, true
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kinderwerk.access import policy
from kinderwerk.access.vocabulary import HELD, SYSTEM, Resource, Role
from kinderwerk.accounts.models import Membership
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import State
from kinderwerk.audit import service as audit
from kinderwerk.families.models import Care, Carer, Child
from kinderwerk.messages import rendering
from kinderwerk.messages.models import Message
from kinderwerk.messages.service import tell
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.storage import scoping
from kinderwerk.storage.base import SEALED, Base
from kinderwerk.storage.scoping import SCOPES
from kinderwerk.storage.sealing import place, sealer
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web.extensions import as_system
from tests.contract.crowd import Crowd
from tests.contract.test_walk import NOWHERE, filled_in, forms, names
from tests.make import Make
from tests.pages import InspectingClient

#: What nobody else ever reads; what stands in the public programme; what the municipality reads.
SECRET, PUBLIC, SHARED = "Kwikstaartveer", "Ooievaarsnest", "Roerdompriet"
#: Who works there: their first name stands with the activities that they run.
NAMED = "Spreeuwenpot"
OPEN = {
    "venue": PUBLIC,
    "theme": PUBLIC,
    "occurrence": PUBLIC,
    "goal": SHARED,
    "subsidy": SHARED,
    "activity_goal": PUBLIC,
}
#: Where the words of the programme and of the municipality may stand.
MAY_SHOW = {
    PUBLIC: {Resource.PROGRAMME, Resource.SIGNUP, Resource.FAMILY},
    NAMED: {Resource.PROGRAMME, Resource.ACTIVITY, Resource.FINDING},
    SHARED: {Resource.GRANT, Resource.POLICY_GOAL, Resource.REPORT, Resource.GOAL},
}
#: Not words of people, or too short for a word.
FORMAL = {"language", "key", "template", "name_key", "zone", "email", "address_key", "source_key"}
SHORTEST = 40
#: Who changes most of what there is.
WRITERS = (Role.GUARDIAN, Role.WORKER, Role.COORDINATOR, Role.ADMIN)
#: Under which a form may name a row.
ASKED = ("children", "child", "family", "family_id", "goal", "goals", "theme", "venue", "partner",
         "staff", "user", "owner", "person", "dates", "signal", "trajectory", "with")  # fmt: skip


class World:
    """The crowd with all its rows, of which those of the other organisations are marked."""

    def __init__(self, app: Flask, session: Session, make: Make) -> None:
        self.app, self.session = app, session
        self.crowd = Crowd(session, make)
        for resource in sorted(set(Crowd.makers) - {Resource.REPORT}):
            self.crowd.rows(resource)
        self.here = self.crowd.here.id
        self.people = {role: make.user(role, organisation=self.crowd.here) for role in HELD}
        self.guardian = make.parent()
        make.child(make.family(self.crowd.here, self.guardian))
        self.mark_all()

    def mark_all(self) -> None:
        with unit_of_work(self.session):
            audit.record(self.session, SYSTEM, "test.made", NOWHERE)
            for table in Base.metadata.sorted_tables:
                if "organisation_id" in table.columns and table.name != "audit_entry":
                    self.mark(table)
            theirs = select(Membership.user_id).where(Membership.organisation_id != self.here)
            users = Base.metadata.tables["user_account"]
            self.session.connection().execute(
                users.update().where(users.c.id.in_(theirs)).values(name=NAMED + " Veldman")
            )

    def mark(self, table: Table) -> None:
        of_others = table.c.organisation_id != self.here
        word: Any = literal(OPEN.get(table.name, SECRET))
        if table is Activity.__table__:
            word = as_published(table)
        words = [column for column in table.columns if told_by_people(column)]
        if words and table.name not in ("erasure",):
            values = {column.name: word + " " + func.substr(column, 1, 8) for column in words}
            self.session.connection().execute(table.update().where(of_others).values(values))
        self.seal(table, of_others)

    def seal(self, table: Table, of_others: Any) -> None:
        """Seal the word where something is sealed."""
        sealed = [column for column in table.columns if column.info.get(SEALED)]
        if not sealed:
            return
        hand = sealer(self.session)
        for id in self.session.connection().scalars(select(table.c.id).where(of_others)).all():
            values = {
                column.name: hand(SECRET, place(table.name, column.name, id)) for column in sealed
            }
            self.session.connection().execute(table.update().where(table.c.id == id).values(values))

    def client(self, role: Role) -> FlaskClient:
        client = self.app.test_client()
        person = self.guardian if role is Role.GUARDIAN else None
        if role in HELD:
            person = self.people[role]
        if person:
            client.sign_in(person)
        return client

    def ids(self, resource: Resource | None, *, ours: bool) -> list[UUID]:
        """Return an id of each kind of row that such a page could be about."""
        scope = SCOPES.get(resource) if resource else None
        tables = [scope.model.__table__] if scope else [t.__table__ for t in (Activity, Signup)]
        if resource is Resource.REGISTER:
            tables = [Base.metadata.tables["occurrence"]]
        found = []
        for table in tables:
            if "organisation_id" in table.c and "id" in table.c:  # type: ignore[attr-defined]
                owner = table.c.organisation_id  # type: ignore[attr-defined]
                chosen = owner == self.here if ours else owner != self.here
                found += self.session.scalars(select(table.c.id).where(chosen).limit(2)).all()  # type: ignore[attr-defined]
        self.session.rollback()
        return found

    def dump(self) -> dict[str, list[str]]:
        """Return every row of the other organisations, whole."""
        self.session.rollback()
        rows = {
            table.name: sorted(
                map(
                    repr,
                    self.session.execute(
                        select(table).where(table.c.organisation_id != self.here)
                    ).all(),
                )
            )
            for table in Base.metadata.sorted_tables
            if "organisation_id" in table.c and table.name != "audit_entry"
        }
        self.session.rollback()
        return rows


def told_by_people(column: Any) -> bool:
    kind = column.type
    plain = isinstance(kind, String | Text) and not isinstance(kind, Enum)
    room = getattr(kind, "length", None) or SHORTEST
    return plain and room >= SHORTEST and column.name not in FORMAL and not column.foreign_keys


def as_published(table: Any) -> Any:
    return case((table.c.state == State.PUBLISHED, PUBLIC), else_=SECRET)


@pytest.fixture
def world(app: Flask, session: Session, make: Make) -> World:
    return World(app, session, make)


def pages(app: Flask, method: str = "GET") -> Iterator[tuple[Rule, Resource | None]]:
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and rule.endpoint != "static":
            access = getattr(app.view_functions[rule.endpoint], "access", None)
            yield rule, access[1] if isinstance(access, tuple) else None


def at(rule: Rule, id: UUID) -> str:
    return filled_in(rule).replace(str(NOWHERE), str(id))


def told(answer: TestResponse, resource: Resource | None) -> list[str]:
    """Name the words in the answer, its headers too, that may not stand there."""
    there = answer.get_data(as_text=True) + str(answer.headers)
    return [
        there[max(0, there.index(word) - 80) :][:120]
        for word in (SECRET, PUBLIC, SHARED, NAMED)
        if word in there and resource not in MAY_SHOW.get(word, ())
    ]


def as_bytes(answer: TestResponse, id: UUID) -> tuple[object, ...]:
    """Return all of an answer, but for the id that was asked for."""
    headers = [(name, value) for name, value in answer.headers if name != "Set-Cookie"]
    body = answer.get_data(as_text=True).replace(str(id), str(NOWHERE))
    return answer.status_code, str(headers).replace(str(id), str(NOWHERE)), body


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
