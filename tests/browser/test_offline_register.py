"""A whole session in flight mode: taken along, ticked without a connection, and sent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities.models import ActivityStaff, Occurrence
from kinderwerk.activities.rules import RegisterMode
from kinderwerk.core import clock
from kinderwerk.demo import queries as demo
from kinderwerk.families.models import Child
from kinderwerk.notes import service as notes
from kinderwerk.notes.rules import Help
from kinderwerk.registers import queries
from kinderwerk.registers.models import Attendance
from kinderwerk.registers.rules import Presence
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.web.extensions import as_system
from tests.browser import harness
from tests.browser.visitor import Visitor
from tests.make import Make

EVERYTHING = """async () => {
  const answered = asked => new Promise(done => { asked.onsuccess = () => done(asked.result) });
  const kept = await answered(indexedDB.open("kinderwerk-register"));
  const readable = (key, value) =>
    value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value;
  const found = [];
  for (const name of kept.objectStoreNames)
    found.push(await answered(kept.transaction(name).objectStore(name).getAll()));
  return JSON.stringify(found, readable);
}"""
LOCK = "Log uit en vergrendel"
MINUTES, HOURS = 60_000, 3_600_000
PIN, WRONG = "271828", "000000"
CHILDREN, TICKED = 22, 18


@dataclass
class Club:
    """A session that goes on now, run by the worker and the coordinator of the demo."""

    site: harness.Site
    id: UUID
    children: list[UUID]

    @property
    def address(self) -> str:
        return f"/sessions/{self.id}"

    def marks(self) -> dict[UUID, Presence]:
        with self.site.app.app_context():
            chosen = select(Attendance).where(Attendance.occurrence_id == self.id)
            return {mark.child_id: mark.presence for mark in as_system().scalars(chosen)}

    def counted(self) -> int:
        with self.site.app.app_context():
            return sum(queries.boxes(as_system(), self.id).values())


@pytest.fixture
def club(site: harness.Site) -> Club:
    with site.app.app_context():
        session = as_system()
        make = Make(session)
        worker, other = (
            session.get_one(User, one.id)
            for one in map(partial(demo.who_opens, session), (Role.WORKER, Role.COORDINATOR))
            if one
        )
        here = session.get_one(Organisation, worker.actor().organisation_id)
        start = clock.now() - timedelta(minutes=20)
        theme = make.some_theme(here)
        activity = make.activity(
            worker, title="Vliegclub", register=RegisterMode.MIXED, starts_at=start,
            capacity=40, goal=make.goal(here, theme=theme),
            staff=[ActivityStaff(user_id=one.id) for one in (worker, other)],
        )  # fmt: skip
        family = make.family(here)
        children = [
            make.child(family, first_name=f"Kind{n:02}", surname="Vlinder")
            for n in range(1, CHILDREN + 1)
        ]
        make.save(*(
            Signup(
                organisation_id=here.id, child=child, activity=activity,
                standing=Standing.PLACED, queue=n, made_by_id=None,
            )
            for n, child in enumerate(children)
        ))  # fmt: skip
        date = session.scalars(
            select(Occurrence.id).where(Occurrence.activity_id == activity.id)
        ).one()
        return Club(site, date, [child.id for child in children])


@pytest.fixture
def context(browser: Browser, site: harness.Site, watch: harness.Watch) -> Iterator[BrowserContext]:
    with harness.visiting(browser, site.url, phone=True, watch=watch) as page:
        yield page.context


def set_up(page: Page, club: Club) -> None:
    page.goto(club.address)
    page.get_by_role("link", name="Neem de lijst mee").click()
    page.get_by_label("Kies een pincode").fill(PIN)
    page.get_by_label("Dezelfde pincode").fill(PIN)
    page.get_by_role("button", name="Maak klaar").click()
    expect(page.locator("#title")).to_have_text("Vliegclub")
    expect(page.locator("#children > li")).to_have_count(CHILDREN)
    page.wait_for_function(
        "async () => Boolean(await (await caches.open('register')).match('/offline/'))"
    )


def opened(context: BrowserContext, pin: str = PIN) -> Page:
    page = context.new_page()
    page.goto("/offline/")
    page.get_by_label("Pincode", exact=True).fill(pin)
    page.get_by_role("button", name="Open").click()
    return page


def tick(page: Page, child: UUID, how: str = "Is er") -> None:
    button = page.locator(f"#child-{child}").get_by_role("button", name=how, exact=True)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def all_words(page: Page) -> str:
    """Return everything that this device keeps, as far as a script can read it."""
    return str(page.evaluate(EVERYTHING))


def taken_back(page: Page) -> None:
    """Count one more, take that back, and see what stood there before."""
    before = page.locator("#counts output").first.text_content() or ""
    page.locator("#counts .reg-more").first.click()
    expect(page.locator("#counts output").first).not_to_have_text(before)
    page.locator("#undo-tap").click()
    expect(page.locator("#counts output").first).to_have_text(before)
    expect(page.locator("#undo-tap")).to_be_hidden()


def test_a_session_in_flight_mode_loses_nothing(
    context: BrowserContext, club: Club, laptop: Visitor
) -> None:
    page = context.pages[0]
    harness.sign_in(page, "worker")
    set_up(page, club)
    page.close()

    context.set_offline(True)
    page = opened(context)
    page.get_by_role("button", name="Vliegclub").click()
    for child in club.children[: TICKED - 1]:
        tick(page, child)
    tick(page, club.children[TICKED - 1], "Is er niet")
    expect(page.locator("#state")).to_contain_text(f"{TICKED} wachten op verbinding")
    walk_in(page, "Ravi")
    page.locator("#count > summary").click()
    page.locator("#counts .reg-more").first.click()
    expect(page.locator("#state")).to_contain_text(f"{TICKED + 2} wachten op verbinding")
    taken_back(page)
    page.get_by_role("button", name=LOCK).locator("visible=true").click()
    expect(page.get_by_label("Pincode", exact=True)).to_be_visible()
    expect(page.locator("#state")).to_contain_text(f"{TICKED + 4} wachten op verbinding")
    assert "Vlinder" not in page.content()
    kept = all_words(page)
    assert str(club.children[0]) in kept
    assert "Vlinder" not in kept
    assert "Ravi" not in kept
    page.close()

    there_meanwhile(laptop, club)
    page = opened(context, WRONG)
    expect(page.locator("#said")).to_contain_text("Nog 4 keer")
    page.get_by_label("Pincode", exact=True).fill(PIN)
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("button", name="Vliegclub")).to_be_visible()
    sent: list[Any] = []
    page.on("request", lambda one: sent.append(one) if one.url.endswith("/sync") else None)
    context.set_offline(False)
    expect(page.locator("#state")).to_contain_text("Alles is verstuurd", timeout=60_000)

    ticked = dict.fromkeys(club.children[: TICKED - 1], Presence.PRESENT)
    others = {club.children[-1]: Presence.PRESENT, club.children[-2]: Presence.EXCUSED}
    stood = {club.children[TICKED - 1]: Presence.PRESENT}
    marks = club.marks()
    (walked_in,) = marks.keys() - set(club.children)
    assert marks == ticked | others | stood | {walked_in: Presence.PRESENT}
    assert club.counted() == 1
    page.get_by_role("button", name="Vliegclub").click()
    assert shown(page) == {str(child): state.value for child, state in marks.items()}
    expect(page.locator("#problems")).to_contain_text("Iemand anders schreef iets anders op")

    again = page.request.post(
        "/offline/sync", data=sent[0].post_data,
        headers={name: sent[0].headers[name] for name in ("authorization", "content-type")},
    )  # fmt: skip
    assert again.ok
    assert (club.marks(), club.counted()) == (marks, 1)
    laptop.open(club.address)
    laptop.reads("Wat klopt?")


def walk_in(page: Page, name: str) -> None:
    page.locator("#walk-in > summary").click()
    page.get_by_label("Voornaam").fill(name)
    page.get_by_label("Geboortedatum of leeftijd").fill("8")
    page.get_by_label("Telefoonnummer van de ouder").fill("0612345678")
    page.get_by_label("De ouder zegt ja").check()
    page.get_by_role("button", name="Kom erin").click()
    expect(page.locator("#children")).to_contain_text(name)


def there_meanwhile(laptop: Visitor, club: Club) -> None:
    """Let the coordinator write in the same list: about two others, and about one otherwise."""
    harness.sign_in(laptop.page, "coordinator")
    laptop.page.goto(club.address)
    pressed = {club.children[-1]: "Is er", club.children[-2]: "Afgemeld",
               club.children[TICKED - 1]: "Is er"}  # fmt: skip
    for child, how in pressed.items():
        row = laptop.page.locator(f"#child-{child}")
        row.get_by_role("button", name=how, exact=True).click()
        expect(row.locator("[aria-pressed=true]")).to_have_count(1)


def shown(page: Page) -> dict[str, str]:
    rows = page.locator("#children > li:has([aria-pressed=true])")
    return {
        row.get_attribute("id").removeprefix("child-"): row.locator(
            "[aria-pressed=true]"
        ).get_attribute("data-is")
        for row in rows.all()
    }


def test_after_five_wrong_pins_the_names_are_gone_and_the_ticks_are_not(
    context: BrowserContext, club: Club
) -> None:
    page = context.pages[0]
    harness.sign_in(page, "worker")
    set_up(page, club)
    context.set_offline(True)
    tick(page, club.children[0])
    page.get_by_role("button", name=LOCK).locator("visible=true").click()
    for _ in range(5):
        page.get_by_label("Pincode", exact=True).fill(WRONG)
        page.get_by_role("button", name="Open").click()
        expect(page.locator("#said")).to_contain_text(re.compile("keer"))
        page.wait_for_function("document.querySelector('#pin').value === ''")
    expect(page.get_by_label("Kies een pincode")).to_be_visible()
    expect(page.locator("#state")).to_contain_text("1 wacht op verbinding")
    context.set_offline(False)
    harness.sign_in(page, "worker")
    set_up(page, club)
    expect(page.locator("#state")).to_contain_text("Alles is verstuurd")
    assert club.marks() == {club.children[0]: Presence.PRESENT}


def test_a_note_goes_with_its_window_and_the_names_after_72_hours_and_the_ticks_stay(
    context: BrowserContext, club: Club
) -> None:
    page = context.pages[0]
    page.clock.install()
    harness.sign_in(page, "worker")
    allergic(club)
    set_up(page, club)
    context.set_offline(True)
    note = page.locator(f"#child-{club.children[0]} [data-is=note]")
    expect(note).to_be_visible()
    tick(page, club.children[0])
    page.clock.fast_forward(24 * HOURS)
    unlock(page)
    expect(page.locator("#children > li")).to_have_count(CHILDREN)
    expect(note).to_be_visible()
    page.clock.fast_forward(4 * HOURS)
    unlock(page)
    expect(page.locator("#children > li")).to_have_count(CHILDREN)
    expect(note).to_be_hidden()
    page.clock.fast_forward(45 * HOURS)
    expect(page.locator("#said")).to_contain_text("72 uur")
    expect(page.get_by_label("Kies een pincode")).to_be_visible()
    expect(page.locator("#state")).to_contain_text("1 wacht op verbinding")
    kept = all_words(page)
    assert str(club.children[0]) in kept
    assert "Vlinder" not in page.content() + kept
    context.set_offline(False)
    set_up(page, club)
    expect(page.locator("#state")).to_contain_text("Alles is verstuurd")
    assert club.marks() == {club.children[0]: Presence.PRESENT}


def allergic(club: Club) -> None:
    """Let a family have told what who runs the session must know."""
    with club.site.app.app_context():
        session = as_system()
        child = session.get_one(Child, club.children[0])
        carer = session.get_one(User, child.family.carers[0].user_id)
        notes.write(
            session, carer.actor(), child.id, None, Help(medical="Bijengif"), agreed=True,
            child_agreed=True, language="nl",
        )  # fmt: skip


def unlock(page: Page) -> None:
    page.get_by_label("Pincode", exact=True).fill(PIN)
    page.get_by_role("button", name="Open").click()


def test_nobody_looks_at_a_list_that_was_left_and_signing_out_locks_every_tab(
    context: BrowserContext, club: Club
) -> None:
    page = context.pages[0]
    harness.sign_in(page, "worker")
    set_up(page, club)
    other = opened(context)
    expect(other.get_by_role("button", name="Vliegclub")).to_be_visible()
    page.get_by_role("button", name=LOCK).locator("visible=true").click()
    for each in (page, other):
        expect(each.get_by_label("Pincode", exact=True)).to_be_visible()
        assert "Vlinder" not in each.content()
    left = context.new_page()
    left.clock.install()
    left.goto("/offline/")
    unlock(left)
    left.get_by_role("button", name="Vliegclub").click()
    expect(left.locator("#children > li")).to_have_count(CHILDREN)
    left.clock.fast_forward(11 * MINUTES)
    expect(left.get_by_label("Pincode", exact=True)).to_be_visible()
    assert "Vlinder" not in left.content()


def test_a_shared_tablet_opens_its_list_and_no_other_page(
    context: BrowserContext, club: Club
) -> None:
    page = context.pages[0]
    harness.sign_in(page, "worker")
    page.goto(club.address)
    page.get_by_role("link", name="Gedeelde tablet voor deze lijst").click()
    page.get_by_label("Kies een pincode").fill(PIN)
    page.get_by_label("Dezelfde pincode").fill(PIN)
    page.get_by_role("button", name="Maak klaar").click()
    page.get_by_role("button", name="Vliegclub").click()
    expect(page.locator("#children > li")).to_have_count(CHILDREN)
    tick(page, club.children[0])
    expect(page.locator("#state")).to_contain_text("Alles is verstuurd")
    assert club.marks() == {club.children[0]: Presence.PRESENT}
    for path in (club.address, "/signals/", "/support/", "/today"):
        page.goto(path)
        assert page.url.split("?")[0].endswith("/sign-in"), path
