"""Two organisations, filled alike; what the other one wrote holds words that give it away.

They are put there column by column, by what the schema says, whoever wrote the query that might
tell them. Making it takes a while, so it is made once, and each test gets a copy.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Enum, String, Table, Text, case, func, literal, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kinderwerk.access.vocabulary import HELD, SYSTEM, Resource, Role
from kinderwerk.accounts.models import Membership, User
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import State
from kinderwerk.audit import service as audit
from kinderwerk.signups.models import Signup
from kinderwerk.storage.base import SEALED, Base
from kinderwerk.storage.scoping import SCOPES
from kinderwerk.storage.sealing import place, sealer
from kinderwerk.storage.work import unit_of_work
from tests.contract.crowd import Crowd
from tests.contract.test_walk import NOWHERE, filled_in
from tests.make import Make

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
    "stored_file": PUBLIC,
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


@dataclass(frozen=True, slots=True)
class Known:
    """Whom to find again in a copy."""

    here: UUID
    people: dict[Role, UUID]


class Planting:
    """Fills a database with the crowd and all its rows, and marks those of the others."""

    def __init__(self, session: Session, make: Make) -> None:
        self.session = session
        crowd = Crowd(session, make)
        for resource in sorted(set(Crowd.makers) - {Resource.REPORT}):
            crowd.rows(resource)
        self.here = crowd.here.id
        people = {role: make.user(role, organisation=crowd.here) for role in HELD}
        people[Role.GUARDIAN] = make.parent()
        make.child(make.family(crowd.here, people[Role.GUARDIAN]))
        self.mark_all()
        self.known = Known(self.here, {role: person.id for role, person in people.items()})

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


class World:
    """A copy of what was planted, and the people of the one organisation in it."""

    def __init__(self, app: Flask, session: Session, known: Known) -> None:
        self.app, self.session, self.here = app, session, known.here
        self.people = {role: session.get_one(User, id) for role, id in known.people.items()}
        self.guardian = self.people[Role.GUARDIAN]
        session.rollback()

    def client(self, role: Role) -> FlaskClient:
        client = self.app.test_client()
        if role in self.people:
            client.sign_in(self.people[role])
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
