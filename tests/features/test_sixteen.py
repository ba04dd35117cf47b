"""From sixteen on: told two months ahead, a sign-in of one's own, and a say in what parents see."""

from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import User
from kinderwerk.core import clock
from kinderwerk.families.models import Care, Child
from kinderwerk.families.rules import Relation
from kinderwerk.families.youth import service
from kinderwerk.families.youth.rules import sixteenth
from kinderwerk.messages.models import Message
from kinderwerk.signups import service as signups
from kinderwerk.signups.rules import SignUp
from tests.features.test_custody import Homes
from tests.make import A_WEDNESDAY, Make

SIXTEENTH = A_WEDNESDAY.date() - timedelta(days=20)


@pytest.fixture
def homes(app: Flask, session: Session, make: Make) -> Homes:
    homes = Homes(app, session, make)
    born = SIXTEENTH.replace(year=SIXTEENTH.year - 16)
    homes.child = make.child(
        make.family(homes.club.here, homes.mother), first_name="Lotte", born_on=born
    )
    return homes


def on(day: date) -> AbstractContextManager[None]:
    return clock.stopped(clock.midnight(day) + timedelta(hours=9))


def told(homes: Homes) -> list[tuple[str, str]]:
    homes.session.rollback()
    found = select(Message.template, Message.address).order_by(Message.id)
    return [(template, address) for template, address in homes.session.execute(found)]


def each_day(homes: Homes, first: date, last: date) -> None:
    """Have the worker do its daily work, twice a day."""
    for _ in range(2):
        for day in (first, last):
            with on(day):
                service.tell_everybody(homes.session)


def test_the_day_is_the_birthday_also_of_who_was_born_on_29_february() -> None:
    assert sixteenth(date(2016, 2, 29)) == date(2032, 2, 29)
    assert sixteenth(date(2015, 6, 30)) == date(2031, 6, 30)


def test_both_are_told_once_two_months_ahead_and_the_young_person_invited(homes: Homes) -> None:
    child, mother = homes.child, homes.mother.email
    page = f"/family/children/{child.id}/own-address"
    with on(SIXTEENTH - timedelta(days=90)):
        service.tell_everybody(homes.session)
        early = homes.client(homes.mother)
        assert early.get(page).status_code == 404, "before that nothing of it"
        assert early.post(page, data={"email": "lotte@example.org"}).status_code == 404
    assert told(homes) == []
    ahead = SIXTEENTH - timedelta(days=50)
    each_day(homes, ahead, ahead)
    assert told(homes) == [("youth.soon", mother)]
    with on(ahead):
        client = homes.client(homes.mother)
        assert "Lotte" in client.get("/family").text
        assert client.post(page, data={"email": mother}).status_code == 422, "a parent reads there"
        assert client.post(page, data={"email": "lotte@example.org"}).status_code == 303
    each_day(homes, ahead, SIXTEENTH)
    assert told(homes)[1:] == [
        ("youth.soon_oneself", "lotte@example.org"), ("custody.invited", "lotte@example.org"),
    ]  # fmt: skip


def come_in(homes: Homes) -> tuple[FlaskClient, FlaskClient]:
    """Return the young person, signed in by the link, and the mother."""
    service.name_address(
        homes.session, homes.club.worker.actor(), homes.child.id, "lotte@example.org", "nl"
    )
    lotte = homes.app.test_client()
    assert lotte.post(homes.link("custody.invited")).status_code == 303
    return lotte, homes.client(homes.mother)


def test_parents_see_nothing_until_the_young_person_decides(homes: Homes) -> None:
    child, club = homes.child, homes.club.activity
    with on(SIXTEENTH - timedelta(days=1)):
        wish = SignUp(activity_id=club.id, child_ids=(child.id,), at_door=True)
        assert "Lotte" in homes.client(homes.mother).get("/family").text
    with on(SIXTEENTH):
        assert "Lotte" not in homes.client(homes.mother).get("/family").text
        lotte, mother = come_in(homes)
        assert "Lotte" in lotte.get("/family").text
        signups.sign_up(homes.session, homes.club.worker.actor(), wish)
        page = f"/family/children/{child.id}/parents-see"
        assert mother.get(page).status_code == 404, "nobody else decides"
        for sees, all_of_it, plans in (
            ("signups", False, True), ("all", True, True), ("nothing", False, False),
        ):  # fmt: skip
            assert lotte.post(page, data={"sees": sees}).status_code == 303
            shown = mother.get("/family").text
            assert ("Woodwork" in shown) is plans, sees
            mine = mother.get(f"/family/children/{child.id}")
            assert (mine.status_code == 200) is all_of_it, sees
        assert told(homes)[-1] == ("signup.confirmed", "lotte@example.org")


def test_a_young_person_signs_up_alone_and_sees_nobody_else(homes: Homes, make: Make) -> None:
    sibling = make.child(homes.child.family, first_name="Siebe")
    club = make.activity(homes.club.worker, title="Radio", age_to=18)
    with on(SIXTEENTH):
        lotte, _ = come_in(homes)
        assert "Siebe" not in lotte.get("/family").text
        assert lotte.get(f"/family/children/{sibling.id}").status_code == 404
        sent = lotte.post(f"/sign-up/{club.id}", data={"children": str(homes.child.id)})
        assert sent.status_code == 303
        assert "Radio" in lotte.get("/family").text


def test_before_sixteen_there_is_no_way_in(homes: Homes, session: Session, make: Make) -> None:
    early: Child = make.child(make.family(homes.club.here), born_on=date(2020, 1, 1))
    user: User = make.parent()
    make.cared_for_by(early, user, relation=Relation.SELF)
    with on(SIXTEENTH):
        client = homes.client(user)
        assert early.first_name not in client.get("/family").text
        assert client.get(f"/family/children/{early.id}/parents-see").status_code == 404
    session.rollback()
    care = session.scalars(select(Care).where(Care.relation == Relation.SELF)).one()
    assert not care.opens_portal
