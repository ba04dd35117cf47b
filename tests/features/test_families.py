"""What is known of a child, and how it is put right."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.make import Make


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
