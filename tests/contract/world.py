"""Two organisations, filled alike; what the other one wrote holds words that give it away.

They are put there column by column, by what the schema says, whoever wrote the query that might
tell them. Making it takes a while, so it is made once, and each test gets a copy.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from xml.etree.ElementTree import Element

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import (
    JSON,
    Enum,
    String,
    Table,
    Text,
    and_,
    case,
    func,
    literal,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import Session
from typing_extensions import override
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kinderwerk.access.vocabulary import HELD, NOBODY, SYSTEM, Actor, Resource, Role
from kinderwerk.accounts.models import Membership, Organisation, User
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import State
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.places.models import Neighbourhood
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.storage.base import SEALED, Base
from kinderwerk.storage.scoping import SCOPES
from kinderwerk.storage.sealing import place, sealer
from kinderwerk.storage.work import unit_of_work
from tests import planted
from tests.contract.admitted import admitted
from tests.contract.crowd import STANDING, Crowd
from tests.contract.test_walk import NOWHERE, filled_in, forms
from tests.make import Make
from tests.pages import InspectingClient
from tests.planted import SECRET
from tests.unpacked import readable

#: What stands in the public programme; what the municipality reads.
PUBLIC, SHARED = "Ooievaarsnest", "Roerdompriet"
#: Who works there: their first name stands with the activities that they run.
NAMED = "Spreeuwenpot"
OPEN = {
    "venue": PUBLIC,
    "theme": PUBLIC,
    "occurrence": PUBLIC,
    "goal": SHARED,
    "subsidy": SHARED,
    "activity_goal": PUBLIC,
    "indicator": SHARED,
    "stored_file": PUBLIC,
    "draw": PUBLIC,
}
#: Where the words of the programme and of the municipality may stand.
MAY_SHOW = {
    PUBLIC: {Resource.PROGRAMME, Resource.SIGNUP, Resource.FAMILY},
    NAMED: {Resource.PROGRAMME, Resource.ACTIVITY, Resource.FINDING},
    SHARED: {Resource.GRANT, Resource.POLICY_GOAL, Resource.REPORT, Resource.GOAL},
}
#: Not words of people, or too short for a word.
MARKS = (SECRET, PUBLIC, SHARED)
FORMAL = {
    "mark",
    "key_hash",
    "code_hash",
    "key_tag",
    "rule",
    "language",
    "key",
    "template",
    "name_key",
    "zone",
    "email",
    "address_key",
    "source_key",
    "source_uid",
}
SHORTEST = 40


#: Forms about who somebody is, which name no row.
OF_ONESELF = ("/sign-in", "/sign-out", "/account", "/act?", "/language", "/demo")
#: What a form may name by its id.
NAMED_IN_FORMS = (
    Resource.ACTIVITY, Resource.CHILD, Resource.FAMILY, Resource.GOAL, Resource.PARTNER,
    Resource.REFERRAL, Resource.REGISTER, Resource.SIGNAL, Resource.SIGNUP, Resource.SUPPORT,
    Resource.VENUE,
)  # fmt: skip
#: Resources of which the rows of all organisations are shown, to everybody or to the municipality.
SHOWN_TO_ALL = {
    Resource.PROGRAMME, Resource.POLICY_GOAL, Resource.REPORT, Resource.REACTION
}  # fmt: skip
#: Columns of JSON in which no list stands.
OBJECTS = {
    "merged_child.told", "paper.choices", "register_change.value", "register_change.stood",
}  # fmt: skip
#: Pages that are not alike where others have more.
UNLIKE = {"accounts.set_up_factor", "children.index", "your_data.ask"}
#: How an address names the one row that it is about.
ID = "<uuid:id>"
#: Tables of which they have no row, and why.
BARE = {
    "report_count": "of a report of the whole municipality; `test_reach` looks at these",
    "report_agreement": "of a report of the whole municipality, which holds nobody's words",
}
#: What these columns need so that their row makes sense.
GIVEN = {
    "kiosk.vote_id": None,  # it asks a question, so it is no vote
    "plan_change.was": {"dates": {}}, "near_person.picks_up": True,
    "support_agreement.settled_on": None, "talk_duty.ends": 60,
    "year_step.year": 2031, "taken_along.year": 2031,
}  # fmt: skip
#: What may stand in a column of which nothing more is known.
SEEDS: dict[type, Callable[[], Any]] = {
    str: lambda: "x", int: lambda: 1, bool: lambda: False, float: lambda: 1.0,
    bytes: lambda: b"x", UUID: uuid4, date: clock.today, datetime: clock.now, time: time,
}  # fmt: skip


def plain_seed(column: Any, organisation: UUID) -> Any:
    """Return a value of that type; where no two may be alike, another for each of them."""
    kind = getattr(column.type, "impl_instance", column.type).python_type
    if column.unique and kind is str:
        return organisation.hex
    given = SEEDS.get(kind)
    return given() if given else None


@dataclass(frozen=True, slots=True)
class Known:
    """Whom to find again in a copy."""

    here: UUID
    people: dict[Role, UUID]
    crowd: dict[Role, list[UUID]]
    deputies: dict[str, UUID]


class Planting:
    """Fills a database with the crowd and all its rows, and marks those of the others."""

    def __init__(self, session: Session, make: Make) -> None:
        self.session = session
        crowd = Crowd(session, make)
        for resource in sorted(set(Crowd.makers) - {Resource.REPORT, Resource.REACTION}):
            crowd.rows(resource)
        self.here = crowd.here.id
        people = {role: make.user(role, organisation=crowd.here) for role in HELD}
        people[Role.GUARDIAN] = make.parent()
        make.child(make.family(crowd.here, people[Role.GUARDIAN]))
        self.count_places()
        for other in (crowd.there.id, crowd.elsewhere.id):
            self.sow(other)
        self.mark_all()
        self.known = Known(
            self.here,
            {role: person.id for role, person in people.items()},
            {role: [person.id for person in some] for role, some in crowd.people.items()},
            {when: person.id for when, person in crowd.deputies.items()},
        )

    def count_places(self) -> None:
        """As many places are taken as there are sign-ups that have one."""
        placed = select(func.count()).where(
            Signup.activity_id == Activity.id,
            Signup.standing.in_([one for one in Standing if one.holds]),
        )
        with unit_of_work(self.session):
            audit.record(self.session, SYSTEM, "test.made", NOWHERE)
            self.session.connection().execute(
                update(Activity.__table__).values(taken=placed.scalar_subquery(), capacity=100)
            )

    def sow(self, organisation: UUID) -> None:
        """Put a row of theirs into each table where nobody made one, by what the schema says."""
        with unit_of_work(self.session):
            audit.record(self.session, SYSTEM, "test.made", NOWHERE)
            for table in Base.metadata.sorted_tables:
                owned = "organisation_id" in table.columns and table.name not in BARE
                if owned and not self.rows_of(organisation, table):
                    values = {c.name: self.seed(c, organisation) for c in table.columns}
                    filled = {name: value for name, value in values.items() if value is not None}
                    self.session.connection().execute(table.insert().values(filled))

    def rows_of(self, organisation: UUID, table: Table) -> Sequence[Any]:
        theirs = select(table).where(table.c.organisation_id == organisation).limit(1)
        return self.session.connection().execute(theirs).all()

    def seed(self, column: Any, organisation: UUID) -> Any:
        """Return something that may stand there; of what it points at, one of theirs if any is."""
        if column.name == "organisation_id":
            return organisation
        if str(column) in GIVEN:
            return GIVEN[str(column)]
        if column.foreign_keys:
            (key,) = column.foreign_keys
            there = key.column.table
            if "organisation_id" in there.columns:
                wanted = select(key.column).where(there.c.organisation_id == organisation)
            else:
                wanted = select(key.column)
            return self.session.connection().scalar(wanted.limit(1))
        if column is column.table.autoincrement_column:
            return None
        if isinstance(column.type, Enum):
            return next(iter(column.type.enum_class or column.type.enums))
        if isinstance(column.type, JSON):
            return {} if str(column) in OBJECTS else []
        return plain_seed(column, organisation)

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
            values = {
                column.name: word + " " + func.coalesce(func.substr(column, 1, 8), "")
                for column in words
            }
            if "consent_on" in table.columns:
                values["consent_on"] = clock.today()  # by whom is told with the day
            if "decided_on" in table.columns:
                values["decided_on"] = clock.today()  # what is decided, and why, has its day
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
                column.name: hand(f"{SECRET} {planted.SEALED}", place(table.name, column.name, id))
                for column in sealed
            }
            self.session.connection().execute(table.update().where(table.c.id == id).values(values))


class Neighbours(Crowd):
    """More organisations, in the same municipality and neighbourhoods, with rows of every kind."""

    def __init__(self, world: "World") -> None:
        self.session = world.session
        self.make = Make(world.session)
        self.make.numbers = count(5_000)
        ours = world.session.get_one(Organisation, world.here)
        self.make._here = ours.municipality
        self.here, self.there = self.make.organisation(), self.make.organisation()
        self.elsewhere = self.make.organisation(municipality=self.make.municipality())
        areas = select(Neighbourhood).where(Neighbourhood.municipality_id == ours.municipality_id)
        self.park, self.harbour = world.session.scalars(areas.limit(2)).all()
        self.people = self.known()
        self.deputies = {when: self.make.worker(organisation=self.here) for when in STANDING}

    def settle(self) -> None:
        for resource in sorted(set(self.makers) - SHOWN_TO_ALL - {Resource.PLACE}):
            self.rows(resource)
        self.session.rollback()


class Reader(InspectingClient):
    """Looks at what is told; how pages are built is inspected by all other tests."""

    @override
    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = FlaskClient.open(self, *args, **{"buffered": True} | kwargs)
        self.application.extensions["onlooker"].rollback()
        return answer


class World:
    """A copy of what was planted, and the people of the one organisation in it."""

    def __init__(self, app: Flask, session: Session, known: Known) -> None:
        self.app, self.session, self.here = app, session, known.here
        app.test_client_class = Reader
        app.extensions["onlooker"] = session
        self.people = {role: session.get_one(User, id) for role, id in known.people.items()}
        self.guardian, self.crowd = self.people[Role.GUARDIAN], known.crowd
        self.deputies = known.deputies
        session.rollback()

    def client(self, role: Role) -> FlaskClient:
        client = self.app.test_client()
        if role in self.people:
            client.sign_in(self.people[role])
        return client

    def actor(self, role: Role) -> Actor:
        person = self.people.get(role)
        made = person.actor() if person else NOBODY
        self.session.rollback()
        return made

    def ids(self, resource: Resource | None, *, ours: bool) -> list[UUID]:
        """Return an id of each kind of row that such a page could be about."""
        found = []
        for table in self.tables(resource):
            if "organisation_id" in table.c and "id" in table.c:
                owner = table.c.organisation_id
                chosen = owner == self.here if ours else owner != self.here
                found += self.session.scalars(select(table.c.id).where(chosen).limit(2)).all()
        self.session.rollback()
        return found

    @staticmethod
    def tables(resource: Resource | None) -> list[Any]:
        """Return the tables in which such rows stand."""
        if resource is Resource.REGISTER:
            return [Base.metadata.tables["occurrence"]]
        scope = SCOPES.get(resource) if resource else None
        return [scope.model.__table__] if scope else [t.__table__ for t in (Activity, Signup)]

    def theirs(self, table: Table, column: Any = None) -> Sequence[Any]:
        """Return what the other organisations have in it, or in a column of it."""
        wanted = select(table if column is None else column)
        found = self.session.execute(wanted.where(table.c.organisation_id != self.here)).all()
        self.session.rollback()
        return found if column is None else [value for (value,) in found]

    def everything(self, role: Role, each: int = 1) -> dict[str, tuple[object, ...]]:
        """Return all that somebody is shown: every page, about so many rows of their own.

        Except for the one that makes up a new secret each time, and those that lead children, or
        who asks about their own details, to all organisations. None has a word of others.
        """
        client, actor, found = self.client(role), self.actor(role), {}
        for rule, resource in pages(self.app):
            if not_alike(rule, resource) or not admitted(self.app, rule, actor):
                continue
            for id in self.ids(resource, ours=True)[:each] if about_rows(rule) else [NOWHERE]:
                answer = client.get(at(rule, id))
                assert not told(answer, resource), (rule.rule, role)
                found[at(rule, id)] = as_bytes(answer, id)
        return found

    def kinds(self) -> dict[str, Resource | None]:
        """Say of each id of ours that a form may name of which kind it is; people are of none."""
        found: dict[str, Resource | None] = {}
        for resource in NAMED_IN_FORMS:
            table = self.tables(resource)[0]
            ours = select(table.c.id).where(table.c.organisation_id == self.here)
            found |= {str(id): resource for id in self.session.scalars(ours)}
        people = select(Membership.user_id).where(Membership.organisation_id == self.here)
        found |= {str(id): None for id in self.session.scalars(people)}
        self.session.rollback()
        return found

    def some_of_each(self) -> dict[Resource | None, UUID]:
        """Return the id of one row of theirs of each such kind, and of somebody."""
        found: dict[Resource | None, UUID] = {
            resource: self.ids(resource, ours=False)[0] for resource in NAMED_IN_FORMS
        }
        people = select(Membership.user_id).where(Membership.organisation_id != self.here)
        found[None] = self.session.scalars(people.limit(1)).one()
        self.session.rollback()
        return found

    def forms(self, client: FlaskClient) -> Iterator[tuple[Element, str]]:
        """Yield the forms that somebody is offered, each once, and where it goes."""
        seen: set[str] = set()
        for rule, resource in pages(self.app):
            for id in self.ids(resource, ours=True) if about_rows(rule) else [NOWHERE]:
                for form in forms(client, at(rule, id)):
                    target = form.get("action") or at(rule, id)
                    if target not in seen and not target.startswith(OF_ONESELF):
                        seen.add(target)
                        yield form, target

    def crossings(self) -> set[tuple[str, str, Any]]:
        """Name each row of ours that points at a row or a person of theirs."""
        theirs = select(Membership.user_id).where(Membership.organisation_id != self.here)
        ours = select(Membership.user_id).where(Membership.organisation_id == self.here)
        found = set()
        for table in Base.metadata.sorted_tables:
            for key in table.foreign_keys if "organisation_id" in table.columns else ():
                there = key.column.table
                if "organisation_id" in there.columns:
                    pointing = key.parent.in_(
                        select(key.column).where(there.c.organisation_id != self.here)
                    )
                elif there.name == "user_account":
                    pointing = and_(key.parent.in_(theirs), key.parent.not_in(ours))
                else:
                    continue
                which = next(iter(table.primary_key))
                wanted = select(which).where(table.c.organisation_id == self.here, pointing)
                rows = self.session.execute(wanted).scalars()
                found |= {(table.name, key.parent.name, one) for one in rows}
        self.session.rollback()
        return found

    def dump(self, *, all: bool = False) -> dict[str, list[str]]:
        """Return every row of the other organisations, whole, or of ours too."""
        self.session.rollback()
        rows = {
            table.name: sorted(
                map(
                    repr,
                    self.session.execute(
                        select(table).where(true() if all else table.c.organisation_id != self.here)
                    ).all(),
                )
            )
            for table in Base.metadata.sorted_tables
            if "organisation_id" in table.c and table.name != "audit_entry"
        }
        self.session.rollback()
        return rows


def is_id(value: str) -> bool:
    try:
        return bool(UUID(value))
    except ValueError:
        return False


#: What somebody would fill in, by the kind of the field.
USUAL = {
    "date": "2031-05-14", "time": "14:00", "number": "3", "email": "somebody@example.org",
    "tel": "06 12345678",
}  # fmt: skip


def filled(form: Element) -> dict[str, list[str]]:
    """Return what the form would send if somebody filled it in: the first of each choice."""
    found: dict[str, list[str]] = {}
    for control in form.iter("input"):
        name, kind, value = (control.get(key) or "" for key in ("name", "type", "value"))
        if kind == "radio":
            found.setdefault(name, [value])
        elif kind not in ("submit", "file"):
            found.setdefault(name, []).append(value or USUAL.get(kind, "Some words"))
    for control in form.iter("textarea"):
        found[control.get("name", "")] = [control.text or "Some words"]
    for control in form.iter("select"):
        options = [option.get("value") or "" for option in control.iter("option")]
        found[control.get("name", "")] = [next(filter(None, options), "")]
    return found


def chosen(form: Element) -> set[str]:
    """Return all values that somebody could choose there, and those that go along unseen."""
    return {one.get("value") or "" for kind in ("input", "option") for one in form.iter(kind)}


def raw(session: Session) -> bytes:
    """Return the whole database as it lies on the disk, or as a dump would write it."""
    session.rollback()
    url = session.get_bind().engine.url
    if url.database and url.get_backend_name() == "sqlite":
        session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        return Path(url.database).read_bytes()
    rows: list[str] = []
    for table in Base.metadata.sorted_tables:
        rows += session.execute(text(f"SELECT t::text FROM {table.name} t")).scalars()  # noqa: S608
    return "\n".join(rows).encode()


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


def about_rows(rule: Rule) -> bool:
    return "<uuid:" in rule.rule


def lookup(app: Flask, rule: Rule) -> Callable[[Session, Any], Any] | None:
    """Return how the one row is found that the address names, if the edge does that."""
    return getattr(app.view_functions[rule.endpoint], "load", None) if ID in rule.rule else None


def not_alike(rule: Rule, resource: Resource | None) -> bool:
    return resource in SHOWN_TO_ALL or rule.endpoint in UNLIKE


def at(rule: Rule, id: UUID) -> str:
    return filled_in(rule).replace(str(NOWHERE), str(id))


def told(answer: TestResponse, resource: Resource | None) -> list[str]:
    """Name the words in the answer, its headers too, that may not stand there."""
    there = readable(answer)
    return [
        there[max(0, there.index(word) - 80) :][:120]
        for word in (SECRET, PUBLIC, SHARED, NAMED)
        if word in there and resource not in MAY_SHOW.get(word, ())
    ]


#: Against forgery, against sending twice, and against scripts of others.
FRESH_HEADERS = ("Date", "Set-Cookie")
FRESH = re.compile(
    r'(?<=name="csrf_token" value=")[^"]+|(?<=name="once" type="hidden" value=")[^"]+'
    r'|(?<=name="page" type="hidden" value=")[^"]+|(?<="token":")[^"]+'
    r"|(?<=nonce[-=])[^';> ]+"
)


def as_bytes(answer: TestResponse, id: UUID) -> tuple[object, ...]:
    """Return all of an answer, but for the id that was asked for and what is new each time."""
    headers = [(name, value) for name, value in answer.headers if name not in FRESH_HEADERS]
    told = (str(headers), answer.get_data(as_text=True))
    return answer.status_code, *(FRESH.sub("", one).replace(str(id), str(NOWHERE)) for one in told)
