"""A plan changes: families are told once, of what is so now, with a calendar that takes it over."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.activities import moves
from kinderwerk.activities import service as activities
from kinderwerk.activities.models import Activity, Occurrence, PlanChange
from kinderwerk.activities.repeating import Rule
from kinderwerk.activities.rules import Format, Plan
from kinderwerk.activities.series import Slot
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.families.models import Care
from kinderwerk.messages import rendering, service, work
from kinderwerk.messages.models import DueWork, Message
from kinderwerk.messages.rendering import Mail
from kinderwerk.signups import service as signups
from kinderwerk.signups.rules import SignUp
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web.extensions import as_system
from tests.make import A_WEDNESDAY, Make

NOW = A_WEDNESDAY - timedelta(days=3)
LATER = timedelta(hours=1)


class Club:
    """Three Wednesdays; one family with two children in it, and one with another."""

    def __init__(self, app: Flask, session: Session, make: Make, **given: object) -> None:
        self.app, self.session = app, session
        here = make.organisation()
        self.leader = make.worker(organisation=here)
        self.club = make.activity(
            self.leader, title="Woodwork", capacity=9, weekday=2,
            ends_on=A_WEDNESDAY.date() + timedelta(days=14), **given,
        )  # fmt: skip
        for week in (1, 2):
            make.occurrence(self.club, starts_at=A_WEDNESDAY + timedelta(weeks=week))
        self.parents = [make.parent(), make.parent()]
        names = (("Noor", "Sem"), ("Ali",))
        for parent, children in zip(self.parents, names, strict=True):
            family = make.family(here, parent)
            ids = [make.child(family, first_name=name).id for name in children]
            wish = SignUp(activity_id=self.club.id, child_ids=tuple(ids), occurrence_ids=self.dates)
            signups.sign_up(session, parent.actor(), wish)

    @property
    def dates(self) -> tuple:
        wanted = select(Occurrence.id).where(Occurrence.activity_id == self.club.id)
        return tuple(self.session.scalars(wanted.order_by(Occurrence.starts_at)))

    def move(self, n: int = 0, by: timedelta = LATER) -> None:
        date = self.session.get_one(Occurrence, self.dates[n])
        slot = Slot(date.starts_at + by, date.ends_at + by)
        activities.move_occurrence(self.session, self.leader.actor(), date.id, slot)

    def told(self) -> list[Message]:
        """Do what is due a while later, and return what families are told then."""
        with clock.stopped(clock.now() + moves.WHILE), self.app.test_request_context():
            due = as_system().scalars(select(DueWork).where(DueWork.kind == moves.CHANGED)).all()
            for subject in [one.subject for one in due if one.run_at <= clock.now()]:
                for _ in range(2):
                    work.JOBS[moves.CHANGED].do(as_system(), subject)
        self.session.rollback()
        found = select(Message).where(Message.template == "notice.changed").order_by(Message.id)
        return list(self.session.scalars(found))

    def mail(self, message: Message, language: str = "en") -> Mail | None:
        with self.app.test_request_context():
            found = as_system().get_one(Message, message.id)
            as_system().expunge(found)
            found.language = language
            return rendering.render(as_system(), found)


@pytest.fixture
def club(app: Flask, session: Session, make: Make) -> Club:
    with clock.stopped(NOW):
        return Club(app, session, make)


def test_each_family_is_told_once_of_the_old_and_the_new_time(club: Club) -> None:
    with clock.stopped(NOW):
        club.move()
        first, second = club.told()
        assert {first.address, second.address} == {one.email for one in club.parents}
        mail = club.mail(first)
    assert mail is not None
    assert "Noor" not in mail.subject
    for words in ("Noor & Sem", "15:00", "14:00", "/family"):
        assert words in mail.text


def test_several_changes_in_a_row_are_one_message_with_the_newest_truth(club: Club) -> None:
    with clock.stopped(NOW):
        club.move()
        club.move(by=LATER)
        mail = club.mail(club.told()[0])
    assert len(club.told()) == 2
    assert mail is not None
    assert "16:00" in mail.text
    assert "15:00" not in mail.text
    assert len(club.session.scalars(select(PlanChange)).all()) == 1


def test_what_is_taken_back_in_time_is_told_to_nobody(club: Club) -> None:
    with clock.stopped(NOW):
        club.move()
        club.move(by=-LATER)
        assert club.told() == []


def test_a_calendar_takes_the_change_over(club: Club) -> None:
    def events(mail: Mail | None) -> Mapping[str, tuple[int, object]]:
        assert mail is not None
        found = Calendar.from_ical(mail.calendar or b"").walk("VEVENT")
        return {str(one["UID"]): (int(one["SEQUENCE"]), one["DTSTART"].dt) for one in found}

    with clock.stopped(NOW):
        confirmed = club.session.scalars(
            select(Message).where(Message.template == "signup.confirmed")
        ).first()
        assert confirmed is not None
        before = events(club.mail(confirmed))
        club.move()
        after = events(club.mail(club.told()[0]))
    uid = f"{club.dates[0]}@kinderwerk"
    assert before.keys() == after.keys()
    assert after[uid][0] > before[uid][0]
    assert after[uid][1] == A_WEDNESDAY + LATER


def test_who_does_not_come_that_day_is_not_told(app: Flask, session: Session, make: Make) -> None:
    with clock.stopped(NOW):
        club = Club(app, session, make, format=Format.HOLIDAY)
        signup = next(one for one in club.dates if one)
        for found in session.scalars(select(signups.Signup)).all():
            if found.child.first_name == "Ali" and found.occurrence_id == signup:
                signups.cancel(session, club.leader.actor(), found.id)
        club.move()
        assert [one.address for one in club.told()] == [club.parents[0].email]


def test_a_date_that_moved_stays_where_it_is_when_the_rule_changes(club: Club) -> None:
    with clock.stopped(NOW):
        club.move(by=timedelta(days=1))
        club.session.rollback()
        dates = [club.session.get_one(Occurrence, id).starts_at for id in club.dates]
    assert dates[0] == A_WEDNESDAY + timedelta(days=1)
    assert club.club.skipped == [A_WEDNESDAY.date().isoformat()]


def test_a_group_that_has_another_day_hears_of_both_and_calendars_strike_out_the_old(
    club: Club,
) -> None:
    gone = {f"{id}@kinderwerk" for id in club.dates}
    now = club.session.get_one(Activity, club.club.id)
    thursdays = Plan(
        format=now.format, title=now.title, goal_ids=(now.goals[0].goal_id,), why="It fits.",
        age_from=now.age_from, age_to=now.age_to, capacity=now.capacity, signup=now.signup,
        register=now.register, drawing=now.drawing, series=replace(now.series, rule=Rule.weekly(3)),
        staff_ids=(club.leader.id,),
    )  # fmt: skip
    club.session.rollback()
    with clock.stopped(NOW):
        activities.change(club.session, club.leader.actor(), club.club.id, thursdays, 1)
        mail = club.mail(club.told()[0])
    assert mail is not None
    assert "Not any more:" in mail.text
    assert "Thursday" in mail.text
    events = Calendar.from_ical(mail.calendar or b"").walk("VEVENT")
    assert {str(one["UID"]) for one in events if one["STATUS"] == "CANCELLED"} == gone
    assert len(events) == 5


def test_a_blocked_carer_hears_nothing_of_it(club: Club) -> None:
    with clock.stopped(NOW):
        club.move()
        first, second = club.told()
        with unit_of_work(club.session):
            for care in club.session.scalars(select(Care)):
                care.contact_allowed = False
                audit.record(club.session, SYSTEM, "care.changed", care.id)
        assert club.mail(first) is club.mail(second) is None


def test_the_planner_says_how_many_families_hear_of_it(club: Club, client: FlaskClient) -> None:
    client.sign_in(club.leader)
    with clock.stopped(NOW):
        assert "2 gezinnen" in client.get(f"/activities/{club.club.id}/edit").text
        page = f"/activities/dates/{club.dates[0]}/move"
        assert "2 gezinnen" in client.get(page).text
        past = {"starts_at": "2020-01-01", "starts": "14:00", "ends_at": "16:00"}
        assert client.post(page, data=past).status_code == 422
        later = {"starts_at": "2031-05-14", "starts": "15:00", "ends_at": "17:00"}
        assert client.post(page, data=later).status_code == 303
        assert len(club.told()) == 2


def test_what_is_held_back_waits_until_it_is_let_go(club: Club) -> None:
    with clock.stopped(NOW):
        club.move()
        first, _ = club.told()
        with unit_of_work(club.session):
            service.hold(club.session, first.reader_id)
        claimed = service.claim_messages(club.session, 50)
        assert first.id not in claimed
        with unit_of_work(club.session):
            service.let_go(club.session, first.reader_id, "safe@example.org", first.channel)
        assert first.id in service.claim_messages(club.session, 50)
        assert club.session.get_one(Message, first.id).address == "safe@example.org"
