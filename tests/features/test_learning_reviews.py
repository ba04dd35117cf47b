"""Learning reviews: how it went, never whose fault; what was agreed is looked at again."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock, ids
from kinderwerk.learning import queries as learning
from kinderwerk.learning.reviews import erasure, service
from kinderwerk.learning.reviews.models import LearningReview
from kinderwerk.learning.reviews.rules import Snag, Wish, Words
from kinderwerk.partners.rules import HelpSystem
from kinderwerk.storage.erasing import ERASED
from kinderwerk.storage.work import unit_of_work
from tests.make import A_WEDNESDAY, Make
from tests.planted import PLANTED

TOLD = {
    "trigger": "bad_course", "level": "cooperation", "timeline": f"K1 wachtte. {PLANTED}",
    "traps": ["hope", "not_asked_child"], "child_view": "Ik wist niet wie ik moest bellen.",
    "lesson": "Vraag het kind zelf.",
}  # fmt: skip


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with clock.stopped(A_WEDNESDAY):
        yield


def only(session: Session) -> LearningReview:
    session.expire_all()
    return session.scalars(select(LearningReview)).one()


def write(client: FlaskClient, person: User, **given: Any) -> Any:
    client.sign_in(person)
    sent = {**TOLD, "once": str(ids.confidential()), **given}
    return client.post("/learning-reviews/new", data=sent)


def test_a_review_is_written_and_its_change_looked_at_until_it_works(
    client: FlaskClient, session: Session, worker: User
) -> None:
    agreed = {"change": "We bellen eerst.", "owner_id": str(worker.id), "check_on": "2031-05-20"}
    assert write(client, worker, **agreed).status_code == 303
    page = f"/learning-reviews/{only(session).id}"
    shown = client.get(page).text
    assert all(text in shown for text in ("Vraag het kind zelf.", "Hopen", "We bellen eerst."))
    assert "leerbespreking" not in client.get("/today").text
    with clock.stopped(A_WEDNESDAY + timedelta(days=6)):
        client.sign_in(worker)
        assert "Werkt de verandering uit de leerbespreking?" in client.get("/today").text
        half = {"verdict": "partly", "version": "1"}
        assert client.post(f"{page}/look", data=half).status_code == 422
        again = half | {"again_on": "2031-06-20"}
        assert client.post(f"{page}/look", data=again).status_code == 303
        assert "leerbespreking?" not in client.get("/today").text
        works = {"verdict": "works", "version": "2"}
        assert client.post(f"{page}/look", data=works).status_code == 303
    assert only(session).closed_at is not None


def test_a_colleague_who_neither_wrote_nor_carries_it_reads_nothing(
    client: FlaskClient, session: Session, worker: User, here: Organisation, make: Make
) -> None:
    carrier = make.worker(organisation=here)
    agreed = {"change": "Bellen.", "owner_id": str(carrier.id), "check_on": "2031-05-14"}
    write(client, worker, **agreed)
    page = f"/learning-reviews/{only(session).id}"
    for person, status in ((worker, 200), (carrier, 200), (make.worker(organisation=here), 404)):
        client.sign_in(person)
        assert client.get(page).status_code == status


def test_a_change_has_somebody_and_a_day_and_an_interface_two_sides(
    client: FlaskClient, worker: User
) -> None:
    for wrong in (
        {"change": "Bellen."},
        {"change": "Bellen.", "owner_id": str(worker.id), "check_on": "2031-01-01"},
        {"near_side": "health"},
        {"near_side": "health", "far_side": "health", "snag": "waiting"},
        {"timeline": ""},
        {"trigger": "blame"},
        {"traps": ["stupidity"]},
    ):
        assert write(client, worker, **wrong).status_code == 422, wrong


def test_nobody_is_named_and_there_is_no_field_for_blame(
    client: FlaskClient, session: Session, worker: User, here: Organisation, make: Make
) -> None:
    make.child(make.family(here), first_name="Küçükçan", surname="Aârabi")
    for field in ("timeline", "helped", "hindered", "child_view", "parent_view", "lesson"):
        answer = write(client, worker, **{field: "Toen zei Aarabi niets."})
        assert answer.status_code == 422, field
        assert "Toen zei Aarabi niets." in answer.text
    assert session.scalars(select(LearningReview)).all() == []
    told = {one.name for one in (*fields(Words), *fields(Wish))}
    assert not {name for name in told if "blame" in name or "who" in name or "fault" in name}


def test_the_town_hall_and_strangers_hear_nothing_of_it(
    client: FlaskClient, session: Session, worker: User, here: Organisation, make: Make
) -> None:
    write(client, worker)
    page = f"/learning-reviews/{only(session).id}"
    others = (Role.ADMIN, Role.VOLUNTEER, Role.CONFIDANT, Role.PRIVACY_OFFICER)
    strangers = [make.user(role, organisation=here) for role in others]
    strangers += [make.user(Role.MUNICIPALITY), make.worker(), make.worker(organisation=here)]
    for stranger in strangers:
        client.sign_in(stranger)
        for address in ("", "/edit", "/look"):
            assert client.get(f"{page}{address}").status_code == 404
        assert client.get("/learning-reviews/").text.count("/learning-reviews/0") == 0
    for reader in (Role.COORDINATOR, Role.PROTECTION_OFFICER):
        client.sign_in(make.user(reader, organisation=here))
        assert PLANTED in client.get(page).text


def test_bottlenecks_are_counted_by_pair_whichever_side_one_stands_on(
    client: FlaskClient, session: Session, worker: User, here: Organisation, make: Make
) -> None:
    for near, far in (("health", "education"), ("education", "health"), ("health", "justice")):
        write(client, worker, near_side=near, far_side=far, snag="waiting")
    today = clock.today()
    found = learning.bottlenecks(session, [here.id], today, today)
    assert [(set(one.pair), one.snag, one.reviews) for one in found] == [
        ({HelpSystem.EDUCATION, HelpSystem.HEALTH}, Snag.WAITING, 2),
        ({HelpSystem.HEALTH, HelpSystem.JUSTICE}, Snag.WAITING, 1),
    ]
    assert learning.bottlenecks(session, [make.organisation().id], today, today) == []
    later = today + timedelta(days=1)
    assert learning.bottlenecks(session, [here.id], later, later) == []


def test_what_jams_is_told_beside_the_handovers_from_ten_reviews_on(
    client: FlaskClient, worker: User, here: Organisation, make: Make
) -> None:
    """Of a half-year that is over, rounded, and never of another house."""
    jam = {"near_side": "health", "far_side": "education"}
    for snag, times in (("waiting", 11), ("money", 9)):
        for _ in range(times):
            write(client, worker, **jam, snag=snag)
    coordinator = make.user(Role.COORDINATOR, organisation=here)
    client.sign_in(coordinator)
    assert "Wachtlijst" not in client.get("/referrals/interfaces").text, "the half-year goes on"
    with clock.stopped(clock.now() + timedelta(days=90)):
        client.sign_in(coordinator)
        shown = client.get("/referrals/interfaces").text
        assert ("Wachtlijst" in shown, "Geld of regels" in shown) == (True, False)
        assert "/referrals/interfaces" in client.get("/learning/").text
        client.sign_in(make.user(Role.COORDINATOR))
        assert "Wachtlijst" not in client.get("/referrals/interfaces").text
        client.sign_in(worker)
        assert "/referrals/interfaces" not in client.get("/learning/").text


@pytest.mark.parametrize("page", ["/learning-reviews/", "/library/", "/consultations/"])
def test_the_menu_says_that_one_is_at_learning(
    client: FlaskClient, worker: User, page: str
) -> None:
    client.sign_in(worker)
    assert 'href="/learning/" aria-current="page"' in client.get(page).text


def test_a_review_goes_a_long_time_after_it_was_closed(
    client: FlaskClient, session: Session, worker: User, here: Organisation
) -> None:
    agreed = {"change": "Bellen.", "owner_id": str(worker.id), "check_on": "2031-05-20"}
    write(client, worker, **agreed)
    review = only(session)
    for closed, left in ((False, 1), (True, 0)):
        if closed:
            service.look(session, worker.actor(), review.id, None, service.Outcome.WORKS, None)
        with unit_of_work(session):
            audit.record(session, SYSTEM, ERASED, here.id)
            erasure.forget_reviews(session, here.id, clock.now() + timedelta(seconds=1))
        assert len(session.scalars(select(LearningReview)).all()) == left
