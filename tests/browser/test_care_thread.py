"""One worry, four people: who noticed it, who watches over it, who carries it, and who helps."""

from typing import Final

from playwright.sync_api import Browser

from kinderwerk.core import clock
from tests.browser import harness
from tests.browser.harness import Site, Watch
from tests.browser.visitor import Visitor

REMARK: Final = "Zei bij het opruimen: 'Thuis slaan ze elkaar weer.'"
CHILD: Final = "Ali Aksoylu"
WORKER: Final = "Sanne Verhoeve"
NEEDED: Final = "Moeder wil graag rust in huis en vraagt hoe."
HELPER: Final = "Mila Partner"
PARTNER: Final = "Jeugdhulp De Steiger"
PARENT: Final = "Murat Aksoylu"


def test_a_remark_becomes_a_case_and_a_partner_answers(
    laptop: Visitor, phone: Visitor, browser: Browser, site: Site, watch: Watch
) -> None:
    with (
        harness.visiting(browser, site.url, watch=watch) as desk,
        harness.visiting(browser, site.url, phone=True, watch=watch) as elsewhere,
    ):
        worker, officer, partner = laptop, Visitor(desk), Visitor(elsewhere)
        pass_on(phone)
        take_on(officer)
        worker.come_in("Kinderwerker")
        begin(worker)
        talk(worker)
        weigh(worker)
        decide(worker)
        case = worker.page.url
        refer(worker)
        referral = worker.page.url
        open_the_mail(partner)
        read_note_and_answer(partner, code_for(worker))
        worker.open(referral)
        worker.reads(f"Overgenomen door {HELPER}", "zelf verteld")
        worker.open(case)
        close(worker)
        officer.menu("Meldcode")
        officer.follow("Gesloten")
        officer.reads("Murat Aksoylu")


def pass_on(volunteer: Visitor) -> None:
    volunteer.come_in("Vrijwilliger")
    volunteer.follow("Een zorg doorgeven")
    volunteer.type("Wat zag of hoorde je?", REMARK)
    volunteer.type("Over wie gaat het?", "Ali")
    volunteer.take("Hoe ernstig is het?", "Ernstige zorg")
    volunteer.press("Doorgeven")
    volunteer.reads("Doorgegeven. Dank je wel.")


def take_on(officer: Visitor) -> None:
    officer.come_in("Aandachtsfunctionaris")
    officer.go(officer.page.locator("main a", has_text="Nog niet duidelijk").first)
    officer.reads(REMARK)
    officer.follow("Oppakken")
    officer.take("Over wie of wat gaat het?", "Een kind")
    officer.choose("Welk kind?", CHILD)
    officer.choose("Over welk leefgebied gaat het?", "Opvoeding en gezin")
    officer.press("Ik draag het")
    officer.follow("Wijzigen")
    officer.choose("Wie draagt het?", WORKER)
    officer.press("Bewaren")
    officer.reads("Bewaard.")


def begin(worker: Visitor) -> None:
    worker.menu("Signalen")
    worker.follow(CHILD)
    worker.reads(REMARK)
    worker.follow("Start de meldcode")
    worker.press("Start")
    worker.reads("De casus is begonnen. Jij draagt hem.", REMARK)


def talk(worker: Visitor) -> None:
    worker.follow("Overleg")
    worker.choose("Met wie?", "De aandachtsfunctionaris")
    worker.type("Wat vroeg je? Heb je niet overlegd", "Wat zie jij in wat het kind zei?")
    worker.type("Wat was het advies?", "Praat eerst met de ouders.")
    worker.press("Bewaren")
    worker.follow("Gesprek met de ouders")
    worker.type("Welke feiten noemde je? Was er geen gesprek", "Wat het kind letterlijk zei.")
    worker.type("Wat zeiden de ouders?", "Dat zij veel ruzie hebben en hulp willen.")
    worker.press("Bewaren")
    worker.follow("Gesprek met het kind")
    worker.type("Wat vertelde en vroeg je? Was er geen gesprek", "Dat het niet zijn schuld is.")
    worker.type("Wat zei het kind, in eigen woorden?", "'Ik wil dat het stopt.'")
    worker.press("Bewaren")
    worker.reads("'Ik wil dat het stopt.'")


def weigh(worker: Visitor) -> None:
    for number, answer in enumerate(("Ja", "Nee", "Ja", "Ja", "Ja"), 1):
        worker.follow(f"Vraag {number}")
        worker.page.get_by_role("radio", name=answer, exact=True).check()
        worker.type("Waarom?", "Zo vertelden zij het, en zo zag ik het.")
        if number == 4:
            worker.type("Zo ja: op welke dag moet de hulp hebben gewerkt?", clock.today())
        worker.press("Bewaren")
    worker.reads("Veilig: sluit af, met afspraken over het volgen")


def decide(worker: Visitor) -> None:
    for link, answer in (("Beslis: melden of niet", "Nee"), ("Beslis: hulp", "Ja")):
        worker.follow(link)
        worker.page.get_by_role("radio", name=answer, exact=True).check()
        worker.type("Waarom?", "De ouders nemen hulp aan.")
        worker.press("Bewaren")


def refer(worker: Visitor) -> None:
    worker.follow("Naar het signaal")
    worker.follow("Verwijs naar een partner")
    worker.choose("Naar welke partner?", PARTNER)
    worker.type("Wat moet de partner weten?", NEEDED)
    worker.press("Verwijzing klaarzetten")
    worker.follow("Toestemming noteren")
    worker.take("Is er toestemming?", "Mondeling gegeven, en ik schreef het op")
    worker.tick(PARENT)
    worker.type("Wie gaf toestemming, met naam?", PARENT)
    worker.press("Bewaren")
    worker.follow("Wat de partner krijgt")
    worker.reads(NEEDED)
    worker.take("Zagen de ouders het eerst?", "We lazen het samen")
    worker.press("Bewaren")
    worker.follow("Verstuurd")
    worker.press("Bewaren")
    worker.reads("Nog niet geopend")


def open_the_mail(partner: Visitor) -> None:
    partner.open("/post")
    partner.does_not_read(CHILD)
    partner.go(partner.page.locator("main a[href*='/answer/']").first)
    partner.press("Verwijzing openen")
    partner.does_not_read(CHILD)


def code_for(worker: Visitor) -> str:
    worker.follow("Code voorlezen")
    worker.type("Aan wie lees je hem voor?", HELPER)
    worker.press("Maak een code")
    return "".join(worker.page.locator(".door-code span").all_inner_texts())


def read_note_and_answer(partner: Visitor, code: str) -> None:
    partner.type("De code die wij je voorlezen", code)
    partner.press("Lees de notitie")
    partner.reads(NEEDED, CHILD)
    partner.take("Wat kun je ons vertellen?", "Iemand van ons neemt het over")
    partner.type("Wie van jullie neemt het over?", HELPER)
    partner.press("Stuur het antwoord")
    partner.reads("Dank je wel. We weten het nu.", "Overgenomen")


def close(worker: Visitor) -> None:
    worker.follow("Sluiten")
    worker.take("Hoe eindigt het?", "Veilig, met hulp")
    worker.type("Waarom kan het dicht?", "Er is hulp, en we blijven kijken.")
    worker.press("Bewaren")
    worker.reads("Gesloten")
