"""The week by the keyboard alone: go to a date, move it by an hour, say yes, see it moved."""

import re
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from kinderwerk.core import clock
from tests.browser.visitor import Visitor

TITLE = "Kookclub De Pollepel"


def test_a_date_is_found_moved_and_seen_by_the_keyboard_alone(laptop: Visitor) -> None:
    laptop.come_in("Coördinator")
    monday = clock.today() + timedelta(days=7 - clock.today().weekday())
    laptop.open(f"/planner/?by=team&day={monday}")
    page = laptop.page
    before = shown(page).inner_text()
    go_to(page, TITLE)
    press(laptop, "Enter")
    tab_to(page, "link", "Een uur later")
    press(laptop, "Enter")
    laptop.reads("Wat dit betekent", re.compile("gezin(nen)? krijg"))
    tab_to(page, "button", "Verplaats")
    press(laptop, "Enter")
    laptop.reads("Het is verplaatst.")
    assert (before, shown(page).inner_text()) == ("15:30\u201317:15", "16:30\u201318:15")


def test_the_mouse_drags_a_date_to_another_day_and_is_asked_first(laptop: Visitor) -> None:
    laptop.come_in("Coördinator")
    monday = clock.today() + timedelta(days=7 - clock.today().weekday())
    laptop.open(f"/planner/?by=team&day={monday}")
    thursday = monday + timedelta(days=3)
    row = laptop.page.get_by_role("row").filter(has_text=TITLE)
    drag(laptop.page, chip(laptop.page), row.locator(f"td[data-day='{thursday}']"))
    laptop.page.wait_for_url(re.compile(f"/move.*day={thursday}"))
    laptop.look()
    laptop.reads("Wat dit betekent")


def chip(page: Page) -> Locator:
    return page.locator("a.pl-date").filter(has_text=TITLE).first


def shown(page: Page) -> Locator:
    return chip(page).locator("time")


def drag(page: Page, one: Locator, to: Locator) -> None:
    one.scroll_into_view_if_needed()
    begins, ends = one.bounding_box(), to.bounding_box()
    assert begins
    assert ends
    page.mouse.move(begins["x"] + 30, begins["y"] + 20)
    page.mouse.down()
    page.mouse.move(begins["x"] + 60, begins["y"] + 24, steps=4)
    page.mouse.move(ends["x"] + 30, ends["y"] + 20, steps=6)
    page.mouse.up()


def go_to(page: Page, title: str) -> None:
    """Walk with the arrows: from the first date to its day, and there up and down."""
    page.locator(".pl-scroll").focus()
    page.keyboard.press("ArrowDown")
    for key in ("ArrowLeft", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown"):
        if title in page.locator(":focus").inner_text():
            break
        page.keyboard.press(key)
    expect(page.locator(":focus")).to_contain_text(title)


def tab_to(page: Page, role: str, name: str) -> None:
    wanted = page.get_by_role(role, name=name).first
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    expect(wanted).to_be_focused()


def press(visitor: Visitor, key: str) -> None:
    with visitor.page.expect_event("load"):
        visitor.page.keyboard.press(key)
    visitor.look()
