"""Whom a family names for a child: called in an emergency, and let fetch it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.families.models import Child
from kinderwerk.families.persons.models import NearPerson
from kinderwerk.storage.work import unit_of_work
from tests.club import Club
from tests.make import A_WEDNESDAY, Make

GRANNY = {
    "name": "Granny Bos", "relation": "grandmother", "phone": "06 11122233", "calls": "y",
    "picks_up": "y",
}  # fmt: skip


@pytest.fixture(autouse=True)
def around_the_session() -> Iterator[None]:
    with clock.stopped(A_WEDNESDAY):
        yield


@pytest.fixture
def child(make: Make, club: Club, parent: User) -> Child:
    made = make.child(make.family(club.here, parent), picked_up_by="her mother")
    club.place(made)
    return made


def name(client: FlaskClient, child: Child, **given: str) -> int:
    return client.post(f"/family/children/{child.id}/people", data=GRANNY | given).status_code


def there(session: Session) -> list[NearPerson]:
    session.expire_all()
    return list(session.scalars(select(NearPerson).order_by(NearPerson.place)))


def test_whom_a_family_names_stands_in_the_register_in_their_order(
    client: FlaskClient, session: Session, club: Club, child: Child, parent: User
) -> None:
    client.sign_in(parent)
    until = (A_WEDNESDAY + timedelta(days=1)).date().isoformat()
    assert name(client, child) == 303
    assert name(client, child, name="Aunt Iris", phone="06 44455566", picks_up_until=until) == 303
    _granny, aunt = there(session)
    here = f"/family/children/{child.id}/people"
    assert client.post(f"{here}/{aunt.id}/first").status_code == 303
    assert "Granny Bos" in client.get("/family/known").text
    for person in (club.worker, club.helper):
        client.sign_in(person)
        page = client.get(club.url).text
        assert "Mag ook worden opgehaald door Aunt Iris, Granny Bos" in page
        assert page.index("0644455566") < page.index("0611122233")
    with clock.stopped(A_WEDNESDAY + timedelta(days=3)):
        assert "0611122233" not in client.get(club.url).text
    client.sign_in(parent)
    assert client.post(f"{here}/{aunt.id}/remove").status_code == 303
    assert [one.name for one in there(session)] == ["Granny Bos"]


@pytest.mark.parametrize(
    "given",
    [
        {"calls": "", "picks_up": ""},
        {"phone": ""},
        {"picks_up_until": "2031-05-13"},
        {"name": ""},
    ],
)
def test_what_helps_nobody_is_not_kept(
    client: FlaskClient, session: Session, child: Child, parent: User, given: dict[str, str]
) -> None:
    client.sign_in(parent)
    assert name(client, child, **given) == 422
    assert there(session) == []


def test_others_name_nobody_for_a_child(
    client: FlaskClient, session: Session, make: Make, club: Club, child: Child
) -> None:
    for person in (make.parent(), club.worker, club.helper):
        client.sign_in(person)
        assert name(client, child) == 404
    assert there(session) == []


def test_whom_somebody_named_who_is_shut_out_counts_no_longer(
    client: FlaskClient, session: Session, club: Club, child: Child, parent: User
) -> None:
    client.sign_in(parent)
    name(client, child)
    with unit_of_work(session):
        (care,) = session.get_one(Child, child.id).cares
        care.contact_allowed = False
        audit.record(session, SYSTEM, "test.made", care.id)
    client.sign_in(club.worker)
    assert "Granny Bos" not in client.get(club.url).text
    assert "Granny Bos" not in client.get(f"/children/{child.id}").text


def test_what_stands_about_somebody_can_be_put_right(
    client: FlaskClient, session: Session, make: Make, child: Child, parent: User
) -> None:
    client.sign_in(parent)
    name(client, child)
    (granny,) = there(session)
    page = f"/family/children/{child.id}/people/{granny.id}"
    assert "Granny Bos" in client.get(page).text
    assert client.post(page, data=GRANNY | {"phone": ""}).status_code == 422
    assert client.post(page, data=GRANNY | {"phone": "06 99988877"}).status_code == 303
    (granny,) = there(session)
    assert granny.phone == "06 99988877"
    client.sign_in(make.parent())
    assert client.get(page).status_code == 404
    assert client.post(page, data=GRANNY).status_code == 404
