"""A tablet by the exit: twenty children, without a connection and back, and no way to the staff."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, SignIn, User
from kinderwerk.activities.models import ActivityStaff, Occurrence
from kinderwerk.activities.rules import AgeBand, Format, RegisterMode
from kinderwerk.demo import queries as demo
from kinderwerk.measuring import queries as measuring
from kinderwerk.measuring import service as questions
from kinderwerk.measuring.rules import Instrument, QuestionWish
from kinderwerk.registers import service as registers
from kinderwerk.registers.rules import Box, Gender, Known, Number
from kinderwerk.web.extensions import as_system
from tests.browser import harness
from tests.browser.visitor import Visitor
from tests.make import Make

CHILDREN = 20
ASKED = "Wil je dit nog een keer doen?"
WORDS = ("Ja", "Misschien", "Nee")


@pytest.fixture
def date(site: harness.Site) -> UUID:
    """A session that goes on now, at which twenty children were counted."""
    with site.app.app_context():
        session = as_system()
        make = Make(session)
        worker, boss = (
            session.get_one(User, one.id)
            for one in map(partial(demo.who_opens, session), (Role.WORKER, Role.COORDINATOR))
            if one
        )
        here = session.get_one(Organisation, worker.actor().organisation_id)
        goal = make.goal(here, theme=make.some_theme(here))
        activity = make.activity(
            worker, title="Vliegclub", register=RegisterMode.TALLY, format=Format.DROPIN,
            starts_at=harness.lately(), age_from=6, goal=goal,
            staff=[ActivityStaff(user_id=worker.id)],
        )  # fmt: skip
        found = session.scalars(
            select(Occurrence.id).where(Occurrence.activity_id == activity.id)
        ).one()
        box = Box(AgeBand.UP_TO_9, Known.KNOWN, Gender.UNASKED)
        registers.set_numbers(session, worker.actor(), found, {box: Number(0, CHILDREN)})
        wish = QuestionWish(text=ASKED, instrument=Instrument.AGAIN)
        questions.add_question(session, boss.actor(), goal.id, wish)
        return found


@pytest.fixture
def page(browser: Browser, site: harness.Site, watch: harness.Watch) -> Iterator[Page]:
    with harness.visiting(browser, site.url, phone=True, watch=watch) as found:
        found.set_viewport_size({"width": 1024, "height": 768})
        yield found


def counted(site: harness.Site, date: UUID) -> dict[int, int]:
    with site.app.app_context():
        kept = measuring.measurements(as_system(), date)
        return {one.step: one.n for found in kept.values() for one in found.answers}


def a_child(page: Page, n: int) -> None:
    page.get_by_role("button", name=WORDS[n % 3], exact=True).click()
    expect(page.get_by_role("heading", name="Dank je wel!")).to_be_visible()
    page.get_by_role("link", name="Volgend kind").click()
    expect(page.get_by_role("heading", name=ASKED)).to_be_visible()


def rows(site: harness.Site) -> int:
    """Return how many are signed in."""
    with site.app.app_context():
        still = select(func.count()).where(SignIn.ended_at.is_(None))
        return as_system().scalar(still) or 0


def test_twenty_children_without_a_connection_and_back(
    page: Page, site: harness.Site, date: UUID
) -> None:
    visitor = Visitor(page)
    before = rows(site)
    harness.sign_in(page, "worker")
    assert rows(site) == before + 1
    page.goto(f"/sessions/{date}/kiosk")
    visitor.look()
    page.get_by_role("button", name="Op dit apparaat").click()
    page.wait_for_url("**/kids/again/")
    visitor.look()
    assert rows(site) == before, "who was signed in here is not any more"
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    for n in range(5):
        a_child(page, n)
    page.context.set_offline(True)
    for n in range(5, 15):
        a_child(page, n)
    expect(page.locator("#state")).to_contain_text("wachten")
    page.reload()
    expect(page.get_by_role("heading", name=ASKED)).to_be_visible()
    for n in range(15, CHILDREN):
        a_child(page, n)
    page.context.set_offline(False)
    expect(page.locator("#state")).to_contain_text("Alles is verstuurd")
    assert counted(site, date) == {0: 7, 1: 7, 2: 6}
    for _ in range(4):
        page.go_back()
        expect(page.get_by_role("heading", name=ASKED)).to_be_visible()
        assert "/sessions/" not in page.url
        assert "Vliegclub" not in page.content()
    page.goto(f"/sessions/{date}")
    assert urlsplit(page.url).path == "/sign-in"
    assert page.evaluate("localStorage.getItem('kinderwerk-kiosk')").count("once") == 0


def test_what_was_not_sent_outlives_a_closed_page(
    page: Page, site: harness.Site, date: UUID
) -> None:
    """The connection goes as soon as the tablet asks; the page is closed, and opened later."""
    harness.sign_in(page, "worker")
    page.goto(f"/sessions/{date}/kiosk")
    page.get_by_role("button", name="Op dit apparaat").click()
    page.wait_for_url("**/kids/again/")
    page.context.set_offline(True)
    for n in range(6):
        a_child(page, n)
    expect(page.locator("#state")).to_contain_text("wachten 6 antwoorden")
    assert counted(site, date) == {}
    later = page.context.new_page()
    page.close()
    later.context.set_offline(False)
    with later.expect_response("**/kids/again/told"):
        later.goto("/kids/again/")
    assert counted(site, date) == {0: 2, 1: 2, 2: 2}


@contextmanager
def tablet(browser: Browser, site: harness.Site, profile: Path) -> Iterator[Page]:
    """A browser that keeps on the disk what browsers keep, until it is opened the next time."""
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path=harness.chromium(), args=list(harness.FLAGS), base_url=site.url,
        locale="nl-NL", timezone_id="Europe/Amsterdam",
    )  # fmt: skip
    context.set_default_timeout(harness.PATIENCE)
    try:
        yield context.new_page()
    finally:
        context.close()


def test_what_was_not_sent_outlives_a_closed_browser(
    browser: Browser, site: harness.Site, date: UUID, tmp_path: Path
) -> None:
    """All of it is closed on a tablet without a connection, and opened again when there is one."""
    profile = tmp_path / "tablet"
    with tablet(browser, site, profile) as page:
        harness.sign_in(page, "worker")
        page.goto(f"/sessions/{date}/kiosk")
        page.get_by_role("button", name="Op dit apparaat").click()
        page.wait_for_url("**/kids/again/")
        page.wait_for_load_state("load")
        page.context.route("**/kids/again/told", lambda route: route.abort())
        for n in range(6):
            a_child(page, n)
        expect(page.locator("#state")).to_contain_text("wachten 6 antwoorden")
    assert counted(site, date) == {}
    with tablet(browser, site, profile) as page:
        with page.expect_response("**/kids/again/told"):
            page.goto("/kids/again/")
        expect(page.get_by_role("heading", name=ASKED)).to_be_visible()
    assert counted(site, date) == {0: 2, 1: 2, 2: 2}
