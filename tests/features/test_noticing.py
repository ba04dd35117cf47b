"""Signals from a tap on the telephone to what belongs together: and nobody learns of another's."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.families.models import Child
from kinderwerk.messages.models import DueWork, Message
from kinderwerk.signals import joining, queries, rules, service
from kinderwerk.signals.models import Signal, SignalLink, SignalNote
from kinderwerk.signals.rules import Area, Factor, Level, NoteKind, Sign, Status, Subject
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from tests.features.test_signals import SEEN, capture, filled
from tests.make import Make
from tests.planted import PLANTED
from tests.shares import let_in


@pytest.fixture
def child(make: Make, here: Organisation) -> Child:
    return make.child(make.family(here), neighbourhood=make.neighbourhood())


def told(session: Session) -> list[tuple[str, str]]:
    return [(one.template, one.address) for one in session.scalars(select(Message))]


def look(session: Session, signal: Signal) -> None:
    joining.look_alike(session, str(signal.id))


TAPS = {"area": "health", "level": "1", "fact": SEEN}


def test_three_taps_and_a_sentence_are_kept_and_completed_later(
    client: FlaskClient, session: Session, worker: User, child: Child
) -> None:
    client.sign_in(worker)
    assert SEEN in client.post("/signals/quick", data=TAPS, follow_redirects=True).text
    signal = session.scalars(select(Signal)).one()
    assert (signal.subject, signal.status, signal.owner_id) == (
        Subject.UNKNOWN, Status.OPEN, worker.id,
    )  # fmt: skip
    assert signal.review_on == clock.today() + timedelta(days=rules.COMPLETE_WITHIN)
    assert "/signals/?status=unfinished" in client.get("/today").text
    assert f"/signals/{signal.id}" in client.get("/signals/?status=unfinished").text
    whole = filled(child, interpretation="Perhaps a fall.", protective="A kind aunt.", level="2")
    page = client.post(f"/signals/{signal.id}/complete", data=whole, follow_redirects=True).text
    for words in (SEEN, "Perhaps a fall.", "A kind aunt.", child.first_name):
        assert words in page
    session.refresh(signal)
    assert (signal.unfinished, signal.level, signal.child_id) == (False, Level.SERIOUS, child.id)
    assert client.post(f"/signals/{signal.id}/complete", data=whole).status_code == 422
    assert f"/signals/{signal.id}" not in client.get("/signals/?status=unfinished").text


def test_from_a_session_its_children_are_there_to_tap_and_no_others(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    child: Child,
) -> None:  # fmt: skip
    activity = make.activity(worker)
    date = activity.occurrences[0]
    come = make.child(make.family(here))
    make.save(
        Signup(
            organisation_id=here.id, activity=activity, child=come,
            standing=Standing.PLACED, queue=1, made_by_id=worker.id,
        )
    )  # fmt: skip
    client.sign_in(worker)
    page = client.get(f"/signals/quick?session={date.id}").text
    assert str(come.id) in page
    assert str(child.id) not in page
    wish = TAPS | {"of_session": str(come.id)}
    assert client.post(f"/signals/quick?session={date.id}", data=wish).status_code == 303
    signal = session.scalars(select(Signal)).one()
    assert (signal.child_id, signal.occurrence_id) == (come.id, date.id)


def test_whoever_writes_hears_nothing_of_another_signal_and_the_officer_does(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    officer: User, child: Child, statements: list[str],
) -> None:  # fmt: skip
    client.sign_in(make.worker(organisation=here))

    def written(about: Child) -> tuple[int, str, str]:
        statements.clear()
        answer = client.post("/signals/new", data=filled(about))
        shown = client.get(answer.location).text
        return len(statements), answer.location[:9], str(shown.count("panel"))

    sibling = make.child(child.family, neighbourhood=make.neighbourhood())
    unknown, _other = (
        make.child(family, neighbourhood=make.neighbourhood()) for family in [make.family(here)] * 2
    )
    service.write_down(session, worker.actor(), capture(child))
    written(make.child(make.family(here)))  # what is looked up only once
    assert written(unknown) == written(sibling), "as many statements, and the same answer"
    work = session.scalars(
        select(DueWork.subject).where(DueWork.kind == service.LOOK_ALIKE).order_by(DueWork.run_at)
    )
    assert told(session) == []
    for subject in work.all():
        joining.look_alike(session, subject)
        joining.look_alike(session, subject)
    assert told(session) == [("signal_waits", officer.email)] * 2, "one for each side, once"
    vague = service.write_down(session, worker.actor(), capture(subject=Subject.UNKNOWN))
    assert queries.alike(session, officer.actor(), vague) == [], "about nobody yet"


def test_the_officer_joins_two_and_both_sides_show_it_to_whoever_reads_both(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    officer: User, child: Child,
) -> None:  # fmt: skip
    other = make.worker(organisation=here)
    one = service.write_down(session, worker.actor(), capture(child))
    two = service.write_down(session, other.actor(), capture(child))
    client.sign_in(officer)
    assert f"/signals/{one.id}/join" in client.get(f"/signals/{one.id}").text
    wish = {"other_id": str(two.id), "why": f"The same bruise, {PLANTED}."}
    assert client.post(f"/signals/{one.id}/join", data=wish).status_code == 303
    assert client.post(f"/signals/{two.id}/join", data=wish).status_code == 422
    again = client.post(f"/signals/{two.id}/join", data=wish | {"other_id": str(one.id)})
    assert again.status_code == 422
    for near, far in ((one, two), (two, one)):
        page = client.get(f"/signals/{near.id}").text
        assert f"/signals/{far.id}" in page
        assert "The same bruise" in page
    client.sign_in(worker)
    page = client.get(f"/signals/{one.id}").text
    assert str(two.id) not in page
    assert "The same bruise" not in page
    for way in ("join", f"part/{two.id}"):
        assert client.post(f"/signals/{one.id}/{way}", data=wish).status_code == 404
    service.share(session, other.actor(), two, let_in(worker.id))
    assert "The same bruise" in client.get(f"/signals/{one.id}").text
    client.sign_in(officer)
    assert client.post(f"/signals/{two.id}/part/{one.id}").status_code == 303
    assert session.scalars(select(SignalLink)).all() == []


def test_a_day_that_passed_is_told_to_the_officer_once_for_each_day(
    session: Session, worker: User, officer: User, child: Child
) -> None:
    signal = service.write_down(session, worker.actor(), capture(child))
    joining.escalate(session, "")
    assert told(session) == []
    later = clock.now() + timedelta(days=15)
    with clock.stopped(later):
        for _ in range(3):
            joining.escalate(session, "")
        assert told(session) == [("signal_late", officer.email)]
        course = rules.Course(
            level=Level.CONCERN, status=Status.MONITORED, owner_id=worker.id,
            review_on=clock.today() + timedelta(days=5),
        )  # fmt: skip
        service.set_course(session, worker.actor(), signal, None, course)
        joining.escalate(session, "")
    with clock.stopped(later + timedelta(days=6)):
        joining.escalate(session, "")
        joining.escalate(session, "")
    assert told(session) == [("signal_late", officer.email)] * 2
    deeds = session.scalars(select(AuditEntry.deed).where(AuditEntry.subject_id == signal.id))
    assert deeds.all().count("signal.escalated") == 2


def test_an_officer_hears_nothing_about_their_own_family(
    session: Session, make: Make, here: Organisation, worker: User, officer: User
) -> None:
    parent = make.user(Role.PROTECTION_OFFICER, organisation=here)
    child = make.child(make.family(here, parent))
    for _ in range(2):
        look(session, service.write_down(session, worker.actor(), capture(child)))
    with clock.stopped(clock.now() + timedelta(days=20)):
        joining.escalate(session, "")
    assert {address for _, address in told(session)} == {officer.email}


def test_what_plays_a_part_is_ticked_sealed_and_shown_by_part_of_life(
    client: FlaskClient, session: Session, worker: User, child: Child
) -> None:
    signal = service.write_down(session, worker.actor(), capture(child))
    client.sign_in(worker)
    wish = {"signs": ["risk:violence", "protective:lonely"], "version": "1"}
    page = client.post(f"/signals/{signal.id}/signs", data=wish, follow_redirects=True).text
    assert "Geweld" in page
    assert client.post(f"/signals/{signal.id}/signs", data=wish).status_code == 409
    session.rollback()
    reading = service.read_all(session, worker.actor(), signal)
    assert reading.signs == {(Sign.VIOLENCE, Factor.RISK), (Sign.LONELY, Factor.PROTECTIVE)}
    kept = session.connection().exec_driver_sql("SELECT signs FROM signal").scalar_one()
    assert b"violence" not in bytes(kept)
    wrong = {"signs": ["risk:nonsense"], "version": "2"}
    assert client.post(f"/signals/{signal.id}/signs", data=wrong).status_code == 422


def test_a_source_can_be_kept_from_the_family_for_a_reason(
    client: FlaskClient, session: Session, worker: User, child: Child
) -> None:
    client.sign_in(worker)
    asked = filled(child, kind="fact_other", source_why="Afraid of a quarrel.")
    assert client.post("/signals/new", data=asked).status_code == 422
    said = asked | {"source": "A neighbour, on Monday"}
    page = client.post("/signals/new", data=said, follow_redirects=True).text
    assert "Afraid of a quarrel." in page
    document = filled(child, kind="document")
    assert client.post("/signals/new", data=document).status_code == 422
    kept = session.connection().exec_driver_sql("SELECT source_why FROM signal_note").scalar_one()
    assert b"quarrel" not in bytes(kept)


def test_words_that_weigh_are_hinted_at_and_never_refused(
    client: FlaskClient, session: Session, worker: User, child: Child
) -> None:
    client.sign_in(worker)
    said = filled(child, fact="Hij lijkt verwaarloosd. Hij LIJKT boos.")
    page = client.post("/signals/new", data=said, follow_redirects=True).text
    assert "lijkt, verwaarloosd" in page
    quiet = filled(child, fact="Mama zegt dat hij altijd huilt.", kind="statement_child")
    assert "altijd." not in client.post("/signals/new", data=quiet, follow_redirects=True).text
    assert session.scalars(select(SignalNote)).all() != []


@given(st.text())
def test_any_text_can_be_weighed(text: str) -> None:
    found = rules.weighing(NoteKind.FACT_OWN, text)
    assert len(found) == len({word.casefold() for word in found})
    assert all(word in text for word in found)


@given(st.frozensets(st.tuples(st.sampled_from(Sign), st.sampled_from(Factor))))
def test_what_was_ticked_is_read_back(signs: rules.Signs) -> None:
    assert rules.ticked(rules.written(signs)) == signs


def test_every_sign_belongs_to_one_part_of_life() -> None:
    every = [sign for area in Area for sign in rules.SIGNS[area]]
    assert sorted(every) == sorted(Sign)


def test_about_a_colleague_leads_past_the_line(
    client: FlaskClient, make: Make, here: Organisation, worker: User
) -> None:
    for person, page in (
        (worker, "/signals/new"), (worker, "/signals/quick"),
        (make.user(Role.VOLUNTEER, organisation=here), "/signals/pass-on"),
    ):  # fmt: skip
        client.sign_in(person)
        assert "/incidents/new?by_staff=1" in client.get(page).text
    asked = client.get("/incidents/new?by_staff=1").text
    assert re.search(r'<input[^>]* checked [^>]*id="by_staff"', asked)
