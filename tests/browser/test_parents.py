"""What parents do: find something, sign a child up, see how it stands, sign off again."""

from tests.browser.visitor import Visitor, years_ago

MAIL = "nieuwe.ouder@zonnewaard.example"


def test_a_new_parent_signs_a_child_up_and_off_again(phone: Visitor) -> None:
    phone.open()
    phone.unfold("Meer keuzes")
    phone.tick("Gratis")
    phone.type("Leeftijd van je kind", "9")
    phone.press("Laat zien")
    full = phone.page.locator("article").filter(has_text="Vol, wel een wachtlijst").first
    title = full.get_by_role("link").inner_text()
    phone.follow(title)
    phone.follow("Meld aan")
    phone.type("Je e-mailadres", MAIL)
    phone.press("Mail me een link")
    phone.follow("Lees hem hier bij de post.")
    phone.follow("Druk op deze link om in te loggen bij Kinderwerk")
    phone.press("Log me in")
    phone.follow("Een kind toevoegen")
    phone.type("Je naam", "Noor Proefouder")
    phone.type("Je mobiele nummer", "06 1234 5678")
    phone.type("Voornaam", "Pip")
    phone.type("Achternaam", "Proefouder")
    phone.type("Geboortedatum", years_ago(9))
    phone.choose("In welke buurt woont het kind?", 1)
    phone.type("Wie bellen we in nood?", "Opa")
    phone.type("Telefoonnummer voor nood", "06 8765 4321")
    phone.type("Wie haalt het kind op?", "Opa of Noor")
    phone.press("Bewaren en verder")
    phone.press("Meld aan")
    phone.reads("Pip", "Op de wachtlijst")
    phone.follow("Naar mijn gezin")
    phone.reads(f"Pip: {title}")
    phone.follow("Afmelden")
    phone.press("Ja, afmelden")
    phone.reads("Je kinderen zijn nu nergens voor aangemeld.")
