"""Everything on one page, for one activity or for several in one go."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import User
from kinderwerk.activities.rules import Format
from kinderwerk.core import ids
from kinderwerk.families.models import Child
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import render
from kinderwerk.signups import several
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import ClosedSince, SignUp, Standing
from kinderwerk.web.extensions import db
from tests.make import A_WEDNESDAY, Make, all_seeing
from tests.pages import hidden

P, W = Standing.PLACED, Standing.WAITING


@pytest.fixture
def worker(make: Make) -> User:
    return make.worker(organisation=make.organisation())


@pytest.fixture
def children(make: Make, worker: User, parent: User) -> list[Child]:
    family = make.family(worker.memberships[0].organisation, parent)
    return [make.child(family, first_name=name) for name in ("Noor", "Sem")]


def standings(session: Session) -> dict[tuple[str, str], Standing]:
    return {
        (one.child.first_name, one.activity.title): one.standing
        for one in session.scalars(select(Signup))
    }


def test_a_family_collects_activities_and_signs_up_for_all_of_them(
    client: FlaskClient, session: Session, make: Make, worker: User, parent: User,
    children: list[Child], app: Flask,
) -> None:  # fmt: skip
    noor, sem = children
    wood = make.activity(worker, title="Wood", capacity=1)
    camp = make.activity(
        worker, title="Camp", format=Format.HOLIDAY, starts_at=A_WEDNESDAY + timedelta(days=1)
    )
    assert "Set-Cookie" not in client.get(f"/programme/{wood.id}").headers
    elsewhere = client.post(f"/choices/{wood.id}/on", headers={"Sec-Fetch-Site": "cross-site"})
    assert "Set-Cookie" not in elsewhere.headers
    for one in (wood, camp):
        assert client.post(f"/choices/{one.id}/on").location == "/"
    there = f"/sign-up?activity={wood.id}&activity={camp.id}"
    assert there in client.get("/").text.replace("&amp;", "&")
    away = client.get(there)
    start = client.get(away.location).text
    assert "Wood" in start
    assert "Camp" in start
    client.sign_in(parent)
    page = client.get(there).text
    chosen = {
        f"{wood.id}-children": [str(noor.id), str(sem.id)],
        f"{camp.id}-children": [str(sem.id)],
    }
    no_date = client.post(there, data=hidden(page) | chosen)
    assert no_date.status_code == 422
    assert f'href="#{camp.id}-dates"' in no_date.text
    assert no_date.text.count(" checked ") == 4  # one tells how a new child would go home
    sent = hidden(page) | chosen | {f"{camp.id}-dates": str(camp.occurrences[0].id)}
    for _ in range(2):
        assert client.post(there, data=sent).status_code == 303
    assert standings(session) == {("Noor", "Wood"): P, ("Sem", "Wood"): W, ("Sem", "Camp"): P}
    done = client.get(f"/sign-up/done?activity={wood.id}&activity={camp.id}").text
    assert "plek 1" in done
    assert "Je keuzes" not in client.get("/").text
    (message,) = session.scalars(select(Message)).all()
    with app.test_request_context():
        mail = render(session, message)
    assert mail
    assert "Sem staat op de wachtlijst, nu op plek 1" in " ".join(mail.text.split())
    assert (mail.calendar or b"").count(b"BEGIN:VEVENT") == 2


def test_one_that_is_refused_takes_nothing_from_the_others(
    session: Session, make: Make, worker: User, parent: User, children: list[Child]
) -> None:
    open_, closed = (
        make.activity(worker, signup_closes_at=A_WEDNESDAY - timedelta(days=many))
        for many in (1, 9000)
    )
    form = ids.confidential()
    wishes = [
        SignUp(
            activity_id=one.id, child_ids=tuple(child.id for child in children), form_id=form,
            quiet=True,
        )
        for one in (closed, open_)
    ]  # fmt: skip
    for _ in range(2):
        results = several.sign_up(session, parent.actor(), wishes)
        refused = {one.activity_id: type(one.refusal) for one in results}
        assert refused == {closed.id: ClosedSince, open_.id: type(None)}
    assert [one.activity_id for one in session.scalars(select(Signup))] == [open_.id] * 2
    assert len(session.scalars(select(Message)).all()) == 1


def test_two_at_the_same_time_are_a_clash_that_keeps_the_first(
    client: FlaskClient, session: Session, make: Make, worker: User, parent: User,
    children: list[Child],
) -> None:  # fmt: skip
    first, second = sorted(
        (make.activity(worker, title=title) for title in ("One", "Two")), key=lambda one: one.id
    )
    client.sign_in(parent)
    there = f"/sign-up?activity={first.id}&activity={second.id}"
    chosen = {f"{one.id}-children": str(children[0].id) for one in (first, second)}
    sent = hidden(client.get(there).text) | chosen
    refused = client.post(there, data=sent)
    assert refused.status_code == 422
    assert f"Noor heeft dan een plek bij “{first.title}”" in refused.text
    assert f'id="{second.id}-anyway-error"' in refused.text
    assert "Noor is al aangemeld." in refused.text
    assert client.post(there, data=sent | {f"{second.id}-anyway": "y"}).status_code == 303
    assert set(standings(session).values()) == {P}


def test_two_families_that_want_the_same_in_opposite_order_never_block_each_other(
    app: Flask, session: Session, make: Make, worker: User
) -> None:
    clubs = [make.activity(worker, capacity=3).id for _ in range(2)]
    families = []
    for _ in range(8):
        parent = make.parent()
        child = make.child(make.family(worker.memberships[0].organisation, parent))
        families.append((parent.actor(), child.id))
    session.rollback()
    with app.app_context():
        engine = db.engine
    together = Barrier(len(families))

    def press(number: int) -> None:
        actor, child_id = families[number]
        order = clubs if number % 2 else clubs[::-1]
        wishes = [SignUp(activity_id=id, child_ids=(child_id,), quiet=True) for id in order]
        with all_seeing(engine) as own:
            together.wait()
            several.sign_up(own, actor, wishes)

    with ThreadPoolExecutor(len(families)) as at_once:
        list(at_once.map(press, range(len(families))))
    for club in clubs:
        line = select(Signup.standing).where(Signup.activity_id == club).order_by(Signup.queue)
        assert list(session.scalars(line)) == [P] * 3 + [W] * 5


def test_all_on_one_page_is_remembered_and_a_new_child_comes_back_ticked(
    client: FlaskClient, make: Make, worker: User, parent: User, children: list[Child]
) -> None:
    club = make.activity(worker)
    client.sign_in(parent)
    here = f"/sign-up/{club.id}"
    assert client.post(f"{here}/way/one-page").location == f"/sign-up?activity={club.id}"
    away = client.get(here)
    assert away.location == f"/sign-up?activity={club.id}"
    page = client.get(away.location).text
    ticked = {f"{club.id}-children": str(children[0].id)}
    add = hidden(page) | ticked | {"add": str(club.organisation_id)}
    onwards = client.post(away.location, data=add).location
    assert onwards.startswith(f"/family/children/new/{club.organisation_id}?next=")
    back = client.get(
        f"{away.location}&{club.id}-children={children[0].id}&children={children[1].id}"
    )
    assert back.text.count(" checked ") == 3
    assert client.post(f"{here}/way/step-by-step").location == here
    assert client.get(here).status_code == 200


def test_choices_that_make_no_sense_are_passed_over(
    client: FlaskClient, make: Make, worker: User, parent: User, children: list[Child]
) -> None:
    club = make.activity(worker)
    client.sign_in(parent)
    for query in ("", "?activity=x", f"?activity={ids.confidential()}", "?activity=&children=%00"):
        assert client.get(f"/sign-up{query}").status_code == 200
        assert client.post(f"/sign-up{query}", data={"children": "x"}).status_code in (200, 422)
    there = f"/sign-up?activity={club.id}"
    for data in ({f"{club.id}-children": "x"}, {f"{club.id}-children": str(ids.confidential())}):
        assert client.post(there, data=data).status_code in (404, 422)
    assert client.get(f"/sign-up/done?activity={club.id}").status_code == 404


NEW = {
    "new-first_name": "Liv", "new-surname": "de Vries", "new-born_on": "2023-06-01",
    "new-emergency_name": "Oma", "new-emergency_phone": "06 12345678",
    "new-goes_home_alone": "alone", "new-relation": "mother", "new-neighbourhood_id": "",
}  # fmt: skip


def test_a_new_child_is_written_down_and_comes_along_on_the_same_page(
    client: FlaskClient, session: Session, make: Make, worker: User, parent: User,
    children: list[Child],
) -> None:  # fmt: skip
    wood, paint = (
        make.activity(worker, title=title, capacity=2, starts_at=A_WEDNESDAY + timedelta(days=day))
        for day, title in enumerate(("Wood", "Paint"))
    )
    client.sign_in(parent)
    there = f"/sign-up?activity={wood.id}&activity={paint.id}"
    sent = hidden(client.get(there).text) | NEW | {
        f"{wood.id}-children": [str(one.id) for one in children], f"{wood.id}-together": "y",
    }  # fmt: skip
    nowhere = client.post(there, data=sent)
    assert nowhere.status_code == 422
    assert "new-comes_to-error" in nowhere.text
    sent |= {"new-comes_to": [str(wood.id), str(paint.id)]}
    for _ in range(2):
        assert client.post(there, data=sent).status_code == 303
    who = {("Noor", "Wood"): W, ("Sem", "Wood"): W, ("Liv", "Wood"): W, ("Liv", "Paint"): P}
    assert standings(session) == who
    assert len(session.scalars(select(Message)).all()) == 1


def test_a_new_child_who_cannot_come_is_not_written_down_and_everything_stays(
    client: FlaskClient, session: Session, make: Make, worker: User, parent: User
) -> None:
    club = make.activity(worker, title="Wood")
    client.sign_in(parent)
    there = f"/sign-up?activity={club.id}"
    page = client.get(there).text
    me = {"new-carer_name": "Sam de Vries", "new-carer_phone": "06 11223344"}
    empty = client.post(there, data=hidden(page))
    assert empty.status_code == 422
    assert 'id="new-first_name-error"' in empty.text
    old = hidden(page) | NEW | me | {"new-born_on": "2012-06-01", "new-surname": "van der Ploeg-Ås"}
    refused = client.post(there, data=old)
    assert refused.status_code == 422
    assert "Liv is" in refused.text
    assert all(text in refused.text for text in ("van der Ploeg-Ås", "2012-06-01", "06 11223344"))
    tomorrow = client.post(there, data=old | {"new-born_on": "2039-06-01"})
    assert 'id="new-born_on-error"' in tomorrow.text
    assert session.scalars(select(Child)).all() == []
    assert client.post(there, data=old | {"new-born_on": "2023-06-01"}).status_code == 303
    assert standings(session) == {("Liv", "Wood"): P}
