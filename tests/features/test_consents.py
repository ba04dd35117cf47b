"""What a family agrees to: given and taken back with one tap, and nothing without it."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.families.consents import queries, rules
from kinderwerk.families.models import Care, Child, Consent
from kinderwerk.families.rules import (
    Answer,
    Capacity,
    ConsentMethod,
    ConsentPurpose,
    PhotoScope,
    Relation,
)
from kinderwerk.storage.work import unit_of_work
from tests.club import Club
from tests.make import Make

WEBSITE = {"purpose": "photo_website", "version": "1", "capacity": "parent"}


@pytest.fixture
def child(make: Make, club: Club, parent: User) -> Child:
    made = make.child(make.family(club.here, parent), born_on=of_age(8), first_name="Sam")
    club.place(made)
    return made


def of_age(years: int) -> date:
    return clock.today().replace(year=clock.today().year - years, day=1)


def page_of(child: Child) -> str:
    return f"/family/children/{child.id}/consents"


def tap(client: FlaskClient, child: Child, answer: str, **given: str) -> int:
    return client.post(page_of(child), data=WEBSITE | given | {"answer": answer}).status_code


def scopes(session: Session, child: Child) -> frozenset[PhotoScope]:
    session.expire_all()
    return queries.photo_scopes(session, [child])[child.id]


def test_a_yes_is_given_and_taken_back_with_one_tap_each(
    client: FlaskClient, session: Session, club: Club, child: Child, parent: User
) -> None:
    client.sign_in(club.worker)
    assert "Geen foto" in client.get(club.url).text
    client.sign_in(parent, "")
    assert [tap(client, child, "yes") for _twice in range(2)] == [303, 303]
    assert scopes(session, child) == {PhotoScope.WEBSITE}
    assert "Foto&#39;s op onze website" in client.get(page_of(child)).text
    client.sign_in(club.worker)
    assert "Geen foto" not in client.get(club.url).text
    client.sign_in(parent, "")
    assert tap(client, child, "no") == 303
    assert scopes(session, child) == frozenset()
    given, taken = session.scalars(select(Consent).order_by(Consent.id))
    assert (given.answer, given.version, given.language, given.age, given.method) == (
        Answer.GIVEN, 1, "nl", 8, ConsentMethod.PORTAL,
    )  # fmt: skip
    assert (taken.answer, taken.noted_by_id) == (Answer.WITHDRAWN, parent.id)
    page = client.get(page_of(child)).text
    assert "Ingetrokken" in page
    assert "Gegeven" in page


def test_from_twelve_on_it_takes_the_childs_own_yes(
    client: FlaskClient, session: Session, make: Make, club: Club, parent: User
) -> None:
    child = make.child(make.family(club.here, parent), born_on=of_age(13), first_name="Noor")
    client.sign_in(parent)
    assert tap(client, child, "yes") == 303
    assert scopes(session, child) == frozenset()
    page = client.get(page_of(child)).text
    assert "Wat zegt Noor?" in page
    assert "We weten nog niet wat je kind zegt" in page
    assert "Er staat een vraag voor je klaar" in client.get("/family").text
    assert tap(client, child, "yes", capacity="child") == 303
    assert scopes(session, child) == {PhotoScope.WEBSITE}
    assert tap(client, child, "no", capacity="child") == 303
    assert scopes(session, child) == frozenset()


def test_from_sixteen_on_parents_answer_for_nobody(
    client: FlaskClient, session: Session, make: Make, club: Club, parent: User
) -> None:
    youth = make.child(make.family(club.here, parent), born_on=of_age(16))
    client.sign_in(parent)
    for capacity in ("parent", "child", "both"):
        assert tap(client, youth, "yes", capacity=capacity) == 404
    client.sign_in(club.worker)
    noted = {
        "purpose": "photo_website", "carer": "", "capacity": "child", "answer": "yes",
        "method": "oral", "language": "nl",
    }  # fmt: skip
    assert client.post(f"/children/{youth.id}/consents", data=noted).status_code == 303
    assert scopes(session, youth) == {PhotoScope.WEBSITE}
    own = make.parent()
    make.cared_for_by(youth, own)
    care = next(care for care in youth.cares if care.carer.user_id == own.id)
    with unit_of_work(session):
        session.get_one(Care, care.id).relation = Relation.SELF
        audit.record(session, SYSTEM, "test.made", care.id)
    client.sign_in(own)
    assert "hier beslis je zelf over" in client.get(page_of(youth)).text
    assert tap(client, youth, "no", capacity="child") == 303
    assert scopes(session, youth) == frozenset()


def test_one_no_wins_and_tells_nothing_of_who_said_it(
    client: FlaskClient, session: Session, make: Make, child: Child, parent: User
) -> None:
    father = make.parent(name="Father Elsewhere")
    make.cared_for_by(child, father)
    for person, answer in ((parent, "yes"), (father, "no")):
        client.sign_in(person)
        assert tap(client, child, answer) == 303
    assert scopes(session, child) == frozenset()
    client.sign_in(parent)
    page = client.get(page_of(child)).text
    assert "één nee genoeg" in page
    assert "Father Elsewhere" not in page
    assert "Nee gezegd" not in page


@pytest.mark.parametrize(
    ("care", "statuses"),
    [
        ({"has_custody": False}, (200, 422)),
        ({"portal_access": False}, (404, 404)),
        ({"contact_allowed": False}, (404, 404)),
    ],
)
def test_only_who_decides_about_the_child_answers(
    client: FlaskClient, session: Session, make: Make, club: Club, parent: User,
    care: dict[str, Any], statuses: tuple[int, int],
) -> None:  # fmt: skip
    child = make.child(make.family(club.here, parent), born_on=of_age(8), care=care)
    client.sign_in(parent)
    assert (client.get(page_of(child)).status_code, tap(client, child, "yes")) == statuses
    assert session.scalars(select(Consent)).all() == []


def test_the_page_of_another_child_is_missing(
    client: FlaskClient, make: Make, club: Club, child: Child
) -> None:
    for person in (make.parent(), club.worker, club.helper):
        client.sign_in(person)
        assert client.get(page_of(child)).status_code == 404
        assert tap(client, child, "yes") == 404


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"version": "7"}, 409), ({"version": ""}, 409), ({"answer": "perhaps"}, 422),
        ({"purpose": "everything"}, 422), ({"capacity": "uncle"}, 422),
        ({"purpose": "health"}, 422),
    ],
)  # fmt: skip
def test_words_that_nobody_read_are_not_agreed_to(
    client: FlaskClient, session: Session, child: Child, parent: User,
    given: dict[str, str], status: int,
) -> None:  # fmt: skip
    client.sign_in(parent)
    assert tap(client, child, **{"answer": "yes"} | given) == status
    assert session.scalars(select(Consent)).all() == []


def test_new_words_are_asked_on_the_family_page_and_what_was_said_stays(
    client: FlaskClient, session: Session, child: Child, parent: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    client.sign_in(parent)
    tap(client, child, "yes")
    newer = rules.Text(ConsentPurpose.PHOTO_WEBSITE, 2, {"nl": "Nieuwe woorden"})
    before = rules.newest
    monkeypatch.setattr(
        rules, "newest",
        lambda purpose: newer if purpose is newer.purpose else before(purpose),
    )  # fmt: skip
    assert scopes(session, child) == frozenset()
    assert "Er staat een vraag voor je klaar" in client.get("/family").text
    page = client.get(page_of(child)).text
    assert "De tekst is nieuw" in page
    assert "Gegeven" in page
    assert tap(client, child, "yes") == 409
    assert tap(client, child, "yes", version="2") == 303
    assert scopes(session, child) == {PhotoScope.WEBSITE}


def test_words_in_a_language_that_nobody_signed_have_the_dutch_beside(
    client: FlaskClient, session: Session, child: Child, parent: User
) -> None:
    client.sign_in(parent)
    client.post("/language", data={"language": "ar", "onward": "/"})
    page = client.get(page_of(child)).text
    words = rules.newest(ConsentPurpose.PHOTO_WEBSITE).words
    assert words["ar"] in page
    assert words["nl"].replace("'", "&#39;") in page
    tap(client, child, "yes")
    assert session.scalars(select(Consent.language)).one() == "ar"


def test_staff_note_what_was_signed_on_paper(
    client: FlaskClient, session: Session, make: Make, club: Club, child: Child
) -> None:
    (care,) = child.cares
    signed = {
        "purpose": "news", "carer": str(care.carer_id), "capacity": "parent", "answer": "yes",
        "method": "paper", "language": "tr",
    }  # fmt: skip
    here = f"/children/{child.id}/consents"
    client.sign_in(club.worker)
    assert client.post(here, data=signed).status_code == 303
    consent = session.scalars(select(Consent)).one()
    assert (consent.method, consent.language, consent.noted_by_id, consent.capacity) == (
        ConsentMethod.PAPER, "tr", club.worker.id, Capacity.PARENT,
    )  # fmt: skip
    assert care.carer.name in client.get(here).text
    assert client.post(here, data=signed | {"carer": "", "capacity": "child"}).status_code == 422
    assert client.post(here, data=signed | {"method": "portal"}).status_code == 422
    client.sign_in(club.helper)
    assert client.post(here, data=signed).status_code == 404


def test_a_no_asks_who_hung_a_picture_to_look_again(
    client: FlaskClient, session: Session, make: Make, club: Club, child: Child, parent: User
) -> None:
    client.sign_in(parent)
    tap(client, child, "yes")
    make.photo(club.activity)
    hung = f"/activities/{club.activity.id}/photo"
    client.sign_in(club.worker)
    assert "mag niet op de website" not in client.get(hung).text
    assert "op de foto van" not in client.get("/today").text
    with clock.stopped(clock.now() + timedelta(days=1)):
        client.sign_in(parent)
        tap(client, child, "no")
        client.sign_in(club.worker)
        assert "Sam" in client.get(hung).text.split("mag niet op de website")[1][:200]
        asked = client.get("/today").text
        assert "Staat Sam op de foto van" in asked
        assert hung in asked
        client.sign_in(make.worker(organisation=club.here))
        assert "op de foto van" not in client.get("/today").text
    with clock.stopped(clock.now() + timedelta(days=2)):
        client.sign_in(club.worker)
        looked = {"alt": "A long table", "seen": "nobody", "version": "2"}
        assert client.post(hung, data=looked).status_code == 303
        assert "op de foto van" not in client.get("/today").text


def test_a_parent_agrees_to_the_words_of_the_day(
    client: FlaskClient, club: Club, parent: User
) -> None:
    client.sign_in(parent)
    client.post("/language", data={"language": "tr", "onward": "/"})
    page = client.get(f"/family/children/new/{club.here.id}").text
    for language in ("tr", "nl"):
        words = rules.newest(ConsentPurpose.REGISTRATION).read_in(language, club.here.name)
        assert words in page
