"""The way of a parent who reads Arabic, from right to left."""

from playwright.sync_api import expect

from tests.browser.visitor import Visitor, words, years_ago

ARABIC = words("ar")
MAIL = "jana.proef@zonnewaard.example"


def test_an_arabic_parent_signs_a_child_up_and_sees_the_family(arabic: Visitor) -> None:
    arabic.open()
    expect(arabic.page.locator("html")).to_have_attribute("dir", "rtl")
    arabic.type(ARABIC["Age"], "9")
    arabic.press(ARABIC["Show"])
    full = arabic.page.locator("article").filter(has_text=ARABIC["Full, waiting list open"])
    arabic.go(full.get_by_role("link").first)
    arabic.follow(ARABIC["Sign up"])
    arabic.type(ARABIC["Your e-mail address"], MAIL)
    arabic.press(ARABIC["Mail me a link"])
    arabic.follow(ARABIC["Read it in the post here."])
    arabic.follow(ARABIC["Press this link to sign in to Kinderwerk:"].rstrip(":"))
    arabic.press(ARABIC["Sign me in"])
    arabic.follow(ARABIC["Add a child"])
    arabic.type(ARABIC["Your name"], "جانا")
    arabic.type(ARABIC["Your mobile number"], "06 1234 5678")
    arabic.type(ARABIC["First name"], "سامي")
    arabic.type(ARABIC["Surname"], "تجربة")
    arabic.type(ARABIC["Date of birth"], years_ago(9))
    arabic.type(ARABIC["Whom do we call in an emergency?"], "جدّ")
    arabic.type(ARABIC["Telephone number for an emergency"], "06 8765 4321")
    arabic.type(ARABIC["Who picks the child up?"], "جدّ")
    arabic.press(ARABIC["Save and go on"])
    arabic.press(ARABIC["Put on the waiting list"])
    arabic.follow(ARABIC["To my family"])
    arabic.reads("سامي")
