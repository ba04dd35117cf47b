"""Reading along with a case: for a reason, until a day, and not a day longer."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.accounts.shares import LONGEST, USUAL, EndsInThePast, EndsTooLate, check
from kinderwerk.core import clock
from kinderwerk.signals import queries
from kinderwerk.signals import service as signals
from kinderwerk.signals.models import Signal, SignalShare
from kinderwerk.signals.queries import Choice
from kinderwerk.signals.rules import Area, Capture, Level, Note, NoteKind, Subject
from tests.make import Make
from tests.planted import PLANTED
from tests.shares import WHY, let_in, letting_in


@pytest.fixture
def colleague(make: Make, here: Organisation) -> User:
    return make.worker(organisation=here)


@pytest.fixture
def signal(session: Session, make: Make, here: Organisation, worker: User) -> Signal:
    fact = Note(kind=NoteKind.FACT_OWN, text=f"Stayed, {PLANTED}.", observed_on=clock.today())
    capture = Capture(
        subject=Subject.CHILD, child_id=make.child(make.family(here)).id, family_id=None,
        neighbourhood_id=None, area=Area.FAMILY, level=Level.CONCERN, fact=fact,
    )  # fmt: skip
    return signals.write_down(session, worker.actor(), capture)


def test_everybody_who_reads_a_case_sees_why_who_else_does(
    client: FlaskClient, session: Session, worker: User, colleague: User, signal: Signal
) -> None:
    client.sign_in(worker)
    client.post(f"/signals/{signal.id}/share", data=letting_in(colleague.id))
    client.sign_in(colleague)
    page = client.get(f"/signals/{signal.id}").text
    assert WHY in page
    assert worker.name in page
    raw = session.execute(text("SELECT reason FROM signal_share")).scalar_one()
    assert PLANTED.encode() not in bytes(raw)


def test_without_a_reason_nobody_is_let_in_and_nothing_typed_is_lost(
    client: FlaskClient, session: Session, worker: User, colleague: User, signal: Signal
) -> None:
    client.sign_in(worker)
    path = f"/signals/{signal.id}/share"
    assert client.post(path, data=letting_in(colleague.id, reason=" ")).status_code == 422
    past = (clock.today() - timedelta(days=1)).isoformat()
    answer = client.post(path, data=letting_in(colleague.id, until=past))
    assert answer.status_code == 422
    assert WHY in answer.text
    assert session.scalars(select(SignalShare)).all() == []


def test_reading_along_ends_by_itself_and_can_begin_again(
    client: FlaskClient, session: Session, make: Make, worker: User, colleague: User,
    signal: Signal,
) -> None:  # fmt: skip
    last = clock.today() + timedelta(days=2)
    signals.share(session, worker.actor(), signal, let_in(colleague.id, until=last))
    client.sign_in(colleague)
    path, id = f"/signals/{signal.id}", signal.id
    assert client.get(path).status_code == 200
    with clock.stopped(clock.now() + timedelta(days=3)):
        client.sign_in(colleague)
        missing = client.get(path)
        assert missing.status_code == 404
        assert queries.visible(session, colleague.actor(), Choice()) == []
        until = clock.today() + USUAL
        again = let_in(colleague.id, until=until)
        signals.share(session, worker.actor(), queries.by_id(session, id), again)
        assert client.get(path).status_code == 200
        (share,) = queries.by_id(session, id).shares
        assert share.until == until


def test_nobody_is_let_in_for_good() -> None:
    today = clock.today()
    check(let_in(uuid4(), until=today + LONGEST), today)
    with pytest.raises(EndsTooLate):
        check(let_in(uuid4(), until=today + LONGEST + timedelta(days=1)), today)
    with pytest.raises(EndsInThePast):
        check(let_in(uuid4(), until=today - timedelta(days=1)), today)


def test_a_volunteer_cannot_be_let_in(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    signal: Signal,
) -> None:  # fmt: skip
    volunteer = make.user(Role.VOLUNTEER, organisation=here)
    client.sign_in(worker)
    path = f"/signals/{signal.id}/share"
    assert volunteer.name not in client.get(path).text
    assert client.post(path, data=letting_in(volunteer.id)).status_code == 422
    assert session.scalars(select(SignalShare)).all() == []
