"""The board of a neighbourhood: from an idea on a tablet to what became of it, told back there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import harness
from tests.browser.visitor import Visitor

IDEA = "Een hinkelbaan bij de voordeur van het buurthuis."
DECISION = "We verven zaterdag een hinkelbaan, met wie mee wil doen."
BECAUSE = "Verf hadden we nog, en iedereen kan er spelen."
#: Where the demo has a board.
NEIGHBOURHOOD = "Vogelnest"
#: Against forgery, where something is sent; and nothing else.
COOKIE = "kinderwerk"


@pytest.fixture
def tablet(browser: Browser, site: harness.Site, watch: harness.Watch) -> Iterator[Page]:
    with harness.visiting(browser, site.url, phone=True, watch=watch) as found:
        found.set_viewport_size({"width": 1024, "height": 768})
        yield found


@pytest.fixture
def desk(browser: Browser, site: harness.Site, watch: harness.Watch) -> Iterator[Page]:
    with harness.visiting(browser, site.url, watch=watch) as found:
        yield found


def to_the_board(tablet: Page) -> None:
    """Go there as a child does: by the neighbourhood that has a board."""
    tablet.goto("/kids/")
    tablet.get_by_role("link", name=NEIGHBOURHOOD).first.click()
    tablet.get_by_role("link", name="Het bord van deze buurt").click()


def test_an_idea_on_a_tablet_is_read_decided_and_told_back(tablet: Page, desk: Page) -> None:
    child = Visitor(tablet)
    to_the_board(tablet)
    child.look()
    assert tablet.context.cookies() == [], "who only looks leaves nothing"
    board = tablet.url
    tablet.get_by_role("link", name="Ik wil iets zeggen").click()
    child.look()
    tablet.get_by_role("link", name="Een idee").click()
    child.look()
    assert {one["name"] for one in tablet.context.cookies()} <= {COOKIE}, "against forgery only"
    tablet.get_by_label("Wat wil je laten weten?").fill(IDEA)
    tablet.locator(".kw-name input").first.check()
    tablet.get_by_role("button", name="Versturen").click()
    expect(tablet.get_by_role("heading", name="Dank je wel")).to_be_visible()
    child.look()
    tablet.goto(board)
    expect(tablet.get_by_text(IDEA)).to_have_count(0)

    harness.sign_in(desk, "worker")
    desk.goto("/ideas/read")
    worker = Visitor(desk)
    worker.look()
    desk.locator("article", has_text=IDEA).get_by_role("link").first.click()
    worker.look()
    place = desk.url
    desk.get_by_role("button", name="Op het bord zetten").click()
    tablet.goto(board)
    expect(tablet.get_by_text(IDEA)).to_be_visible()
    expect(tablet.locator("article", has_text=IDEA)).to_contain_text("denken")

    desk.goto(place.removesuffix("/read"))
    desk.get_by_role("link", name="Besluiten").click()
    desk.locator("#decision").fill(DECISION)
    desk.get_by_role("button", name="Bewaren").click()
    expect(desk.locator("#because-error")).to_be_visible()
    desk.locator("#because").fill(BECAUSE)
    desk.get_by_role("button", name="Bewaren").click()
    desk.get_by_role("link", name="Het is terugverteld").click()
    worker.look()
    desk.get_by_text("Op de muur of het bord").click()
    desk.get_by_role("button", name="Bewaren").click()

    tablet.goto(board)
    note = tablet.locator("article", has_text=IDEA)
    expect(note).to_contain_text(DECISION)
    expect(note).to_contain_text(BECAUSE)
    child.look()
    assert {one["name"] for one in tablet.context.cookies()} <= {COOKIE}
    assert tablet.evaluate("localStorage.length + sessionStorage.length") == 0
