"""A sign-up form on paper, typed in: everything of it, or nothing with the reason."""

import re
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kinderwerk.access.vocabulary import Role
from kinderwerk.activities.rules import Format
from kinderwerk.core import clock
from kinderwerk.families.models import Carer, Child, Consent
from kinderwerk.families.rules import Capacity, ConsentMethod, ConsentPurpose
from kinderwerk.messages.models import Message
from kinderwerk.notes.models import CareNote
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from tests.club import Club
from tests.make import A_WEDNESDAY, Make
from tests.pages import hidden
from tests.planted import PLANTED

BOTH = {
    "carer_name": "Hatice Y\u0131lmaz", "relation": "mother", "carer_phone": "06 11223344",
    "carer_email": "hatice@example.org", "neighbourhood_id": "", "emergency_name": "Oma",
    "emergency_phone": "06 12345678", "picked_up_by": "Oma", "language": "tr", "signed": "y",
    "photo_album-answer": "yes", "photo_press-answer": "no", "together": "y",
    "child-0-first_name": "Elif", "child-0-surname": "Y\u0131lmaz", "child-0-born_on": "2023-06-01",
    "child-0-goes_home_alone": "picked_up", "child-0-medical": f"Pen in the red bag {PLANTED}",
    "child-0-support": ["extra_adult"], "child-0-help_agreed": "y",
    "child-1-first_name": "Can", "child-1-surname": "Y\u0131lmaz", "child-1-born_on": "2023-06-01",
    "child-1-goes_home_alone": "alone",
}  # fmt: skip


@pytest.fixture
def club(session: Session, make: Make) -> Club:
    return Club(session, make, capacity=3, title="Wood")


class Desk:
    def __init__(self, client: FlaskClient, club: Club) -> None:
        self.client, self.club = client, club
        self.here = f"/children/from-paper?activity={club.activity.id}"
        client.sign_in(club.worker)
        self.token = hidden(client.get(self.here).text)

    def types(self, **given: Any) -> TestResponse:
        to_the_club = {f"child-{n}-comes_to": str(self.club.activity.id) for n in (0, 1)}
        sent = self.token | BOTH | to_the_club | given
        answer = self.client.post(self.here, data=sent)
        self.club.session.rollback()
        return answer


@pytest.fixture
def desk(client: FlaskClient, club: Club) -> Desk:
    return Desk(client, club)


def test_a_form_for_two_children_is_typed_in_once_whatever_is_pressed_twice(
    desk: Desk, session: Session
) -> None:
    for _ in range(2):
        assert desk.types().location == f"/activities/{desk.club.activity.id}/sign-ups"
    children = session.scalars(select(Child).order_by(Child.first_name)).all()
    assert [one.first_name for one in children] == ["Can", "Elif"]
    (carer,) = session.scalars(select(Carer))
    assert (carer.language, carer.email) == ("tr", "hatice@example.org")
    assert {one.standing for one in session.scalars(select(Signup))} == {Standing.PLACED}
    said = session.scalars(select(Consent)).all()
    assert {(one.method, one.language, one.version) for one in said} == {
        (ConsentMethod.PAPER, "tr", 1)
    }
    purposes = sorted(one.purpose for one in said if one.child_id == children[0].id)
    assert purposes == ["photo_album", "photo_press", "registration"]
    (note,) = session.scalars(select(CareNote))
    assert (note.child_id, note.hands) == (children[1].id, 1)
    assert session.scalars(select(Message)).first()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"signed": ""}, "signed-error"),
        ({"child-1-born_on": "2044-01-01"}, "child-1-born_on-error"),
        ({"child-1-born_on": "2012-01-01"}, "Wood: Can is"),
        ({"child-1-born_on": "2008-01-01"}, "child-1-born_on-error"),
        ({"child-0-help_agreed": ""}, "child-0-help_agreed-error"),
        ({"child-1-surname": ""}, "child-1-surname-error"),
        ({"child-1-comes_to": "x"}, "child-1-comes_to-error"),
        ({"picked_up_by": ""}, "child-0-goes_home_alone-error"),
        ({"carer_email": "hatice"}, "carer_email-error"),
        ({"photo_album-answer": "maybe"}, "photo_album-answer-error"),
        ({"photo_album-version": "7"}, "photo_album-version"),
    ],
)
def test_one_fault_keeps_nothing_and_loses_no_word(
    desk: Desk, session: Session, wrong: dict[str, str], why: str
) -> None:
    refused = desk.types(**wrong)
    assert refused.status_code == 422
    assert why in refused.text
    assert all(text in refused.text for text in ("Elif", "Pen in the red bag", "06 11223344"))
    for kind in (Child, Carer, Consent, CareNote, Signup, Message):
        assert session.scalars(select(kind)).all() == []


