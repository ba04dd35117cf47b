"""A child at the door: known, signed up and on the list with one form."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kinderwerk.activities.rules import SignupKind
from kinderwerk.core import clock
from kinderwerk.door.rules import Born, NotABirthday, read_birth
from kinderwerk.families.models import Child, Consent
from kinderwerk.families.rules import ConsentMethod, age_on
from kinderwerk.registers.rules import Presence
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from tests.club import Club
from tests.make import A_WEDNESDAY, Make

TODAY = A_WEDNESDAY.date()


@pytest.fixture
def club(session: Session, make: Make) -> Club:
    return Club(session, make, signup=SignupKind.PER_DAY, age_from=4, age_to=12)


class Door:
    def __init__(self, client: FlaskClient, club: Club) -> None:
        self.client, self.club = client, club
        client.sign_in(club.worker)

    def says(self, **given: str) -> TestResponse:
        made_up = {
            "first_name": "Sem", "surname": "van den Berg", "born": "04052024",
            "phone": "06 12345678", "goes_home_alone": "picked_up", "agreed": "y",
        }  # fmt: skip
        with clock.stopped(A_WEDNESDAY + timedelta(minutes=5)):
            answer = self.client.post(f"{self.club.url}/door", data=made_up | given)
        self.club.session.rollback()
        return answer

    def children(self) -> list[Child]:
        return list(self.club.session.scalars(select(Child).order_by(Child.created_at)))


@pytest.fixture
def door(client: FlaskClient, club: Club) -> Door:
    return Door(client, club)


def test_one_form_brings_a_child_in(door: Door, session: Session) -> None:
    assert door.says().status_code == 303
    (child,) = door.children()
    signup = session.scalars(select(Signup)).one()
    consent = session.scalars(select(Consent)).one()
    assert (child.born_on, child.born_about) == (date(2024, 5, 4), False)
    assert (signup.standing, signup.occurrence_id) == (Standing.PLACED, door.club.date.id)
    assert consent.method is ConsentMethod.ORAL
    assert door.club.marks() == {child.id: Presence.PRESENT}


def test_the_first_field_has_the_focus_and_little_is_asked(door: Door) -> None:
    page = door.client.get(f"{door.club.url}/door").text
    (first, *_) = [one for one in page.split("<input")[1:] if 'type="hidden"' not in one]
    assert {'name="first_name"', "autofocus"} <= set(first.split(">")[0].split())
    assert 'inputmode="numeric"' in page


def test_an_age_will_do_and_gives_way_to_the_day(door: Door) -> None:
    assert door.says(born="\u0667").status_code == 303
    (child,) = door.children()
    assert child.born_about
    assert age_on(child.born_on, TODAY) == 7
    assert "ongeveer" in door.client.get(f"/children/{child.id}").text


def test_a_sibling_has_the_same_parent_and_needs_no_number(door: Door, session: Session) -> None:
    door.says()
    (sem,) = door.children()
    answer = door.says(first_name="Noor", born="6", phone="", sibling_id=str(sem.id))
    assert answer.status_code == 303
    sem, noor = door.children()
    assert noor.family_id == sem.family_id
    assert noor.cares[0].carer_id == sem.cares[0].carer_id
    assert noor.emergency_phone == "06 12345678"


def test_a_child_we_know_already_is_shown_and_let_in_by_one_tap(door: Door) -> None:
    known = door.club.child(
        placed=False, first_name="Sem", surname="v.d. Berg", born_on=date(2024, 5, 4)
    )
    answer = door.says()
    assert answer.status_code == 422
    assert f"/door/{known.id}" in answer.text
    with clock.stopped(A_WEDNESDAY):
        door.client.post(f"{door.club.url}/door/{known.id}")
    assert door.club.marks() == {known.id: Presence.PRESENT}
    assert len(door.children()) == 1
    assert door.says(really="y").status_code == 303
    assert len(door.children()) == 2


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"agreed": ""}, "Vraag het eerst aan de ouder"),
        ({"phone": ""}, "nummer dat een ouder opneemt"),
        ({"born": "30022024"}, "04-05-2019"),
        ({"born": "17"}, "17"),
    ],
)
def test_what_is_missing_is_said_and_nobody_is_written_down(
    door: Door, given: dict[str, Any], told: str
) -> None:
    answer = door.says(**given)
    assert answer.status_code == 422
    assert told in answer.text
    assert door.children() == []


def test_volunteers_and_parents_let_nobody_in(client: FlaskClient, door: Door, make: Make) -> None:
    for person in (door.club.helper, make.parent()):
        client.sign_in(person)
        assert client.get(f"{door.club.url}/door").status_code == 403
        assert door.says().status_code == 403
    assert door.children() == []


@pytest.mark.parametrize(
    ("typed", "born"),
    [
        ("4-5-2024", Born(date(2024, 5, 4))),
        ("040524", Born(date(2024, 5, 4))),
        ("2024-05-04", Born(date(2024, 5, 4))),
        ("".join(chr(0x660 + int(n)) for n in "04052024"), Born(date(2024, 5, 4))),
        ("8", Born(date(2022, 11, 13), about=True)),
    ],
)
def test_a_birthday_is_read_as_people_type_it(typed: str, born: Born) -> None:
    assert read_birth(typed, TODAY) == born


@pytest.mark.parametrize("typed", ["", "99", "123", "31-02-2024", "4 mei", "1-2-3-4"])
def test_what_is_no_birthday_is_refused(typed: str) -> None:
    with pytest.raises(NotABirthday):
        read_birth(typed, TODAY)
