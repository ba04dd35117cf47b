"""Signals: facts before meaning, sealed at rest, read by few, and every reading on record."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.facts.models import Cell
from kinderwerk.facts.service import deviations
from kinderwerk.families.models import Child
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import render
from kinderwerk.places.models import Neighbourhood
from kinderwerk.signals import queries, service
from kinderwerk.signals.models import Signal, SignalNote
from kinderwerk.signals.rules import (
    Area,
    Capture,
    Level,
    Note,
    NoteKind,
    Status,
    Subject,
    review_day,
)
from kinderwerk.storage.sealing import MissingKey, keyring
from tests.make import Make
from tests.planted import PLANTED
from tests.shares import let_in, letting_in

SEEN = f"A bruise on the left arm, {PLANTED}."


@pytest.fixture
def child(make: Make, here: Organisation) -> Child:
    return make.child(make.family(here), neighbourhood=make.neighbourhood())


def capture(child: Child | None = None, **given: object) -> Capture:
    fact = Note(kind=NoteKind.FACT_OWN, text=SEEN, observed_on=clock.today())
    usual = {
        "subject": Subject.CHILD, "child_id": child and child.id, "family_id": None,
        "neighbourhood_id": None, "area": Area.HEALTH, "level": Level.CONCERN, "fact": fact,
    }  # fmt: skip
    return Capture(**usual | given)


@pytest.fixture
def signal(session: Session, worker: User, child: Child) -> Signal:
    wish = capture(child, interpretation=f"Perhaps a fall, {PLANTED}.", protective="A kind aunt.")
    return service.write_down(session, worker.actor(), wish)


def filled(child: Child, **given: str) -> dict[str, str]:
    return {
        "subject": "child", "child_id": str(child.id), "family_id": "", "neighbourhood_id": "",
        "kind": "fact_own", "fact": SEEN, "observed_on": clock.today().isoformat(),
        "area": "health", "level": "1", "source": "", "place": "", "interpretation": "",
        "protective": "",
    } | given  # fmt: skip


def deeds(session: Session, signal: Signal) -> list[str]:
    return list(
        session.scalars(
            select(AuditEntry.deed)
            .where(AuditEntry.subject_id == signal.id)
            .order_by(AuditEntry.id)
        )
    )


def test_a_worker_writes_down_and_reads_back(
    client: FlaskClient, session: Session, worker: User, child: Child
) -> None:
    client.sign_in(worker)
    wish = filled(child, interpretation="Perhaps a fall.", protective="A kind aunt.")
    answer = client.post("/signals/new", data=wish, follow_redirects=True)
    assert answer.status_code == 200
    for words in (SEEN, "Perhaps a fall.", "A kind aunt.", child.first_name):
        assert words in answer.text
    meaning = session.scalars(
        select(SignalNote).where(SignalNote.kind == NoteKind.INTERPRETATION)
    ).one()
    assert meaning.cites_id is not None


def test_the_words_are_unreadable_on_disk(session: Session, signal: Signal) -> None:
    stored = session.execute(text("SELECT text FROM signal_note")).scalars().all()
    assert len(stored) == 3
    assert not [one for one in stored if PLANTED.encode() in bytes(one)]


def test_every_reading_is_on_record(
    client: FlaskClient, session: Session, worker: User, signal: Signal
) -> None:
    client.sign_in(worker)
    client.get(f"/signals/{signal.id}")
    client.get(f"/signals/{signal.id}")
    assert deeds(session, signal).count("signal.read") == 2
    assert client.get("/signals/").status_code == 200
    assert deeds(session, signal).count("signal.read") == 2


def test_the_reading_stays_on_record_when_opening_fails(
    session: Session, worker: User, signal: Signal
) -> None:
    kept = keyring._keys
    keyring.load({})
    try:
        with pytest.raises(MissingKey):
            service.read(session, worker.actor(), signal)
    finally:
        keyring._keys = kept
    session.rollback()
    assert deeds(session, signal)[-1] == "signal.read"


def test_the_words_are_not_loaded_by_accident(session: Session, signal: Signal) -> None:
    note = queries.notes(session, signal)[0]
    session.expire(note)
    with pytest.raises(InvalidRequestError, match="raiseload"):
        _ = note.text


def test_to_others_a_signal_does_not_exist(
    client: FlaskClient, make: Make, here: Organisation, signal: Signal
) -> None:
    strangers = [
        make.worker(organisation=here),
        make.user(Role.COORDINATOR, organisation=here),
        make.user(Role.VOLUNTEER, organisation=here),
        make.user(Role.ADMIN, organisation=here),
        make.user(Role.PRIVACY_OFFICER, organisation=here),
        make.user(Role.MUNICIPALITY, organisation=here),
        make.user(Role.PROTECTION_OFFICER),
        make.parent(),
    ]
    for stranger in strangers:
        client.sign_in(stranger)
        client.get("/sign-in")  # takes the language and the session of this person along
        for way in ("", "/note", "/course", "/close", "/take-on"):
            there, nowhere = f"/signals/{signal.id}{way}", f"/signals/{uuid4()}{way}"
            one, other = client.get(there), client.get(nowhere)
            assert one.status_code == other.status_code == 404
            assert one.data.replace(there.encode(), b"") == other.data.replace(
                nowhere.encode(), b""
            )
        for way in ("share", "reopen", f"unshare/{uuid4()}"):
            assert client.post(f"/signals/{signal.id}/{way}").status_code == 404


def test_the_officer_reads_and_the_carer_of_the_child_never(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User
) -> None:
    parent = make.user(Role.PROTECTION_OFFICER, organisation=here)
    officer = make.user(Role.PROTECTION_OFFICER, organisation=here)
    child = make.child(make.family(here, parent))
    signal = service.write_down(session, worker.actor(), capture(child))
    client.sign_in(officer)
    assert SEEN in client.get(f"/signals/{signal.id}").text
    client.sign_in(parent)
    assert client.get(f"/signals/{signal.id}").status_code == 404
    assert child.first_name not in client.get("/signals/").text


def test_a_worker_writes_nothing_about_the_own_family(
    session: Session, make: Make, here: Organisation, worker: User
) -> None:
    child = make.child(make.family(here, worker))
    with pytest.raises(Withheld):
        service.write_down(session, worker.actor(), capture(child))
    assert session.scalars(select(Signal)).all() == []


def test_the_own_child_in_another_household_is_own_family_too(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User
) -> None:
    child = make.child(make.family(here))
    colleague, mate = make.worker(organisation=here), make.parent()
    make.cared_for_by(child, worker, mate)
    with pytest.raises(Withheld):
        service.write_down(session, worker.actor(), capture(child))
    theirs = service.write_down(session, colleague.actor(), capture(child))
    assert worker not in queries.colleagues(session, theirs)
    with pytest.raises(Withheld):
        service.share(session, colleague.actor(), theirs, let_in(worker.id))


def test_who_works_in_one_neighbourhood_writes_about_that_one(
    client: FlaskClient, session: Session, make: Make, here: Organisation, child: Child
) -> None:
    home = child.neighbourhood_id
    local = make.worker(organisation=here, neighbourhood_id=home)
    family = make.child(make.family(here), neighbourhood=session.get_one(Neighbourhood, home))
    elsewhere = make.child(make.family(here), neighbourhood=make.neighbourhood())
    client.sign_in(local)
    shown = client.get("/signals/new").text
    assert str(child.id) in shown
    assert str(family.family_id) in shown
    assert not {str(elsewhere.id), str(elsewhere.family_id)} & set(shown.split('"'))
    for about in (
        {},
        {"subject": "family", "child_id": "", "family_id": str(family.family_id)},
        {"subject": "place", "child_id": "", "neighbourhood_id": str(home)},
        {"subject": "unknown", "child_id": ""},
    ):
        answer = client.post("/signals/new", data=filled(child) | about, follow_redirects=True)
        assert answer.status_code == 200, about
        assert SEEN in answer.text
    answer = client.post("/signals/new", data=filled(elsewhere))
    assert answer.status_code == 422
    with pytest.raises(Withheld):
        service.write_down(session, local.actor(), capture(elsewhere))


def test_what_was_chosen_for_another_subject_does_not_count(
    client: FlaskClient, session: Session, make: Make, worker: User, child: Child
) -> None:
    client.sign_in(worker)
    chosen = {"family_id": str(child.family_id), "neighbourhood_id": str(make.neighbourhood().id)}
    for subject in ("child", "family", "unknown"):
        client.post("/signals/new", data=filled(child) | chosen | {"subject": subject})
    about = {one.subject: one for one in session.scalars(select(Signal))}
    named = {subject: (one.child_id, one.family_id) for subject, one in about.items()}
    assert named == {
        Subject.CHILD: (child.id, None),
        Subject.FAMILY: (None, child.family_id),
        Subject.UNKNOWN: (None, None),
    }
    assert about[Subject.CHILD].neighbourhood_id == child.neighbourhood_id


def test_a_signal_remembers_the_session_where_it_was_noticed_if_that_is_ours(
    client: FlaskClient, session: Session, make: Make, worker: User, child: Child
) -> None:
    ours = make.activity(worker).occurrences[0].id
    theirs = make.activity(make.worker(organisation=make.organisation())).occurrences[0].id
    client.sign_in(worker)
    for date in (ours, theirs, uuid4()):
        assert client.post(f"/signals/new?session={date}", data=filled(child)).status_code == 303
    kept = session.scalars(select(Signal.occurrence_id)).all()
    assert sorted(map(str, kept)) == sorted(["None", "None", str(ours)])


def test_a_day_that_is_past_is_not_proposed_again(
    client: FlaskClient, worker: User, signal: Signal
) -> None:
    later = clock.now() + timedelta(days=40)
    with clock.stopped(later):
        client.sign_in(worker)
        asked = client.get(f"/signals/{signal.id}/course").text
        assert f'value="{review_day(Level.CONCERN, clock.today()).isoformat()}"' in asked


def test_what_was_seen_stands_before_what_it_may_mean(
    session: Session, worker: User, child: Child
) -> None:
    wish = capture(child, interpretation="Perhaps a fall.", protective="A kind aunt.")
    with clock.stopped(clock.now()):
        signal = service.write_down(session, worker.actor(), wish)
    kinds = [one.note.kind for one in service.read(session, worker.actor(), signal)]
    assert kinds[-1] is NoteKind.INTERPRETATION


def test_empty_choices_of_the_list_choose_nothing(
    client: FlaskClient, worker: User, signal: Signal, child: Child
) -> None:
    client.sign_in(worker)
    for asked in ("", "?", "?area=&level=", "?status=&level=&mine=", "?level=1", "?mine=1"):
        shown = client.get(f"/signals/{asked}").text
        assert child.first_name in shown, asked
        assert "kw-error" not in shown, asked
    assert child.first_name not in client.get("/signals/?level=3&status=").text


def test_a_child_of_another_organisation_cannot_be_named(
    client: FlaskClient, session: Session, make: Make, worker: User
) -> None:
    elsewhere = make.child(make.family(make.organisation()))
    client.sign_in(worker)
    assert client.post("/signals/new", data=filled(elsewhere)).status_code == 422
    with pytest.raises(Withheld):
        service.write_down(session, worker.actor(), capture(elsewhere))


def test_a_volunteer_can_only_pass_on(
    client: FlaskClient, session: Session, make: Make, here: Organisation, officer: User
) -> None:
    volunteer = make.user(Role.VOLUNTEER, organisation=here)
    client.sign_in(volunteer)
    assert client.get("/signals/new").location == "/signals/pass-on"
    assert client.get("/signals/").status_code == 403
    wish = {"fact": SEEN, "about": "Sam", "observed_on": clock.today().isoformat(), "level": "1"}
    answer = client.post("/signals/pass-on", data=wish, follow_redirects=True)
    assert "Doorgegeven" in answer.text
    passed = session.scalars(select(Signal)).one()
    assert (passed.status, passed.owner_id) == (Status.PASSED_ON, officer.id)
    assert client.get(f"/signals/{passed.id}").status_code == 404
    told = session.scalars(select(Message)).one()
    assert (told.address, told.subject_ids) == (officer.email, {"signal_id": str(passed.id)})
    with client.application.test_request_context():
        mail = render(session, told)
    assert mail
    assert "Sam" not in mail.text
    assert "/signals/" in mail.text
    assert session.scalars(select(Cell)).all() == [], "counted only once somebody takes it on"


def test_what_was_passed_on_is_taken_on(
    client: FlaskClient, session: Session, make: Make, here: Organisation, officer: User,
    child: Child,
) -> None:  # fmt: skip
    volunteer = make.user(Role.VOLUNTEER, organisation=here)
    wish = capture(subject=Subject.UNKNOWN)
    passed = service.pass_on(session, volunteer.actor(), wish)
    client.sign_in(officer)
    about = {
        "subject": "child", "child_id": str(child.id), "family_id": "", "neighbourhood_id": "",
        "area": "health", "level": "2",
    }  # fmt: skip
    answer = client.post(f"/signals/{passed.id}/take-on", data=about, follow_redirects=True)
    assert child.first_name in answer.text
    taken = session.scalars(select(Signal)).one()
    assert (taken.status, taken.level) == (Status.OPEN, Level.SERIOUS)
    assert taken.review_on == clock.today() + timedelta(days=3)
    assert deviations(session, queries.contributions(session)) == []
    assert session.scalars(select(Cell)).all() != []
    client.sign_in(make.user(Role.PROTECTION_OFFICER, organisation=here))
    late = client.post(f"/signals/{passed.id}/take-on", data=about | {"level": "0"})
    assert late.status_code == 422
    session.refresh(taken)
    assert (taken.owner_id, taken.level) == (officer.id, Level.SERIOUS)
    assert deviations(session, queries.contributions(session)) == []


def test_what_was_passed_on_counts_once_however_it_goes_on(
    client: FlaskClient, session: Session, make: Make, here: Organisation, officer: User
) -> None:
    volunteer = make.user(Role.VOLUNTEER, organisation=here)
    wish = capture(subject=Subject.UNKNOWN)
    client.sign_in(officer)
    course = {
        "level": "1", "status": "monitored", "owner_id": str(officer.id), "version": "1",
        "review_on": clock.today().isoformat(),
    }  # fmt: skip
    ending = {"status": "closed_no_concern", "why": "It was a game.", "version": "1"}
    for way, data in (("course", course), ("close", ending)):
        passed = service.pass_on(session, volunteer.actor(), wish)
        assert client.post(f"/signals/{passed.id}/{way}", data=data).status_code == 303
        assert deviations(session, queries.contributions(session)) == []


def test_with_nobody_to_answer_it_is_said_at_once(
    client: FlaskClient, session: Session, make: Make, here: Organisation
) -> None:
    client.sign_in(make.user(Role.VOLUNTEER, organisation=here))
    wish = {"fact": SEEN, "observed_on": clock.today().isoformat(), "level": "1"}
    answer = client.post("/signals/pass-on", data=wish)
    assert answer.status_code == 422
    assert SEEN in answer.text
    assert session.scalars(select(Signal)).all() == []


def test_sharing_lets_a_colleague_in_and_out(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    signal: Signal,
) -> None:  # fmt: skip
    colleague = make.worker(organisation=here)
    elsewhere = make.worker()
    client.sign_in(worker)
    client.post(f"/signals/{signal.id}/share", data=letting_in(elsewhere.id))
    client.post(f"/signals/{signal.id}/share", data=letting_in(colleague.id))
    other = client.application.test_client()
    other.sign_in(elsewhere)
    assert other.get(f"/signals/{signal.id}").status_code == 404
    other.sign_in(colleague)
    assert SEEN in other.get(f"/signals/{signal.id}").text
    client.post(f"/signals/{signal.id}/unshare/{colleague.id}")
    assert other.get(f"/signals/{signal.id}").status_code == 404
    assert {"signal.shared", "signal.unshared"} <= set(deeds(session, signal))


def test_handing_over_takes_the_signal_along(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    signal: Signal,
) -> None:  # fmt: skip
    colleague = make.worker(organisation=here)
    client.sign_in(worker)
    wish = {
        "version": "1", "level": "2", "status": "consulted", "owner_id": str(colleague.id),
        "review_on": clock.today().isoformat(),
    }  # fmt: skip
    assert client.post(f"/signals/{signal.id}/course", data=wish).location == "/signals/"
    assert client.get(f"/signals/{signal.id}").status_code == 404
    client.sign_in(colleague)
    assert client.get(f"/signals/{signal.id}").status_code == 200
    assert session.scalars(select(Message.address)).all() == [colleague.email]


def test_two_tabs_do_not_overwrite_each_other(
    client: FlaskClient, worker: User, signal: Signal
) -> None:
    client.sign_in(worker)
    wish = {
        "version": "1", "level": "1", "status": "consulted", "owner_id": str(worker.id),
        "review_on": clock.today().isoformat(),
    }  # fmt: skip
    saved = client.post(f"/signals/{signal.id}/course", data=wish)
    assert saved.location == f"/signals/{signal.id}"
    stale = client.post(f"/signals/{signal.id}/course", data=wish | {"status": "monitored"})
    assert stale.status_code == 409
    assert "Besproken met een collega" in stale.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"child_id": ""}, "child_id"),
        ({"subject": "family"}, "family_id"),
        ({"subject": "place"}, "neighbourhood_id"),
        ({"fact": ""}, "fact"),
        ({"fact": "x" * 4001}, "fact"),
        ({"kind": "fact_other"}, "source"),
        ({"kind": "interpretation"}, "kind"),
        ({"observed_on": "2999-01-01"}, "observed_on"),
        ({"observed_on": "31-02-2026"}, "observed_on"),
        ({"level": "9"}, "level"),
        ({"child_id": str(uuid4())}, "child_id"),
        ({"fact": "His number is 111222333"}, "fact"),
    ],
)
def test_what_cannot_be_is_blamed_on_its_field(
    client: FlaskClient, worker: User, child: Child, wrong: dict[str, str], field: str
) -> None:
    client.sign_in(worker)
    answer = client.post("/signals/new", data=filled(child) | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "111222333" not in answer.text


def test_an_interpretation_cites_a_fact_of_the_same_signal(
    client: FlaskClient, session: Session, worker: User, child: Child, signal: Signal
) -> None:
    other = service.write_down(session, worker.actor(), capture(child))
    client.sign_in(worker)
    wish = {
        "kind": "interpretation", "text": "Tired.", "observed_on": clock.today().isoformat(),
        "protective": "risk",
    }  # fmt: skip
    elsewhere = queries.fact_ids(session, other.id)[0]
    for cites in ("", str(elsewhere)):
        answer = client.post(f"/signals/{signal.id}/note", data=wish | {"cites_id": cites})
        assert answer.status_code == 422
        assert 'id="cites_id-error"' in answer.text
    here = queries.fact_ids(session, signal.id)[0]
    answer = client.post(f"/signals/{signal.id}/note", data=wish | {"cites_id": str(here)})
    assert answer.status_code == 303


def test_closing_needs_a_reason_and_can_be_undone(
    client: FlaskClient, session: Session, worker: User, signal: Signal
) -> None:
    client.sign_in(worker)
    refused = client.post(f"/signals/{signal.id}/close", data={"status": "closed_no_concern"})
    assert refused.status_code == 422
    wish = {"status": "closed_no_concern", "why": "It was a fall.", "version": "1"}
    closed = client.post(f"/signals/{signal.id}/close", data=wish, follow_redirects=True)
    assert "It was a fall." in closed.text
    again = client.post(f"/signals/{signal.id}/close", data=wish)
    assert again.status_code == 422
    client.post(f"/signals/{signal.id}/reopen")
    session.refresh(signal)
    assert signal.status is Status.OPEN
    assert signal.review_on is not None


def test_an_acute_signal_shows_the_emergency_numbers_first(
    client: FlaskClient, session: Session, worker: User, child: Child
) -> None:
    acute = service.write_down(session, worker.actor(), capture(child, level=Level.ACUTE))
    client.sign_in(worker)
    for page in ("/signals/new?level=3", f"/signals/{acute.id}"):
        shown = client.get(page).text
        assert 'href="tel:112"' in shown
        words = shown.find("kw-form") if "new" in page else shown.find(SEEN)
        assert shown.index('href="tel:112"') < words
        assert "0800 2000" in shown


def test_serious_cannot_be_put_off(client: FlaskClient, worker: User, signal: Signal) -> None:
    client.sign_in(worker)
    wish = {
        "version": "1", "level": "2", "status": "open", "owner_id": str(worker.id),
        "review_on": (clock.today() + timedelta(days=4)).isoformat(),
    }  # fmt: skip
    answer = client.post(f"/signals/{signal.id}/course", data=wish)
    assert answer.status_code == 422
    assert "3" in answer.text


def test_signals_are_counted_per_district_and_half_year(session: Session, signal: Signal) -> None:
    cells = session.scalars(select(Cell)).all()
    assert {cell.level.value for cell in cells} == {"whole", "district"}
    assert not [cell for cell in cells if "Q" in cell.period]
    assert deviations(session, queries.contributions(session)) == []


def test_the_list_takes_the_same_few_statements_however_long(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    statements: list[str],
) -> None:  # fmt: skip
    def count() -> int:
        statements.clear()
        client.get("/signals/")
        return len(statements)

    client.sign_in(worker)
    for _ in range(2):
        service.write_down(session, worker.actor(), capture(make.child(make.family(here))))
    few = count()
    for _ in range(6):
        service.write_down(session, worker.actor(), capture(make.child(make.family(here))))
    assert count() == few
