"""A photo with an activity, from the telephone of a worker to the page that parents see."""

from io import BytesIO

from PIL import Image

from tests.browser.visitor import Visitor

ALT = "Een blauwe muur, geverfd door kinderen"
QUESTION = "Staan er kinderen op zonder toestemming?"


def a_photo() -> bytes:
    file = BytesIO()
    Image.new("RGB", (1200, 900), "#2a78b8").save(file, "JPEG")
    return file.getvalue()


def show_one(visitor: Visitor) -> None:
    """Plan nothing: take an activity of one's own that has no photo yet."""
    visitor.come_in("Kinderwerker")
    visitor.open("/activities/?q=Zaterdagfilm")
    visitor.go(visitor.page.locator("main tbody a").first)
    visitor.follow("Voeg een foto toe")
    visitor.bring("Foto", "muur.jpg", a_photo())
    visitor.type("Wat is erop te zien?", ALT)
    visitor.take(QUESTION, "Ja, of ik weet het niet zeker")
    visitor.press("Laat deze foto zien", refused=True)
    visitor.reads("Dan laten we deze foto niet zien.")
    visitor.bring("Foto", "muur.jpg", a_photo())
    visitor.take(QUESTION, "Nee, niemand is herkenbaar")
    visitor.press("Laat deze foto zien")
    visitor.reads("De foto staat nu bij de activiteit.")


def sees_it(visitor: Visitor) -> None:
    image = visitor.page.get_by_alt_text(ALT).first
    image.scroll_into_view_if_needed()
    assert image.evaluate("each => each.decode().then(() => each.naturalWidth)") > 0


def test_a_worker_shows_a_photo_and_takes_it_down_again(phone: Visitor) -> None:
    show_one(phone)
    phone.follow("Zo zien ouders het")
    sees_it(phone)
    phone.page.go_back()
    phone.follow("Verander de foto")
    phone.press_and_agree("Haal de foto weg")
    phone.reads("De foto is weg.", "Voeg een foto toe")


def test_a_worker_shows_a_photo_without_scripts(plain: Visitor) -> None:
    show_one(plain)
    plain.follow("Zo zien ouders het")
    sees_it(plain)
