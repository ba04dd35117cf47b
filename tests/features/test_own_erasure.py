"""A parent has erased what is kept: all of it goes, and nobody learns what else there was."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.facts.models import Cell
from kinderwerk.families import calendars
from kinderwerk.families.models import Care, Carer, Child
from kinderwerk.messages.models import Message
from kinderwerk.privacy import erasing
from kinderwerk.privacy import service as nightly
from kinderwerk.privacy.models import Hold, Wish
from kinderwerk.privacy.own.rules import STAYS
from kinderwerk.privacy.queries import Subject
from kinderwerk.privacy.rules import HoldReason, HoldWish
from kinderwerk.registers import service as registers
from kinderwerk.registers.rules import Presence
from kinderwerk.signals.models import Signal
from kinderwerk.signups import service as signups
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import SignUp, Standing
from kinderwerk.storage.base import Base
from kinderwerk.storage.erasing import Kind
from kinderwerk.storage.work import unit_of_work
from tests.club import Club
from tests.features.test_keys import written
from tests.make import A_WEDNESDAY, Make
from tests.pages import InspectingClient

WORD = "Roodborsttapuit"


@pytest.fixture(autouse=True)
def the_day_before() -> Iterator[None]:
    with clock.stopped(A_WEDNESDAY - timedelta(days=1)):
        yield


class World:
    """A parent with one child in a club, in whose every column stands one word."""

    def __init__(self, app: Flask, session: Session, make: Make) -> None:
        self.app, self.session, self.make = app, session, make
        self.club = Club(session, make, capacity=1)
        self.here = self.club.here
        self.parent, self.child = self.family()

    def family(self) -> tuple[User, Child]:
        n = next(self.make.numbers)
        parent = self.make.parent(name=f"{WORD} {n}", email=f"{WORD.lower()}{n}@example.org")
        child = self.make.child(
            self.make.family(self.here, parent), first_name=f"Kind{WORD}", surname=WORD,
            emergency_name=f"Opa {WORD}", picked_up_by=f"Tante {WORD}",
        )  # fmt: skip
        calendars.renew_own(self.session, parent.actor(), self.here.id)
        wish = SignUp(activity_id=self.club.activity.id, child_ids=(child.id,))
        signups.sign_up(self.session, parent.actor(), wish)
        return parent, child

    def client(self, parent: User) -> InspectingClient:
        client = InspectingClient(self.app)
        client.sign_in(parent)
        return client

    def erase(self, parent: User, what: str = "all", **data: str) -> int:
        path = f"/family/erase/{self.here.id}/{what}"
        code: int = self.client(parent).post(path, data={"sure": "y"} | data).status_code
        self.session.rollback()
        return code

    def found(self, word: str = WORD) -> set[str]:
        """Return the tables in which the word stands, in whatever column."""
        self.session.rollback()
        return {
            table.name
            for table in Base.metadata.tables.values()
            for row in self.session.execute(select(table))
            if word.casefold() in str(tuple(row)).casefold()
        }

    def cells(self) -> Mapping[object, int]:
        self.session.rollback()
        rows = self.session.execute(select(Cell.__table__))
        return {tuple(row[:-1]): row[-1] for row in rows}


@pytest.fixture
def world(app: Flask, session: Session, make: Make) -> World:
    return World(app, session, make)


def test_a_family_that_asks_is_gone_from_everywhere_and_reports_count_on(
    world: World, session: Session, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with clock.stopped(A_WEDNESDAY):
        registers.mark(
            session, world.club.worker.actor(), world.club.date.id,
            {world.child.id: Presence.PRESENT},
        )  # fmt: skip
    before, id = world.cells(), world.child.id
    assert before
    assert {"carer", "child", "user_account", "message"} <= world.found()
    client = world.client(world.parent)
    page = client.get(f"/family/erase/{world.here.id}/all").text
    assert "Je account" in page
    assert client.post(f"/family/erase/{world.here.id}/all").status_code == 422, "not ticked"
    assert world.erase(world.parent) == 303
    assert world.found() == {"message"}
    last = session.scalars(select(Message).where(Message.address.contains(WORD.lower()))).all()
    assert [one.template for one in last] == ["privacy.erased"], "which stays as long as was told"
    assert world.found(str(id)) <= {"audit_entry", "erasure", "consent", "erasure_wish"}
    assert world.cells() == before
    assert WORD.casefold() not in caplog.text.casefold()
    files = [one for one in tmp_path.rglob("*") if one.is_file() and ".sqlite" not in one.name]
    assert not [one for one in files if WORD.encode() in one.read_bytes()]
    assert world.client(world.club.worker).get(f"/children/{id}").status_code == 404


@pytest.mark.sqlite
def test_nothing_is_left_lying_in_the_file(world: World, session: Session, tmp_path: Path) -> None:
    name = f"Kind{WORD}".encode()

    def lying() -> bool:
        session.rollback()
        session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return any(name in one.read_bytes() for one in tmp_path.rglob("*.sqlite*"))

    assert lying()
    assert world.erase(world.parent) == 303
    assert not lying()


def test_what_stays_is_told_with_the_day_until_which(world: World) -> None:
    page = world.client(world.parent).get(f"/family/erase/{world.here.id}").text
    assert page.count("<strong>Tot ") == len(STAYS)


@pytest.mark.parametrize("kept", ["signal", "hold"])
def test_the_answer_is_the_same_to_the_byte_with_and_without_a_case(
    world: World, session: Session, make: Make, kept: str
) -> None:
    parent, child = world.family()
    id = child.id
    if kept == "signal":
        written(session, world.club.worker, child)
    else:
        officer = make.user(Role.PRIVACY_OFFICER, organisation=world.here).actor()
        wish = HoldWish(reason=HoldReason.COMPLAINT, until=clock.today() + timedelta(days=30))
        nightly.hold(session, officer, Subject(Kind.CHILD, id, world.here.id), wish)
    first, second = (
        walked(world, *each) for each in ((world.parent, world.child), (parent, child))
    )
    for one, other in zip(first, second, strict=True):
        assert one.splitlines() == other.splitlines()
    session.rollback()
    assert session.scalars(select(Child.id)).all() == [id]
    assert session.scalars(select(User).where(User.name.contains(WORD))).all() == []
    assert {one.standing for one in session.scalars(select(Signup))} == {Standing.CANCELLED}
    nightly.purge(session)
    assert session.scalars(select(Child.id)).all() == [id]
    with unit_of_work(session):
        erasing.erase(
            session, SYSTEM, world.here.id, Kind.SIGNAL, session.scalars(select(Signal.id)).all()
        )
        for held in session.scalars(select(Hold)):
            held.lifted_at = clock.now()
            audit.record(session, SYSTEM, "test.changed", held.id)
    nightly.purge(session)
    assert world.found() == {"message"}, "and then it goes by itself"


def walked(world: World, parent: User, child: Child) -> list[str]:
    """Return what a parent sees of having it erased, without what is their own in it."""
    client, own = world.client(parent), (parent.name, parent.email, str(child.id))
    here = f"/family/erase/{world.here.id}"
    said = [client.get(f"{here}{step}").text for step in ("", "/all")]
    answer = client.post(f"{here}/all", data={"sure": "y"})
    said += [str(answer.status_code), answer.location, answer.text]
    said += [client.get(path).text for path in ("/family/erased",)]
    said += [str(client.get("/family").status_code)]
    for word in own:
        said = [text.replace(word, "…") for text in said]
    return [re.sub(r'csrf_token" value="[^"]+"', "", text) for text in said]


def test_of_a_child_for_whom_somebody_else_cares_only_the_tie_goes(
    world: World, session: Session, make: Make
) -> None:
    other = make.parent(name="The Other")
    make.cared_for_by(world.child, other)
    child_id, place = world.child.id, session.scalars(select(Signup)).one().id
    client = world.client(world.parent)
    page = client.get(f"/family/erase/{world.here.id}/all").text
    assert "Iemand anders zorgt ook voor dit kind" in page
    assert "The Other" not in page
    assert world.erase(world.parent) == 303
    assert world.found() == {"child", "message"}, "the child's own, and the last message"
    cares = session.scalars(select(Care).where(Care.child_id == child_id)).all()
    assert [care.carer.user_id for care in cares] == [other.id]
    assert session.get_one(Signup, place).standing is Standing.PLACED
    assert world.child.first_name in world.client(other).get("/family").text


def test_one_child_of_two_goes_and_its_place_goes_on(
    world: World, session: Session, make: Make
) -> None:
    waits, _ = world.family()
    mine = session.scalars(select(Carer).where(Carer.user_id == world.parent.id)).one()
    make.child(mine.family, first_name="Stays")
    gone = world.child.id
    assert world.erase(make.parent(), str(gone)) == 404
    assert world.erase(world.parent, str(gone)) == 303
    assert session.get(Child, gone) is None
    page = world.client(world.parent).get("/family")
    assert (page.status_code, "Stays" in page.text) == (200, True)
    (offered,) = session.scalars(select(Signup)).all()
    assert offered.standing is Standing.OFFERED
    assert offered.child.family.carers[0].user_id == waits.id


def test_who_is_kept_from_a_child_is_not_forgotten_by_it(
    world: World, session: Session, make: Make
) -> None:
    child = make.child(make.family(world.here))
    make.cared_for_by(child, world.parent)
    with unit_of_work(session):
        (care,) = [one for one in session.get_one(Child, child.id).cares
                   if one.carer.user_id == world.parent.id]  # fmt: skip
        care.contact_allowed = False
        audit.record(session, SYSTEM, "test.changed", care.id)
    assert world.erase(world.parent) == 303
    assert session.scalar(select(Care.contact_allowed).where(Care.id == care.id)) is False
    assert session.scalars(select(Wish).where(Wish.done_at.is_(None))).all() != []
    assert session.scalars(select(User).where(User.name.contains(WORD))).all() == []
