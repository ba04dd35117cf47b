"""On an old phone, or where a script does not arrive: everything that matters still works."""

import re

from playwright.sync_api import expect

from kinderwerk.access.vocabulary import Role
from tests.browser.harness import Site, goes_on
from tests.browser.test_parents import sign_up
from tests.browser.test_playground import WHAT_I_SAW
from tests.browser.visitor import Visitor


def test_a_parent_signs_a_child_up_without_scripts(plain: Visitor) -> None:
    title = sign_up(plain)
    plain.reads("Pip", "Op de wachtlijst", title)


def test_a_volunteer_counts_children_without_scripts(site: Site, plain: Visitor) -> None:
    club = goes_on(site, Role.VOLUNTEER)
    plain.come_in("Vrijwilliger")
    plain.go(plain.page.locator(f"main a[href*='/sessions/{club}']").first)
    plain.press_if_there("Heropen")
    plain.page.locator("#tally").evaluate("details => details.open = true")
    before = int(plain.page.locator("#tally output").first.inner_text())
    plain.go(plain.page.get_by_role("button", name=re.compile("^Eén erbij")).first)
    assert int(plain.page.locator("#tally output").first.inner_text()) == before + 1
    plain.press("Klaar, de lijst is compleet")
    plain.reads("Deze lijst is klaar")


def test_a_worker_writes_down_a_signal_without_scripts(plain: Visitor) -> None:
    plain.come_in("Kinderwerker")
    plain.follow("Signaal opschrijven")
    plain.follow("Ik heb tijd: alles opschrijven")
    plain.press("Bewaren", refused=True)
    plain.reads("Er klopt nog iets niet")
    plain.choose("Welk kind?", 1)
    plain.type("Wat zag of hoorde je?", WHAT_I_SAW)
    plain.press("Bewaren")
    plain.reads(WHAT_I_SAW)


def test_the_map_gives_its_table_without_scripts(plain: Visitor) -> None:
    plain.come_in("Kinderwerker")
    plain.menu("Kaart")
    expect(plain.page.locator("noscript .kw-notice")).to_be_visible()
    plain.page.get_by_role("link", name="Plekken op de kaart").click()
    plain.reads("Plekken op de kaart", "Buurthuis De Vleugel")
