"""A child that cannot come once keeps its place, and whoever holds the list knows."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import User
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import Format
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.families.models import Child
from kinderwerk.privacy import erasing
from kinderwerk.registers import queries as registers
from kinderwerk.registers import service as marking
from kinderwerk.registers.rules import Presence
from kinderwerk.signups import absences, rules, service
from kinderwerk.signups.models import Absence, Signup
from kinderwerk.signups.rules import SignUp, Standing
from kinderwerk.storage.erasing import Kind
from tests.make import Make


class World:
    """A club that a child goes to, and its next date."""

    def __init__(self, session: Session, make: Make, client: FlaskClient) -> None:
        self.session, self.make, self.client = session, make, client
        here = make.organisation()
        self.worker = make.worker(organisation=here)
        self.club = make.activity(self.worker, title="Woodwork", capacity=2)
        self.parent = make.parent()
        self.child = make.child(make.family(here, self.parent), first_name="Noor")
        self.signup = self.signed_up(self.club, self.child)
        self.date = self.club.occurrences[0]

    def signed_up(self, activity: Activity, child: Child) -> Signup:
        dates = [one.id for one in activity.occurrences if activity.format is Format.HOLIDAY]
        wish = SignUp(activity_id=activity.id, child_ids=(child.id,), occurrence_ids=tuple(dates))
        return service.sign_up(self.session, self.parent.actor(), wish)[0]

    def press(self, way: str, by: User | None = None) -> int:
        self.client.sign_in(by or self.parent)
        address = f"/sign-ups/{self.signup.id}/{way}/{self.date.id}"
        code: int = self.client.post(address).status_code
        self.session.rollback()
        return code

    def away(self) -> int:
        self.session.rollback()
        return len(self.session.scalars(select(Absence)).all())


@pytest.fixture
def world(session: Session, make: Make, client: FlaskClient) -> World:
    return World(session, make, client)


def test_one_tap_signs_off_for_one_date_and_one_tap_takes_it_back(world: World) -> None:
    world.client.sign_in(world.parent)
    assert "De volgende keer" in world.client.get("/family").text
    for _ in range(2):
        assert world.press("away") == 303
    assert "Komt niet op" in world.client.get("/family").text
    assert world.away() == 1
    signup = world.session.get_one(Signup, world.signup.id)
    assert (signup.standing, world.club.taken) == (Standing.PLACED, 1)
    for _ in range(2):
        assert world.press("back") == 303
    assert world.away() == 0
    deeds = world.session.scalars(select(AuditEntry.deed).where(AuditEntry.deed.like("signup.%")))
    assert [deed for deed in deeds if deed in ("signup.away", "signup.back")] == [
        "signup.away", "signup.back",
    ]  # fmt: skip


def test_whoever_holds_the_list_sees_it_and_the_rest_is_marked_without_a_thought(
    world: World,
) -> None:
    absences.stay_away(world.session, world.parent.actor(), world.signup.id, world.date.id)
    other = world.signed_up(world.club, world.make.child(world.child.family, first_name="Sem"))
    with clock.stopped(world.date.starts_at + timedelta(minutes=5)):
        world.client.sign_in(world.worker)
        assert "Afgemeld voor vandaag" in world.client.get(f"/sessions/{world.date.id}").text
        marking.mark_rest(world.session, world.worker.actor(), world.date.id, Presence.PRESENT)
        lines = registers.lines(world.session, world.worker.actor(), world.date)
    marks = {line.child_id: line.presence for line in lines}
    assert marks == {world.child.id: Presence.EXCUSED, other.child_id: Presence.PRESENT}


def test_another_family_changes_nothing(world: World) -> None:
    stranger = world.make.parent()
    world.make.family(world.make.organisation(), stranger)
    assert world.press("away", stranger) == 404
    assert world.away() == 0


def test_a_date_of_another_activity_is_not_there(world: World) -> None:
    other = world.make.activity(world.worker)
    with pytest.raises(Withheld):
        absences.stay_away(
            world.session, world.parent.actor(), world.signup.id, other.occurrences[0].id
        )


def test_one_can_only_miss_what_one_has_and_what_is_to_come(world: World) -> None:
    camp = world.make.activity(world.worker, format=Format.HOLIDAY)
    per_day = world.signed_up(camp, world.child)
    full = world.make.activity(world.worker, capacity=1)
    world.signed_up(full, world.make.child(world.child.family))
    waits = world.signed_up(full, world.child)
    for signup, activity in ((per_day, camp), (waits, full)):
        with pytest.raises(rules.NoPlaceThen):
            absences.stay_away(
                world.session, world.parent.actor(), signup.id, activity.occurrences[0].id
            )
    with clock.stopped(world.date.ends_at), pytest.raises(rules.Over):
        absences.stay_away(world.session, world.parent.actor(), world.signup.id, world.date.id)


def test_what_is_forgotten_leaves_no_absence(world: World) -> None:
    absences.stay_away(world.session, world.parent.actor(), world.signup.id, world.date.id)
    erasing.erase(world.session, SYSTEM, world.signup.organisation_id, Kind.CHILD, [world.child.id])
    assert world.away() == 0
