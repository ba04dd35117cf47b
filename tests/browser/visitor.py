"""Somebody at a browser, who presses what people press and looks well at every page they reach."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from re import Pattern
from typing import Final

from babel.messages.pofile import read_po
from playwright.sync_api import Error, FilePayload, Locator, Page, Response, expect

from kinderwerk import paths
from kinderwerk.core import clock
from tests.browser.harness import axe

#: Said alike in every language: a language is called as those who speak it call it, a number too.
NAMES: Final = frozenset({"Kinderwerk", "English", "Nederlands", "112"})
TEXTS: Final = """
() => {
  const texts = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode())
    if (!walk.currentNode.parentElement.closest("[lang]:not(html), script"))
      texts.push(walk.currentNode.data.trim());
  return texts;
}
"""
OVERFLOW: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def worded(words: str) -> Pattern[str]:
    """Match the name of a thing to press or fill in, whatever a bracket or a colon adds to it."""
    return re.compile(rf"^\s*{re.escape(words)}\s*($|[(:])")


@dataclass
class Visitor:
    page: Page
    language: str = "nl"
    scripts: bool = True

    def open(self, path: str = "/") -> None:
        """Type the one address that a visitor types; again, if the page just went on by itself."""
        try:
            self.page.goto(path)
        except Error as error:
            if "ERR_ABORTED" not in error.message:
                raise
            self.page.goto(path)
        self.look()

    def come_in(self, role: str) -> None:
        """Take the place of somebody of the demo, by the button on the page for signing in."""
        self.open()
        self.menu("Inloggen")
        self.press(role)

    def menu(self, name: str) -> None:
        """Follow an entry of the menu, opening it where it is folded."""
        wanted = self.page.get_by_role("link", name=worded(name))
        folded = self.page.locator("summary").filter(has_text=re.compile(r"^\s*(Menu|Meer)\s*$"))
        if not wanted.first.is_visible():
            folded.locator("visible=true").first.click()
        self.go(wanted.locator("visible=true").first)

    def follow(self, name: str, within: str = "main") -> None:
        self.go(self.page.locator(within).get_by_role("link", name=worded(name)).first)

    def press(self, name: str, *, refused: bool = False) -> None:
        """Press a button that leads to a page, or to the same form with what is wrong in it."""
        self.go(self.button(name), 422 if refused else 200)

    def press_if_there(self, name: str) -> None:
        """Press a button that the day or the hour of the test may have made unnecessary."""
        if self.button(name).is_visible():
            self.press(name)

    def press_and_agree(self, name: str) -> None:
        """Press a button that asks before it does it, and say yes."""
        self.button(name).click()
        self.go(self.page.get_by_role("dialog").get_by_role("button", name="Ja, ga door"))

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=worded(name)).first

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(worded(label)).first

    def type(self, label: str, text: str | date) -> None:
        self.field(label).fill(text.isoformat() if isinstance(text, date) else text)

    def choose(self, label: str, option: str | Pattern[str] | int) -> None:
        box = self.field(label)
        if isinstance(option, int):
            box.select_option(index=option)
        else:
            value = box.locator("option").filter(has_text=option).first.get_attribute("value")
            box.select_option(value)

    def tick(self, label: str) -> None:
        self.field(label).check()

    def take(self, question: str, answer: str) -> None:
        """Choose one of the answers that stand below a question."""
        group = self.page.get_by_role("group", name=worded(question))
        group.get_by_label(worded(answer)).check()

    def bring(self, label: str, name: str, content: bytes) -> None:
        """Choose a file to send along."""
        file = FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
        self.field(label).set_input_files(file)

    def unfold(self, title: str) -> None:
        self.page.locator("main summary").filter(has_text=title).first.click()

    def reads(self, *texts: str | Pattern[str]) -> None:
        for text in texts:
            expect(self.page.locator("main").get_by_text(text).first).to_be_visible()

    def does_not_read(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("body").get_by_text(text)).to_have_count(0)

    def waits_for(self, selector: str) -> None:
        """Wait for what scripts make of the page, and look again."""
        self.page.locator(selector).wait_for()
        self.look()

    def go(self, pressed: Locator, status: int = 200) -> None:
        with self.page.expect_event("load"), self.page.expect_response(is_page) as answer:
            pressed.click()
        assert answer.value.status == status, f"{answer.value.status} from {answer.value.url}"
        if status == 200:
            expect(self.page.locator(".kw-error")).to_have_count(0)
        self.look()

    def look(self) -> None:
        """Look at the whole page: for everybody to use, and no wider than the screen."""
        expect(self.page.locator("h1")).to_have_count(1)
        assert self.page.evaluate(OVERFLOW) <= 0, f"{self.page.url} scrolls sideways"
        leaked = foreign(self.language).intersection(self.page.evaluate(TEXTS))
        assert not leaked, f"{self.page.url} says in another language: {leaked}"
        if self.scripts:
            axe(self.page)


def is_page(answer: Response) -> bool:
    return answer.request.is_navigation_request() and not 300 <= answer.status < 400


@cache
def foreign(language: str) -> frozenset[str]:
    """Return the words of the screens in English, and in Dutch too for whoever reads neither."""
    own, dutch = words(language), words("nl")
    others = {*own, *(dutch.values() if language != "nl" else ())}
    return frozenset(others.difference(own.values(), NAMES))


def words(language: str) -> dict[str, str]:
    """Return what each message says in that language; one that it lacks says nothing."""
    file = paths.PACKAGE / "translations" / language / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as opened:
        catalogue = read_po(opened, locale=language)
    return {one.id: str(one.string) for one in catalogue if isinstance(one.id, str) and one.id}


def years_ago(years: int) -> date:
    """Return the birthday of somebody of that age who has had it this year."""
    today = clock.today()
    return date(today.year - years, 1, 1)
