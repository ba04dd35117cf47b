"""Asking for a talk as a child does: one address, no name, and four pictures to come back with."""

import re
import tomllib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.core.picture_words import CODES
from kinderwerk.core.words import LANGUAGES
from kinderwerk.talks import keys, office, promises, service, throttle
from kinderwerk.talks.models import Talk, TalkDayKey, TalkMessage, TalkTry
from kinderwerk.talks.rules import Answer, Asking
from tests.features.test_talks_at_work import MINUTE, NOON, House
from tests.make import Make

READ = Path(__file__).parents[1] / "data" / "talk_promises.toml"
PRESSES = 4
FIRST = "Wij weten niet wie je bent. Is er nu gevaar? Bel 112."
NOTHING = "We vinden niets met deze vier plaatjes."


class Child:
    """Somebody with a tablet, of whom nobody knows who it is."""

    def __init__(self, client: FlaskClient, house: House) -> None:
        self.client = client
        self.url = f"/kids/{house.here.id}/{house.area.id}/more"

    def takes(self, step: str, **given: Any) -> TestResponse:
        return self.client.post(self.url, data={"step": step, **given})

    def asks(self, words: str, **given: Any) -> TestResponse:
        return self.takes("send", words=words, venue_id="", once=uuid4(), **given)

    def pictures(self, page: TestResponse) -> list[str]:
        return re.findall(r"picture-words\.svg[^#\"]*#([a-z-]+)", page.text)

    def comes_back(self, codes: list[str]) -> TestResponse:
        return self.takes("pictures", code=codes)


@pytest.fixture
def house(session: Session, make: Make) -> House:
    return House(session, make)


@pytest.fixture
def child(client: FlaskClient, house: House) -> Child:
    return Child(client, house)


def passing(page: TestResponse) -> str:
    found = re.search(r'name="passing" value="([^"]+)"', page.text)
    assert found
    return found[1]


def test_a_child_asks_and_finds_the_newest_answer_with_four_pictures(
    child: Child, house: House, session: Session
) -> None:
    with clock.stopped(NOON):
        begin = child.client.get(child.url).text
        assert "Twee volwassenen kunnen het lezen" in begin
        assert "Dan halen we hulp" in begin
        assert "binnen 60 minuten" in begin.lower()
        assert "Gaat het over iemand die hier werkt?" in child.takes("about").text
        choose = child.takes("choose").text
        assert "Mila" in choose
        assert "Omar" not in choose
        assert "Mila" in child.takes("write", keeper_id=house.mila.id).text
        made = child.asks("Ik wil praten", keeper_id=house.mila.id)
        assert made.status_code == 200
        codes = child.pictures(made)
        assert len(set(codes)) == 4
        assert "nog geen antwoord" in child.comes_back(codes).text
        talk = session.scalars(select(Talk)).one()
    for nth, words in enumerate(("Eerst dit.", "Kom maar langs.")):
        with clock.stopped(NOON + nth * MINUTE):
            service.answer(session, house.mila.actor(), talk.id, Answer(words=words, once=uuid4()))
    with clock.stopped(NOON + MINUTE):
        found = child.comes_back(codes)
    assert "Kom maar langs." in found.text
    assert "Eerst dit." not in found.text
    assert "Ik wil praten" not in found.text
    assert "Mila en Noor kunnen dit lezen" in found.text


def test_a_child_who_presses_several_times_begins_one_talk_with_one_key(
    app: Flask, child: Child, house: House, session: Session
) -> None:
    asked = {"step": "send", "words": "Ik wil praten", "venue_id": "", "once": uuid4()}
    gate = Barrier(PRESSES)

    def press(_: int) -> list[str]:
        with clock.stopped(NOON):
            gate.wait()
            return child.pictures(app.test_client().post(child.url, data=asked))

    session.rollback()
    with ThreadPoolExecutor(PRESSES) as together:
        keys_shown = list(together.map(press, range(PRESSES)))
    assert len(keys_shown[0]) == keys.SIZE
    assert keys_shown == [keys_shown[0]] * PRESSES
    assert len(session.scalars(select(Talk)).all()) == 1
    assert len(session.scalars(select(TalkMessage)).all()) == 1
    assert len(house.told("talk_waits")) == 2
    with clock.stopped(NOON):
        assert "nog geen antwoord" in child.comes_back(keys_shown[0]).text


def test_the_same_form_with_other_words_is_another_talk(
    child: Child, house: House, session: Session
) -> None:
    with clock.stopped(NOON):
        once = uuid4()
        shown = [
            child.pictures(child.takes("send", words=words, venue_id="", once=once))
            for words in ("Ik wil praten", "Ik wil praten over school", "Ik wil praten")
        ]
    assert shown[0] == shown[2] != shown[1]
    assert len(session.scalars(select(Talk)).all()) == 2


