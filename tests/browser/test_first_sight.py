"""What anybody meets first."""

from playwright.sync_api import Page

from tests.browser.harness import axe


def test_the_address_shows_the_programme_to_a_laptop(page: Page) -> None:
    page.goto("/")
    assert page.locator("h1").count() == 1
    axe(page)


def test_the_address_shows_the_programme_to_a_phone(phone: Page) -> None:
    phone.goto("/")
    assert phone.locator("h1").is_visible()
    wide = phone.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, "the page scrolls sideways"
    axe(phone)


def test_the_address_shows_the_programme_without_scripts(plain_page: Page) -> None:
    plain_page.goto("/")
    assert plain_page.locator("h1").is_visible()
