"""What parents do: find something, sign a child up, see how it stands, sign off again."""

from tests.browser.visitor import Visitor, years_ago

MAIL = "nieuwe.ouder@zonnewaard.example"


def test_a_new_parent_signs_a_child_up_and_off_again(phone: Visitor) -> None:
    title = sign_up(phone)
    phone.reads("Pip", "Op de wachtlijst")
    phone.follow("Naar mijn gezin")
    phone.reads(f"Pip: {title}")
    phone.follow("Afmelden")
    phone.press("Ja, afmelden")
    phone.reads("Je kinderen zijn nu nergens voor aangemeld.")


def test_a_parent_signs_off_for_once_with_one_tap(phone: Visitor) -> None:
    phone.come_in("Ouder of verzorger")
    phone.menu("Mijn gezin")
    phone.press("Kan dan niet")
    phone.reads("Komt niet op")
    phone.press("Komt toch wel")
    phone.reads("De volgende keer")


def sign_up(parent: Visitor) -> str:
    """Go from the programme to a place on a waiting list, and return what for."""
    parent.open()
    parent.unfold("Meer keuzes")
    parent.tick("Gratis")
    parent.type("Leeftijd", "9")
    parent.press("Laat zien")
    full = parent.page.locator("article").filter(has_text="Vol, wel een wachtlijst").first
    title = full.get_by_role("link").inner_text()
    parent.follow(title)
    parent.follow("Meld aan")
    introduce_oneself(parent)
    parent.press("Zet op de wachtlijst")
    return title


def introduce_oneself(parent: Visitor) -> None:
    """Come in by a link in the mail and tell of a child, up to the last button."""
    parent.type("Je e-mailadres", MAIL)
    parent.press("Mail me een link")
    parent.follow("Lees hem hier bij de post.")
    parent.follow("Druk op deze link om in te loggen bij Kinderwerk")
    parent.press("Log me in")
    parent.follow("Een kind toevoegen")
    parent.type("Je naam", "Noor Proefouder")
    parent.type("Je mobiele nummer", "06 1234 5678")
    parent.type("Voornaam", "Pip")
    parent.type("Achternaam", "Proefouder")
    parent.type("Geboortedatum", years_ago(9))
    parent.choose("In welke buurt woont het kind?", 1)
    parent.type("Wie bellen we in nood?", "Opa")
    parent.type("Telefoonnummer voor nood", "06 8765 4321")
    parent.type("Wie haalt het kind op?", "Opa of Noor")
    parent.press("Bewaren en verder")
