"""A stranger's calendar, subscribed before and after, shows the right times on the wall."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.audit import service as audit
from kinderwerk.families import calendars
from kinderwerk.families.models import CalendarKey
from kinderwerk.signups import service
from kinderwerk.signups.rules import SignUp
from kinderwerk.storage.work import revise, unit_of_work
from tests.calendars import MISSING, PROGRAMS, Subscriber
from tests.conftest import CI, settings
from tests.make import Make
from tests.rush import environment, web

HERE = ZoneInfo("Europe/Amsterdam")
#: In 2031 the clock changes on 30 March and on 26 October.
DAYS = ("2031-03-26", "2031-04-02", "2031-10-22", "2031-10-29")
YEAR = "2031-01-01", "2031-12-31"


def wall(day: str, hours: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{hours}").replace(tzinfo=HERE).astimezone(UTC)


def move(session: Session, activity: Activity, date: Occurrence, starts_at: datetime) -> None:
    with unit_of_work(session):
        moved = session.get_one(Occurrence, date.id)
        moved.starts_at, moved.ends_at = starts_at, starts_at + timedelta(hours=1)
        revise(session.get_one(Activity, activity.id), None)
        audit.record(session, SYSTEM, "test.changed", date.id, also=[activity.id])


@pytest.mark.sqlite
@pytest.mark.timeout(180)
def test_whoever_subscribed_sees_the_right_times_before_and_after(
    app: Flask, session: Session, make: Make, database: str, tmp_path: Path
) -> None:
    if not (PROGRAMS / "khal").exists():
        (pytest.fail if CI else pytest.skip)(MISSING)
    here, parent = make.organisation(), make.parent()
    worker = make.worker(organisation=here)
    club = make.activity(worker, title="Woodwork", starts_at=wall(DAYS[0], "15:30"))
    dates = [club.occurrences[0]]
    dates += [make.occurrence(club, starts_at=wall(day, "15:30")) for day in DAYS[1:]]
    child = make.child(make.family(here, parent))
    wish = SignUp(activity_id=club.id, child_ids=(child.id,))
    service.sign_up(session, parent.actor(), wish)
    calendars.renew_own(session, parent.actor(), here.id)
    key = session.scalars(select(CalendarKey)).one()
    paths = f"/calendars/{key.id}/{calendars.token(key)}.ics", f"/programme/{club.id}.ics"
    session.rollback()
    with web("tests.rush:product", environment(settings(tmp_path, database)), 1) as port:
        feeds = [f"http://127.0.0.1:{port}{path}" for path in paths]
        early = [Subscriber(tmp_path / f"early{n}", url) for n, url in enumerate(feeds)]
        for one in early:
            one.fetch()
            assert one.look(*YEAR) == [f"{day} 15:30 Woodwork CONFIRMED" for day in DAYS]
        move(session, club, dates[1], wall(DAYS[1], "17:00"))
        move(session, club, dates[2], wall("2031-10-27", "09:15"))  # over the change of the clock
        service.cancel_occurrence(session, worker.actor(), dates[3].id, "Snow")
        late = [Subscriber(tmp_path / f"late{n}", url) for n, url in enumerate(feeds)]
        for one in (*early, *late):
            one.fetch()
            assert one.look(*YEAR) == [
                "2031-03-26 15:30 Woodwork CONFIRMED", "2031-04-02 17:00 Woodwork CONFIRMED",
                "2031-10-27 09:15 Woodwork CONFIRMED", "2031-10-29 15:30 Woodwork CANCELLED",
            ]  # fmt: skip
