"""A parent's own calendar: an address nobody guesses, and no child's name in it by itself."""

import re
from datetime import datetime, timedelta

import pytest
from icalendar import Calendar
from icalendar.cal import Component
from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import User
from kinderwerk.audit import service as audit
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.families import calendars
from kinderwerk.families.models import CalendarKey, Care, Child
from kinderwerk.privacy import erasing
from kinderwerk.signups import absences, offers, service
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import SignUp, Standing
from kinderwerk.storage.erasing import Kind
from kinderwerk.storage.work import unit_of_work
from tests.make import Make
from tests.pages import InspectingClient


def soon(days: int = 2) -> datetime:
    return clock.now().replace(microsecond=0) + timedelta(days=days)


class World:
    """A child with a place in a club on two dates, and a parent whose calendar fetches them."""

    def __init__(self, session: Session, make: Make, client: InspectingClient) -> None:
        self.session, self.make, self.client = session, make, client
        self.here = make.organisation()
        self.worker = make.worker(organisation=self.here)
        self.club = make.activity(self.worker, title="Woodwork", starts_at=soon(), capacity=1)
        make.occurrence(self.club, starts_at=soon(9))
        self.parent = make.parent()
        self.child = make.child(make.family(self.here, self.parent), first_name="Noor")
        self.signup = self.signed_up(self.child, self.parent)
        self.press("renew")

    def signed_up(self, child: Child, parent: User) -> Signup:
        wish = SignUp(activity_id=self.club.id, child_ids=(child.id,))
        return service.sign_up(self.session, parent.actor(), wish)[0]

    def press(self, way: str, by: User | None = None) -> int:
        self.client.sign_in(by or self.parent)
        code: int = self.client.post(f"/family/calendar/{self.here.id}/{way}").status_code
        self.session.rollback()
        return code

    @property
    def address(self) -> str:
        self.client.sign_in(self.parent)
        found = re.search(
            r'value="http[^"]*(/calendars/[^"]+)"', self.client.get("/family/calendar").text
        )
        assert found
        return found[1]

    def status(self, address: str) -> int:
        self.client.get("/")
        code: int = InspectingClient(self.client.application).get(address).status_code
        return code

    def events(self, address: str | None = None) -> list[Component]:
        """Read it as a calendar does, which is signed in nowhere."""
        stranger = InspectingClient(self.client.application)
        answer = stranger.get(address or self.address)
        assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        self.session.rollback()
        return Calendar.from_ical(answer.data).walk("VEVENT")

    def told(self) -> list[str]:
        return [f"{event['SUMMARY']} {event['STATUS']}" for event in self.events()]


@pytest.fixture
def world(session: Session, make: Make, client: InspectingClient) -> World:
    return World(session, make, client)


def test_it_names_the_activity_and_no_child_until_the_parent_asks_for_that(world: World) -> None:
    assert world.told() == ["Woodwork CONFIRMED"] * 2
    assert world.press("names/on") == 303
    assert world.told() == ["Noor: Woodwork CONFIRMED"] * 2
    before = world.address
    world.press("renew")
    assert world.told() == ["Noor: Woodwork CONFIRMED"] * 2, "a new address keeps the choice"
    assert world.address != before
    world.press("names/off")
    assert "Noor" not in str(world.told())


def test_what_a_child_misses_is_not_there_and_what_is_called_off_says_so(world: World) -> None:
    first, second = world.club.occurrences
    actor = world.parent.actor()
    absences.stay_away(world.session, actor, world.signup.id, first.id)
    assert len(world.events()) == 1
    absences.come_after_all(world.session, actor, world.signup.id, first.id)
    service.cancel_occurrence(world.session, world.worker.actor(), second.id, "Snow")
    assert world.told() == ["Woodwork CONFIRMED", "Woodwork CANCELLED"]
    service.cancel_activity(world.session, world.worker.actor(), world.club.id, "Nobody to lead")
    assert world.told() == ["Woodwork CANCELLED"] * 2, "though the sign-up is gone"


def test_who_signs_off_or_only_waits_is_not_told_and_an_offer_is_tentative(
    world: World, make: Make
) -> None:
    late = make.parent()
    waiting = world.signed_up(make.child(make.family(world.here, late)), late)
    assert waiting.standing is Standing.WAITING
    mine = world.address
    world.parent, early = late, world.parent
    world.press("renew")
    assert world.told() == []
    service.cancel(world.session, early.actor(), world.signup.id)
    assert world.told() == ["Woodwork TENTATIVE"] * 2
    before = {str(event["UID"]): event["SEQUENCE"] for event in world.events()}
    offer_id = world.session.get_one(Signup, waiting.id).offer_id
    assert offer_id
    offers.answer(world.session, late.actor(), offer_id, [waiting.id])
    assert world.told() == ["Woodwork CONFIRMED"] * 2
    assert all(event["SEQUENCE"] > before[str(event["UID"])] for event in world.events())
    assert world.events(mine) == [], "the family that signed off"


def test_whatever_opens_nothing_looks_alike(world: World, session: Session, make: Make) -> None:
    address = world.address
    stranger = InspectingClient(world.client.application)
    assert stranger.get(address).status_code == 200
    nothing = [
        stranger.get(other)
        for other in (address[:-6] + "x.ics", f"/calendars/{world.child.id}/x.ics")
    ]
    world.press("renew")
    nothing.append(stranger.get(address))
    address = world.address
    with unit_of_work(session):
        care = session.scalars(select(Care).where(Care.child_id == world.child.id)).one()
        care.contact_allowed = False
        audit.record(session, SYSTEM, "test.changed", care.id)
    nothing.append(stranger.get(address))
    with unit_of_work(session):
        care = session.get_one(Care, care.id)
        care.contact_allowed = True
        calendars.renew(session, SYSTEM, care.carer)
        audit.record(session, SYSTEM, "test.changed", care.id)
    nothing.append(stranger.get(address))
    address = world.address
    assert world.press("stop") == 303
    nothing.append(stranger.get(address))
    world.press("renew")
    address = world.address
    erasing.erase(session, SYSTEM, world.here.id, Kind.FAMILY, [world.child.family_id])
    nothing.append(stranger.get(address))
    assert {answer.status_code for answer in nothing} == {404}
    assert len({answer.data for answer in nothing}) == 1
    assert session.scalars(select(CalendarKey)).all() == []


def test_nobody_guesses_on_and_on(world: World) -> None:
    stranger = InspectingClient(world.client.application)
    wrong = world.address[:-6] + "x.ics"
    assert [stranger.get(wrong).status_code for _ in range(22)] == [404] * 20 + [429] * 2
    assert world.status(world.address) == 200, "who knows it is not held up by who does not"


def test_a_calendar_is_of_one_parent_and_of_one_organisation(
    world: World, session: Session, make: Make
) -> None:
    elsewhere, other = make.organisation(), make.parent()
    abroad = make.activity(make.worker(organisation=elsewhere), title="Chess", starts_at=soon())
    child = make.child(make.family(elsewhere, world.parent))
    wish = SignUp(activity_id=abroad.id, child_ids=(child.id,))
    service.sign_up(session, world.parent.actor(), wish)
    assert world.told() == ["Woodwork CONFIRMED"] * 2
    assert world.press("renew", by=other) == 404
    assert world.press("names/on", by=other) == 404
    kept = session.scalars(select(cast(AuditEntry.details, String))).all()
    secret = world.address.rpartition("/")[2].removesuffix(".ics")
    assert secret not in str(kept)
