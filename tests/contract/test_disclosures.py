"""Whoever opens a page that tells about people leaves an entry in the trail."""

import json
from datetime import date
from typing import Final
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.access_requests.models import AccessRequest
from kinderwerk.accounts.models import User
from kinderwerk.audit import service as audit
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock, ids
from kinderwerk.families.models import Child
from kinderwerk.referrals import service as referrals
from kinderwerk.referrals.rules import Consent, ConsentMethod, Kind, Prepare
from kinderwerk.referrals.rules import Subject as Whom
from kinderwerk.reporting_code import service as code
from kinderwerk.reporting_code.rules import About, Beginning, Decision
from kinderwerk.safety import service as safety
from kinderwerk.safety.rules import Capture as IncidentWish
from kinderwerk.safety.rules import IncidentKind, Severity
from kinderwerk.signals import service as signals
from kinderwerk.signals.rules import Area, Capture, Level, Note, NoteKind, Subject
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import unit_of_work
from kinderwerk.support.models import Aim, Trajectory
from kinderwerk.support.rules import Topic
from tests.make import Make

#: Each page that tells about people, with an address, and the deeds that it leaves.
TELLS: Final[dict[str, tuple[str, str]]] = {
    "families.index": ("/children", "child.listed"),
    "families.show": ("/children/{child}", "child.seen"),
    "families.edit": ("/children/{child}/edit", "child.seen"),
    "consents.of_child": ("/children/{child}/consents", "consent.seen"),
    "draws.manage": ("/activities/{activity}/draw", "signup.listed"),
    "families.move": ("/children/{child}/move", "child.seen"),
    "custody.add": ("/children/{child}/carers/new", "care.seen"),
    "custody.change": ("/children/care/{care}", "care.seen"),
    "custody.correct": ("/children/care/{care}/who", "care.seen"),
    "custody.confirm_address": ("/children/care/{care}/address", "care.seen"),
    "custody.court_note": ("/children/care/{care}/court-note", "court_note.read"),
    "youth.address_of": ("/children/{child}/own-address", "child.seen"),
    "registers.detail": ("/sessions/{occurrence}", "register.seen"),
    "registers.hand_over": ("/sessions/{occurrence}/left/{child}", "register.seen"),
    "notes.of_session": ("/sessions/{occurrence}/notes", "medical.seen"),
    "logbook.log": ("/sessions/{occurrence}/log", "register.seen"),
    "registers.of_child": ("/children/{child}/attendance", "child.seen"),
    "signups.of_activity": ("/activities/{activity}/sign-ups", "signup.listed"),
    "signups.find_child": ("/activities/{activity}/sign-ups/new", "child.searched"),
    "signups.at_door": ("/activities/{activity}/sign-ups/new/{child}", "child.seen"),
    "signups.take_off": ("/activities/sign-ups/{signup}/cancel", "signup.seen"),
    "signups.answer_for": ("/activities/sign-ups/{signup}/offer", "signup.seen"),
    "notices.tell": ("/activities/dates/{occurrence}/tell", "signup.listed"),
    "signals.index": ("/signals/", "signal.listed"),
    "signals.new": ("/signals/new", "child.listed"),
    "signals.detail": ("/signals/{signal}", "signal.read"),
    "signals.note": ("/signals/{signal}/note", "signal.read"),
    "signals.course": ("/signals/{signal}/course", "signal.seen"),
    "signals.share": ("/signals/{signal}/share", "signal.seen"),
    "signals.close": ("/signals/{signal}/close", "signal.seen"),
    "signals.on_paper": ("/signals/{signal}/paper", "signal.read"),
    "access_requests.new": ("/access-requests/new", "family.listed"),
    "access_requests.index": ("/access-requests/", "access_request.listed"),
    "access_requests.handle": ("/access-requests/{request}", "access_request.read"),
    "access_requests.limit": ("/access-requests/{request}/limit", "access_request.seen"),
    "access_requests.lift": ("/access-requests/{request}/lift", "access_request.seen"),
    "signals.complete": ("/signals/{signal}/complete", "child.listed"),
    "signals.signs": ("/signals/{signal}/signs", "signal.read"),
    "signals.quick": ("/signals/quick", "child.listed"),
    "signals.take_on": ("/signals/{signal}/take-on", "child.listed"),
    "stories.new": ("/stories/new", "child.listed"),
    "safety.index": ("/incidents/", "incident.listed"),
    "safety.new": ("/incidents/new", "child.listed"),
    "safety.detail": ("/incidents/{incident}", "incident.read"),
    "safety.complete": ("/incidents/{incident}/complete", "incident.read"),
    "safety.copy": ("/incidents/{incident}/copy", "incident.printed"),
    "reporting_code.index": ("/reporting-code/", "code_case.listed"),
    "reporting_code.new": ("/reporting-code/new?signal={signal}", "child.listed"),
    "reporting_code.detail": ("/reporting-code/{case}", "code_case.read"),
    "reporting_code.write": ("/reporting-code/{case}/write/report", "code_case.seen"),
    "reporting_code.weigh": ("/reporting-code/{case}/weigh/1", "code_case.seen"),
    "reporting_code.decide": ("/reporting-code/{case}/decide/report", "code_case.seen"),
    "reporting_code.child": ("/reporting-code/{case}/children/{child}", "code_case.read"),
    "reporting_code.children": ("/reporting-code/{case}/children", "code_case.seen"),
    "reporting_code.course": ("/reporting-code/{case}/course", "code_case.seen"),
    "reporting_code.share": ("/reporting-code/{case}/share", "code_case.seen"),
    "reporting_code.close": ("/reporting-code/{case}/close", "code_case.seen"),
    "reporting_code.second": ("/reporting-code/{case}/second/{decision}", "code_case.seen"),
    "support.index": ("/support/", "support.listed"),
    "support.new": ("/support/new", "family.listed"),
    "support.detail": ("/support/{trajectory}", "support.read"),
    "support.talk": ("/support/{trajectory}/talk", "support.seen"),
    "support.aim": ("/support/{trajectory}/aim", "support.seen"),
    "support.change_aim": ("/support/{trajectory}/aims/{aim}", "support.read"),
    "support.course": ("/support/{trajectory}/course", "support.seen"),
    "support.share": ("/support/{trajectory}/share", "support.seen"),
    "plan.agree": ("/support/{trajectory}/agreements/new", "support.seen"),
    "concern.check": ("/support/{trajectory}/check", "support.seen"),
    "concern.into_signal": ("/support/{trajectory}/signal", "support.read"),
    "support.end": ("/support/{trajectory}/end", "support.read"),
    "referrals.index": ("/referrals/", "referral.listed"),
    "referrals.new": ("/referrals/new", "child.listed"),
    "referrals.detail": ("/referrals/{referral}", "referral.read"),
    "referrals.letter": ("/referrals/{referral}/letter", "referral.printed"),
    "referrals.pdf": ("/referrals/{referral}/pdf", "referral.seen"),
    "referrals.edit": ("/referrals/{referral}/edit", "referral.read"),
    "referrals.consent": ("/referrals/{referral}/consent", "referral.read"),
    "referrals.step": ("/referrals/{referral}/step/sent", "referral.seen"),
    "referrals.share": ("/referrals/{referral}/share", "referral.seen"),
    "referrals.hand_over": ("/referrals/{referral}/hand-over", "referral.seen"),
    "referrals.show": ("/referrals/{referral}/show", "referral.read"),
    "referrals.helped": ("/referrals/{referral}/helped", "referral.read"),
    "referrals.reopen": ("/referrals/{referral}/reopen", "referral.seen"),
    "answers.code": ("/referrals/{referral}/code", "referral.seen"),
    "today.index": ("/today", "support.listed"),
    "privacy.forget": ("/privacy/families/{family}", "family.seen"),
    "papers.session_sheet": ("/papers/session/{occurrence}", "register.seen"),
    "papers.certificate": ("/papers/certificate/{child}", "child.seen"),
    "door.let_in": ("/sessions/{occurrence}/door", "child.listed"),
    "doubles.index": ("/children/doubles", "child.listed"),
    "doubles.merge": ("/children/{child}/merge/{child}", "child.compared"),
    "doubles.merged": ("/children/{child}/merged", "double.seen"),
    "trail.emergency": ("/children/{child}/emergency", "child.seen"),
    "school_year.detail": ("/school-year/children", "child.listed"),
}
#: Pages that show nobody's own: plans, places, numbers, people who work here, and one's own.
QUIET: Final = (
    "papers.poster", "papers.detail", "papers.fetch", "papers.form", "papers.general_form",
    "papers.index", "papers.week", "papers.helplines", "papers.attendance_list",
    "accounts.", "activities.", "demo.", "draws.", "goals.", "health.", "helplines.",
    "holidays.", "ics.",
    "measuring.",
    "neighbourhood_map.",
    "partners.",
    "places.", "planner.", "reports.", "static",
    "families.mine", "families.known", "families.add_own", "families.edit_own", "families.move_own",
    "families.add", "paper_forms.", "families.everyone", "consents.own",
    "notes.own", "notes.from_paper", "notes.season", "persons.",
    "signups.start", "signups.sign_up", "signups.several", "signups.all_done", "signups.done",
    "signups.in_calendar", "signups.cancel",
    "custody.ask", "custody.accept", "youth.own_address", "youth.parents_see",
    "signups.offer", "signups.cannot_come", "signups.call_off", "signups.call_date_off",
    "signups.calendars", "signups.of_carer",
    "consulting.", "reviews.", "library.", "learning.", "ideas.", "stories.",
    "logbook.back", "logbook.hours", "logbook.inside_photo", "logbook.totals",
    "registers.index", "staffing.", "team.", "absences.",
    "registers.counting", "door.of_activity", "door.redeem",
    "door.text_me", "door.my_number",
    "signals.pass_on", "signals.passed_on", "signals.join",
    "your_data.", "archives.", "imports.", "calendars_in.", "weak_spots.",
    "safety.written", "safety.year", "safety.boundar", "safety.complete_boundary",
    "safety.breach", "talks.",
    "reporting_code.settings",
    "plan.own",
    "support.contacts", "support.tally", "support.new_contact", "support.correct_contact",
    "referrals.choose", "referrals.interfaces", "referrals.our_side", "answers.answer", "handed.",
    "messages.", "notices.move", "notices.my_wishes", "notices.wishes_by_mail",
    "notices.confirm_address", "trail.",
    "children.", "conversations.", "council.", "kiosk.", "child_board.", "asking.",
    "offline.", "operation.", "own.",
    "privacy.terms", "privacy.term", "privacy.going", "privacy.hold",
    "school_year.activities", "school_year.index",
)  # fmt: skip


