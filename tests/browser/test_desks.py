"""At a desk: the report from counting to the town hall, concerns, people and neighbourhoods."""

from playwright.sync_api import expect

from kinderwerk.demo.town import geography
from tests.browser.visitor import Visitor


def test_a_coordinator_makes_agrees_with_and_releases_a_report(laptop: Visitor) -> None:
    laptop.come_in("Coördinator")
    laptop.menu("Rapport")
    laptop.follow("Rapport maken")
    laptop.choose("Over welke periode?", 0)
    laptop.press("Rapport maken")
    laptop.reads("In voorbereiding", "Bereik per wijk")
    laptop.follow("Gesprek opschrijven")
    laptop.type("Wat zien we?", "Meer kinderen uit de Molenhoek dan vorig jaar.")
    laptop.press("Bewaren")
    laptop.reads("Meer kinderen uit de Molenhoek dan vorig jaar.")
    laptop.menu("Vandaag")
    laptop.go(laptop.page.get_by_role("link", name="Doelenrapport").last)
    laptop.press_and_agree("Wij gaan akkoord met deze cijfers")
    laptop.reads("De pdf wordt gemaakt.")


def test_a_municipality_reads_what_was_released_and_nothing_else(laptop: Visitor) -> None:
    laptop.come_in("Gemeente")
    laptop.menu("Rapport")
    laptop.does_not_read("In voorbereiding")
    laptop.go(laptop.page.locator("tbody a").first)
    laptop.reads("Bereik per wijk", "Vrijgegeven op")
    laptop.menu("Beleidsdoelen")
    laptop.menu("Buurten")
    laptop.go(laptop.page.locator("tbody a").first)


def test_a_protection_officer_takes_a_passed_on_worry_on(laptop: Visitor) -> None:
    laptop.come_in("Aandachtsfunctionaris")
    laptop.reads("Doorgegeven, en nog door niemand opgepakt")
    laptop.follow("Nog niet duidelijk")
    laptop.follow("Oppakken")
    laptop.take("Over wie of wat gaat het?", "Een kind")
    laptop.choose("Welk kind?", 1)
    laptop.press("Ik draag het")
    laptop.reads("Femke Oosterhuizen")
    laptop.follow("Iets opschrijven")
    laptop.type("Wat wil je opschrijven?", "Gebeld met de vrijwilliger.")
    laptop.press("Bewaren")
    laptop.follow("Wijzigen")
    laptop.press("Bewaren")
    laptop.menu("Signalen")
    laptop.menu("Kinderen")


def test_a_form_asks_only_what_belongs_to_the_subject_and_hides_nothing_that_is_wrong(
    laptop: Visitor,
) -> None:
    laptop.come_in("Kinderwerker")
    laptop.follow("Signaal opschrijven")
    laptop.follow("Ik heb tijd: alles opschrijven")
    expect(laptop.field("Welk kind?")).to_be_visible()
    expect(laptop.field("In welke buurt?")).to_be_hidden()
    laptop.press("Bewaren", refused=True)
    laptop.take("Over wie of wat gaat het?", "Een plek")
    expect(laptop.field("In welke buurt?")).to_be_visible()
    expect(laptop.field("Welk kind?")).to_be_hidden()
    laptop.type("Wat zag of hoorde je?", "Glas in de speeltuin.")
    laptop.press("Bewaren", refused=True)
    laptop.take("Over wie of wat gaat het?", "Een kind")
    expect(laptop.field("In welke buurt?")).to_be_visible()


def test_a_confidant_finds_what_to_do(laptop: Visitor) -> None:
    laptop.come_in("Vertrouwenscontactpersoon")
    laptop.reads("Waar je voor bent", "Als iemand bij je komt")


def test_a_privacy_officer_sees_how_often_sealed_words_were_read(laptop: Visitor) -> None:
    laptop.come_in("Functionaris gegevensbescherming")
    laptop.reads("Keer gelezen deze week", "Wat er in het inzagelogboek staat")


def test_an_administrator_imports_neighbourhoods_and_invites_somebody(laptop: Visitor) -> None:
    laptop.come_in("Functioneel beheerder")
    laptop.menu("Buurten")
    laptop.follow("Inlezen")
    laptop.bring("Grenzen van de buurten", "buurten.geojson", geography.outlines())
    laptop.bring("Kerncijfers", "kerncijfers-2024.csv", geography.figures())
    laptop.press("Bekijk wat erin staat")
    laptop.reads("Er is nog niets bewaard")
    laptop.press("Dit bewaren")
    laptop.menu("Mensen")
    laptop.follow("Iemand uitnodigen")
    laptop.type("Naam", "Nieuwe Collega")
    laptop.type("E-mailadres", "nieuw@zonnewaard.example")
    laptop.choose("Rol", "Vrijwilliger")
    laptop.press("Uitnodigen")
    laptop.reads("Nieuwe Collega")
    laptop.menu("Berichten")
