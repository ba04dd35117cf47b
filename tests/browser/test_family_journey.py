"""A family that was here before, on a phone: from the programme to two children signed up.

Every tap and every sign that is typed is counted: a person needs about a second for a tap and a
quarter of one for a sign. The clock of the machine that tests says nothing about people.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Final

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser
from sqlalchemy import select

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Membership, User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.demo.town.people import AT, PARENT
from kinderwerk.families import queries as families
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web.extensions import db
from tests.browser.harness import Site, Watch, visiting
from tests.browser.visitor import Visitor, words
from tests.make import Make, all_seeing

SECONDS_A_TAP, SECONDS_A_SIGN = 1.2, 0.25
MOST_SECONDS, MOST_TAPS = 120, 12
TITLE: Final = "Timmeren met Proefmeester"
MAIL: Final = f"{PARENT}{AT}"


@dataclass
class Counted(Visitor):
    """A visitor whose taps and typed signs are counted."""

    taps: int = 0
    signs: int = 0

    @property
    def seconds(self) -> float:
        return self.taps * SECONDS_A_TAP + self.signs * SECONDS_A_SIGN

    def said(self, message: str) -> str:
        return words(self.language)[message].rstrip(":")

    def link(self, message: str) -> None:
        self.taps += 1
        self.follow(self.said(message))

    def button(self, message: str) -> None:  # type: ignore[override]
        self.taps += 1
        self.go(self.page.locator("main").get_by_role("button", name=self.said(message)).first)

    def mark(self, name: str) -> None:
        self.taps += 1
        self.page.get_by_role("checkbox", name=re.compile(name)).check()

    def write(self, message: str, text: str) -> None:
        """Tap on a field and type into it."""
        self.taps += 1
        self.signs += len(text)
        self.type(self.said(message), text)

    def come_back(self) -> None:
        """Sign in by the link in a mail; opening the mail is not our page."""
        self.write("Your e-mail address", MAIL)
        self.button("Mail me a link")
        self.follow(self.said("Read it in the post here."))
        self.link("Press this link to sign in to Kinderwerk:")
        self.button("Sign me in")

    def sign_out(self) -> None:
        self.page.locator("summary").filter(has_text=self.said("Menu")).click()
        self.go(self.page.get_by_role("button", name=self.said("Sign out")))

    def sign_up(self) -> None:
        """Find it in the programme and choose it."""
        self.open()
        self.taps += 1
        self.follow(TITLE)
        self.link("Sign up")

    def take_home_dates(self) -> None:
        """Fetch the dates as a calendar gets them."""
        self.taps += 1
        link = self.page.get_by_role("link", name=self.said("Put it in my calendar"))
        with self.page.expect_download() as fetched:
            link.click()
        (event,) = Calendar.from_ical(Path(fetched.value.path()).read_bytes()).walk("VEVENT")
        assert event["summary"] == TITLE
        assert event["dtstart"].dt == tomorrow()
        assert event["status"] == "CONFIRMED"

    def cancel(self) -> None:
        self.link("Sign off")
        self.button("Yes, sign off")

    def within_the_bar(self) -> None:
        print(f"{self.language}: {self.taps} taps, {self.seconds:.0f} s")  # noqa: T201
        assert self.taps <= MOST_TAPS
        assert self.seconds <= MOST_SECONDS


def tomorrow() -> datetime:
    """Return a time at which the children of the demo have nothing else to do."""
    day = clock.today() + timedelta(days=1)
    return clock.from_wall(datetime.combine(day, time(9))).astimezone(UTC)


def settle(site: Site, language: str) -> tuple[str, ...]:
    """Plan something tomorrow, and let the family read its language; return their names."""
    with site.app.app_context():
        engine = db.engine
    with all_seeing(engine) as session:
        family = session.scalars(select(User).where(User.email == MAIL)).one()
        children = families.mine(session, family.actor())
        here = children[0].organisation_id
        worker = select(User).join(User.memberships).where(
            Membership.role == Role.WORKER, Membership.organisation_id == here
        )  # fmt: skip
        session.rollback()
        with unit_of_work(session):
            family = session.get_one(User, family.id)
            family.language = language
            audit.record(session, SYSTEM, "test.made", family.id)
        Make(session).activity(
            session.scalars(worker.limit(1)).one(), title=TITLE, starts_at=tomorrow(), capacity=8
        )
        return tuple(one.first_name for one in children)


@pytest.mark.parametrize("language", ["tr", "ar"])
def test_a_family_signs_two_children_up_in_twelve_taps(
    browser: Browser, site: Site, watch: Watch, language: str
) -> None:
    names = settle(site, language)
    with visiting(browser, site.url, phone=True, language=language, watch=watch) as page:
        family = Counted(page, language)
        family.sign_up()
        family.come_back()
        family.button("Everything on one page")
        family.sign_out()
        family.taps = family.signs = 0
        family.sign_up()
        family.come_back()
        for name in names:
            family.mark(name)
        family.button("Sign up")
        family.reads(*names)
        family.take_home_dates()
        family.cancel()
        family.within_the_bar()


def test_a_family_signs_two_children_up_one_question_at_a_time_without_scripts(
    browser: Browser, site: Site, watch: Watch
) -> None:
    names = settle(site, "tr")
    with visiting(browser, site.url, phone=True, language="tr", scripts=False, watch=watch) as page:
        family = Counted(page, "tr", scripts=False)
        family.sign_up()
        family.come_back()
        for name in names:
            family.mark(name)
        family.button("Sign up")
        family.reads(*names)
        family.take_home_dates()
        family.cancel()
        family.within_the_bar()
