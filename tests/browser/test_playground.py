"""With a phone among the children: who came, what somebody noticed, what comes next week."""

import re
from datetime import timedelta
from typing import Final

from playwright.sync_api import expect

from kinderwerk.access.vocabulary import Role
from kinderwerk.core import clock
from tests.browser.harness import Site, goes_on
from tests.browser.visitor import Visitor

TITLE = "Vliegers bouwen"
SCHOOL_TERM = timedelta(weeks=10)
WEEK = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
DOTS: Final = """
["venues", "activities"].map(name => window["geo_json_" + name].getLayers()[0].options.fillColor)
"""
WHAT_I_SAW = "Zei bij het opruimen: 'Ik wil vandaag niet naar huis.'"
WHAT_I_THINK = "Misschien is er thuis ruzie."


def test_a_volunteer_counts_children_and_passes_a_worry_on(site: Site, phone: Visitor) -> None:
    club = goes_on(site, Role.VOLUNTEER)
    phone.come_in("Vrijwilliger")
    phone.go(phone.page.locator(f"main a[href*='/sessions/{club}']").first)
    count_one_more(phone)
    phone.press("Klaar, de lijst is compleet")
    phone.reads("Deze lijst is klaar")
    phone.menu("Vandaag")
    phone.follow("Een zorg doorgeven")
    phone.reads("112", "Veilig Thuis")
    phone.type("Wat zag of hoorde je?", WHAT_I_SAW)
    phone.type("Over wie gaat het?", "Pip")
    phone.press("Doorgeven")
    phone.reads("Doorgegeven. Dank je wel.")


def test_a_worker_plans_publishes_and_takes_attendance(phone: Visitor) -> None:
    phone.come_in("Kinderwerker")
    plan(phone)
    phone.press("Publiceren")
    phone.follow("Zo zien ouders het")
    phone.reads(TITLE, "Goed om te weten")
    phone.menu("Activiteiten")
    phone.follow(TITLE)
    child = sign_up_at_the_door(phone)
    phone.menu("Vandaag")
    phone.follow(TITLE)
    line = phone.page.get_by_role("listitem").filter(has_text=child)
    line.get_by_role("button", name="Is er", exact=True).click()
    phone.reads("1 kind is er")
    count_one_more(phone)
    phone.press("Klaar, de lijst is compleet")
    phone.reads("2 kinderen zijn er", "1 zonder naam")


def test_a_worker_writes_down_a_signal_and_looks_at_the_map(phone: Visitor) -> None:
    phone.come_in("Kinderwerker")
    phone.follow("Signaal opschrijven")
    phone.follow("Ik heb tijd: alles opschrijven")
    phone.choose("Welk kind?", 1)
    phone.type("Wat zag of hoorde je?", WHAT_I_SAW)
    phone.type("Wat denk je dat het kan betekenen?", WHAT_I_THINK)
    phone.type("Wat gaat er goed?", "Heeft een goede vriendin in de groep.")
    phone.take("Hoe ernstig is het?", "Zorg")
    phone.press("Bewaren")
    phone.reads(WHAT_I_SAW, WHAT_I_THINK, "Rust op dit feit", "Elke inzage")
    phone.menu("Kaart")
    phone.waits_for(".kw-map[data-ready]")
    assert phone.page.evaluate(DOTS) == ["#2a78b8", "#d9503f"]
    phone.page.locator(".kw-map .leaflet-container").click()
    expect(phone.page.locator(".leaflet-popup-content")).to_be_visible()


def plan(worker: Visitor) -> None:
    """Plan a club that meets today, and every week on this day."""
    today = clock.today()
    worker.follow("Plan een activiteit")
    worker.follow("Club (vaste groep)")
    worker.type("Hoe heet het?", TITLE)
    worker.type("In één zin", "We maken vliegers en laten ze op.")
    worker.choose("Bij welk doel past het het best?", 1)
    worker.type("Waarom past deze activiteit bij dat doel?", "Iets zelf maken, en buiten zijn.")
    for day, name in enumerate(WEEK):
        worker.page.get_by_label(name, exact=True).set_checked(day == today.weekday())
    worker.type("Eerste dag", today)
    worker.type("Laatste dag", today + SCHOOL_TERM)
    worker.choose("Waar?", 1)
    worker.press("Bewaren")
    worker.reads("Dit is een concept")


def sign_up_at_the_door(worker: Visitor) -> str:
    """Sign the first child up that fits, and return its name."""
    worker.follow("Wie is aangemeld")
    worker.follow("Meld een kind aan")
    worker.type("Voornaam of achternaam", "a")
    worker.press("Zoeken")
    fitting = worker.page.get_by_role("cell", name=re.compile(r"\b(7|8|9|10|11)$"))
    row = worker.page.get_by_role("row").filter(has=fitting).first
    name = row.get_by_role("rowheader").inner_text()
    worker.go(row.get_by_role("link"))
    worker.press("Meld aan")
    worker.reads(name)
    return name


def count_one_more(person: Visitor) -> None:
    """Count a child without asking its name."""
    person.press_if_there("Heropen")
    tally = person.page.locator("#tally")
    if tally.get_attribute("open") is None:
        tally.locator("> summary").click()
    number = tally.locator("output").first
    before = int(number.inner_text())
    tally.get_by_role("button", name=re.compile("^Eén erbij")).first.click()
    expect(number).to_have_text(str(before + 1))