def test_a_form_sent_again_after_the_child_stopped_begins_anew(
    child: Child, house: House, session: Session
) -> None:
    with clock.stopped(NOON):
        once = uuid4()
        first = child.pictures(child.takes("send", words="Hoi", venue_id="", once=once))
        child.takes("stop", passing=passing(child.comes_back(first)))
        again = child.pictures(child.takes("send", words="Hoi", venue_id="", once=once))
        assert again != first
        assert "nog geen antwoord" in child.comes_back(again).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wording_that_children_have_read_ever_changes(app: Flask, language: str) -> None:
    """Another wording is another number: whoever wrote was told the old one."""
    read = tomllib.loads(READ.read_text("utf-8"))
    assert {int(number) for number in read} == set(promises.WORDINGS)
    with app.test_request_context(), force_locale(language):
        for number, lines in promises.WORDINGS.items():
            assert [gettext(one.words) for one in lines] == read[str(number)][language]


def test_a_talk_keeps_what_its_child_was_told(child: Child, house: House, session: Session) -> None:
    with clock.stopped(NOON):
        codes = child.pictures(child.asks("Ik wil praten", keeper_id=house.mila.id))
        office.open_up(session, house.admin.actor(), 15)
        assert "binnen 15 minuten" in child.client.get(child.url).text.lower()
        back = child.comes_back(codes).text
        assert "Twee volwassenen kunnen het lezen" in back
        assert "binnen 60 minuten" in back.lower()
        talk = session.scalars(select(Talk)).one()
        assert (talk.promised, talk.read_within) == (promises.NEWEST, 60)
        child.client.sign_in(house.mila)
        shown = child.client.get(f"/talks/{talk.id}").text
        assert "Twee volwassenen kunnen het lezen" in shown
        assert "binnen 60 minuten" in shown.lower()


def test_every_step_is_kept_by_no_browser_and_says_nothing_in_title_or_address(
    child: Child, house: House
) -> None:
    with clock.stopped(NOON):
        for step in ("", "about", "whom", "choose", "write", "pictures", "stop"):
            page = child.takes(step)
            assert page.status_code == 200
            assert page.headers["Cache-Control"] == "no-store"
            assert "<title>Voor kinderen" in page.text
            assert set(re.findall(r'<form[^>]*action="([^"]*)"', page.text)) <= {child.url}
            assert "Kindertelefoon" in page.text
        cookies = {cookie.key for cookie in child.client._cookies.values()}
    assert cookies <= {"kinderwerk"}


def test_outside_the_hours_nothing_can_be_sent_and_the_numbers_stand_there(
    child: Child, session: Session
) -> None:
    with clock.stopped(NOON + timedelta(days=1)):
        begin = child.client.get(child.url).text
        answer = child.asks("Mijn vader slaat mij")
    for number in ("112", "0800 0432", "0800 2000"):
        assert number in begin
        assert number in answer.text
    assert "Ik wil iets vertellen" not in begin
    assert answer.status_code == 422
    assert session.scalars(select(TalkMessage)).all() == []


def test_words_of_danger_let_the_child_read_first_that_we_do_not_know_who_it_is(
    child: Child,
) -> None:
    with clock.stopped(NOON):
        page = child.asks("Mijn vader slaat mij").text
        calm = child.asks("Ik heb een vraag").text
    assert page.index(FIRST) < page.index("picture-words.svg#")
    assert FIRST not in calm


def test_what_is_about_staff_goes_to_the_confidants(
    child: Child, house: House, session: Session
) -> None:
    with clock.stopped(NOON):
        assert "Mila" in child.takes("whom").text
        child.asks("Het gaat over Mila", about_staff="yes", about_id=house.mila.id)
    talk = session.scalars(select(Talk)).one()
    assert talk.past_line
    assert {talk.keeper_id, talk.second_id} == {one.id for one in house.confidants}


