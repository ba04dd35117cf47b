"""A child whom nobody knows stands at the door, and is in within half a minute; without scripts.

A person needs about a second for a tap and a quarter of one for a sign.
"""

from playwright.sync_api import expect

from tests.browser.visitor import Visitor

SECONDS_A_TAP, SECONDS_A_SIGN, MOST_SECONDS = 1.2, 0.25, 30
TYPED = {
    "Voornaam": "Ravi", "Achternaam": "van den Berg", "Geboortedatum of leeftijd": "8",
    "Telefoonnummer van de ouder": "0612345678",
}  # fmt: skip


def test_a_child_is_in_within_half_a_minute(plain: Visitor) -> None:
    plain.come_in("Kinderwerker")
    plain.menu("Activiteiten")
    plain.follow("Spelen met taal")
    plain.follow("Wie is aangemeld")
    plain.follow("Nieuw aan de deur")
    expect(plain.page.get_by_label("Voornaam")).to_be_focused()
    for label, text in TYPED.items():
        plain.type(label, text)
    plain.tick("De ouder zegt ja")
    plain.press("Kom erin")
    plain.reads("Ravi is binnen", "Ravi van den Berg")
    taps = 1 + len(TYPED) - 1 + 2  # the first field has the focus; a yes and the button
    signs = sum(map(len, TYPED.values()))
    assert taps * SECONDS_A_TAP + signs * SECONDS_A_SIGN <= MOST_SECONDS


def test_two_records_become_one_child(phone: Visitor) -> None:
    phone.come_in("Coördinator")
    phone.menu("Kinderen")
    phone.follow("Misschien dubbel")
    phone.reads("Noor Hadadi", "Nour Haddadi")
    phone.follow("Bekijk ze allebei")
    phone.press_and_agree("Ja, maak er één kind van")
    phone.reads("Wie mag dit kind nu zien?")
    phone.press("Leila Haddadi mag het kind zien")
    phone.press("Moeder van Noor niet")
    phone.reads("Niemand wacht nog")
