"""A worker's word to all families of a date, and how families want to be told."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import User
from kinderwerk.activities.models import Activity
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.words import LANGUAGES
from kinderwerk.families.models import Care, Carer
from kinderwerk.messages import post, rendering
from kinderwerk.messages import service as messages
from kinderwerk.messages.models import Mailbox, Message
from kinderwerk.messages.rendering import Mail
from kinderwerk.messages.rules import COME_BACK
from kinderwerk.notices.models import Bulletin
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web.extensions import as_system
from tests.make import A_WEDNESDAY, Make

NOON = A_WEDNESDAY - timedelta(hours=1)


class Rain:
    """An afternoon outside with two families, and the worker who leads it."""

    def __init__(self, app: Flask, session: Session, make: Make, client: FlaskClient) -> None:
        self.app, self.session, self.make, self.client = app, session, make, client
        self.here = make.organisation()
        self.leader = make.worker(organisation=self.here)
        self.club: Activity = make.activity(self.leader, title="Woodwork", capacity=9)
        self.date = self.club.occurrences[0]
        self.page = f"/activities/dates/{self.date.id}/tell"
        self.parents = [self.comes("Noor", "Sem"), self.comes("Ali")]
        client.sign_in(self.leader)

    def comes(self, *names: str) -> User:
        parent = self.make.parent()
        family = self.make.family(self.here, parent)
        for name in names:
            self.make.save(
                Signup(
                    organisation_id=self.here.id, activity=self.club, made_by_id=parent.id,
                    child=self.make.child(family, first_name=name), standing=Standing.PLACED,
                    queue=next(self.make.numbers),
                )
            )  # fmt: skip
        return parent

    def say(self, **given: str) -> int:
        form = {"word": "inside", "words": "", "language": "nl", "form_id": str(uuid4())}
        with clock.stopped(NOON):
            return self.client.post(self.page, data=form | given).status_code

    def told(self) -> list[Message]:
        self.session.rollback()
        found = select(Message).where(Message.template == "notice.bulletin").order_by(Message.id)
        return list(self.session.scalars(found))

    def mail(self, message: Message, language: str) -> Mail | None:
        with self.app.test_request_context(), clock.stopped(NOON):
            found = as_system().get_one(Message, message.id)
            as_system().expunge(found)
            found.language = language
            return rendering.render(as_system(), found)

    def change(self, kind: type[Care] | type[Carer], **changed: object) -> None:
        with unit_of_work(self.session):
            for row in self.session.scalars(select(kind)):
                for name, value in changed.items():
                    setattr(row, name, value)
                audit.record(self.session, SYSTEM, "test.changed", row.id)


@pytest.fixture
def rain(app: Flask, session: Session, make: Make, client: FlaskClient) -> Rain:
    return Rain(app, session, make, client)


def test_each_carer_is_told_alone_and_once_however_often_it_is_pressed(rain: Rain) -> None:
    form = str(uuid4())
    assert [rain.say(form_id=form) for _ in range(2)] == [303, 303]
    assert {one.address for one in rain.told()} == {one.email for one in rain.parents}
    assert len(rain.session.scalars(select(Bulletin)).all()) == 1
    mail = rain.mail(rain.told()[1], "en")
    assert mail is not None
    assert "Ali" in mail.text
    assert not [name for name in ("Noor", "Sem", "Ali") if name in mail.subject]
    assert "Noor" not in mail.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_sentence_is_translated_and_own_words_stay_as_they_are(
    rain: Rain, language: str
) -> None:
    rain.say(words="Tot <straks>!\n\nhttps://example.org/x")
    mail = rain.mail(rain.told()[0], language)
    assert mail is not None
    assert ("We spelen binnen" in mail.text or "binnen" in mail.text) == (language == "nl")
    assert "“Tot <straks>! https://example.org/x”" in mail.text
    assert mail.html is not None
    assert '<p lang="nl" dir="auto">“Tot &lt;straks&gt;!' in mail.html
    assert 'href="https://example.org' not in mail.html
    assert ("Nederlands" in mail.text) == (language != "nl")


def test_the_second_carer_hears_it_too_and_a_blocked_one_never(rain: Rain, make: Make) -> None:
    child = rain.session.scalars(select(Signup)).first()
    assert child is not None
    father = make.parent()
    make.cared_for_by(child.child, father)
    rain.say()
    assert father.email in {one.address for one in rain.told()}
    rain.change(Care, contact_allowed=False)
    assert [rain.mail(one, "nl") for one in rain.told()] == [None] * 3
    assert rain.say() == 422


def test_who_cannot_be_reached_is_named_with_a_number_to_call(rain: Rain) -> None:
    rain.change(Carer, email=None)
    with clock.stopped(NOON):
        page = rain.client.get(rain.page).text
    assert 'href="tel:0612345678"' in page
    assert "Noor" in page


def test_who_runs_it_and_the_coordinator_may_say_something_and_others_not(
    rain: Rain, make: Make, client: FlaskClient
) -> None:
    for role, status in ((Role.COORDINATOR, 200), (Role.WORKER, 403), (Role.VOLUNTEER, 403)):
        client.sign_in(make.user(role, organisation=rain.here))
        assert client.get(rain.page).status_code == status
        assert rain.say() == (303 if status == 200 else 403)


def test_there_is_an_end_to_what_is_said(rain: Rain) -> None:
    assert [rain.say() for _ in range(7)] == [303] * 6 + [422]
    assert rain.say(word="own") == 422
    with clock.stopped(A_WEDNESDAY + timedelta(days=2)):
        late = {"word": "inside", "language": "nl", "form_id": str(uuid4())}
        assert rain.client.post(rain.page, data=late).status_code == 422


def test_what_was_said_and_whom_it_did_not_reach_stands_with_the_date(rain: Rain) -> None:
    rain.say(words="Bring a spoon.")
    first, second = rain.told()
    messages.sent(rain.session, first.id)
    messages.not_sent(rain.session, second.id, "SMTPRecipientsRefused 550", for_good=True)
    with clock.stopped(NOON):
        for page in (rain.page, f"/sessions/{rain.date.id}"):
            text = rain.client.get(page).text
            assert "Bring a spoon." in text
            assert 'href="tel:0612345678"' in text
        assert 'href="tel:' in rain.client.get(f"/activities/{rain.club.id}/sign-ups").text


def test_only_what_is_needed_is_sent_to_who_wants_no_more(rain: Rain, client: FlaskClient) -> None:
    parent = rain.parents[0]
    client.sign_in(parent)
    wanted = {"amount": "needed", "phone": "06 12345678", "email": parent.email}
    assert client.post(f"/family/messages/{rain.here.id}", data=wanted).status_code == 303
    carer = rain.session.scalars(select(Carer).where(Carer.user_id == parent.id)).one()
    assert (carer.only_needed, carer.reminders) == (True, False)
    client.sign_in(rain.leader)
    rain.say()
    assert parent.email in {one.address for one in rain.told()}


def test_a_link_in_a_mail_leads_to_how_much_one_wants_and_a_button_changes_it(
    rain: Rain, app: Flask, session: Session, client: FlaskClient
) -> None:
    carer = session.scalars(select(Carer).where(Carer.user_id == rain.parents[0].id)).one()
    signup = session.scalars(select(Signup)).first()
    assert signup is not None
    with unit_of_work(session):
        messages.tell(
            session, key="one", template="signup.confirmed", address=carer.email or "",
            organisation_id=rain.here.id, reader_id=carer.id, signup=signup.id,
        )  # fmt: skip
    sent = session.scalars(select(Message).where(Message.key == "one")).one()
    with clock.stopped(NOON):
        mail = rain.mail(sent, "nl")
        assert mail is not None
        assert mail.settings is not None
        with app.test_request_context():
            made = post.addressed(app.extensions["kinderwerk_settings"], sent, mail)
        assert made["List-Unsubscribe"] == f"<{mail.settings}>"
    path = "/" + mail.settings.split("/", 3)[3]
    somebody = app.test_client()
    assert carer.email not in somebody.get(path).text
    session.rollback()
    assert session.get_one(Carer, carer.id).only_needed is False
    assert somebody.post(path, data={"amount": "needed"}).status_code == 303
    session.rollback()
    assert session.get_one(Carer, carer.id).only_needed is True
    assert somebody.get(path[:-3] + "xyz").status_code == 404
    with clock.stopped(sent.created_at + timedelta(days=130)):
        assert somebody.get(path).status_code == 404
    rain.change(Care, contact_allowed=False)
    assert somebody.get(path).status_code == somebody.post(path).status_code == 404


def test_mail_that_comes_back_is_told_to_the_family_which_gives_another_address(
    rain: Rain, app: Flask, session: Session, client: FlaskClient
) -> None:
    parent = rain.parents[0]
    for _ in range(COME_BACK):
        rain.say()
    for one in rain.told():
        if one.address == parent.email:
            assert messages.bounced(session, one.id, "5.1.1")
            assert not messages.bounced(session, one.id, "5.1.1")
    box = session.scalars(select(Mailbox)).one()
    assert (box.address, box.bounces, box.silent_at is None) == (parent.email, COME_BACK, False)
    with clock.stopped(NOON):
        assert 'id="unreached"' in client.get(f"/activities/{rain.club.id}/sign-ups").text
    client.sign_in(parent)
    assert f"/family/messages/{rain.here.id}" in client.get("/family").text
    wanted = {"amount": "all", "phone": "06 12345678", "email": "new@example.org"}
    client.post(f"/family/messages/{rain.here.id}", data=wanted)
    question = session.scalars(select(Message).where(Message.template == "notice.address")).one()
    carer = session.scalars(select(Carer).where(Carer.user_id == parent.id)).one()
    assert (question.address, carer.email) == ("new@example.org", parent.email)
    mail = rain.mail(question, "nl")
    assert mail is not None
    line = next(one for one in mail.text.splitlines() if "/messages/address/" in one)
    path, somebody = "/" + line.split("/", 3)[3], app.test_client()
    assert somebody.get(path).status_code == 200
    for _ in range(2):
        assert somebody.post(path).status_code == 303
    session.rollback()
    assert session.get_one(Carer, carer.id).email == "new@example.org"
    moved = session.scalars(select(Message).where(Message.template == "notice.moved")).one()
    assert moved.address == parent.email, "who had it until now is told, once"
    assert somebody.get(path[:-2] + "zz").status_code == 404
    ex = rain.make.parent(email="new@example.org")
    rain.make.cared_for_by(session.scalars(select(Signup)).first().child, ex)
    assert somebody.get(path).status_code == 200
    with unit_of_work(session):
        for care in session.scalars(select(Care)):
            if care.carer.user_id == ex.id:
                care.contact_allowed = False
                audit.record(session, SYSTEM, "care.changed", care.id)
    assert somebody.get(path).status_code == 404
