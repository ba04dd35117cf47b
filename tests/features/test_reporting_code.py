"""The reporting code: steps in any order, nothing rewritten, nobody named, nothing forgotten."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.accounts.rules import Country
from kinderwerk.audit.models import AuditEntry
from kinderwerk.audit.service import record
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal, Withheld
from kinderwerk.families.models import Child
from kinderwerk.messages.models import Message
from kinderwerk.messages.work import JOBS
from kinderwerk.privacy import due
from kinderwerk.privacy.erasing import erase
from kinderwerk.reporting_code import queries, rules, service
from kinderwerk.reporting_code.models import (
    CodeCase,
    CodeChild,
    CodeDecision,
    CodeEntry,
    CodeWeighing,
)
from kinderwerk.reporting_code.rules import (
    About,
    Beginning,
    Closing,
    Decision,
    Ending,
    Entry,
    EntryKind,
    Finding,
    Need,
    Status,
    Whom,
    Words,
)
from kinderwerk.reporting_code.weighing import Question, Reply, Unsafety, Weighed
from kinderwerk.signals import service as signals
from kinderwerk.signals.models import Signal
from kinderwerk.signals.rules import Area, Capture, Level, Note, NoteKind, Subject
from kinderwerk.signals.rules import Status as SignalStatus
from kinderwerk.storage.erasing import Kind
from kinderwerk.storage.work import unit_of_work
from kinderwerk.trail.models import TrailFinding
from kinderwerk.trail.rules import Rule
from tests.make import A_WEDNESDAY, Make
from tests.planted import PLANTED
from tests.shares import letting_in

SAID = f"Nobody fetched them for the third time, {PLANTED}."


@pytest.fixture
def child(make: Make, here: Organisation) -> Child:
    return make.child(make.family(here), first_name="Noor", surname="Visser")


def noticed(session: Session, worker: User, child: Child, level: Level = Level.SERIOUS) -> Signal:
    fact = Note(kind=NoteKind.FACT_OWN, text=SAID, observed_on=clock.today())
    wish = Capture(
        subject=Subject.CHILD, child_id=child.id, family_id=None, neighbourhood_id=None,
        area=Area.FAMILY, level=level, fact=fact,
    )  # fmt: skip
    return signals.write_down(session, worker.actor(), wish)


@pytest.fixture
def signal(session: Session, worker: User, child: Child) -> Signal:
    return noticed(session, worker, child)


@pytest.fixture
def case(session: Session, worker: User, signal: Signal) -> CodeCase:
    return service.begin(session, worker.actor(), Beginning(signal_id=signal.id))


def asked(**given: Any) -> Entry:
    usual = {
        "kind": EntryKind.CONSULTATION, "day": clock.today(), "whom": Whom.COLLEAGUE,
        "words": Words(said=SAID),
    }  # fmt: skip
    return Entry(**usual | given)


def answer(question: Question, reply: Reply, **given: Any) -> Weighed:
    return Weighed(question=question, reply=reply, motive=f"Because of {PLANTED}.", **given)


def decided(about: About, decider: User, *, yes: bool = True) -> Decision:
    return Decision(about=about, yes=yes, motive=f"Because of {PLANTED}.", decider_id=decider.id)


def missing(session: Session, case_id: Any) -> set[Need]:
    case = queries.by_id(session, case_id)
    steps = queries.due_of(session, case, queries.written(session, case))
    return {need for step in steps for need in step.missing}


def test_a_serious_signal_leads_to_a_case_with_brothers_and_sisters(
    client: FlaskClient, session: Session, make: Make, worker: User, officer: User, child: Child,
    signal: Signal,
) -> None:  # fmt: skip
    sister = make.child(child.family, first_name="Fenna")
    client.sign_in(worker)
    door = f"/reporting-code/new?signal={signal.id}"
    assert door in client.get(f"/signals/{signal.id}").text
    assert "Fenna" in client.get(door).text
    answer = client.post(door, data={"children": [str(sister.id)]}, follow_redirects=True)
    assert SAID in answer.text, "nothing is typed twice"
    assert {one.child_id for one in session.scalars(select(CodeChild))} == {child.id, sister.id}
    assert session.get_one(Signal, signal.id).status is SignalStatus.IN_CODE
    assert session.scalars(select(Message.address)).all() == [officer.email]
    assert client.post(door, data={"children": []}).status_code == 422, "one case at a time"


def test_a_concern_offers_it_to_the_officer_only(
    client: FlaskClient, session: Session, worker: User, officer: User, child: Child
) -> None:
    concern = noticed(session, worker, child, Level.CONCERN)
    for person, offered in ((worker, False), (officer, True)):
        client.sign_in(person)
        assert ("/reporting-code/new" in client.get(f"/signals/{concern.id}").text) is offered


def test_what_is_missing_is_shown_and_blocks_nothing(
    client: FlaskClient, session: Session, worker: User, case: CodeCase
) -> None:
    client.sign_in(worker)
    assert missing(session, case.id) == set(Need) - {Need.FACT, Need.ASSESSMENT}
    report = {
        "day": clock.today().isoformat(), "said": SAID, "parents_told": "no",
        "answer": "It is not safe yet.",
    }  # fmt: skip
    address = f"/reporting-code/{case.id}"
    assert client.post(f"{address}/write/report", data=report).status_code == 303
    assert session.get_one(CodeCase, case.id).reported_on == clock.today()
    why_not = {"day": clock.today().isoformat(), "held": "no", "said": "They are not safe there."}
    assert client.post(f"{address}/write/talk_parents", data=why_not).status_code == 303
    assert Need.TALK_PARENTS not in missing(session, case.id)
    page = client.get(address).text
    assert "It is not safe yet." in page
    assert "Niet gebeurd" in page


def test_a_report_says_whether_the_parents_know(
    client: FlaskClient, session: Session, worker: User, case: CodeCase
) -> None:
    client.sign_in(worker)
    report = {"day": clock.today().isoformat(), "said": SAID}
    for given in ({}, {"parents_told": "no"}):
        answer = client.post(f"/reporting-code/{case.id}/write/report", data=report | given)
        assert answer.status_code == 422
    assert session.scalars(select(CodeEntry)).all() == []


def test_what_is_asked_without_names_names_nobody(
    client: FlaskClient, session: Session, worker: User, case: CodeCase
) -> None:
    client.sign_in(worker)
    sent = {
        "day": clock.today().isoformat(), "held": "yes", "whom": "adviser", "nameless": "y",
        "said": "What if NOORS mother hides it?",
    }  # fmt: skip
    address = f"/reporting-code/{case.id}/write/consultation"
    refused = client.post(address, data=sent)
    assert refused.status_code == 422
    assert "[NOORS] mother hides" in refused.text
    assert "What if NOORS mother" in refused.text, "what was typed is still there"
    assert client.post(address, data=sent | {"said": "What if a mother hides it?"}).location
    named = {name: words for name, words in sent.items() if name != "nameless"}
    assert client.post(address, data=named | {"whom": "officer"}).status_code == 303


def test_the_questions_are_gone_through_in_their_order(
    client: FlaskClient, session: Session, worker: User, case: CodeCase
) -> None:
    client.sign_in(worker)
    address = f"/reporting-code/{case.id}/weigh"
    assert client.post(f"{address}/3", data={"reply": "yes", "motive": "So."}).status_code == 422
    assert client.post(f"{address}/1", data={"reply": "yes", "motive": ""}).status_code == 422
    assert client.post(f"{address}/1", data={"reply": "yes", "motive": SAID}).status_code == 303
    unsafe = {"reply": "yes", "motive": SAID}
    assert client.post(f"{address}/2", data=unsafe).status_code == 422, "which unsafety?"
    assert client.post(f"{address}/2", data=unsafe | {"unsafety": "acute"}).status_code == 303
    assert "Meld bij Veilig Thuis" in client.get(f"/reporting-code/{case.id}").text
    assert client.get(f"{address}/6").status_code == 404
    report = [one for one in due_steps(session, case) if one.key == "report"]
    assert [one.by for one in report] == [clock.today() + timedelta(days=1)]


def due_steps(session: Session, case: CodeCase) -> list[Any]:
    found = queries.by_id(session, case.id)
    return queries.due_of(session, found, queries.written(session, found))


def test_first_whether_to_report_and_then_about_help(
    client: FlaskClient, session: Session, worker: User, case: CodeCase
) -> None:
    client.sign_in(worker)
    sent = {"yes": "yes", "motive": SAID, "decider_id": str(worker.id)}
    address = f"/reporting-code/{case.id}/decide"
    assert client.post(f"{address}/help", data=sent).status_code == 422
    assert client.post(f"{address}/report", data=sent).status_code == 303
    assert client.post(f"{address}/help", data=sent).status_code == 303
    assert client.post(f"{address}/else", data=sent).status_code == 404
    assert not {Need.DECISION_REPORT, Need.DECISION_HELP} & missing(session, case.id)


def test_a_second_person_agrees_where_the_organisation_says_so(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    officer: User, case: CodeCase,
) -> None:  # fmt: skip
    client.sign_in(make.user(Role.COORDINATOR, organisation=here))
    assert client.post(f"/reporting-code/rules/{here.id}", data={"second_person": "y"}).location
    decision = service.decide(session, worker.actor(), case.id, decided(About.REPORT, worker))
    assert Need.DECISION_REPORT in missing(session, case.id)
    address = f"/reporting-code/{case.id}/second/{decision.id}"
    client.sign_in(worker)
    assert client.post(address, data={"agrees": "yes"}).status_code == 422, "not yourself"
    client.sign_in(officer)
    assert address in client.get(f"/reporting-code/{case.id}").text
    assert client.post(address, data={"agrees": "no", "words": "Too soon."}).status_code == 303
    assert Need.DECISION_REPORT in missing(session, case.id)
    assert client.post(address, data={"agrees": "yes"}).status_code == 303
    assert Need.DECISION_REPORT not in missing(session, case.id)


def test_nothing_that_was_written_can_be_rewritten(
    session: Session, worker: User, case: CodeCase
) -> None:
    actor = worker.actor()
    service.write_down(session, actor, case.id, asked())
    service.weigh(session, actor, case.id, answer(Question.SUSPICION, Reply.YES))
    decision = service.decide(session, actor, case.id, decided(About.REPORT, worker))
    assert decision
    rewritten = {
        "code_entry": ("UPDATE code_entry SET held = false", "DELETE FROM code_entry"),
        "code_weighing": (
            "UPDATE code_weighing SET reply = 'no'", "DELETE FROM code_weighing",
        ),
        "code_decision": ("UPDATE code_decision SET yes = false", "DELETE FROM code_decision"),
    }  # fmt: skip
    for table, statements in rewritten.items():
        for statement in statements:
            with pytest.raises(DBAPIError, match=f"{table} only grows|permission denied"):
                session.connection().execute(text(statement))
            session.rollback()
    for kind in (CodeEntry, CodeWeighing, CodeDecision):
        assert len(session.scalars(select(kind)).all()) == 1


def test_the_words_are_unreadable_on_disk_and_each_reading_is_on_record(
    client: FlaskClient, session: Session, worker: User, case: CodeCase
) -> None:
    actor = worker.actor()
    service.write_down(session, actor, case.id, asked(words=Words(said=SAID, answer=SAID)))
    service.weigh(session, actor, case.id, answer(Question.SUSPICION, Reply.YES))
    service.decide(session, actor, case.id, decided(About.REPORT, worker))
    client.sign_in(worker)
    assert client.get(f"/reporting-code/{case.id}").text.count(PLANTED) >= 4
    stored = [
        *session.execute(text("SELECT said, answer FROM code_entry")).one(),
        *session.scalars(text("SELECT motive FROM code_weighing")),
        *session.scalars(text("SELECT motive FROM code_decision")),
    ]
    assert not [one for one in stored if PLANTED.encode() in bytes(one)]
    read = select(AuditEntry).where(AuditEntry.deed == "code_case.read")
    assert [one.subject_id for one in session.scalars(read)] == [case.id]


def test_only_who_is_on_the_case_knows_of_it(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    officer: User, case: CodeCase,
) -> None:  # fmt: skip
    colleague, leader = (
        make.worker(organisation=here),
        make.user(Role.COORDINATOR, organisation=here),
    )
    elsewhere = make.user(Role.PROTECTION_OFFICER, organisation=make.organisation())
    address = f"/reporting-code/{case.id}"
    for person in (colleague, leader, elsewhere):
        client.sign_in(person)
        assert client.get(address).status_code == 404
        assert "Visser" not in client.get("/reporting-code/").text
        assert address not in client.get("/today").text
    client.sign_in(worker)
    assert client.post(f"{address}/share", data=letting_in(colleague.id)).location
    for person in (worker, colleague, officer):
        client.sign_in(person)
        assert SAID in client.get(address).text
    client.post(f"{address}/unshare/{colleague.id}")
    client.sign_in(colleague)
    assert client.get(address).status_code == 404


def test_the_child_is_told_and_heard_or_the_case_says_why_not(
    client: FlaskClient, session: Session, worker: User, child: Child, case: CodeCase
) -> None:
    client.sign_in(worker)
    address = f"/reporting-code/{case.id}/children/{child.id}"
    version = session.scalars(select(CodeChild.version)).one()
    told = {
        "informed_on": clock.today().isoformat(), "view": "I want to stay with my sister.",
        "choice": "with_somebody", "choice_words": "Her teacher", "not_told": "Nothing came of it.",
        "version": str(version),
    }  # fmt: skip
    assert client.post(address, data=told).status_code == 303
    page = client.get(f"/reporting-code/{case.id}").text
    for words in ("I want to stay with my sister.", "Her teacher", "Nothing came of it."):
        assert words in page
    assert client.get(f"/reporting-code/{case.id}/children/{case.id}").status_code == 404


def test_a_sister_is_taken_up_later_and_then_nobody_is_left_to_take_up(
    client: FlaskClient, session: Session, make: Make, worker: User, child: Child, case: CodeCase
) -> None:
    sister = make.child(child.family, first_name="Fenna", surname="Visser")
    client.sign_in(worker)
    address = f"/reporting-code/{case.id}/children"
    page = client.get(address).text
    assert "Fenna" in page
    assert "Noor" not in page
    assert client.post(address, data={"children": [str(sister.id)]}).status_code == 303
    session.expire_all()
    assert {one.child_id for one in case.children} == {child.id, sister.id}
    assert "Alle kinderen van dit gezin staan er al in." in client.get(address).text


def test_it_is_closed_with_a_reason_by_who_knows_what_is_missing(
    client: FlaskClient, session: Session, worker: User, signal: Signal, case: CodeCase
) -> None:
    client.sign_in(worker)
    address = f"/reporting-code/{case.id}"
    version = session.get_one(CodeCase, case.id).version
    sent = {"ending": "no_suspicion", "why": SAID, "version": str(version)}
    assert client.post(f"{address}/close", data=sent).status_code == 422
    assert client.post(f"{address}/close", data=sent | {"knows_missing": "y"}).status_code == 303
    session.expire_all()
    assert session.get_one(CodeCase, case.id).status is Status.CLOSED
    assert session.get_one(Signal, signal.id).status is SignalStatus.MONITORED
    assert SAID in client.get(address).text
    late = {"day": clock.today().isoformat(), "said": SAID, "whom": "colleague", "held": "yes"}
    assert client.post(f"{address}/write/consultation", data=late).status_code == 422
    assert client.post(f"{address}/reopen").status_code == 303
    assert client.post(f"{address}/write/consultation", data=late).status_code == 303


def test_a_running_case_keeps_its_version_and_another_country_has_its_own(
    client: FlaskClient, session: Session, make: Make
) -> None:
    there = make.organisation(municipality=make.municipality(country=Country.GERMANY))
    worker = make.worker(organisation=there)
    child = make.child(make.family(there), first_name="Noor", surname="Visser")
    signal = noticed(session, worker, child)
    case = service.begin(session, worker.actor(), Beginning(signal_id=signal.id))
    assert (case.protocol.value, case.protocol_version) == ("de_8a", 1)
    case_id, actor = case.id, worker.actor()
    client.sign_in(worker)
    page = client.get(f"/reporting-code/{case_id}").text
    assert "Jugendamt" in page
    assert "Veilig Thuis" not in page
    to_isef = asked(whom=Whom.ADVISER, words=Words(said="Noor says she is afraid."))
    with pytest.raises(rules.NamesInside):
        service.write_down(session, actor, case_id, to_isef)
    said = Words(said="A child says she is afraid.")
    entry = service.write_down(session, actor, case_id, asked(whom=Whom.ADVISER, words=said))
    assert entry.nameless
    assessed = asked(kind=EntryKind.ASSESSMENT, whom=None, finding=Finding.LATENT)
    service.write_down(session, actor, case_id, assessed)
    for kind in (EntryKind.TALK_PARENTS, EntryKind.TALK_CHILD):
        service.write_down(session, actor, case_id, asked(kind=kind, whom=None))
    for question, reply, given in (
        (Question.SUSPICION, Reply.YES, {}),
        (Question.UNSAFE, Reply.YES, {"unsafety": Unsafety.STRUCTURAL}),
    ):
        service.weigh(session, actor, case_id, answer(question, reply, **given))
    for about in About:
        service.decide(session, actor, case_id, decided(about, worker))
    told = asked(kind=EntryKind.REPORT, whom=None, parents_told=True)
    service.write_down(session, actor, case_id, told)
    assert missing(session, case_id) == set()
    service.close(session, actor, case_id, None, Closing(ending=Ending.TAKEN_OVER, why=SAID))


def test_deadlines_pass_over_christmas_and_who_is_late_hears_it_once(
    client: FlaskClient, session: Session, worker: User, officer: User, child: Child
) -> None:
    client.sign_in(officer)

    def told() -> list[str]:
        session.rollback()
        late = select(Message).where(Message.key.contains("late:consult"))
        return sorted(one.address for one in session.scalars(late))

    with clock.stopped(A_WEDNESDAY.replace(month=12, day=24)):
        wish = Beginning(signal_id=noticed(session, worker, child).id)
        case = service.begin(session, worker.actor(), wish)
        by = {one.key: one.by for one in due_steps(session, case)}
        assert by["consult"] == date(2031, 12, 31)
        assert by["talk"] == date(2032, 1, 5)
    with clock.stopped(A_WEDNESDAY.replace(month=12, day=31)):
        service.remind(session)
        assert told() == []
    with clock.stopped(A_WEDNESDAY.replace(year=2032, month=1, day=2)):
        for _ in range(3):
            service.remind(session)
        assert told() == sorted([worker.email, officer.email])
        found = queries.waiting(session, officer.actor(), clock.today())
        assert [one.id for one in found] == [case.id]


def test_a_case_goes_onto_paper_with_its_signal(
    client: FlaskClient, session: Session, worker: User, signal: Signal, case: CodeCase
) -> None:
    actor, advice = worker.actor(), "Talk with the mother first."
    service.write_down(session, actor, case.id, asked(words=Words(said="How?", answer=advice)))
    service.weigh(session, actor, case.id, answer(Question.SUSPICION, Reply.YES))
    client.sign_in(worker)
    page = client.get(f"/signals/{signal.id}/paper").text
    assert advice in page
    assert "Vermoed ik huiselijk geweld" in page


def test_a_case_is_kept_with_its_signal_and_goes_as_a_whole(
    session: Session, worker: User, child: Child, signal: Signal, case: CodeCase
) -> None:
    actor, here = worker.actor(), child.organisation_id
    service.write_down(session, actor, case.id, asked())
    service.weigh(session, actor, case.id, answer(Question.SUSPICION, Reply.NO))
    service.decide(session, actor, case.id, decided(About.REPORT, worker, yes=False))
    wish = Closing(ending=Ending.NO_SUSPICION, why=SAID, knows_missing=True)
    service.close(session, actor, case.id, None, wish)
    signals.close(session, actor, session.get_one(Signal, signal.id), None, SignalStatus.RESOLVED,
                  "Solved.")  # fmt: skip
    assert child.family_id in due.in_trouble(session, here)
    signal_lines = [since for _, since in _kinds(Kind.SIGNAL)]
    assert not any(since(session, here) for since in signal_lines)
    assert [id for _, since in _kinds(Kind.CODE_CASE) for id in since(session, here)] == [case.id]
    erase(session, SYSTEM, here, Kind.CODE_CASE, [case.id])
    assert session.scalars(select(CodeEntry)).all() == []
    assert any(since(session, here) for since in signal_lines)


def _kinds(wanted: Kind) -> list[Any]:
    return [
        (kind, since) for kinds in due.LINES.values() for kind, since in kinds if kind is wanted
    ]


def test_nobody_begins_a_case_of_what_they_may_not_read(
    session: Session, make: Make, here: Organisation, signal: Signal
) -> None:
    stranger = make.worker(organisation=here)
    with pytest.raises(Withheld):
        service.begin(session, stranger.actor(), Beginning(signal_id=signal.id))


def test_a_signal_about_nobody_begins_no_case(session: Session, worker: User, make: Make) -> None:
    fact = Note(kind=NoteKind.FACT_OWN, text=SAID, observed_on=clock.today())
    wish = Capture(
        subject=Subject.GROUP, child_id=None, family_id=None, area=Area.SOCIAL,
        neighbourhood_id=make.neighbourhood().id, level=Level.SERIOUS, fact=fact,
    )  # fmt: skip
    signal = signals.write_down(session, worker.actor(), wish)
    with pytest.raises(Refusal):
        service.begin(session, worker.actor(), Beginning(signal_id=signal.id))


def test_who_opens_one_of_others_at_night_stands_out(
    session: Session, make: Make, here: Organisation, case: CodeCase
) -> None:
    other = make.worker(organisation=here)
    with clock.stopped(A_WEDNESDAY + timedelta(hours=14)), unit_of_work(session):
        record(session, other.actor(), "code_case.read", case.id)
    with clock.stopped(A_WEDNESDAY + timedelta(days=5)):
        JOBS["trail.review"].do(session, "trail.review")
    found = session.scalars(select(TrailFinding).where(TrailFinding.person_id == other.id)).all()
    assert {one.rule for one in found} == {Rule.AT_NIGHT, Rule.NOT_INVOLVED}