def test_every_page_is_known_to_tell_about_people_or_not(app: Flask) -> None:
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    unknown = {each for each in pages - set(TELLS) if not each.startswith(QUIET)}
    assert not unknown, "does it tell about people? Then it leaves an entry: put it in TELLS"
    assert set(TELLS) <= pages


@pytest.fixture
def coordinator(make: Make) -> User:
    return make.user(Role.COORDINATOR, organisation=make.organisation())


@pytest.fixture
def rows(session: Session, make: Make, coordinator: User) -> dict[str, UUID]:
    """One of everything about one child, carried by the coordinator."""
    here = coordinator.current_memberships[0].organisation
    assert here
    child = make.child(make.family(here))
    activity = make.activity(
        coordinator, starts_at=clock.now(), draw_closes_at=clock.now(), draw_reserved=1
    )
    usual = {"organisation_id": here.id, "owner_id": coordinator.id, "author_id": coordinator.id}
    trajectory = Trajectory(
        **usual, family=child.family, topic=Topic.SLEEP, began_on=clock.today(),
        follow_up_on=clock.today(),
    )  # fmt: skip
    seal(session, trajectory, question="How?")
    consent = Consent(
        method=ConsentMethod.ORAL, parents=True, young=True, by="Both", on=clock.today()
    )
    wish = Prepare(
        partner_id=make.partner(here).id, kind=Kind.WARM, subject=Whom.CHILD, child_id=child.id,
        note="Because.", consent=consent,
    )  # fmt: skip
    referral = referrals.prepare(session, coordinator.actor(), wish)
    make.save(trajectory)
    signup = make.save(
        Signup(
            organisation_id=here.id, activity=activity, child=child, standing=Standing.PLACED,
            queue=1, made_by_id=None, offer_id=ids.confidential(), offered_until=clock.now(),
        )
    )  # fmt: skip
    aim = Aim(organisation_id=here.id, trajectory=trajectory)
    seal(session, aim, text="Sleep")
    make.save(aim)
    fact = Note(kind=NoteKind.FACT_OWN, text="Seen", observed_on=clock.today())
    signal = signals.write_down(
        session, coordinator.actor(),
        Capture(
            subject=Subject.CHILD, child_id=child.id, family_id=None,
            neighbourhood_id=None, area=Area.SOCIAL, level=Level.CONCERN,
            fact=fact,
        ),
    )  # fmt: skip
    incident = safety.write_down(
        session, coordinator.actor(),
        IncidentWish(
            kind=IncidentKind.INJURY, severity=Severity.PLASTER, happened_at=clock.now(),
            what="Fell.", once=ids.confidential(), child_ids=(child.id,),
        ),
    )  # fmt: skip
    case_id = code.begin(session, coordinator.actor(), Beginning(signal_id=signal.id,
                         child_ids=(child.id,))).id  # fmt: skip
    motive = Decision(about=About.REPORT, yes=False, motive="No.", decider_id=coordinator.id)
    decision = code.decide(session, coordinator.actor(), case_id, motive)
    asked = AccessRequest(
        organisation_id=here.id, author_id=coordinator.id, family=child.family,
        received_on=clock.today(),
    )  # fmt: skip
    seal(session, asked, asked_by="Her mother")
    make.save(asked)
    return {
        "request": asked.id, "incident": incident.id, "case": case_id, "decision": decision.id,
        "child": child.id, "activity": activity.id, "occurrence": activity.occurrences[0].id,
        "signup": signup.id, "signal": signal.id, "trajectory": trajectory.id, "aim": aim.id,
        "referral": referral.id, "family": child.family_id, "care": child.cares[0].id,
    }  # fmt: skip


