"""Reading the trail, and looking in an emergency."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit.models import AuditEntry
from kinderwerk.audit.service import record
from kinderwerk.core import clock
from kinderwerk.families.models import Child
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import render
from kinderwerk.messages.work import JOBS
from kinderwerk.privacy.erasing import erase
from kinderwerk.reporting_code import service as reporting_code
from kinderwerk.reporting_code.rules import Beginning, Entry, EntryKind, Whom, Words
from kinderwerk.signals import service as signals
from kinderwerk.signals.models import Signal
from kinderwerk.signals.rules import Area, Capture, Level, Note, NoteKind, Subject
from kinderwerk.storage.erasing import Kind
from kinderwerk.storage.work import unit_of_work
from kinderwerk.trail import service
from kinderwerk.trail.models import BreakGlass, TrailFinding
from kinderwerk.trail.rules import Need, Outcome, Plea, Rule
from tests.make import A_WEDNESDAY, Make
from tests.planted import PLANTED

WORDS = f"A bruise on the left arm, {PLANTED}."
WHY = "She is at the door, alone and crying."


@pytest.fixture
def here(make: Make) -> Organisation:
    return make.organisation(name="The Harbour")


@pytest.fixture
def officer(make: Make, here: Organisation) -> User:
    return make.user(Role.PRIVACY_OFFICER, organisation=here)


@pytest.fixture
def owner(make: Make, here: Organisation) -> User:
    return make.worker(organisation=here, name="Olga Carries")


@pytest.fixture
def worker(make: Make, here: Organisation) -> User:
    return make.worker(organisation=here, name="Willem Works")


@pytest.fixture
def child(make: Make, here: Organisation, parent: User) -> Child:
    return make.child(make.family(here, parent))


@pytest.fixture
def signal(session: Session, owner: User, child: Child) -> Signal:
    fact = Note(kind=NoteKind.FACT_OWN, text=WORDS, observed_on=clock.today())
    return signals.write_down(
        session, owner.actor(),
        Capture(
            subject=Subject.CHILD, child_id=child.id, family_id=None, neighbourhood_id=None,
            area=Area.SOCIAL, level=Level.CONCERN, fact=fact,
        ),
    )  # fmt: skip


def look(client: FlaskClient, child: Child, **given: str) -> str:
    """Ask for what is known, and return the page that this leads to."""
    sent = {"need": "danger", "reason": WHY} | given
    return client.post(f"/children/{child.id}/emergency", data=sent, follow_redirects=True).text


def told(session: Session) -> set[str]:
    wanted = select(Message.address).where(Message.template == "emergency_looked")
    return set(session.scalars(wanted))


def test_whoever_cannot_wait_sees_what_is_known(
    client: FlaskClient, session: Session, worker: User, owner: User, officer: User,
    signal: Signal, child: Child, make: Make, here: Organisation,
) -> None:  # fmt: skip
    guard = make.user(Role.PROTECTION_OFFICER, organisation=here)
    client.sign_in(worker)
    assert client.get(f"/signals/{signal.id}").status_code == 404
    assert f"/children/{child.id}/emergency" in client.get(f"/children/{child.id}").text
    page = look(client, child)
    assert WORDS in page
    assert "Olga Carries" in page
    assert told(session) == {owner.email, officer.email, guard.email}
    deeds = session.scalars(select(AuditEntry.deed).where(AuditEntry.deed.contains("emergency")))
    assert set(deeds) == {"emergency.opened", "emergency.read"}
    assert client.get(f"/signals/{signal.id}").status_code == 404


def test_that_the_reporting_code_runs_is_told_and_nothing_of_what_was_weighed(
    client: FlaskClient, session: Session, worker: User, owner: User, signal: Signal, child: Child,
) -> None:  # fmt: skip
    case = reporting_code.begin(session, owner.actor(), Beginning(signal_id=signal.id))
    id, said = case.id, "Mother told that she is afraid"
    asked = Entry(
        kind=EntryKind.CONSULTATION, day=clock.today(), whom=Whom.COLLEAGUE,
        words=Words(said=said),
    )  # fmt: skip
    reporting_code.write_down(session, owner.actor(), id, asked)
    client.sign_in(worker)
    page = look(client, child)
    assert "Meldcode sinds" in page
    assert "Olga Carries" in page
    assert said not in page
    entry = session.scalars(select(AuditEntry).where(AuditEntry.deed == "emergency.read")).one()
    assert str(id) in entry.details["rows"]
    assert client.get(f"/reporting-code/{id}").status_code == 404


def test_it_opens_alike_when_nothing_is_known(
    client: FlaskClient, session: Session, worker: User, officer: User, child: Child
) -> None:
    client.sign_in(worker)
    page = look(client, child)
    assert "Over dit kind of zijn gezin is niets opgeschreven" in page
    assert told(session) == {officer.email}


def test_it_closes_after_a_day(
    client: FlaskClient, session: Session, worker: User, signal: Signal, child: Child
) -> None:
    client.sign_in(worker)
    look(client, child)
    broken = session.scalars(select(BreakGlass)).one()
    assert client.get(f"/emergency/{broken.id}").status_code == 200
    with clock.stopped(clock.now() + timedelta(hours=25)):
        assert client.get(f"/emergency/{broken.id}").status_code == 404


def test_a_colleague_does_not_look_along(
    client: FlaskClient, session: Session, worker: User, owner: User, child: Child
) -> None:
    broken = service.break_glass(
        session, worker.actor(), child.id, Plea(need=Need.DANGER, reason=WHY)
    )
    client.sign_in(owner)
    assert client.get(f"/emergency/{broken.id}").status_code == 404


@pytest.mark.parametrize("given", [{"reason": "now"}, {"reason": ""}, {"need": ""}])
def test_without_a_reason_it_stays_shut(
    client: FlaskClient, session: Session, worker: User, child: Child, given: dict[str, str]
) -> None:
    client.sign_in(worker)
    look(client, child, **given)
    assert session.scalars(select(BreakGlass)).all() == []
    assert told(session) == set()


@pytest.mark.parametrize(
    "role",
    [
        Role.VOLUNTEER, Role.MUNICIPALITY, Role.ADMIN, Role.PROTECTION_OFFICER,
        Role.PRIVACY_OFFICER, Role.CONFIDANT, None,
    ],
)  # fmt: skip
def test_others_have_no_way_in(
    client: FlaskClient, make: Make, here: Organisation, child: Child, role: Role | None
) -> None:
    client.sign_in(make.user(role, organisation=here) if role else make.parent())
    assert client.get(f"/children/{child.id}/emergency").status_code == 404


def test_nobody_looks_at_their_own_family_and_nobody_elsewhere(
    client: FlaskClient, make: Make, here: Organisation
) -> None:
    worker = make.worker(organisation=here)
    own = make.child(make.family(here, worker))
    elsewhere = make.child(make.family(make.organisation()))
    client.sign_in(worker)
    for child in (own, elsewhere):
        assert client.get(f"/children/{child.id}/emergency").status_code == 404


def test_the_mail_tells_no_name(
    app_context: None, session: Session, worker: User, officer: User, child: Child
) -> None:
    service.break_glass(session, worker.actor(), child.id, Plea(need=Need.DANGER, reason=WHY))
    message = session.scalars(select(Message).where(Message.address == officer.email)).one()
    mail = render(session, message)
    assert mail
    for word in (worker.name, child.first_name, WHY):
        assert word not in mail.text


@pytest.fixture
def app_context(app: object) -> object:
    with app.test_request_context("/") as context:  # type: ignore[attr-defined]
        yield context


def test_the_privacy_officer_reads_the_log_of_their_organisation(
    client: FlaskClient, make: Make, worker: User, owner: User, officer: User, signal: Signal,
    child: Child,
) -> None:  # fmt: skip
    stranger = make.worker(name="Elsewhere Else")
    with_it = client
    for person in (worker, stranger):
        with_it.sign_in(person)
        with_it.get(f"/children/{child.id}")
    client.sign_in(owner)
    client.get(f"/signals/{signal.id}")
    client.sign_in(officer)
    page = client.get("/trail").text
    assert "Willem Works" in page
    assert "Olga Carries" in page
    assert "Elsewhere Else" not in page
    assert PLANTED not in page
    only = client.get(f"/trail?person_id={owner.id}&kind=read&subject_id={signal.id}").text
    assert str(signal.id) in only
    assert str(child.id) not in only
    assert "Niets gevonden" in client.get("/trail?since=2099-01-01").text
    assert "geen nummer" in client.get("/trail?subject_id=nonsense").text


def test_nobody_else_reads_the_log(
    client: FlaskClient, make: Make, here: Organisation, worker: User
) -> None:
    for person in (worker, make.user(Role.ADMIN, organisation=here), make.parent()):
        client.sign_in(person)
        assert client.get("/trail").status_code == 403
        assert client.get("/striking").status_code == 403


def test_everybody_reads_what_was_done_in_their_own_name(
    client: FlaskClient, worker: User, owner: User, signal: Signal
) -> None:
    client.sign_in(worker)
    assert "/trail/mine" in client.get("/account").text
    assert "Signalen" not in client.get("/trail/mine").text.split("<main")[1].split("</main")[0]
    client.sign_in(owner)
    assert "Signalen" in client.get("/trail/mine").text.split("<main")[1].split("</main")[0]


def test_a_parent_reads_who_looked_and_never_that_there_is_a_case(
    client: FlaskClient, worker: User, owner: User, parent: User, child: Child, signal: Signal
) -> None:
    client.sign_in(owner)
    client.get(f"/signals/{signal.id}")
    client.get("/signals/")
    client.sign_in(parent)
    assert "Niemand keek" in client.get("/family/trail").text
    client.sign_in(worker)
    client.get(f"/children/{child.id}")
    client.get(f"/children/{child.id}/attendance")
    look(client, child)
    client.sign_in(parent)
    assert "/family/trail" in client.get("/family/known").text
    page = client.get("/family/trail").text.split("<main")[1]
    assert "The Harbour" in page
    assert "2 keer" in page
    assert "nood" not in page, "whether somebody looked for a case is no less a secret"
    assert "Iemand die hier werkt" in page
    assert "ignal" not in page
    for name in (worker.name, owner.name, PLANTED):
        assert name not in page
    assert "Niemand keek" in client.get("/family/trail?until=2020-01-01").text
    assert "Who looked" not in page


def test_a_parent_reads_only_of_the_own_children(
    client: FlaskClient, make: Make, here: Organisation, worker: User, parent: User, child: Child
) -> None:
    other = make.child(make.family(here))
    client.sign_in(worker)
    client.get(f"/children/{other.id}")
    client.sign_in(parent)
    assert "Niemand keek" in client.get("/family/trail").text


def at_night(session: Session, worker: User, signal: Signal) -> None:
    with clock.stopped(A_WEDNESDAY + timedelta(hours=14)), unit_of_work(session):
        record(session, worker.actor(), "signal.read", signal.id)


def test_the_worker_makes_a_list_every_week_and_the_officer_settles_it(
    client: FlaskClient, session: Session, worker: User, officer: User, signal: Signal
) -> None:
    at_night(session, worker, signal)
    with clock.stopped(A_WEDNESDAY + timedelta(days=5)):
        for _ in range(2):
            JOBS["trail.review"].do(session, "trail.review")
    found = session.scalars(select(TrailFinding).order_by(TrailFinding.rule)).all()
    assert [one.rule for one in found] == [Rule.AT_NIGHT, Rule.NOT_INVOLVED]
    client.sign_in(officer)
    assert "Willem Works" in client.get("/striking").text
    at = f"/striking/{found[0].id}"
    assert client.post(at, data={"outcome": ""}).status_code == 422
    assert client.post(at, data={"outcome": "talked"}).status_code == 303
    assert "Iemand heeft hier al naar gekeken" in client.post(at, data={"outcome": "expected"}).text
    session.refresh(found[0])
    assert (found[0].outcome, found[0].seen_by_id) == (Outcome.TALKED, officer.id)
    deeds = session.scalars(select(AuditEntry.deed).where(AuditEntry.subject_id == found[0].id))
    assert set(deeds) >= {"trail.noticed", "trail.looked_at"}


def test_the_protection_officer_looks_too_and_nobody_settles_what_is_about_themselves(
    client: FlaskClient, session: Session, make: Make, here: Organisation, officer: User,
    worker: User, child: Child,
) -> None:  # fmt: skip
    protector = make.user(Role.PROTECTION_OFFICER, organisation=here, name="Petra Protects")
    found = [
        make.save(
            TrailFinding(
                organisation_id=here.id, week=A_WEDNESDAY.date(), rule=Rule.AT_NIGHT,
                person_id=person.id, times=2,
            )
        )
        for person in (worker, protector, officer)
    ]  # fmt: skip
    works = make.membership(protector, Role.WORKER, here).id
    looked = protector.actor(works)
    service.break_glass(session, looked, child.id, Plea(need=Need.MISSING, reason=WHY))
    for person, own in ((protector, found[1]), (officer, found[2])):
        client.sign_in(person)
        listed = client.get("/striking").text
        assert "Willem Works" in listed
        assert (WHY in listed) is (person is officer)
        assert f"/striking/{own.id}" not in listed
        assert client.get(f"/striking/{own.id}").status_code == 404
        assert client.post(f"/striking/{own.id}", data={"outcome": "talked"}).status_code == 404
    client.sign_in(protector)
    settled = client.post(f"/striking/{found[0].id}", data={"outcome": "talked"})
    assert settled.status_code == 303
    assert "/trail?" not in client.get(f"/striking/{found[2].id}").text


def test_the_officer_of_another_organisation_finds_no_finding(
    client: FlaskClient, session: Session, make: Make, worker: User, signal: Signal
) -> None:
    at_night(session, worker, signal)
    service.review(session, (A_WEDNESDAY + timedelta(days=5)).date())
    client.sign_in(make.user(Role.PRIVACY_OFFICER))
    found = session.scalars(select(TrailFinding)).first()
    assert found
    assert client.get(f"/striking/{found.id}").status_code in (403, 404)
    assert "Willem Works" not in client.get("/striking").text


def test_the_officer_reads_why_somebody_could_not_wait(
    client: FlaskClient, session: Session, worker: User, officer: User, child: Child
) -> None:
    service.break_glass(session, worker.actor(), child.id, Plea(need=Need.MISSING, reason=WHY))
    client.sign_in(officer)
    assert WHY in client.get("/striking").text
    assert session.scalars(select(AuditEntry).where(AuditEntry.deed == "trail.read")).one()


def test_when_the_child_is_forgotten_nobody_looked(
    session: Session, here: Organisation, worker: User, child: Child
) -> None:
    service.break_glass(session, worker.actor(), child.id, Plea(need=Need.MISSING, reason=WHY))
    erase(session, SYSTEM, here.id, Kind.FAMILY, [child.family_id])
    assert session.scalars(select(BreakGlass)).all() == []