def test_wrong_old_and_too_many_are_answered_alike(
    child: Child, house: House, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plain(page: TestResponse) -> str:
        return re.sub(r'value="[^"]*"', "", page.text)

    wrong = list(CODES[:4])
    with clock.stopped(NOON):
        codes = child.pictures(child.asks("Ik wil praten"))
        unknown = child.comes_back(wrong)
        turned = child.comes_back(codes[::-1])
        small = keys.Budget(keys.GUESSES_BOX.name, 3, keys.GUESSES_BOX.window)
        monkeypatch.setattr(keys, "GUESSES_BOX", small)
        child.comes_back(wrong)
        often = child.comes_back(codes)
        monkeypatch.undo()
        assert "nog geen antwoord" in child.comes_back(codes).text
    assert NOTHING in unknown.text
    assert unknown.status_code == turned.status_code == often.status_code == 200
    assert plain(unknown) == plain(turned) == plain(often)


def test_floods_are_stopped_and_a_school_is_not(child: Child, house: House) -> None:
    with clock.stopped(NOON):
        answers = [child.asks("Ik wil praten").status_code for _ in range(31)]
    assert answers == [200] * 31
    with clock.stopped(NOON + timedelta(minutes=1)):
        more = [child.asks("x").status_code for _ in range(keys.SENT_PLACE.most)]
    assert more[-1] == 422


def test_the_key_of_yesterday_is_destroyed(child: Child, session: Session) -> None:
    with clock.stopped(NOON):
        child.comes_back(list(CODES[:4]))
        first = session.scalars(select(TalkDayKey.secret)).one()
        told = session.scalars(select(TalkTry.key_hash)).all()
    assert not any("127.0.0.1" in one for one in told)
    with clock.stopped(NOON + timedelta(days=1)):
        throttle.tidy(session)
        assert session.scalars(select(TalkDayKey)).all() == []
        assert session.scalars(select(TalkTry)).all() == []
        child.comes_back(list(CODES[:4]))
        assert session.scalars(select(TalkDayKey.secret)).one() != first


def test_a_child_goes_on_and_goes_past_and_stops(
    child: Child, house: House, session: Session
) -> None:
    with clock.stopped(NOON):
        codes = child.pictures(child.asks("Ik wil praten", keeper_id=house.mila.id))
        opened = passing(child.comes_back(codes))
        on = child.takes("say", passing=opened, words="Mijn vader slaat mij", once=uuid4())
        assert FIRST in on.text
        page = child.takes("past", passing=opened, why="not_right")
        assert "andere mensen" in page.text
        talk = session.scalars(select(Talk)).one()
        assert talk.past_line
        assert talk.about_id == house.mila.id
        child.takes("stop", passing=opened)
        assert NOTHING in child.comes_back(codes).text


def test_an_empty_or_forged_pass_opens_nothing(child: Child) -> None:
    with clock.stopped(NOON):
        child.asks("Ik wil praten")
        for forged in ("", "x", "eyJhIjoxfQ.aaa.bbb"):
            for step in ("look", "say", "past", "stop"):
                page = child.takes(step, passing=forged, words="x", once=uuid4())
                assert page.status_code == 200
                assert "kunnen dit lezen" not in page.text


def test_a_child_that_looks_leaves_no_entry_anywhere(child: Child, session: Session) -> None:
    with clock.stopped(NOON):
        codes = child.pictures(child.asks("Ik wil praten"))
        before = session.scalars(select(AuditEntry.id)).all()
        child.takes("look", passing=passing(child.comes_back(codes)))
    session.expire_all()
    assert session.scalars(select(AuditEntry.id)).all() == before


def test_the_page_refreshes_itself_only_while_the_worker_is_there(
    child: Child, house: House
) -> None:
    with clock.stopped(NOON):
        codes = child.pictures(child.asks("Ik wil praten", keeper_id=house.mila.id))
        assert "every 20s" in child.comes_back(codes).text
    with clock.stopped(NOON + timedelta(hours=4)):
        page = child.comes_back(codes).text
    assert "every 20s" not in page
    assert "Wij zijn er weer vanaf" in page


def test_a_box_that_never_opened_is_no_door(client: FlaskClient, make: Make) -> None:
    here, area = make.organisation(), make.neighbourhood()
    make.venue(here, neighbourhood=area)
    assert "/more" not in client.get(f"/kids/{here.id}/{area.id}/").text
    page = client.get(f"/kids/{here.id}/{area.id}/more")
    assert "Er is nu niemand om het te lezen" in page.text


def test_a_key_of_one_neighbourhood_opens_nothing_in_another(
    client: FlaskClient, house: House, make: Make, session: Session
) -> None:
    other = make.neighbourhood()
    with clock.stopped(NOON):
        asking = Asking(about_staff=False, words="Ik wil praten", once=uuid4())
        begun = service.ask(session, house.here.id, house.area.id, asking, "here")
        url = f"/kids/{house.here.id}/{other.id}/more"
        page = client.post(url, data={"step": "pictures", "code": list(begun.key)})
    assert NOTHING in page.text


def test_shutting_takes_no_new_talks_and_keeps_the_answers(
    child: Child, house: House, session: Session
) -> None:
    with clock.stopped(NOON):
        codes = child.pictures(child.asks("Ik wil praten"))
        office.shut(session, house.admin.actor())
        assert child.asks("Nog iets").status_code == 422
        assert "nog geen antwoord" in child.comes_back(codes).text
