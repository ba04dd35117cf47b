"""What anybody meets first."""

from tests.browser.visitor import Visitor


def test_the_address_shows_the_programme_to_a_laptop(laptop: Visitor) -> None:
    laptop.open()
    laptop.reads("Wat is er te doen voor kinderen")


def test_the_address_shows_the_programme_to_a_phone(phone: Visitor) -> None:
    phone.open()
    phone.reads("Wat is er te doen voor kinderen")


def test_the_address_shows_the_programme_without_scripts(plain: Visitor) -> None:
    plain.open()
    plain.reads("Wat is er te doen voor kinderen")
