"""Being away: who stands in sees and does what one may, from the first day to the last."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.absences import queries, rules, service
from kinderwerk.absences.rules import Lack, Leave
from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import SYSTEM, Action, Facts, Resource, Role
from kinderwerk.access_requests import service as access_requests
from kinderwerk.access_requests.rules import Receipt
from kinderwerk.accounts import away
from kinderwerk.accounts import queries as accounts
from kinderwerk.accounts.models import Away, Organisation, User
from kinderwerk.activities.duties import Duty
from kinderwerk.activities.models import Shift
from kinderwerk.audit import service as audit
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import render
from kinderwerk.safety import service as safety
from kinderwerk.safety.models import DataBreach, Incident
from kinderwerk.safety.rules import Capture as Happened
from kinderwerk.safety.rules import IncidentKind, Severity
from kinderwerk.signals import queries as signals
from kinderwerk.signals import service as signals_service
from kinderwerk.signals.models import Signal
from kinderwerk.signals.queries import Choice
from kinderwerk.signals.rules import Area, Capture, Level, Note, NoteKind, Subject
from kinderwerk.staffing import service as staffing
from kinderwerk.staffing.rules import Post
from kinderwerk.storage.work import unit_of_work
from kinderwerk.trail import queries as trail
from kinderwerk.trail import service as trail_service
from kinderwerk.trail.models import TrailFinding
from kinderwerk.trail.rules import Need, Plea, Rule
from tests.club import Club
from tests.make import Make
from tests.planted import PLANTED

CASES = (
    Resource.SIGNAL, Resource.SUPPORT, Resource.REFERRAL, Resource.CODE_CASE, Resource.INCIDENT,
)  # fmt: skip
NOW, A_DAY = clock.now(), timedelta(days=1)
TODAY = clock.to_wall(NOW).date()
FIRST, LAST = TODAY + timedelta(days=3), TODAY + timedelta(days=6)


@pytest.fixture(autouse=True)
def today_stays_today() -> Iterator[None]:
    """Also in a run that goes on past midnight."""
    with clock.stopped(NOW):
        yield


@pytest.fixture
def worker(make: Make, here: Organisation) -> User:
    return make.worker(organisation=here, name="Wim")


@pytest.fixture
def colleague(make: Make, here: Organisation) -> User:
    return make.worker(organisation=here, name="Carla")


@pytest.fixture
def officer(make: Make, here: Organisation) -> User:
    return make.user(Role.PROTECTION_OFFICER, organisation=here, name="Olga")


def carried(session: Session, make: Make, here: Organisation, who: User) -> Signal:
    fact = Note(kind=NoteKind.FACT_OWN, text=f"Alone, {PLANTED}.", observed_on=clock.today())
    capture = Capture(
        subject=Subject.CHILD, child_id=make.child(make.family(here)).id, family_id=None,
        neighbourhood_id=None, area=Area.FAMILY, level=Level.CONCERN, fact=fact,
    )  # fmt: skip
    return signals_service.write_down(session, who.actor(), capture)


def goes(
    session: Session, who: User, deputy: User | None, first: date = FIRST, last: date = LAST
) -> Away:
    held = who.current_memberships[0].id
    leave = Leave(first=first, last=last, deputy_id=deputy.id if deputy else None)
    return service.go(session, who.actor(), held, leave)


@contextmanager
def on(session: Session, day: date) -> Iterator[None]:
    with clock.stopped(clock.now() + (day - clock.today())):
        session.rollback()
        yield
    session.rollback()


def test_who_stands_in_reads_and_carries_from_the_first_day_to_the_last(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    colleague: User,
) -> None:  # fmt: skip
    signal = carried(session, make, here, worker)
    path, id = f"/signals/{signal.id}", signal.id
    goes(session, worker, colleague)
    for day, opens in (
        (FIRST - timedelta(days=1), False), (FIRST, True), (LAST, True),
        (LAST + timedelta(days=1), False),
    ):  # fmt: skip
        with on(session, day):
            client.sign_in(colleague)
            assert client.get(path).status_code == (200 if opens else 404), day
            listed = signals.visible(session, colleague.actor(), Choice(mine=True))
            assert [one.id for one in listed] == ([id] if opens else []), day
            note = client.post(f"{path}/note", data={
                "kind": "fact_own", "text": "Was there.", "observed_on": day.isoformat(),
                "protective": "risk",
            })  # fmt: skip
            assert note.status_code == (303 if opens else 404), day


def test_every_kind_of_case_opens_on_those_days_and_only_where_they_were_named(
    session: Session, make: Make, here: Organisation, worker: User, colleague: User
) -> None:
    goes(session, worker, colleague)
    there = make.organisation()
    make.membership(colleague, Role.WORKER, there)
    session.rollback()
    elsewhere = next(one.id for one in colleague.current_memberships if one.organisation == there)
    for day, opens in ((TODAY, False), (FIRST, True), (LAST, True), (LAST + A_DAY, False)):
        with on(session, day):
            for resource in CASES:
                case = Facts(organisation_id=here.id, owner_id=worker.id)
                assert permits(colleague.actor(), Action.EDIT, resource, case) is opens
                other = Facts(organisation_id=there.id, owner_id=worker.id)
                assert not permits(colleague.actor(elsewhere), Action.VIEW, resource, other)


def test_who_stands_in_for_the_officer_acts_as_one_and_only_then(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    colleague: User, officer: User,
) -> None:  # fmt: skip
    signal = carried(session, make, here, worker)
    path = f"/signals/{signal.id}"
    role = officer.current_memberships[0].id
    goes(session, officer, colleague)
    client.sign_in(colleague)
    client.post("/act", data={"membership": str(role)})
    assert client.get(path).status_code == 404
    with on(session, FIRST):
        client.sign_in(colleague)
        assert "Olga" in client.get("/act").text
        assert client.get(path).status_code == 404
        assert "Werk in die rol" in client.get("/today").text
        client.post("/act", data={"membership": str(role)})
        assert client.get(path).status_code == 200
        there = client.get("/today").text
        assert "Olga" in there
        assert "Werk in die rol" not in there, "that is what they do already"
        assert client.get("/team/me").status_code == 404
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.actor_id, entry.membership_id) == (colleague.id, role)
    with on(session, LAST + timedelta(days=1)):
        client.sign_in(colleague)
        client.post("/act", data={"membership": str(role)})
        assert client.get(path).status_code == 404


def test_mail_goes_to_who_stands_in(
    session: Session, make: Make, here: Organisation, colleague: User, officer: User
) -> None:
    volunteer = make.user(Role.VOLUNTEER, organisation=here)
    goes(session, officer, colleague, first=TODAY)
    fact = Note(kind=NoteKind.FACT_OWN, text="Cold hands.", observed_on=TODAY)
    capture = Capture(
        subject=Subject.UNKNOWN, child_id=None, family_id=None, neighbourhood_id=None,
        area=Area.SOCIAL, level=Level.CONCERN, fact=fact,
    )  # fmt: skip
    signal = signals_service.pass_on(session, volunteer.actor(), capture)
    assert signal.owner_id == officer.id
    waits = select(Message.address).where(Message.template == "signal_waits")
    assert session.scalars(waits).all() == [colleague.email]
    assert away.reached(session, here.id, [officer, colleague]) == [colleague]


def test_nobody_stands_in_for_who_is_of_the_family_and_the_officer_sees_it(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    colleague: User, officer: User,
) -> None:  # fmt: skip
    child = make.child(make.family(here, colleague))
    signal = carried(session, make, here, worker)
    own = make.save(
        Signal(
            organisation_id=here.id, author_id=worker.id, owner_id=worker.id,
            subject=Subject.CHILD, area=Area.FAMILY, level=Level.CONCERN, child=child,
            observed_on=TODAY, review_on=TODAY, neighbourhood=None,
        )
    )  # fmt: skip
    goes(session, worker, colleague, first=TODAY)
    client.sign_in(colleague)
    assert client.get(f"/signals/{signal.id}").status_code == 200
    assert client.get(f"/signals/{own.id}").status_code == 404
    (alone,) = queries.alone(session, here.id)
    assert (alone.user_id, alone.lack) == (worker.id, Lack.BOTH)
    assert [many for _, many in alone.counts] == [1]
    client.sign_in(officer)
    assert worker.name in client.get("/today").text


def test_what_somebody_carried_who_left_goes_to_a_colleague_unread(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    colleague: User, officer: User,
) -> None:  # fmt: skip
    signal = carried(session, make, here, worker)
    goes(session, colleague, worker)
    held = worker.current_memberships[0]
    page, choice = f"/away/left/{held.id}", {"signals": str(colleague.id)}
    client.sign_in(officer)
    assert client.post(page, data=choice).status_code == 404
    with unit_of_work(session):
        held.ended_at = clock.now()
        audit.record(session, SYSTEM, "test.made", held.id)
    assert [one.deputy for one in queries.to_come(session, officer.actor())] == [None]
    assert page in client.get("/today").text
    assert page in client.get("/away/everybody").text
    assert client.post(page, data={"signals": str(worker.id)}).status_code == 422
    client.sign_in(make.user(Role.COORDINATOR, organisation=here))
    assert page not in client.get("/away/everybody").text
    client.sign_in(make.user(Role.PROTECTION_OFFICER))
    assert client.post(page, data=choice).status_code == 404
    client.sign_in(officer)
    assert client.post(page, data=choice).status_code == 303
    session.refresh(signal)
    assert signal.owner_id == colleague.id
    assert queries.alone(session, here.id) == []
    told = select(Message.address).where(Message.template == "accounts.handed_over")
    assert colleague.email in session.scalars(told).all()
    assert "</form>" not in client.get(page).text.split("<main")[1].split("</main")[0]


def test_the_officer_is_told_once_when_nobody_is_there(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    colleague: User, officer: User,
) -> None:  # fmt: skip
    coordinator = make.user(Role.COORDINATOR, organisation=here)
    carried(session, make, here, worker)
    goes(session, worker, None, first=TODAY)
    for _ in "ab":
        service.watch(session)
    told = session.scalars(select(Message).where(Message.template == "absences.alone")).all()
    assert [one.address for one in told] == [officer.email]
    with client.application.test_request_context():
        mail = render(session, told[0])
    assert mail is not None
    assert worker.name not in mail.text
    client.sign_in(coordinator)
    page = client.get("/away/everybody").text
    assert worker.name in page
    assert "Open signalen" not in page
    client.sign_in(officer)
    assert "Open signalen" in client.get("/away/everybody").text
    held = worker.current_memberships[0].id
    data = {"first": (LAST + timedelta(days=9)).isoformat(), "last": LAST.isoformat()}
    assert client.post(f"/away/of/{held}", data=data).status_code == 422


def test_the_coordinator_is_told_when_no_officer_is_there(
    session: Session, make: Make, here: Organisation, officer: User, colleague: User
) -> None:
    coordinator = make.user(Role.COORDINATOR, organisation=here)
    made = goes(session, officer, None, first=TODAY)
    for _ in "ab":
        service.watch(session)
    told = select(Message.address).where(Message.template == "absences.officer")
    assert session.scalars(told).all() == [coordinator.email]
    service.come_back(session, officer.actor(), made.id)
    assert queries.officer_away(session, here.id) == []
    goes(session, officer, colleague, first=TODAY)
    assert queries.officer_away(session, here.id) == []


def test_a_serious_incident_and_a_data_breach_reach_who_stands_in_and_open_to_them(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    colleague: User,
) -> None:  # fmt: skip
    leading = make.user(Role.COORDINATOR, organisation=here)
    guard = make.user(Role.PRIVACY_OFFICER, organisation=here)
    for who in (leading, guard):
        goes(session, who, colleague, first=TODAY)
    for kind in (IncidentKind.INJURY, IncidentKind.DATA_BREACH):
        severity = Severity.HOSPITAL if kind is IncidentKind.INJURY else Severity.PLASTER
        wish = Happened(kind=kind, severity=severity, happened_at=clock.now(), what="So.",
                        once=uuid4())  # fmt: skip
        safety.write_down(session, worker.actor(), wish)
    told = select(Message.template, Message.address).where(Message.template.endswith("_waits"))
    assert {tuple(one) for one in session.execute(told)} == {
        ("incident_waits", colleague.email), ("breach_waits", colleague.email)
    }  # fmt: skip
    client.sign_in(colleague)
    assert "/act" in client.get("/today").text
    incident, breach = (session.scalars(select(one.id)).first() for one in (Incident, DataBreach))
    for who, page in ((leading, f"/incidents/{incident}"), (guard, f"/data-breaches/{breach}")):
        assert client.get(page).status_code == 404
        client.post("/act", data={"membership": str(who.current_memberships[0].id)})
        assert client.get(page).status_code == 200


def test_no_protection_officer_stands_in_for_the_privacy_officer(
    session: Session, make: Make, here: Organisation, colleague: User, officer: User
) -> None:
    guard = make.user(Role.PRIVACY_OFFICER, organisation=here)
    one = queries.person(session, guard.current_memberships[0].id)
    assert {each.id for each in queries.able(session, one)} == {colleague.id}
    leading = make.user(Role.COORDINATOR, organisation=here)
    goes(session, guard, None, first=TODAY)
    for _ in "ab":
        service.watch(session)
    told = select(Message.address).where(Message.template == "absences.privacy_officer")
    assert session.scalars(told).all() == [leading.email]


def test_whoever_writes_about_a_colleague_hears_that_the_adviser_is_away(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User
) -> None:
    adviser = make.user(Role.CONFIDANT, organisation=here)
    client.sign_in(worker)
    data = {"kind": "boundary_violation", "severity": "1", "what": "Shouted.", "by_staff": "y",
            "once": str(uuid4()), "happened_at": f"{TODAY.isoformat()}T00:00"}  # fmt: skip
    assert "waits" not in client.post("/incidents/new", data=data).location
    goes(session, adviser, None, first=TODAY)
    written = client.post("/incidents/new", data=data | {"once": str(uuid4())})
    assert "waits" in written.location
    assert client.get(written.location).status_code == 200


def test_who_stands_in_for_the_officer_hears_of_an_access_request_and_of_striking_reading(
    session: Session, make: Make, here: Organisation, worker: User, colleague: User, officer: User
) -> None:
    guard = make.user(Role.PRIVACY_OFFICER, organisation=here)
    goes(session, officer, colleague, first=TODAY)
    receipt = Receipt(family_id=make.family(here).id, asked_by="She.", received_on=TODAY)
    access_requests.receive(session, worker.actor(), receipt)
    told = select(Message.address).where(Message.template == "access_request_waits")
    assert set(session.scalars(told)) == {colleague.email, guard.email}
    assert trail.to_hear(session, here.id, {worker.id}) == [guard, colleague]
    assert trail.to_hear(session, here.id, {officer.id}) == [guard]
    assert trail.to_hear(session, here.id, {colleague.id}) == [guard]


def test_a_deputy_who_is_away_too_or_left_is_nobody(
    session: Session, make: Make, here: Organisation, worker: User, colleague: User
) -> None:
    carried(session, make, here, worker)
    goes(session, worker, colleague, first=TODAY)
    assert queries.alone(session, here.id) == []
    goes(session, colleague, None, first=TODAY)
    assert [one.user_id for one in queries.alone(session, here.id)] == [worker.id]
    assert away.deputies(session, here.id)[worker.id] is None


def test_somebody_names_a_colleague_who_may_and_is_there(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    colleague: User,
) -> None:  # fmt: skip
    volunteer = make.user(Role.VOLUNTEER, organisation=here, name="Vera")
    afar = make.worker(organisation=here, neighbourhood_id=make.neighbourhood().id, name="Alma")
    elsewhere = make.worker(name="Els")
    client.sign_in(worker)
    page = client.get("/away/").text
    assert "Carla" in page
    days = {"first": FIRST.isoformat(), "last": LAST.isoformat()}
    for nobody in (volunteer, afar, elsewhere, worker):
        assert nobody is worker or nobody.name not in page
        sent = client.post("/away/", data=days | {"deputy_id": str(nobody.id)})
        assert sent.status_code == 422
    goes(session, colleague, None)
    late = client.post("/away/", data=days | {"deputy_id": str(colleague.id)})
    assert late.status_code == 422
    assert client.post("/away/", data=days).status_code == 303
    assert client.post("/away/", data=days).status_code == 422
    (made,) = session.scalars(select(Away).where(Away.user_id == worker.id))
    client.sign_in(colleague)
    assert client.post(f"/away/{made.id}/back").status_code == 404
    client.sign_in(worker)
    assert client.post(f"/away/{made.id}/back").status_code == 303
    assert session.scalars(select(Away).where(Away.user_id == worker.id)).all() == []


def test_a_coordinator_names_somebody_for_who_is_ill_and_both_hear_of_it(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    colleague: User, officer: User,
) -> None:  # fmt: skip
    client.sign_in(make.user(Role.COORDINATOR, organisation=here))
    data = {"first": TODAY.isoformat(), "last": LAST.isoformat(), "deputy_id": str(colleague.id)}
    held = worker.current_memberships[0].id
    assert client.post(f"/away/of/{held}", data=data).status_code == 303
    told = select(Message).where(Message.template == "absences.told")
    found = session.scalars(told).all()
    assert {one.address for one in found} == {worker.email, colleague.email, officer.email}
    with client.application.test_request_context():
        assert all(render(session, one) for one in found)
    client.sign_in(colleague)
    assert "Wim" in client.get("/today").text
    elsewhere = make.user(Role.COORDINATOR)
    client.sign_in(elsewhere)
    assert client.post(f"/away/of/{held}", data=data).status_code == 404


def test_days_long_gone_are_forgotten(session: Session, worker: User, colleague: User) -> None:
    id = goes(session, worker, colleague, first=TODAY, last=TODAY).id
    with on(session, TODAY + rules.KEPT + timedelta(days=2)):
        service.tidy(session)
    assert session.get(Away, id) is None
    assert accounts.by_id(session, colleague.id) is not None


@given(st.dates(TODAY, TODAY + timedelta(days=60)), st.integers(0, 20), st.integers(-30, 30))
def test_days_overlap_when_they_share_one(first: date, long: int, shift: int) -> None:
    last = first + timedelta(days=long)
    other = (first + timedelta(days=shift), last + timedelta(days=shift))
    days = {first + timedelta(days=n) for n in range(long + 1)}
    theirs = {other[0] + timedelta(days=n) for n in range(long + 1)}
    assert rules.overlap(Leave(first=first, last=last, deputy_id=uuid4()), [other]) == bool(
        days & theirs
    )


def test_who_stands_in_is_no_stranger_in_the_weekly_list_and_judges_no_one_they_replace(
    session: Session, make: Make, here: Organisation, worker: User, colleague: User, officer: User
) -> None:
    monday = TODAY - timedelta(days=TODAY.weekday())
    with on(session, monday):
        signal = carried(session, make, here, worker)
        goes(session, worker, colleague, first=monday, last=monday)
        session.rollback()
        signals_service.read(session, colleague.actor(), signals.by_id(session, signal.id))
    found = trail.involved(session, here.id, monday)
    assert colleague.id in found[signal.id]
    goes(session, officer, colleague, first=TODAY)
    finding = make.save(
        TrailFinding(
            organisation_id=here.id, week=monday, rule=Rule.AT_NIGHT, person_id=officer.id, times=1
        )
    )  # fmt: skip
    session.rollback()
    acting = colleague.actor(officer.current_memberships[0].id)
    assert acting.role is Role.PROTECTION_OFFICER
    assert not permits(acting, Action.EDIT, Resource.FINDING, finding.facts)
    assert trail.findings(session, acting) == []


def test_shifts_open_again_when_somebody_leaves_and_the_team_hears_of_it(
    client: FlaskClient, session: Session, make: Make
) -> None:
    club = Club(session, make)
    helper = make.user(Role.VOLUNTEER, organisation=club.here)
    coordinator = make.user(Role.COORDINATOR, organisation=club.here)
    admin = make.user(Role.ADMIN, organisation=club.here)
    with clock.stopped(club.date.starts_at - timedelta(days=3)):
        wish = Post(duty=Duty.HELPS, user_id=helper.id)
        staffing.post(session, coordinator.actor(), club.date.id, wish)
        client.sign_in(admin)
        held = helper.current_memberships[0].id
        assert client.post(f"/people/{held}/end").status_code == 303
        (shift,) = session.scalars(select(Shift).where(Shift.occurrence_id == club.date.id))
        assert shift.user_id is None
        told = session.scalars(select(Message.address).where(Message.template == "staffing.open"))
        assert {coordinator.email, club.worker.email} <= set(told)
        client.sign_in(club.worker)
        assert client.get("/shifts/open").status_code == 200


def test_with_nobody_who_watches_the_coordinator_hears_that_somebody_looked(
    session: Session, make: Make, here: Organisation, worker: User
) -> None:
    coordinator = make.user(Role.COORDINATOR, organisation=here)
    child = make.child(make.family(here))
    plea = Plea(need=Need.DANGER, reason="She is not home and nobody knows where.")
    trail_service.break_glass(session, worker.actor(), child.id, plea)
    told = session.scalars(select(Message.address).where(Message.template == "emergency_looked"))
    assert told.all() == [coordinator.email]