def test_who_may_be_known_already_is_asked_about_and_can_be_that_one(
    desk: Desk, session: Session, make: Make
) -> None:
    family = make.family(desk.club.here, make.parent(name="Hatice Yilmaz"))
    known = make.child(family, first_name="Elif", surname="Y\u0131lmaz", born_on=date(2023, 6, 1))
    asked = desk.types()
    assert asked.status_code == 422
    assert f'value="{known.id}"' in asked.text
    same = {"child-0-same_as": str(known.id)}
    other = desk.types(**same, carer_name="Somebody Else")
    assert "child-0-same_as-error" in other.text
    assert desk.types(**same, carer_name="Hatice Yilmaz").status_code == 303
    children = session.scalars(select(Child)).all()
    assert len(children) == 2
    assert len({one.family_id for one in children}) == 1


def test_from_twelve_on_the_child_signs_too(desk: Desk, session: Session) -> None:
    twelve = clock.today().replace(year=clock.today().year - 12)
    one = {"child-1-first_name": "", "child-1-born_on": "", "child-0-comes_to": []}
    told = one | {"child-0-born_on": twelve.isoformat()}
    assert "child-0-child_agreed-error" in desk.types(**told).text
    assert desk.types(**told, **{"child-0-child_agreed": "y"}).status_code == 303
    album = select(Consent).where(Consent.purpose == ConsentPurpose.PHOTO_ALBUM)
    assert session.scalars(album).one().capacity is Capacity.BOTH


def test_a_date_is_ticked_where_each_date_counts(
    client: FlaskClient, session: Session, make: Make, club: Club
) -> None:
    camp = make.activity(club.worker, format=Format.HOLIDAY, starts_at=A_WEDNESDAY)
    desk = Desk(client, club)
    (day,) = camp.occurrences
    assert (
        desk.types(**{"child-0-comes_to": str(day.id), "child-1-comes_to": []}).status_code == 303
    )
    assert session.scalars(select(Signup)).one().occurrence_id == day.id


def test_families_do_not_type_forms_in(client: FlaskClient, make: Make, club: Club) -> None:
    for person in (make.parent(), make.user(Role.VOLUNTEER, organisation=club.here)):
        client.sign_in(person)
        assert client.get("/children/from-paper").status_code in (403, 404)
        assert "from-paper" not in client.get(f"/activities/{club.activity.id}/sign-ups").text


def test_a_note_from_paper_stands_beside_what_was_told_before(
    client: FlaskClient, session: Session, make: Make, club: Club
) -> None:
    parent = make.parent()
    child = make.child(make.family(club.here, parent), born_on=date(2023, 6, 1))
    here = f"/children/{child.id}/notes"
    told = {"medical": f"Wasps {PLANTED}", "agreed": "y", "version": "1", "support": "buddy"}
    client.sign_in(parent)
    assert client.get(here).status_code in (403, 404)
    assert client.post(f"/family{here}", data=told).status_code == 303
    client.sign_in(club.worker)
    page = client.get(here).text
    assert "Wasps" not in page
    assert "vanaf 16" not in page
    assert here in client.get(f"/children/{child.id}").text
    on_paper = {"medical": "Second", "support": "extra_adult", "language": "tr"}
    on_paper["carer"] = str(child.cares[0].carer_id)
    assert client.post(here, data=on_paper).status_code == 422
    assert client.post(here, data=on_paper | {"agreed": "y"}).status_code == 303
    assert session.scalars(select(CareNote)).one().hands == 2
    client.sign_in(parent)
    own = client.get(f"/family{here}").text
    assert f"Wasps {PLANTED}\nSecond" in own.replace("\r", "")
    assert re.search(r'<textarea[^>]* dir="auto"', own)
