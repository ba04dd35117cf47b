"""When children came and went, with whom they go home, and who was expected and is not here."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.activities.rules import Format
from kinderwerk.core import clock
from kinderwerk.families.models import Child
from kinderwerk.families.persons.models import NearPerson
from kinderwerk.registers import queries
from kinderwerk.registers.models import Attendance
from kinderwerk.signups.models import Absence
from tests.club import Club
from tests.make import A_WEDNESDAY, Make

TEN_PAST = A_WEDNESDAY + timedelta(minutes=10)


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    with clock.stopped(TEN_PAST):
        yield


def written(club: Club, child: Child) -> Attendance:
    club.session.expire_all()
    return club.session.get_one(Attendance, (club.date.id, child.id))


def press(client: FlaskClient, club: Club, **data: str) -> Any:
    path = "left" if "left" in data else "marks"
    return client.post(f"{club.url}/{path}", data=data)


def fetched(club: Club, child: Child, name: str) -> None:
    """Let a family name somebody who fetches the child."""
    carer_id = child.cares[0].carer_id
    club.make.save(
        NearPerson(
            organisation_id=child.organisation_id, child_id=child.id, carer_id=carer_id, place=1,
            name=name, picks_up=True,
        )
    )  # fmt: skip


def test_a_mark_made_around_a_session_says_when_the_child_came(
    client: FlaskClient, club: Club
) -> None:
    early, late = club.child(), club.child()
    client.sign_in(club.helper)
    press(client, club, mark=f"{early.id}:present")
    with clock.stopped(A_WEDNESDAY + timedelta(hours=9)):
        press(client, club, mark=f"{late.id}:present")
        press(client, club, mark=f"{early.id}:present")
    assert written(club, early).arrived_at == TEN_PAST
    assert written(club, late).arrived_at is None
    press(client, club, mark=f"{early.id}:absent")
    assert written(club, early).arrived_at is None


def test_a_child_goes_home_with_one_tap_and_can_be_called_back(
    client: FlaskClient, club: Club
) -> None:
    child = club.child()
    fetched(club, child, "Oma: Truus")
    client.sign_in(club.helper)
    press(client, club, mark=f"{child.id}:present")
    page = client.get(club.url).text
    assert f'value="{child.id}:Oma: Truus"' in page
    assert press(client, club, left=f"{child.id}:Oma: Truus").status_code == 303
    assert (written(club, child).left_at, written(club, child).left_with) == (
        TEN_PAST,
        "Oma: Truus",
    )
    assert "1 daarvan is naar huis" in client.get(club.url).text
    press(client, club, left=f"{child.id}:back")
    assert (written(club, child).left_at, written(club, child).left_with) == (None, "")


@pytest.mark.parametrize("left", ["{id}", "{id}:A stranger", "{id}:", "nonsense", ""])
def test_a_child_goes_with_nobody_whom_the_family_did_not_name(
    client: FlaskClient, club: Club, left: str
) -> None:
    child = club.child()
    client.sign_in(club.helper)
    press(client, club, mark=f"{child.id}:present")
    assert press(client, club, left=left.format(id=child.id)).status_code == 422
    assert written(club, child).left_at is None


def test_who_may_go_alone_goes_alone_and_nobody_who_is_not_here(
    client: FlaskClient, club: Club
) -> None:
    child = club.child(goes_home_alone=True)
    client.sign_in(club.helper)
    assert press(client, club, left=str(child.id)).status_code == 422
    press(client, club, mark=f"{child.id}:present")
    assert press(client, club, left=str(child.id)).status_code == 303
    assert "Alleen naar huis om" in client.get(club.url).text


def test_somebody_else_leads_to_the_rule_and_a_reason_that_is_kept(
    client: FlaskClient, club: Club
) -> None:
    child = club.child()
    fetched(club, child, "Truus")
    client.sign_in(club.helper)
    press(client, club, mark=f"{child.id}:present")
    address = f"{club.url}/left/{child.id}"
    assert f'href="{address}"' in client.get(club.url).text
    page = client.get(address).text
    names = f"{child.cares[0].carer.name}, Truus"
    assert f"Alleen meegeven aan {names}. Komt er iemand anders? Bel dan eerst." in page
    assert 'href="tel:0687654321"' in page
    assert client.post(address, data={"who": "Piet"}).status_code == 422
    told = {"who": "Piet", "why": "Moeder belde om vier uur"}
    assert client.post(address, data=told).status_code == 303
    assert written(club, child).left_why == "Moeder belde om vier uur"
    assert client.get(f"{club.url}/left/{club.child(placed=False).id}").status_code == 404


def test_who_is_expected_and_not_here_is_listed_after_a_quarter_of_an_hour(
    client: FlaskClient, club: Club
) -> None:
    there = club.child(first_name="Hier")
    away = club.place(club.child(placed=False, first_name="Afgemeld"))
    club.make.save(
        Absence(
            organisation_id=club.here.id, signup_id=away.id, occurrence_id=club.date.id, by_id=None
        )
    )
    club.child(first_name="Zoek")
    client.sign_in(club.worker)
    press(client, club, mark=f"{there.id}:present")
    heading = "Verwacht, nog niet hier"
    assert heading not in client.get(club.url).text
    with clock.stopped(A_WEDNESDAY + timedelta(minutes=16)):
        section = client.get(club.url).text.split(heading)[1].split("</section>")[0]
        assert "Zoek" in section
        assert "tel:" in section
        assert "Hier" not in section
        assert "Afgemeld" not in section


def test_girls_and_boys_are_told_apart_only_where_it_is_asked(
    client: FlaskClient, session: Session, make: Make
) -> None:
    dropin = Club(session, make, format=Format.DROPIN)
    client.sign_in(dropin.helper)
    button = "7-9:new:more:girl"
    assert button not in client.get(dropin.url).text
    assert client.post(f"/organisation/{dropin.here.id}/counting").status_code == 403
    client.sign_in(make.user(Role.COORDINATOR, organisation=dropin.here))
    client.post(f"/organisation/{dropin.here.id}/counting", data={"asked": "y"})
    client.sign_in(dropin.helper)
    assert button in client.get(dropin.url).text
    for one in (button, button, "7-9:new:more:unasked"):
        client.post(f"{dropin.url}/counts", data={"count": one})
    assert sorted(queries.boxes(session, dropin.date.id).values()) == [1, 2]
    assert "3 kinderen zijn er" in client.get(dropin.url).text
    typed = {"seen_up_to_9_new_girl": "2", "n_up_to_9_new_girl": "5"}
    assert client.post(f"{dropin.url}/numbers", data=typed).status_code == 303
    assert sum(queries.boxes(session, dropin.date.id).values()) == 6
    assert dropin.exact()


def test_a_list_asks_the_database_as_often_for_two_children_as_for_ten(
    client: FlaskClient, club: Club, statements: list[str]
) -> None:
    client.sign_in(club.worker)
    counts = []
    for n in (2, 8):
        for _ in range(n):
            press(client, club, mark=f"{club.child().id}:present")
        statements.clear()
        assert client.get(club.url).status_code == 200
        counts.append(len([one for one in statements if " FROM " in one]))
    assert counts[0] == counts[1], statements