def twice(session: Session, make: Make, child_id: UUID) -> None:
    """Write a child down once more."""
    known = session.get_one(Child, child_id)
    name = {"first_name": known.first_name, "surname": known.surname, "born_on": known.born_on}
    make.child(known.family, **name)


def grow(session: Session, child_id: UUID) -> None:
    """Let a child be of age."""
    with unit_of_work(session):
        session.get_one(Child, child_id).born_on = date(2001, 1, 1)
        audit.record(session, SYSTEM, "test.made", child_id)


def newest(session: Session) -> int:
    found = session.scalars(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1)).one()
    session.rollback()
    return found


@pytest.mark.parametrize("endpoint", TELLS)
def test_a_page_about_people_leaves_an_entry(
    app: Flask, client: FlaskClient, session: Session, rows: dict[str, UUID], coordinator: User,
    make: Make, endpoint: str,
) -> None:  # fmt: skip
    address, deed = TELLS[endpoint]
    if endpoint == "doubles.index":
        twice(session, make, rows["child"])
    if endpoint in ("school_year.detail", "youth.address_of"):
        grow(session, rows["child"])
    who = coordinator
    if deed.startswith("access_request."):
        here = coordinator.current_memberships[0].organisation
        who = make.user(Role.PRIVACY_OFFICER, organisation=here)
    url = address.format(**rows)
    with app.test_request_context(url) as context:
        assert context.request.endpoint == endpoint
    before = newest(session)
    client.sign_in(who)
    with client.session_transaction() as cookie:
        cookie["children_named"] = "child" if deed == "child.searched" else ""
    assert client.get(url).status_code == 200
    entries = session.scalars(select(AuditEntry).where(AuditEntry.id > before)).all()
    told = [each for each in entries if not each.deed.startswith("user.")]
    assert deed in [each.deed for each in told]
    assert {each.actor_id for each in told} == {who.id}
    here = coordinator.current_memberships[0].organisation_id
    assert {each.organisation_id for each in told} == {here}
    assert len(told) <= 4  # a dossier opens a signal, its case, its referrals and the support
    named = json.dumps([[str(each.subject_id), each.details] for each in told])
    assert any(str(id) in named for id in rows.values())


