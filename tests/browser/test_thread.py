"""The one line that the product is about, pressed from end to end: nobody types an address."""

from playwright.sync_api import expect

from tests.browser.test_parents import introduce_oneself
from tests.browser.test_playground import TITLE, WHAT_I_SAW, plan
from tests.browser.visitor import Visitor

CHILD = "Pip Proefouder"


def test_from_the_plan_to_the_report_there_is_always_a_link(
    laptop: Visitor, phone: Visitor
) -> None:
    laptop.come_in("Kinderwerker")
    plan(laptop)
    laptop.press("Publiceren")
    phone.open()
    phone.follow(TITLE)
    phone.follow("Meld aan")
    introduce_oneself(phone)
    phone.press("Meld aan")
    phone.reads("De aanmelding is gelukt", "Heeft een plek")
    take_attendance(laptop)
    worry(laptop)
    support(laptop)
    refer(laptop)
    laptop.menu("Kaart")
    laptop.follow("Als tabel")
    laptop.follow("Vogelnest")
    laptop.reads("kinderen wonen hier")
    laptop.menu("Rapport")
    laptop.go(laptop.page.locator("tbody a").first)
    laptop.reads("Bereik per wijk")


def take_attendance(worker: Visitor) -> None:
    worker.menu("Vandaag")
    worker.follow(TITLE)
    line = worker.page.get_by_role("listitem").filter(has_text=CHILD)
    line.get_by_role("button", name="Is er", exact=True).click()
    expect(worker.page.locator(".reg-totals")).to_contain_text("1 kind")


def worry(worker: Visitor) -> None:
    worker.follow("Ik maak me zorgen: opschrijven")
    worker.follow("Ik heb tijd: alles opschrijven")
    worker.choose("Welk kind?", CHILD)
    worker.type("Wat zag of hoorde je?", WHAT_I_SAW)
    worker.press("Bewaren")
    worker.reads(WHAT_I_SAW, CHILD)


def support(worker: Visitor) -> None:
    worker.follow("Traject beginnen met dit gezin")
    worker.type("Wat vragen ze, in hun eigen woorden?", "Hoe praten we over school?")
    worker.take("Waar gaat het over?", "School en leren")
    worker.press("Beginnen")
    worker.reads("Hoe praten we over school?", CHILD)


def refer(worker: Visitor) -> None:
    worker.follow("Verwijs naar een partner")
    worker.choose("Naar welke partner?", 1)
    worker.type("Wat moet de partner weten?", "Vader wil graag meedenken.")
    worker.press("Verwijzing klaarzetten")
    worker.reads("Wacht op toestemming")
    worker.follow("Opvoedondersteuning")
    worker.reads("Hoe praten we over school?")
