"""The day before: told once, to who wants it, with a button for who cannot come."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import Format
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.words import LANGUAGES
from kinderwerk.families.models import Care, Carer, Child
from kinderwerk.messages import rendering
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail
from kinderwerk.registers import service as registers
from kinderwerk.registers.models import Register
from kinderwerk.registers.rules import Presence
from kinderwerk.signups import absences, reminders, service
from kinderwerk.signups.models import Absence, Signup
from kinderwerk.signups.rules import SignUp, Standing
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web.extensions import as_system
from tests.make import A_WEDNESDAY, Make

EVENING = (A_WEDNESDAY - timedelta(days=1)).replace(hour=17)


class World:
    def __init__(self, app: Flask, session: Session, make: Make) -> None:
        self.app, self.session, self.make = app, session, make
        self.here = make.organisation()
        self.worker = make.worker(organisation=self.here)
        self.club = make.activity(self.worker, title="Woodwork", bring="An old shirt")
        self.parent = make.parent()
        self.child = make.child(make.family(self.here, self.parent), first_name="Noor")
        self.signup = self.signed_up(self.club)

    @property
    def date(self) -> Occurrence:
        return self.club.occurrences[0]

    def signed_up(self, activity: Activity, child: Child | None = None) -> Signup:
        dates = [one.id for one in activity.occurrences if activity.format is Format.HOLIDAY]
        wish = SignUp(
            activity_id=activity.id, child_ids=((child or self.child).id,),
            occurrence_ids=tuple(dates),
        )  # fmt: skip
        return service.sign_up(self.session, self.parent.actor(), wish)[0]

    def evening(self, moment: datetime = EVENING) -> list[Message]:
        """Let the worker look what is on tomorrow, and return what was told about that."""
        with clock.stopped(moment):
            reminders.tomorrow(self.session)
        self.session.rollback()
        told = select(Message).where(Message.template == "signup.tomorrow").order_by(Message.id)
        return list(self.session.scalars(told))

    def mail(self, message: Message, language: str = "nl") -> Mail | None:
        message_id = message.id
        self.session.rollback()
        with clock.stopped(EVENING), self.app.test_request_context():
            found = as_system().get_one(Message, message_id)
            as_system().expunge(found)
            found.language = language
            return rendering.render(as_system(), found)

    def link(self, message: Message) -> str:
        mail = self.mail(message)
        assert mail is not None
        address = next(line for line in mail.text.splitlines() if "/expected/" in line)
        return "/" + address.split("/", 3)[3]

    def change(self, kind: type[Care] | type[Carer], **changed: object) -> None:
        with unit_of_work(self.session):
            for row in self.session.scalars(select(kind)):
                for name, value in changed.items():
                    setattr(row, name, value)
                audit.record(self.session, SYSTEM, "test.changed", row.id)


@pytest.fixture
def world(app: Flask, session: Session, make: Make) -> World:
    return World(app, session, make)


def test_a_family_is_told_once_in_the_afternoon_before(world: World) -> None:
    for moment in (
        EVENING.replace(hour=9),
        EVENING - timedelta(days=1),
        EVENING + timedelta(days=2),
    ):
        assert world.evening(moment) == []
    for _ in range(2):
        assert [one.subject_ids["signup"] for one in world.evening()] == [str(world.signup.id)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_says_what_to_bring_and_where(world: World, language: str) -> None:
    (message,) = world.evening()
    mail = world.mail(message, language)
    assert mail is not None
    for words in ("Noor", "Woodwork", "An old shirt", "/expected/", "/family"):
        assert words in mail.text


def test_a_date_that_is_elsewhere_is_told_and_counted_there(
    world: World, make: Make, session: Session, client: FlaskClient
) -> None:
    area = make.neighbourhood(name="De Werf")
    hall = make.venue(world.here, name="The big hall", neighbourhood=area)
    with unit_of_work(session):
        session.get_one(Occurrence, world.date.id).venue_id = hall.id
        audit.record(session, SYSTEM, "test.made", world.date.id)
    mail = world.mail(*world.evening())
    assert mail is not None
    assert "The big hall" in mail.text
    client.sign_in(world.worker)
    for page in ("/today", "/planner/", f"/sessions/{world.date.id}", "/shifts/"):
        with clock.stopped(EVENING):
            assert "The big hall" in client.get(page).text, page
    with clock.stopped(A_WEDNESDAY):
        registers.mark(
            session, world.worker.actor(), world.date.id, {world.child.id: Presence.PRESENT}
        )
    assert session.get_one(Register, world.date.id).neighbourhood_id == area.id


def test_who_waits_is_away_or_just_signed_up_is_not_reminded(world: World, make: Make) -> None:
    absences.stay_away(world.session, world.parent.actor(), world.signup.id, world.date.id)
    full = make.activity(world.worker, capacity=1)
    sister = make.child(world.child.family, first_name="Sem")
    world.signed_up(full, sister)
    world.signed_up(full)
    with clock.stopped(EVENING.replace(hour=11)):
        late = make.activity(world.worker)
        world.signed_up(late)
    assert [one.subject_ids["signup"] for one in world.evening()] == [
        str(id)
        for id in world.session.scalars(select(Signup.id).where(Signup.child_id == sister.id))
    ]


def test_what_was_called_off_since_is_not_told(world: World) -> None:
    (message,) = world.evening()
    service.cancel_occurrence(world.session, world.worker.actor(), world.date.id, "The roof leaks.")
    assert world.mail(message) is None


def test_a_parent_can_do_without(world: World, client: FlaskClient) -> None:
    client.sign_in(world.parent)
    page = f"/family/messages/{world.here.id}"
    assert page in client.get("/family").text
    wanted = {"phone": "06 12345678", "email": world.parent.email}
    assert client.post(page, data=wanted | {"amount": "no_reminders"}).status_code == 303
    assert world.evening() == []
    client.post(page, data=wanted | {"amount": "all"})
    assert len(world.evening()) == 1
    elsewhere = world.make.organisation()
    assert client.get(f"/family/messages/{elsewhere.id}").status_code == 404


def test_one_button_in_the_mail_signs_off_for_once(world: World, client: FlaskClient) -> None:
    (message,) = world.evening()
    path = world.link(message)
    with clock.stopped(EVENING):
        for _ in range(2):
            assert "Noor" in client.get(path).text
        assert world.session.scalars(select(Absence)).all() == []
        for _ in range(2):
            assert client.post(path).status_code == 303
    world.session.rollback()
    assert len(world.session.scalars(select(Absence)).all()) == 1
    assert world.session.get_one(Signup, world.signup.id).standing is Standing.PLACED
    assert world.mail(message) is None


def test_where_each_date_counts_the_place_goes_to_who_waits(
    world: World, make: Make, client: FlaskClient
) -> None:
    camp = make.activity(world.worker, format=Format.HOLIDAY, capacity=1)
    day = world.signed_up(camp)
    waits = world.signed_up(camp, make.child(world.child.family))
    told = {one.subject_ids["signup"]: one for one in world.evening()}
    path = world.link(told[str(day.id)])
    with clock.stopped(EVENING):
        client.post(path)
    world.session.rollback()
    assert world.session.get_one(Signup, day.id).standing is Standing.CANCELLED
    assert world.session.get_one(Signup, waits.id).standing is Standing.OFFERED


def test_the_link_is_worth_nothing_for_others_afterwards_or_once_contact_is_not_allowed(
    world: World, make: Make, client: FlaskClient
) -> None:
    (message,) = world.evening()
    path = world.link(message)
    *_, id, date, token = path.split("/")
    other = make.occurrence(world.club, starts_at=A_WEDNESDAY + timedelta(days=7))
    with clock.stopped(EVENING):
        for forged in (f"/expected/{id}/{date}/x", f"/expected/{id}/{other.id}/{token}"):
            assert client.get(forged).status_code == client.post(forged).status_code == 404
    with clock.stopped(world.date.ends_at):
        assert client.get(path).status_code == 404
    world.change(Care, contact_allowed=False)
    with clock.stopped(EVENING):
        assert client.get(path).status_code == client.post(path).status_code == 404
    world.session.rollback()
    assert world.session.scalars(select(Absence)).all() == []