def test_looking_at_the_log_leaves_an_entry(
    client: FlaskClient, session: Session, make: Make
) -> None:
    client.sign_in(make.user(Role.PRIVACY_OFFICER))
    for address in ("/trail", "/striking"):
        before = newest(session)
        assert client.get(address).status_code == 200
        entries = session.scalars(select(AuditEntry).where(AuditEntry.id > before)).all()
        assert [each.deed for each in entries] == ["trail.listed"]


def test_a_search_leaves_no_words(
    client: FlaskClient, session: Session, rows: dict[str, UUID], coordinator: User
) -> None:
    client.sign_in(coordinator)
    client.post("/children/search", data={"name": "Child"})
    client.get("/children")
    entry = session.scalars(select(AuditEntry).where(AuditEntry.deed == "child.searched")).one()
    assert entry.details == {"count": 1, "rows": [str(rows["child"])]}


def test_a_search_in_a_register_leaves_an_entry(
    client: FlaskClient, session: Session, rows: dict[str, UUID], coordinator: User
) -> None:
    client.sign_in(coordinator)
    client.post(f"/sessions/{rows['occurrence']}/children", data={"name": "Child"})
    entry = session.scalars(select(AuditEntry).where(AuditEntry.deed == "child.searched")).one()
    assert entry.details == {"count": 1, "rows": [str(rows["child"])]}


def test_a_page_that_cannot_be_recorded_is_not_sent(
    app: Flask, client: FlaskClient, rows: dict[str, UUID], coordinator: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    client.sign_in(coordinator)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken(*given: object, **more: object) -> None:
        raise OSError

    monkeypatch.setattr("kinderwerk.web.disclosing.audit.record", broken)
    answer = client.get(f"/children/{rows['child']}")
    assert answer.status_code == 500
    assert "Child" not in answer.text


def test_a_parent_on_their_own_pages_leaves_nothing(
    client: FlaskClient, session: Session, make: Make
) -> None:
    parent, here = make.parent(), make.organisation()
    child = make.child(make.family(here, parent))
    client.sign_in(parent)
    before = newest(session)
    for address in ("/family", f"/family/children/{child.id}"):
        assert client.get(address).status_code == 200
    assert newest(session) == before


def test_of_very_many_only_the_number_is_kept(
    client: FlaskClient, session: Session, rows: dict[str, UUID], coordinator: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("kinderwerk.web.disclosing.MOST_NAMED", 0)
    client.sign_in(coordinator)
    client.get("/children")
    entry = session.scalars(select(AuditEntry).where(AuditEntry.deed == "child.listed")).one()
    assert entry.details == {"count": 1}
