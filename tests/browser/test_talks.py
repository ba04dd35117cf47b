"""A child at the tablet of a community centre asks for a talk, and comes back for the answer."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Error, Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.messages.models import Message
from kinderwerk.storage.work import unit_of_work
from kinderwerk.talks import service
from kinderwerk.talks.models import Talk, TalkAlert, TalkDuty
from kinderwerk.talks.rules import Answer
from tests.browser import harness
from tests.conftest import engine_of
from tests.make import all_seeing

TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
ALERTED = {"talk_alert", "talk_waits"}


@pytest.fixture
def session(site: harness.Site) -> Iterator[Session]:
    """What the site holds; everybody of the rota is there, whatever the hour of the test."""
    with all_seeing(engine_of(site.app)) as session:
        with unit_of_work(session):
            open_all_day = update(TalkDuty).values(begins=0, ends=1440)
            session.execute(open_all_day, execution_options={"audited": "talk_duty.put_on"})
            audit.record(session, SYSTEM, "talk_duty.put_on", uuid4())
        yield session


@pytest.fixture
def tablet(browser: Browser, site: harness.Site, watch: harness.Watch) -> Iterator[Page]:
    context = browser.new_context(
        **TABLET, base_url=site.url, locale="nl-NL", timezone_id="Europe/Amsterdam"
    )  # type: ignore[arg-type]
    watch.over(context)
    yield context.new_page()
    context.close()


def goes_in(tablet: Page) -> str:
    """Walk in from the first page for children, to where the tile for talks is."""
    tablet.goto("/kids/")
    places = tablet.locator("a.kw-big-choice")
    found = [places.nth(n).get_attribute("href") for n in range(places.count())]
    for place in filter(None, found):
        tablet.goto(place)
        if (door := tablet.locator("a[data-replace]")).count():
            door.first.click()
            tablet.wait_for_url("**/more")
            return place
    raise AssertionError("no door to a talk")


def presses(tablet: Page, name: str) -> None:
    tablet.get_by_role("button", name=re.compile(rf"^\s*{name}")).first.click()


def reads(tablet: Page, words: str) -> None:
    expect(tablet.locator("#main")).to_contain_text(words)


def picks(tablet: Page, codes: list[str]) -> None:
    for nth, code in enumerate(codes):
        expect(tablet.locator(".kw-ask-key > li")).to_have_count(nth)
        tablet.locator(f"details:has(button[value='{code}']) summary").click()
        tablet.locator(f"button[value='{code}']").click()


def asks(tablet: Page, words: str) -> list[str]:
    """Ask Sanne something, and return the four pictures."""
    presses(tablet, "Ik wil iets vertellen")
    reads(tablet, "Gaat het over iemand die hier werkt?")
    presses(tablet, "Nee")
    reads(tablet, "Met wie wil je praten?")
    harness.axe(tablet)
    presses(tablet, "Sanne")
    reads(tablet, "Wat wil je Sanne vertellen?")
    tablet.get_by_label("Wat wil je vertellen?").fill(words)
    harness.axe(tablet)
    presses(tablet, "Versturen")
    reads(tablet, "vier plaatjes")
    drawn = tablet.locator(".kw-ask-key use")
    codes = [drawn.nth(n).get_attribute("href") or "" for n in range(drawn.count())]
    return [code.partition("#")[2] for code in codes]


def test_a_child_asks_and_comes_back_and_leaves_nothing(tablet: Page, session: Session) -> None:
    goes_in(tablet)
    before = tablet.evaluate("history.length")
    harness.axe(tablet)
    codes = asks(tablet, "Mag ik een keer met je praten?")
    assert len(codes) == 4
    presses(tablet, "Ik ken ze uit mijn hoofd")
    presses(tablet, "Ik heb vier plaatjes")
    reads(tablet, "Welk plaatje was het eerste?")
    harness.axe(tablet)
    picks(tablet, codes)
    reads(tablet, "nog geen antwoord")
    talk = session.scalars(select(Talk).order_by(Talk.created_at.desc())).first()
    assert talk
    keeper = session.get_one(User, talk.keeper_id)
    answer = Answer(words="Fijn dat je schrijft.", once=uuid4())
    service.answer(session, keeper.actor(), talk.id, answer)
    presses(tablet, "Kijk opnieuw")
    reads(tablet, "Fijn dat je schrijft.")
    harness.axe(tablet)
    assert tablet.title().startswith("Voor kinderen")
    assert tablet.evaluate("history.length") == before, "no step to go back to"
    tablet.locator("[data-leave]").click()
    tablet.wait_for_url(lambda url: "/kids" not in url)
    assert tablet.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert tablet.evaluate("caches.keys()") == []
    assert {one.get("name") for one in tablet.context.cookies()} <= {"kinderwerk"}
    tablet.go_back()
    tablet.wait_for_timeout(500)
    assert not tablet.url.endswith("/more")
    assert "Fijn dat je schrijft." not in tablet.content()


SECRET = "Zeepaardje onder de brug"
KEPT = """async () => [
    localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
    (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length,
]"""


def hides(tablet: Page) -> None:
    """Nothing of what was told is to be seen, and the page on which it was told is not there."""
    tablet.wait_for_load_state()
    assert not tablet.url.endswith(("/more", "/leave")), tablet.url
    told = tablet.evaluate(
        "[document.documentElement.outerHTML,"
        " ...[...document.querySelectorAll('input, textarea')].map(one => one.value)].join()"
    )
    assert SECRET not in told


@pytest.mark.parametrize("sent", [False, True], ids=["half written", "sent"])
def test_after_the_quick_exit_nothing_leads_back(
    tablet: Page, session: Session, caplog: pytest.LogCaptureFixture, sent: bool
) -> None:
    """Not back and forward, not the address, not the network taken away, not a log."""
    caplog.set_level(logging.DEBUG)
    place = goes_in(tablet)
    inside = tablet.url
    if sent:
        asks(tablet, SECRET)
    else:
        presses(tablet, "Ik wil iets vertellen")
        presses(tablet, "Nee")
        presses(tablet, "Sanne")
        tablet.get_by_label("Wat wil je vertellen?").fill(SECRET)
    tablet.locator("[data-leave]").click()
    tablet.wait_for_url(lambda url: "/kids" not in url)
    hides(tablet)
    assert tablet.evaluate(KEPT) == [0, 0, 0, 0, 0]
    assert SECRET not in str(tablet.context.cookies())
    for _ in range(tablet.evaluate("history.length")):
        tablet.go_back()
        hides(tablet)
    for _ in range(tablet.evaluate("history.length")):
        tablet.go_forward()
        hides(tablet)
    tablet.context.set_offline(True)
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        tablet.goto(inside)
    tablet.context.set_offline(False)
    tablet.goto(inside)
    reads(tablet, "Ik wil iets vertellen")
    assert SECRET not in tablet.content(), "it begins anew"
    assert session.scalars(select(Talk)).all(), "of the demo, and perhaps this one"
    addresses = (place, "/kids", "/more")
    lines = [str(vars(one)) + one.getMessage() for one in caplog.records]
    assert lines, "there is a log"
    assert not [one for one in lines if SECRET in one or any(each in one for each in addresses)]


def test_danger_reaches_two_and_passes_on_until_somebody_saw_it(
    tablet: Page, session: Session
) -> None:
    goes_in(tablet)
    asks(tablet, "Mijn vader slaat mij")
    reads(tablet, "Wij weten niet wie je bent. Is er nu gevaar? Bel 112.")
    harness.axe(tablet)
    alert = session.scalars(select(TalkAlert).order_by(TalkAlert.created_at.desc())).first()
    assert alert
    assert len({one.user_id for one in alert.told}) >= 2
    assert {one.user_id for one in alert.told} - {alert.talk.keeper_id}
    before = len(told(session))
    with clock.stopped(clock.now() + timedelta(minutes=15)):
        service.watch(session)
    assert len(told(session)) > before
    assert not any("slaat" in str(one.subject_ids) for one in told(session))


def told(session: Session) -> list[Message]:
    session.expire_all()
    return list(session.scalars(select(Message).where(Message.template.in_(ALERTED))))
