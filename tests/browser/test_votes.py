"""A vote on a tablet: stickers on ideas, without a connection and back, and what came out."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities.models import ActivityStaff, Occurrence
from kinderwerk.activities.rules import AgeBand, Format, RegisterMode
from kinderwerk.demo import queries as demo
from kinderwerk.ideas.models import ChildBoard
from kinderwerk.ideas.votes import queries as votes
from kinderwerk.places.models import Neighbourhood
from kinderwerk.registers import service as registers
from kinderwerk.registers.rules import Box, Gender, Known, Number
from kinderwerk.web.extensions import as_system
from tests.browser import harness
from tests.browser.visitor import Visitor
from tests.make import Make

CHILDREN = 7
ASKED = "Welke ideeën kies jij?"


@pytest.fixture
def date(site: harness.Site) -> UUID:
    """A session that goes on now, in the neighbourhood of a board, with seven children."""
    with site.app.app_context():
        session = as_system()
        make = Make(session)
        (worker,) = (
            session.get_one(User, one.id)
            for one in map(partial(demo.who_opens, session), (Role.WORKER,))
            if one
        )
        here = session.get_one(Organisation, worker.actor().organisation_id)
        board = session.scalars(
            select(ChildBoard).where(ChildBoard.organisation_id == here.id)
        ).first()
        assert board
        area = session.get_one(Neighbourhood, board.neighbourhood_id)
        activity = make.activity(
            worker, title="Kiesclub", register=RegisterMode.TALLY, format=Format.DROPIN,
            starts_at=harness.lately(), age_from=6,
            goal=make.goal(here, theme=make.some_theme(here)),
            staff=[ActivityStaff(user_id=worker.id)], venue=make.venue(here, neighbourhood=area),
        )  # fmt: skip
        found = session.scalars(
            select(Occurrence.id).where(Occurrence.activity_id == activity.id)
        ).one()
        box = Box(AgeBand.UP_TO_9, Known.KNOWN, Gender.UNASKED)
        registers.set_numbers(session, worker.actor(), found, {box: Number(0, CHILDREN)})
        return found


@pytest.fixture
def page(browser: Browser, site: harness.Site, watch: harness.Watch) -> Iterator[Page]:
    with harness.visiting(browser, site.url, phone=True, watch=watch) as found:
        found.set_viewport_size({"width": 1024, "height": 768})
        yield found


def a_child(page: Page, *places: int) -> None:
    for place in places:
        page.locator(".kiosk-idea label").nth(place).click()
    page.get_by_role("button", name="Klaar").click()
    expect(page.get_by_role("heading", name="Dank je wel!")).to_be_visible()
    page.get_by_role("link", name="Volgend kind").click()
    expect(page.get_by_role("heading", name=ASKED)).to_be_visible()
    expect(page.locator(".kiosk-idea input:checked")).to_have_count(0)


def turns(site: harness.Site, date: UUID) -> int:
    with site.app.app_context():
        return votes.at(as_system(), date)[0].turns


def test_children_vote_without_a_connection_and_see_what_came_out(
    page: Page, site: harness.Site, date: UUID
) -> None:
    visitor = Visitor(page)
    harness.sign_in(page, "worker")
    page.goto(f"/sessions/{date}/vote")
    for box in page.locator("input[name=ideas]").all()[:4]:
        box.check()
    page.locator("input[name=stickers][value='2']").check()
    visitor.look()
    page.get_by_role("button", name="Op dit apparaat").click()
    page.wait_for_url("**/kids/again/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    visitor.look()
    expect(page.get_by_role("button", name="Klaar")).to_be_disabled()
    page.locator(".kiosk-idea label").nth(0).click()
    page.locator(".kiosk-idea label").nth(1).click()
    expect(page.locator(".kiosk-idea input").nth(2)).to_be_disabled()
    visitor.look()
    page.locator(".kiosk-idea label").nth(1).click()
    expect(page.locator(".kiosk-idea input").nth(2)).to_be_enabled()
    a_child(page, 3)
    a_child(page, 0, 1)
    page.context.set_offline(True)
    for _ in range(CHILDREN - 2):
        a_child(page, 0, 2)
    expect(page.locator("#state")).to_contain_text("wachten")
    page.context.set_offline(False)
    expect(page.locator("#state")).to_contain_text("Alles is verstuurd")
    assert turns(site, date) == CHILDREN
    page.go_back()
    expect(page.get_by_role("heading", name=ASKED)).to_be_visible()
    assert "Kiesclub" not in page.content()
    harness.sign_in(page, "worker")
    page.goto(f"/sessions/{date}/vote")
    page.get_by_role("button", name="De stemming sluiten").click()
    page.get_by_role("button", name="Ja, ga door").click()
    expect(page.locator(".kiosk-tally li").first).to_contain_text("7 stickers")
    visitor.look()
    page.goto("/kids/again/")
    expect(page.get_by_role("heading", name="Dit hebben wij gekozen")).to_be_visible()
    visitor.look()
