"""After a session, with one thumb: the log, counted in taps and in seconds at human speed."""

from collections.abc import Callable
from datetime import UTC
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from kinderwerk.accounts.models import User
from kinderwerk.activities.models import Activity, ActivityStaff
from kinderwerk.activities.rules import Format, RegisterMode
from kinderwerk.core import clock
from kinderwerk.demo.town.people import AT
from kinderwerk.logbook.models import GoalSeen, HourEntry, SessionLog
from kinderwerk.registers.models import Attendance, Register, Tally
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.web.extensions import db
from tests.browser.harness import Site, Watch, visiting
from tests.browser.test_family_journey import Counted
from tests.make import Make, all_seeing

MOST_TAPS, MOST_SECONDS = 10, 60
TITLE: Final = "Loggen met Proefmeester"
NOTE: Final = "Drukke, vrolijke middag; de tafel buiten werkte goed."
COUNTS: Final = {
    "n_up_to_6_known": 4, "n_up_to_6_new": 1, "n_up_to_9_known": 12, "n_up_to_9_new": 2,
    "n_up_to_12_known": 8, "n_up_to_12_new": 3,
}  # fmt: skip
CHILDREN: Final = 14


class Worker(Counted):
    def begin(self) -> None:
        self.open()
        self.menu(self.said("Sign in"))
        self.button("Youth worker")
        self.taps = 0

    def log_straight_away(self) -> None:
        """Go from the first page to the log of a session."""
        self.taps += 1
        row = self.page.locator(".today-meeting").filter(has_text=TITLE)
        self.go(row.get_by_role("link", name=self.said("Log"), exact=True))

    def number(self, name: str, n: int) -> None:
        self.taps += 1
        self.signs += len(str(n))
        self.page.locator(f"[name={name}]").fill(str(n))

    def saw_the_goal(self) -> None:
        self.taps += 1
        self.page.locator("[name=goal_0][value=yes]").check()

    def is_saved(self) -> None:
        expect(self.page.locator("#state")).to_contain_text(self.said("Saved at %(time)s")[:7])


def settle(site: Site, **given: Any) -> None:
    """Have had something that began today, with a worker and some children."""
    with site.app.app_context():
        engine = db.engine
    with all_seeing(engine) as session:
        make = Make(session)
        worker = session.scalars(select(User).where(User.email == f"sanne{AT}")).one()
        here = worker.current_memberships[0].organisation
        assert here
        began = clock.midnight(clock.today())
        activity = make.activity(
            worker, title=TITLE, starts_at=began.astimezone(UTC), age_from=4, age_to=12,
            capacity=30, staff=[ActivityStaff(user_id=worker.id)], **given,
        )  # fmt: skip
        if activity.register is RegisterMode.NAMED:
            for number in range(CHILDREN):
                child = make.child(make.family(here), first_name=f"Kind{number}")
                make.save(
                    Signup(
                        organisation_id=here.id, activity=activity, child=child, queue=number,
                        standing=Standing.PLACED, made_by_id=None,
                    )
                )  # fmt: skip


def kept(site: Site, read: Callable[[Any], Any]) -> Any:
    with site.app.app_context():
        engine = db.engine
    with all_seeing(engine) as session:
        wanted = select(Activity.id).where(Activity.title == TITLE)
        activity = session.get_one(Activity, session.scalars(wanted).one())
        return read((session, activity.occurrences[0].id))


def written(given: tuple[Any, Any]) -> tuple[Any, ...]:
    session, occurrence_id = given
    register, log = session.get(Register, occurrence_id), session.get(SessionLog, occurrence_id)
    hours = select(HourEntry.minutes).where(HourEntry.occurrence_id == occurrence_id)
    seen = select(GoalSeen.seen).where(GoalSeen.occurrence_id == occurrence_id)
    return (
        register.note, bool(register.closed_at), bool(log.finished_at),
        sorted(session.scalars(hours)), session.scalars(seen).all(),
    )  # fmt: skip


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str, Counted], None]:
    def told(what: str, who: Counted) -> None:
        with capsys.disabled():
            print(f"\n{what}: {who.taps} taps, {who.seconds:.0f} s at human speed")  # noqa: T201

    return told


def test_a_tally_session_is_logged_in_ten_taps(
    browser: Browser, site: Site, watch: Watch, tell: Callable[[str, Counted], None]
) -> None:
    settle(site, format=Format.DROPIN, register=RegisterMode.TALLY)
    with visiting(browser, site.url, phone=True, watch=watch) as page:
        worker = Worker(page)
        worker.begin()
        worker.log_straight_away()
        for name, n in COUNTS.items():
            worker.number(name, n)
        worker.saw_the_goal()
        worker.write("How was it, in one sentence?", NOTE)
        worker.is_saved()
        worker.button("Save, this log is done")
        tell("A tally session", worker)
        assert worker.taps <= MOST_TAPS
        assert worker.seconds <= MOST_SECONDS
    assert kept(site, written) == (NOTE, True, True, [30, 120], ["yes"])
    boxes = select(Tally.n).where(Tally.n > 0)
    assert sum(COUNTS.values()) == kept(
        site, lambda given: sum(given[0].scalars(boxes.where(Tally.occurrence_id == given[1])))
    )


def test_a_series_session_with_names_is_logged_within_a_minute(
    browser: Browser, site: Site, watch: Watch, tell: Callable[[str, Counted], None]
) -> None:
    settle(site, register=RegisterMode.NAMED)
    with visiting(browser, site.url, phone=True, watch=watch) as page:
        worker = Worker(page)
        worker.begin()
        worker.taps += 1
        worker.follow(TITLE)
        for name in ("Kind3", "Kind7"):
            worker.taps += 1
            line = page.get_by_role("listitem").filter(has_text=name)
            absent = line.get_by_role("button", name="Is er niet", exact=True)
            absent.click()
            expect(absent).to_have_attribute("aria-pressed", "true")
        expect(page.locator("#totals")).to_contain_text("2 ")
        worker.taps += 1
        worker.go(page.locator(".reg-rest button").first)
        worker.button("Done, the list is complete")
        worker.saw_the_goal()
        worker.write("How was it, in one sentence?", NOTE)
        worker.is_saved()
        worker.button("Save, this log is done")
        tell("A session with names", worker)
        assert worker.seconds <= MOST_SECONDS
    assert kept(site, written) == (NOTE, True, True, [30, 120], ["yes"])
    came = select(Attendance.presence)
    marks = kept(
        site, lambda given: given[0].scalars(came.where(Attendance.occurrence_id == given[1])).all()
    )
    assert sorted(marks) == ["absent"] * 2 + ["present"] * (CHILDREN - 2)


def test_a_log_is_written_without_scripts(browser: Browser, site: Site, watch: Watch) -> None:
    settle(site, format=Format.DROPIN, register=RegisterMode.TALLY)
    with visiting(browser, site.url, phone=True, scripts=False, watch=watch) as page:
        worker = Worker(page, scripts=False)
        worker.begin()
        worker.log_straight_away()
        worker.number("n_up_to_9_known", 7)
        worker.write("How was it, in one sentence?", NOTE)
        worker.button("Save, this log is done")
    assert kept(site, written) == (NOTE, True, True, [30, 120], [])
