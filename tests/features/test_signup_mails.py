"""What families read: in their own language, about the child by its first name only."""

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.audit import service as audit
from kinderwerk.core.words import LANGUAGES
from kinderwerk.families.models import Care
from kinderwerk.messages import rendering
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail
from kinderwerk.signups import service
from kinderwerk.signups.rules import SignUp
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web.extensions import as_system
from tests.make import Make
from tests.planted import PLANTED


class Story:
    """A club with one place, two families, and what becomes of them."""

    def __init__(self, app: Flask, session: Session, make: Make) -> None:
        self.app, self.session = app, session
        here = make.organisation()
        self.worker = make.worker(organisation=here).actor()
        leader = make.worker(organisation=here)
        self.leader = leader.actor()
        self.club = make.activity(leader, title="Woodwork", capacity=1)
        self.signups = []
        for name in ("Noor", "Sem"):
            parent = make.parent()
            child = make.child(make.family(here, parent), first_name=name)
            wish = SignUp(activity_id=self.club.id, child_ids=(child.id,))
            self.signups += service.sign_up(session, parent.actor(), wish)

    def mail(self, template: str, language: str = "nl") -> Mail | None:
        wanted = select(Message).where(Message.template == template).order_by(Message.id)
        message = self.session.scalars(wanted).first()
        assert message is not None, template
        message_id = message.id
        self.session.rollback()
        with self.app.test_request_context():
            found = as_system().get_one(Message, message_id)
            as_system().expunge(found)
            found.language = language
            return rendering.render(as_system(), found)


@pytest.fixture
def story(app: Flask, session: Session, make: Make) -> Story:
    return Story(app, session, make)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", ["signup.confirmed", "signup.waiting"])
def test_a_sign_up_is_confirmed_in_every_language(
    story: Story, template: str, language: str
) -> None:
    mail = story.mail(template, language)
    assert mail is not None
    name = "Noor" if template == "signup.confirmed" else "Sem"
    assert name in mail.text
    assert name not in mail.subject
    assert "Woodwork" in mail.subject
    assert "Woodwork" in mail.text
    assert "/family" in mail.text
    assert PLANTED not in mail.text + mail.subject


def test_a_confirmation_brings_the_dates_for_the_calendar_and_no_child(story: Story) -> None:
    mail = story.mail("signup.confirmed")
    assert mail is not None
    assert mail.calendar is not None
    (event,) = Calendar.from_ical(mail.calendar).walk("VEVENT")
    assert str(event["UID"]) == f"{story.club.occurrences[0].id}@kinderwerk"
    assert b"Noor" not in mail.calendar
    waiting = story.mail("signup.waiting")
    assert waiting is not None
    assert waiting.calendar is None


def test_the_place_in_the_line_is_told(story: Story) -> None:
    mail = story.mail("signup.waiting", "en")
    assert mail is not None
    assert "place 1" in mail.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_was_signed_off_and_who_is_offered_the_place_are_told(
    story: Story, language: str
) -> None:
    service.cancel(story.session, story.worker, story.signups[0].id)
    off, offered = story.mail("signup.cancelled", language), story.mail("signup.offered", language)
    assert off is not None
    assert "Noor" in off.text
    assert offered is not None
    assert "Sem" in offered.text
    assert "/offers/" in offered.text


def test_what_is_no_longer_so_is_not_told_any_more(story: Story) -> None:
    service.cancel(story.session, story.worker, story.signups[0].id)
    assert story.mail("signup.confirmed") is None
    assert story.mail("signup.waiting") is None


@pytest.mark.parametrize("whole", [True, False])
def test_the_reason_is_told_with_what_is_called_off(story: Story, whole: bool) -> None:
    if whole:
        service.cancel_activity(story.session, story.leader, story.club.id, "The roof leaks.")
    else:
        date = story.club.occurrences[0].id
        service.cancel_occurrence(story.session, story.leader, date, "The roof leaks.")
    mail = story.mail("signup.activity_cancelled" if whole else "signup.date_cancelled")
    assert mail is not None
    assert "The roof leaks." in mail.text
    assert "Noor" in mail.text


def test_whoever_may_no_longer_be_reached_is_told_nothing(story: Story) -> None:
    cares = story.session.scalars(
        select(Care).where(Care.child_id == story.signups[0].child_id)
    ).all()
    with unit_of_work(story.session):
        for care in cares:
            care.contact_allowed = False
            audit.record(story.session, SYSTEM, "care.changed", care.id)
    assert story.mail("signup.confirmed") is None
