"""What is known of a child, and how it is put right."""

import re
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.families.models import Child
from kinderwerk.messages.models import Message
from kinderwerk.signups.rules import SignUp
from kinderwerk.signups.service import sign_up
from tests.make import Make

DOOR = {
    "first_name": "Noor", "surname": "Bos", "born_on": "2023-06-01", "emergency_name": "Oma",
    "emergency_phone": "06 12345678", "goes_home_alone": "alone", "neighbourhood_id": "",
    "relation": "mother", "carer_name": "Kim", "carer_phone": "06 11223344", "language": "nl",
    "agreed": "y",
}  # fmt: skip


def test_how_a_child_goes_home_stands_as_it_was_answered(
    client: FlaskClient, session: Session, make: Make
) -> None:
    worker = make.worker()
    family = make.family(worker.memberships[0].organisation)
    for alone, chosen in ((True, "alone"), (False, "picked_up")):
        child = make.child(family, goes_home_alone=alone, picked_up_by="Grandmother")
        client.sign_in(worker)
        asked = client.get(f"/children/{child.id}/edit").text
        (box,) = [one for one in asked.split("<") if "goes_home_alone" in one and "checked" in one]
        assert f'value="{chosen}"' in box


def test_parents_find_no_page_for_children_at_the_door(client: FlaskClient, make: Make) -> None:
    client.sign_in(make.parent())
    for answer in (client.get("/children/new"), client.post("/children/new", data={})):
        assert answer.status_code == 404


def test_two_families_with_one_address_stay_two(
    client: FlaskClient, session: Session, make: Make
) -> None:
    worker = make.worker()
    club = make.activity(worker)
    shared, children = "together@example.org", []
    for surname in ("Bos", "Smit"):
        client.sign_in(worker)
        added = client.post(
            "/children/new", data=DOOR | {"surname": surname, "carer_email": shared}
        )
        assert added.status_code == 303, added.text
        children.append(UUID(added.location.rsplit("/", 1)[1]))
    for child_id in children:
        wish = SignUp(activity_id=club.id, child_ids=(child_id,), at_door=True)
        sign_up(session, worker.actor(), wish)
    told = session.scalars(select(Message.address).where(Message.template == "signup.confirmed"))
    assert list(told) == [shared] * 2
    client.sign_in(make.parent(email=shared))
    seen = client.get("/family").text
    assert "Bos" not in seen
    assert "Smit" not in seen
    one, other = (session.get_one(Child, id) for id in children)
    assert one.family_id != other.family_id


def test_what_is_missing_is_told_in_the_order_of_the_page(client: FlaskClient, make: Make) -> None:
    here = make.organisation()
    client.sign_in(make.parent())
    page = client.post(f"/family/children/new/{here.id}").text
    asked = re.findall(r'<a href="#(\w+)">', page)
    assert asked[:3] == ["carer_name", "carer_phone", "first_name"]
    assert asked == sorted(asked, key=lambda one: page.index(f'id="{one}"'))
