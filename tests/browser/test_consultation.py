"""A consultation with three browsers at once: each sees what the others say, and the same clock."""

from datetime import timedelta
from typing import Final

from playwright.sync_api import Browser, expect

from kinderwerk.core import clock
from tests.browser import harness
from tests.browser.harness import Site, Watch
from tests.browser.visitor import Visitor

CASE: Final = "K1 is stil sinds de zomer. O1 zegt dat het wel overgaat."
QUESTION: Final = "Hoe begin ik er met O1 over?"
HYPOTHESIS: Final = "K1 wil O1 niet belasten."
IDEA: Final = "Vraag O1 om raad in plaats van uitleg te geven."
UNSENT: Final = "En misschien ook nog dit"


def test_three_people_go_through_the_phases_of_a_consultation(
    laptop: Visitor, phone: Visitor, browser: Browser, site: Site, watch: Watch
) -> None:
    with harness.visiting(browser, site.url, watch=watch) as third:
        bringer, moderator, adviser = laptop, Visitor(third), phone
        bringer.come_in("Kinderwerker")
        room = plan(bringer)
        moderator.come_in("Coördinator")
        moderator.open(room)
        adviser.come_in("Aandachtsfunctionaris")
        adviser.open(room)
        moderator.press("Intervisie beginnen")
        for one in (bringer, adviser):
            one.open(room)
            in_phase(one, "Rollen verdelen")
        go_on(moderator, "Casus en leervraag", bringer, adviser)
        expect(adviser.page.get_by_text(QUESTION).first).to_be_visible()
        go_on(moderator, "Wat roept het op?", bringer, adviser)
        adviser.type("Eén gevoel", "Onrust")
        say(adviser, "Ik wil meteen iets oplossen.", "Zeg het", bringer, moderator)
        go_on(moderator, "Feitelijke vragen", bringer, adviser)
        go_on(moderator, "Hypothesen", bringer, adviser)
        expect(bringer.page.locator("#say form")).to_have_count(0)
        say(adviser, HYPOTHESIS, "Hypothese toevoegen", bringer, moderator)
        adviser.type("In een zin, of een paar", UNSENT)
        go_on(moderator, "Reactie inbrenger", bringer, adviser)
        expect(adviser.page.locator("#unsent-text")).to_have_text(UNSENT)
        say(bringer, "Dat raakt me.", "Reageer", adviser, moderator)
        go_on(moderator, "Adviezen", bringer, adviser)
        say(adviser, IDEA, "Advies toevoegen", bringer, moderator)
        assert abs(left(bringer) - left(adviser)) <= 3, "one clock for all"
        go_on(moderator, "Keuze en eerste stap", bringer, adviser)
        bringer.press("Hiermee aan de slag")
        bringer.follow("Eerste stap opschrijven")
        bringer.type("Wat doe je als eerste?", "Ik bel O1 morgen.")
        bringer.type("Wanneer klaar?", clock.today() + timedelta(days=2))
        bringer.press("Bewaren")
        expect(adviser.page.get_by_text("Ik bel O1 morgen.").first).to_be_visible()
        go_on(moderator, "Afronding", bringer, adviser)
        for one in (bringer, moderator, adviser):
            one.look()
        moderator.press("Afronden")
        for one in (bringer, adviser):
            expect(one.page.get_by_role("link", name="Verslag als pdf")).to_be_visible()
        bringer.open("/today")
        bringer.follow("Jouw eerste stap uit de intervisie")
        bringer.press("Ik heb het gedaan")
        bringer.reads("Gedaan op")


def plan(bringer: Visitor) -> str:
    bringer.open("/consultations/new")
    bringer.type("Wanneer?", clock.to_wall(clock.now()).strftime("%Y-%m-%dT%H:%M"))
    bringer.choose("Wie is gespreksleider?", "Marleen")
    bringer.take("Wie denkt mee?", "Femke Oosterhuizen")
    bringer.press("Bewaren")
    room = bringer.page.url
    bringer.follow("Casus en leervraag opschrijven")
    bringer.type("Waar gaat het over?", CASE)
    bringer.type("Wat wil je leren?", QUESTION)
    bringer.press("Bewaren")
    return room


def in_phase(one: Visitor, name: str) -> None:
    expect(one.page.locator("#phase-title")).to_have_text(name)


def go_on(moderator: Visitor, name: str, *others: Visitor) -> None:
    """Move on; the others see it without touching anything."""
    moderator.press("Volgende fase")
    for one in (moderator, *others):
        in_phase(one, name)
    for one in others:
        expect(one.page.locator("#phase-said")).to_have_text(name)


def say(one: Visitor, text: str, button: str, *others: Visitor) -> None:
    one.type("In een zin, of een paar", text)
    one.button(button).click()
    for other in (one, *others):
        expect(other.page.locator("#live").get_by_text(text).first).to_be_visible()


def left(one: Visitor) -> int:
    minutes, seconds = one.page.locator("#phase-clock b").inner_text().split(":")
    return int(minutes) * 60 + int(seconds)
