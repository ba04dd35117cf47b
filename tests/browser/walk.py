"""The walk through the product: every page of every role, for pictures and for axe.

A stop names a path to open and the links to follow from there, because addresses of rows are not
known beforehand. `make shots` takes each stop's picture on phone and desktop, light and dark; the
public ones in Arabic too.
"""

from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page

from tests.browser.harness import sign_in


@dataclass(frozen=True)
class Stop:
    name: str
    path: str
    follow: tuple[str, ...] = ()  # selectors of links, clicked one after the other


PUBLIC: Final = "public"
WALK: Final[dict[str, tuple[Stop, ...]]] = {
    PUBLIC: (
        Stop("programme", "/"),
        Stop("sign-in", "/sign-in"),
        Stop("not-found", "/nowhere"),
    ),
}


def arrive(page: Page, role: str) -> None:
    """Come in as that role; the public just comes in."""
    if role != PUBLIC:
        sign_in(page, role)


def go(page: Page, stop: Stop) -> None:
    page.goto(stop.path)
    for selector in stop.follow:
        page.locator(selector).first.click()
        page.wait_for_load_state()
