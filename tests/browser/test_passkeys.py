"""A passkey in a real browser: added, and then enough to come in with."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import harness
from tests.browser.visitor import Visitor

DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def visitor(browser: Browser, demo: Path, tmp_path: Path) -> Iterator[Visitor]:
    """Somebody on a site with a name, with a device that keeps passkeys."""
    with harness.serving(demo, tmp_path, "localhost") as site:
        watch = harness.Watch(urlsplit(site.url).netloc)
        with harness.visiting(browser, site.url, phone=True, watch=watch) as page:
            unlock(page)
            yield Visitor(page)
        assert not watch.troubles


def unlock(page: Page) -> None:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def test_a_passkey_is_added_and_then_opens_the_door(visitor: Visitor) -> None:
    page = visitor.page
    harness.sign_in(page, "worker")
    visitor.open("/account")
    name = page.locator("#name").input_value()
    visitor.follow("Een passkey toevoegen")
    page.get_by_label("Naam van de passkey").fill("Mijn telefoon")
    page.get_by_role("button", name="Een passkey toevoegen").click()
    expect(page.locator("h1")).to_have_text("Je herstelcodes")
    visitor.open("/account")
    expect(page.get_by_role("link", name="Mijn telefoon")).to_be_visible()
    page.context.clear_cookies()
    visitor.open("/sign-in")
    page.get_by_role("button", name="Inloggen met een passkey").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    visitor.open("/account")
    expect(page.locator("#name")).to_have_value(name)
