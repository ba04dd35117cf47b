"""Rows are somebody's: every table says whose, and on PostgreSQL the database holds to it."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    func,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Actor, Role
from kinderwerk.activities.models import Activity, ActivityStaff
from kinderwerk.activities.rules import State
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.periods import Period
from kinderwerk.facts import service as facts
from kinderwerk.facts.models import Cell
from kinderwerk.facts.rules import Measure, cells, nothing
from kinderwerk.families import service as families
from kinderwerk.families.models import Carer, Child, Family
from kinderwerk.families.rules import Adult, Particulars
from kinderwerk.files.models import StoredFile
from kinderwerk.goals.models import Goal, Grant
from kinderwerk.reports import service as reports
from kinderwerk.reports.models import Count, Edition
from kinderwerk.storage import reach
from kinderwerk.storage.base import Base
from kinderwerk.storage.reach import Reach
from kinderwerk.storage.types import Id
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web import migrating
from kinderwerk.web.extensions import as_system
from kinderwerk.web.extensions import session as current_session
from tests import postgres
from tests.make import A_WEDNESDAY, Make

MUNICIPAL = "known to the whole municipality, and about nobody"
ACCOUNT = "of a person, who may act in more than one organisation"
MACHINERY = "of the installation, and about nobody"
#: Tables whose rows need not name one organisation.
OF_NOBODY = {
    "municipality": MUNICIPAL,
    "district": MUNICIPAL,
    "neighbourhood": MUNICIPAL,
    "key_figure": MUNICIPAL,
    "place_import": MUNICIPAL,
    "policy_goal": MUNICIPAL,
    "report_edition": "of a municipality; exact counts behind it are in `report_count`",
    "organisation": "is the organisation",
    "user_account": ACCOUNT,
    "sign_in": ACCOUNT,
    "recovery_code": ACCOUNT,
    "outside_account": ACCOUNT,
    "outside_answer": MACHINERY,
    "passkey": ACCOUNT,
    "passkey_challenge": ACCOUNT,
    "link": ACCOUNT,
    "membership": "names one, unless somebody works for the municipality",
    "invitation": "names one, unless it is to work for the municipality",
    "factor_reset": "names one, unless it is of somebody at the municipality",
    "message": "names one, unless it is about somebody's account",
    "audit_entry": "names one, unless who did it works for none",
    "erasure": "names one, unless what went was somebody's account",
    "attempt": MACHINERY,
    "due_work": MACHINERY,
    "deployment": MACHINERY,
    "data_key": MACHINERY,
    "trail_key": MACHINERY,
    "trail_seal": MACHINERY,
    "trail_horizon": MACHINERY,
    "day_key": MACHINERY,
    "talk_day_key": MACHINERY,
    "talk_try": MACHINERY,
}
#: Tables that name an organisation, and that the database shows whatever the reach is.
IN_SIGHT = {
    "membership": "read to find out who acts",
    "away": "read to find out for whom somebody stands in",
    "invitation": "read by whoever follows the link in it",
    "factor_reset": "made and read at sign-in",
    "report_agreement": "organisations of a municipality wait for each other's",
    "audit_entry": "written for whoever acts, at sign-in too; holds opaque ids",
}
#: Tables that name an organisation without a foreign key to it.
BY_WORD = {
    "cell": "counted from rows that have one, in the busiest transactions; `facts verify` tells",
    "presence": "the same",
    "residue": "the same, of what was erased",
    "signup_step": "written with a sign-up, which has one",
    "message": "outlives what it tells of",
    "audit_entry": "outlives what it tells of",
}


def ownerless(metadata: MetaData) -> set[str]:
    """Name the tables whose rows do not say to which organisation they belong."""
    named = {
        table.name
        for table in metadata.tables.values()
        if "organisation_id" in table.columns and not table.columns.organisation_id.nullable
    }
    return set(metadata.tables) - named - set(OF_NOBODY)


def unheld(connection: Connection) -> set[str]:
    """Name the tables of organisations to which row-level security is not forced on everybody."""
    found = connection.scalars(
        text(
            "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND attname = 'organisation_id' AND NOT (relrowsecurity AND relforcerowsecurity"
            " AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid))"
        )
    )
    return set(found) - set(IN_SIGHT)


def test_every_row_says_whose_it_is() -> None:
    assert ownerless(Base.metadata) == set()
    assert set(OF_NOBODY) <= set(Base.metadata.tables), "listed, and not there any more"


def test_whose_it_is_is_somebody() -> None:
    unknown = {
        table.name
        for table in Base.metadata.tables.values()
        if "organisation_id" in table.columns and not table.columns.organisation_id.foreign_keys
    }
    assert unknown == set(BY_WORD)


def test_a_new_table_that_does_not_say_so_is_noticed() -> None:
    more = MetaData()
    Table("diary", more, Column("id", Integer, primary_key=True))
    Table("half_a_diary", more, Column("organisation_id", Id, nullable=True))
    assert ownerless(more) == {"diary", "half_a_diary"}


@pytest.mark.postgres
def test_the_database_holds_everybody_to_their_reach(mighty: Engine) -> None:
    with mighty.connect() as connection:
        assert unheld(connection) == set()


@pytest.mark.postgres
def test_a_new_table_to_which_it_does_not_is_noticed(mighty: Engine) -> None:
    with mighty.connect() as connection:
        connection.execute(text("CREATE TABLE diary (organisation_id uuid NOT NULL)"))
        assert unheld(connection) == {"diary"}
        connection.execute(text("ALTER TABLE diary ENABLE ROW LEVEL SECURITY"))
        connection.execute(text("CREATE POLICY all_of_it ON diary USING (true)"))
        assert unheld(connection) == {"diary"}, "enabled, and not forced on the owner"


@pytest.fixture
def children(make: Make) -> tuple[Child, Child]:
    """One here and one there, each with a parent."""
    here, there = (make.child(make.family(make.organisation(), make.parent())) for _ in range(2))
    return here, there


def parent_of(child: Child) -> UUID:
    (carer,) = child.family.carers
    assert carer.user_id
    return carer.user_id


def seen(engine: Engine, said: Reach | None) -> set[UUID]:
    with Session(engine) as session:
        if said:
            reach.say(session, said)
        return set(session.scalars(select(Child.id)))


@pytest.mark.postgres
def test_each_reaches_their_own(session: Session, children: tuple[Child, Child]) -> None:
    engine = session.get_bind().engine
    here, there = children
    worker = Reach(organisations=str(here.organisation_id), person=str(uuid4()))
    assert seen(engine, None) == set(), "who says nothing sees nothing"
    assert seen(engine, reach.NOTHING) == set()
    assert seen(engine, worker) == {here.id}
    assert seen(engine, reach.of(Actor(parent_of(there)))) == {there.id}
    both = Reach(organisations=str(here.organisation_id), person=str(parent_of(there)))
    assert seen(engine, both) == {here.id, there.id}
    assert seen(engine, reach.EVERYTHING) == {here.id, there.id}


@pytest.mark.postgres
def test_counts_of_others_are_in_reach_for_one_reading_only(session: Session, make: Make) -> None:
    houses = [make.organisation().id for _ in range(2)]
    with unit_of_work(session):
        for house in houses:
            facts.replace(
                session, nothing(), cells(Measure.SIGNALS, house, A_WEDNESDAY.date(), None)
            )
    with Session(session.get_bind().engine) as narrow:
        reach.say(narrow, Reach(organisations=str(houses[0])))
        found = select(Cell.organisation_id).distinct()
        assert set(narrow.scalars(found)) == {houses[0]}
        with reach.reaching(narrow, houses):
            assert set(narrow.scalars(found)) == set(houses)
        assert set(narrow.scalars(found)) == {houses[0]}


class Town:
    """A municipality with two organisations, their goals and grants, and two reports."""

    def __init__(self, session: Session, make: Make) -> None:
        self.make, self.engine = make, session.get_bind().engine
        self.here, self.there = (make.organisation() for _ in range(2))
        self.goals = {house.id: make.goal(house).id for house in (self.here, self.there)}
        coordinator = make.user(Role.COORDINATOR, organisation=self.here)
        self.reports = []
        for period in ("2031-H1", "2031-H2"):
            with clock.stopped(A_WEDNESDAY.replace(year=2032)):
                made = reports.make(session, coordinator.actor(), Period.read(period))
            self.reports.append(made.id)
        with unit_of_work(session):
            session.get_one(Edition, self.reports[0]).released_at = clock.now()
            audit.record(session, SYSTEM, "test.made", self.reports[0])
            for house in (self.here, self.there):
                grant = Grant(
                    organisation_id=house.id, municipality_id=house.municipality_id,
                    reference="2031/1", begins_on=A_WEDNESDAY.date(), ends_on=A_WEDNESDAY.date(),
                )  # fmt: skip
                session.add(grant)
                audit.record(session, SYSTEM, "test.made", grant.id)

    def reads(self, said: Reach, what: Any) -> list[Any]:
        with Session(self.engine) as session:
            reach.say(session, said)
            return sorted(session.scalars(select(what)).all(), key=str)


@pytest.fixture
def town(session: Session, make: Make) -> Town:
    return Town(session, make)


@pytest.mark.postgres
def test_exact_counts_behind_a_report_are_reached_by_who_counted_them(town: Town) -> None:
    here, there = town.here, town.there
    reader = reach.of(town.make.user(Role.MUNICIPALITY).actor())
    assert set(town.reads(reach.EVERYTHING, Count.organisation_id)) == {here.id, there.id}
    for house in (here, there):
        assert set(town.reads(Reach(str(house.id)), Count.organisation_id)) == {house.id}
    for said in (reader, reach.NOTHING, Reach(str(town.make.organisation().id))):
        assert town.reads(said, Count.organisation_id) == []


@pytest.mark.postgres
def test_reports_are_reached_in_their_municipality_and_read_there_once_they_are_out(
    town: Town,
) -> None:
    make, (out, waits) = town.make, town.reports
    reader = make.user(Role.MUNICIPALITY)
    elsewhere = make.municipality()
    stranger = make.user(Role.MUNICIPALITY, municipality=elsewhere)
    neighbours = make.organisation(municipality=elsewhere)
    for house in (town.here, town.there):
        assert town.reads(Reach(str(house.id)), Edition.id) == sorted((out, waits), key=str)
    assert town.reads(reach.of(reader.actor()), Edition.id) == [out]
    for said in (reach.of(stranger.actor()), Reach(str(neighbours.id)), reach.NOTHING):
        assert town.reads(said, Edition.id) == []


@pytest.mark.postgres
def test_goals_and_grants_are_reached_at_home(town: Town) -> None:
    make, here = town.make, town.here
    reader = reach.of(make.user(Role.MUNICIPALITY).actor())
    assert town.reads(Reach(str(here.id)), Goal.id) == [town.goals[here.id]]
    assert town.reads(Reach(str(here.id)), Grant.organisation_id) == [here.id]
    assert len(town.reads(reader, Grant.organisation_id)) == 2
    for said in (reader, reach.NOTHING):
        assert town.reads(said, Goal.id) == []
    assert town.reads(reach.NOTHING, Grant.id) == []
    shown = make.activity(make.worker(organisation=town.there), state=State.PUBLISHED)
    named = sorted((goal.goal_id for goal in shown.goals), key=str)
    assert named
    assert town.reads(reach.NOTHING, Goal.id) == named, "the public programme names them"


@pytest.mark.postgres
def test_what_was_said_ends_with_the_transaction(
    session: Session, children: tuple[Child, Child]
) -> None:
    engine = session.get_bind().engine
    assert len(seen(engine, reach.EVERYTHING)) == 2
    with Session(engine) as next_on_the_same_connection:
        assert next_on_the_same_connection.scalars(select(Child.id)).all() == []
        reach.say(next_on_the_same_connection, reach.of(Actor(parent_of(children[0]))))
        for _ in range(2):
            assert next_on_the_same_connection.scalars(select(Child.id)).all() == [children[0].id]
            next_on_the_same_connection.rollback()


@pytest.mark.postgres
def test_visitors_read_who_runs_what_is_published(session: Session, make: Make) -> None:
    shown = make.activity(state=State.PUBLISHED)
    make.activity(state=State.DRAFT)
    with Session(session.get_bind().engine) as visitor:
        assert visitor.scalars(select(ActivityStaff.activity_id)).all() == [shown.id]


@pytest.mark.postgres
def test_visitors_read_photos_of_what_is_published(session: Session, make: Make) -> None:
    shown = make.photo(make.activity(state=State.PUBLISHED)).photo_id
    make.photo(make.activity(state=State.DRAFT))
    with Session(session.get_bind().engine) as visitor:
        assert visitor.scalars(select(StoredFile.id)).all() == [shown]


@pytest.mark.postgres
def test_nobody_writes_beyond_their_reach(
    session: Session, make: Make, children: tuple[Child, Child]
) -> None:
    here, there = children
    club = make.activity(make.worker(organisation=make.organisation()), state=State.PUBLISHED)
    with Session(session.get_bind().engine) as narrow:
        reach.say(narrow, Reach(organisations=str(here.organisation_id)))
        assert narrow.get(Activity, club.id), "the programme is for everybody"
        with unit_of_work(narrow):
            for table in (Child, Activity):
                done = narrow.execute(
                    update(table)
                    .where(table.organisation_id != here.organisation_id)
                    .values(version=99)
                    .execution_options(audited="test.made")
                )
                assert done.rowcount == 0  # type: ignore[attr-defined]
            audit.record(narrow, SYSTEM, "test.made", here.id)
        with unit_of_work(narrow):
            narrow.add(Family(organisation_id=there.organisation_id))
            with pytest.raises(DBAPIError, match="row-level security"):
                narrow.flush()
            narrow.rollback()


@pytest.mark.postgres
def test_a_parent_comes_to_an_organisation_that_is_new_to_them(
    session: Session, make: Make, children: tuple[Child, Child]
) -> None:
    here, there = children
    parent = Actor(parent_of(here))
    told = Particulars(
        first_name="Noor", surname="Visser", born_on=A_WEDNESDAY.date().replace(year=2023),
        emergency_name="Sam Visser", emergency_phone="06 12345678",
        goes_home_alone=False, picked_up_by="Sam",
    )  # fmt: skip
    with Session(session.get_bind().engine) as theirs:
        reach.say(theirs, reach.of(parent))
        added = families.add_own_child(
            theirs,
            parent,
            there.organisation_id,
            told,
            None,
            Adult(name="Sam Visser", phone="06 12345678"),
        )
        assert set(theirs.scalars(select(Child.id))) == {here.id, there.id, added.id}
        assert theirs.scalar(select(func.count()).select_from(Carer)) == 3


def test_saying_it_costs_one_statement_and_for_visitors_none(
    app: Any, make: Make, statements: list[str]
) -> None:
    on_server = make.session.get_bind().dialect.name == "postgresql"
    worker, visitor = app.test_client(), app.test_client()
    worker.sign_in(make.user(Role.WORKER))
    for client, most in ((worker, 1), (visitor, 0)):
        statements.clear()
        assert client.get("/").status_code == 200
        told = [one for one in statements if "kinderwerk_reach" in one]
        assert len(told) == (most if on_server else 0)


def test_the_system_says_so(app: Flask, children: tuple[Child, Child]) -> None:
    with app.app_context():
        assert len(as_system().scalars(select(Child.id)).all()) == 2
    with app.app_context():
        told = current_session().info
        assert reach.SAID not in told, "the next session begins anew"


@pytest.mark.postgres
def test_who_serves_changes_neither_the_schema_nor_what_only_grows(session: Session) -> None:
    refused = {
        "CREATE TABLE diary (id integer)": "permission denied",
        "ALTER TABLE child DISABLE ROW LEVEL SECURITY": "must be owner",
        "DROP POLICY reached ON child": "must be owner",
        "TRUNCATE child": "permission denied",
        "DELETE FROM erasure": "permission denied",
        "UPDATE consent SET purpose = purpose": "permission denied",
        "UPDATE referral_step SET status = status": "permission denied",
        "UPDATE alembic_version SET version_num = version_num": "permission denied",
    }
    for statement, why in refused.items():
        with pytest.raises(DBAPIError, match=why):
            session.connection().execute(text(statement))
        session.rollback()
    session.connection().execute(text("UPDATE referral_step SET note = note"))


@pytest.mark.postgres
def test_what_serving_needs_is_granted_again_after_each_migration(
    app: Flask, mighty: Engine
) -> None:
    with mighty.begin() as connection:
        connection.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {postgres.APP}"))
    with app.app_context():
        migrating.upgrade()
        as_system().scalars(select(Child.id)).all()
