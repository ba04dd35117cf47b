"""Whoever works here sees it in their own calendar, and nobody finds a child in that."""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Membership
from kinderwerk.activities.models import Occurrence
from kinderwerk.activities.rules import Format, State
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.planner.models import WorkKey
from kinderwerk.storage.work import unit_of_work
from tests.make import Make
from tests.pages import InspectingClient

PAGE = "/my-calendar"


class Desk:
    """A volunteer with a club on two days, and a visit at home."""

    def __init__(self, session: Session, make: Make, client: InspectingClient) -> None:
        self.session, self.client = session, client
        here = make.organisation()
        self.helper = make.user(Role.VOLUNTEER, organisation=here)
        soon = clock.now().replace(microsecond=0) + timedelta(days=2)
        club = make.activity(
            self.helper, title="Woodwork", starts_at=soon, venue=make.venue(here, name="The Hall")
        )
        self.later = make.occurrence(club, starts_at=soon + timedelta(days=7))
        make.activity(
            self.helper, title="With the Vos family", starts_at=soon + timedelta(days=1),
            format=Format.HOME_VISIT, state=State.DRAFT,
        )  # fmt: skip
        make.activity(make.worker(organisation=here), title="Of others", starts_at=soon)
        client.sign_in(self.helper)
        client.post(f"{PAGE}/renew")

    @property
    def address(self) -> str:
        found = re.search(r'value="http[^"]*(/calendars/work/[^"]+)"', self.client.get(PAGE).text)
        assert found
        return found[1]

    def status(self, address: str) -> int:
        return InspectingClient(self.client.application).get(address).status_code

    def events(self) -> dict[str, str]:
        told = InspectingClient(self.client.application).get(self.address).data
        found = Calendar.from_ical(told).walk("VEVENT")
        return {str(one["summary"]): str(one["status"]) for one in found}


@pytest.fixture
def desk(session: Session, make: Make, client: InspectingClient) -> Desk:
    return Desk(session, make, client)


def test_ones_own_dates_stand_in_it_and_a_visit_without_saying_to_whom(desk: Desk) -> None:
    assert desk.events() == {"Woodwork": "CONFIRMED", "Huisbezoek": "TENTATIVE"}
    told = InspectingClient(desk.client.application).get(desk.address).text
    assert "The Hall" in told
    assert "Vos" not in told
    assert "Of others" not in told


def test_what_is_called_off_says_so(desk: Desk, session: Session) -> None:
    with unit_of_work(session):
        for one in session.scalars(select(Occurrence)):
            one.cancelled_at = clock.now()
            audit.record(session, SYSTEM, "test.changed", one.id)
    assert set(desk.events().values()) == {"CANCELLED"}


def test_a_new_address_and_stopping_end_the_old_one_at_once(desk: Desk) -> None:
    first = desk.address
    assert desk.status(first) == 200
    assert desk.status(first.replace(first[-8], "x" if first[-8] != "x" else "y")) == 404
    desk.client.post(f"{PAGE}/renew")
    assert desk.status(first) == 404
    assert desk.status(desk.address) == 200
    second = desk.address
    desk.client.post(f"{PAGE}/stop")
    assert desk.status(second) == 404


def test_it_ends_when_somebody_no_longer_works_here(desk: Desk, session: Session) -> None:
    address = desk.address
    with unit_of_work(session):
        held = session.scalars(select(Membership).where(Membership.user_id == desk.helper.id)).one()
        held.ended_at = clock.now()
        audit.record(session, SYSTEM, "test.changed", held.id)
    assert desk.status(address) == 404


def test_the_secret_stands_nowhere_and_parents_have_no_work(
    desk: Desk, session: Session, make: Make
) -> None:
    key = session.scalars(select(WorkKey)).one()
    assert desk.address.rpartition("/")[2].removesuffix(".ics") not in str(vars(key))
    assert "Mijn werk in mijn agenda" in desk.client.get("/account").text
    desk.client.sign_in(make.parent())
    assert desk.client.get(PAGE).status_code == 403
    assert "Mijn werk in mijn agenda" not in desk.client.get("/account").text
