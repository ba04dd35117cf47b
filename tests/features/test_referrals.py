"""Referrals: asked before they are sent, carried until somebody took over, read by few."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.facts.models import Cell
from kinderwerk.facts.rules import Level, Measure
from kinderwerk.facts.service import deviations
from kinderwerk.families.models import Child
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import render
from kinderwerk.partners.models import Partner
from kinderwerk.places.models import Neighbourhood
from kinderwerk.referrals import queries, rules, service
from kinderwerk.referrals.models import Referral, ReferralStep
from kinderwerk.referrals.queries import Filters
from kinderwerk.referrals.rules import (
    Consent,
    ConsentMethod,
    Kind,
    Outcome,
    Prepare,
    Showing,
    Shown,
    Status,
    Step,
    Subject,
)
from kinderwerk.signals import rules as signal_rules
from kinderwerk.signals import service as signals
from kinderwerk.signals.models import Signal
from kinderwerk.storage.sealing import seal
from kinderwerk.support.models import Trajectory
from kinderwerk.support.rules import Topic
from tests.conftest import reads
from tests.make import Make
from tests.pages import hidden
from tests.planted import PLANTED
from tests.shares import let_in, letting_in

NOTE = f"Mother asks for help with the forms, {PLANTED}."
#: How a service says that something is not there.
MISSING = (Withheld, NoResultFound)
MONDAY = datetime(2031, 5, 12, 9, tzinfo=UTC)
YES = Consent(method=ConsentMethod.ORAL, parents=True, young=True, by="Both", on=date(2024, 1, 1))


@pytest.fixture
def area(make: Make) -> Neighbourhood:
    return make.neighbourhood()


@pytest.fixture
def child(make: Make, here: Organisation, area: Neighbourhood) -> Child:
    return make.child(make.family(here), neighbourhood=area)


@pytest.fixture
def partner(make: Make, here: Organisation) -> Partner:
    return make.partner(here, name="Neighbourhood team The Bridge")


def wish(partner: Partner, child: Child | None, **given: Any) -> Prepare:
    usual: dict[str, Any] = {
        "partner_id": partner.id, "kind": Kind.WARM, "subject": Subject.CHILD,
        "child_id": child and child.id, "note": NOTE, "consent": YES,
    }  # fmt: skip
    return Prepare(**usual | given)


@pytest.fixture
def referral(session: Session, worker: User, partner: Partner, child: Child) -> Referral:
    return service.prepare(session, worker.actor(), wish(partner, child))


def filled(partner: Partner, child: Child | None, **given: str) -> dict[str, str]:
    return {
        "partner_id": str(partner.id), "kind": "warm", "subject": "child", "note": NOTE,
        "child_id": str(child.id) if child else "", "consent": "oral", "parents_agreed": "y",
        "consent_by": "Her mother", "consent_on": clock.today().isoformat(),
    } | given  # fmt: skip


def go_on(session: Session, by: User, referral: Referral, *statuses: Status) -> Referral:
    for status in statuses:
        if status is Status.SENT:
            service.show(session, by.actor(), referral, None, Showing(how=Shown.TOGETHER))
        step = Step(
            status=status, taken_over_by="Noor Dekker", watched_by="Noor Dekker",
            outcome=Outcome.HELP_STARTED,
        )  # fmt: skip
        service.go_on(session, by.actor(), referral, None, step)
    return referral


def deeds(session: Session, referral: Referral) -> list[str]:
    return list(
        session.scalars(
            select(AuditEntry.deed)
            .where(AuditEntry.subject_id == referral.id)
            .order_by(AuditEntry.id)
        )
    )


def counted(session: Session) -> dict[Level, int]:
    cells = session.scalars(select(Cell).where(Cell.measure == Measure.REFERRALS, Cell.n > 0))
    return {cell.level: cell.n for cell in cells}


def test_a_worker_prepares_a_referral_and_reads_it_back(
    client: FlaskClient, session: Session, worker: User, partner: Partner, child: Child
) -> None:
    client.sign_in(worker)
    shown = client.get(f"/referrals/new?child={child.id}&partner={partner.id}")
    assert f'selected value="{child.id}"' in shown.text
    assert f'selected value="{partner.id}"' in shown.text
    answer = client.post("/referrals/new", data=filled(partner, child), follow_redirects=True)
    assert answer.status_code == 200
    for words in (NOTE, partner.name, child.first_name, "Her mother", worker.name):
        assert words in answer.text
    made = session.scalars(select(Referral)).one()
    assert (made.status, made.owner_id) == (Status.PREPARED, worker.id)
    stored = session.execute(text("SELECT note FROM referral")).scalars().one()
    assert PLANTED.encode() not in bytes(stored)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"partner_id": ""}, "partner_id"),
        ({"partner_id": str(uuid4())}, "partner_id"),
        ({"child_id": ""}, "child_id"),
        ({"child_id": str(uuid4())}, "child_id"),
        ({"subject": "family", "child_id": ""}, "child_id"),
        ({"note": ""}, "note"),
        ({"note": "x" * 2001}, "note"),
        ({"note": "Her number is 111222333"}, "note"),
        ({"kind": "report"}, "kind"),
        ({"consent": "portal"}, "consent"),
        ({"consent": "nonsense"}, "consent"),
        ({"parents_agreed": ""}, "parents_agreed"),
        ({"consent_by": ""}, "consent_by"),
        ({"consent_on": ""}, "consent_on"),
        ({"consent_on": "2999-01-01"}, "consent_on"),
        ({"consent": "without"}, "consent_reason"),
        ({"consent": "without", "consent_reason": "Danger."}, "parents_told"),
    ],
)
def test_what_cannot_be_is_blamed_on_its_field(
    client: FlaskClient, session: Session, worker: User, partner: Partner, child: Child,
    wrong: dict[str, str], field: str,
) -> None:  # fmt: skip
    client.sign_in(worker)
    answer = client.post("/referrals/new", data=filled(partner, child) | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "111222333" not in answer.text
    assert session.scalars(select(Referral)).all() == []


@pytest.mark.parametrize(
    ("years", "agreed", "field"),
    [
        (11, {}, None),
        (12, {}, "young_agreed"),
        (15, {"parents_agreed": "", "young_agreed": "y"}, "parents_agreed"),
        (15, {"young_agreed": "y"}, None),
        (16, {}, "young_agreed"),
        (16, {"parents_agreed": "", "young_agreed": "y"}, None),
    ],
)
def test_who_has_to_agree_depends_on_the_age(
    client: FlaskClient, make: Make, here: Organisation, worker: User, partner: Partner,
    years: int, agreed: dict[str, str], field: str | None,
) -> None:  # fmt: skip
    today = clock.today()
    child = make.child(make.family(here), born_on=date(today.year - years, 1, 1))
    client.sign_in(worker)
    answer = client.post("/referrals/new", data=filled(partner, child, **agreed))
    assert answer.status_code == (422 if field else 303)
    assert (f'id="{field}-error"' in answer.text) is bool(field)


def test_a_form_that_is_sent_twice_prepares_one_referral(
    client: FlaskClient, session: Session, worker: User, partner: Partner, child: Child
) -> None:
    client.sign_in(worker)
    data = filled(partner, child, once=hidden(client.get("/referrals/new").text)["once"][0])
    one, other = (client.post("/referrals/new", data=data) for _ in range(2))
    assert one.location == other.location
    assert len(session.scalars(select(Referral)).all()) == 1


def test_it_is_not_sent_before_somebody_was_asked(
    client: FlaskClient, session: Session, worker: User, partner: Partner, child: Child
) -> None:
    client.sign_in(worker)
    client.post("/referrals/new", data=filled(partner, child, consent="pending"))
    made = session.scalars(select(Referral)).one()
    assert made.status is Status.CONSENT_PENDING
    at = f"/referrals/{made.id}"
    assert f"{at}/step/sent" not in client.get(at).text
    assert client.post(f"{at}/step/sent", data={"version": "1"}).status_code == 422
    reason = {
        "version": "1", "consent": "without", "consent_reason": f"In danger, {PLANTED}.",
        "parents_told": "no",
    }  # fmt: skip
    shown = client.post(f"{at}/consent", data=reason, follow_redirects=True)
    assert f"In danger, {PLANTED}." in shown.text
    session.refresh(made)
    assert (made.status, made.parents_told) == (Status.PREPARED, False)
    assert client.post(f"{at}/step/sent", data={"version": "2"}).status_code == 303
    session.refresh(made)
    assert made.status is Status.SENT
    assert made.sent_on == clock.today()


def test_what_was_sent_can_no_longer_be_changed(
    client: FlaskClient, session: Session, worker: User, partner: Partner, referral: Referral
) -> None:
    go_on(session, worker, referral, Status.SENT)
    client.sign_in(worker)
    data = {"version": "2", "partner_id": str(partner.id), "kind": "cold", "note": "Other."}
    assert client.post(f"/referrals/{referral.id}/edit", data=data).status_code == 422
    refused = client.post(
        f"/referrals/{referral.id}/consent", data={"version": "2", "consent": "pending"}
    )
    assert refused.status_code == 422
    assert NOTE in client.get(f"/referrals/{referral.id}").text


def test_it_goes_on_until_it_is_closed_and_every_step_stays(
    client: FlaskClient, session: Session, worker: User, referral: Referral
) -> None:
    client.sign_in(worker)
    at = f"/referrals/{referral.id}"
    course: list[tuple[str, dict[str, str]]] = [
        ("sent", {}), ("received", {"note": f"They rang, {PLANTED}."}), ("first_contact_made", {}),
        ("taken_over", {"taken_over_by": "Noor Dekker"}), ("ended", {}), ("feedback_received", {}),
        ("closed", {"outcome": "help_started"}),
    ]  # fmt: skip
    service.show(session, worker.actor(), referral, None, Showing(how=Shown.TOGETHER))
    for version, (status, said) in enumerate(course, 2):
        assert client.get(f"{at}/step/{status}").status_code == 200
        answer = client.post(f"{at}/step/{status}", data=said | {"version": str(version)})
        assert answer.status_code == 303, status
    shown = client.get(at).text
    for words in (f"They rang, {PLANTED}.", "Noor Dekker", "De hulp is begonnen", worker.name):
        assert words in shown
    assert "/step/" not in shown
    history = [step.status for step in queries.steps(session, referral.id)]
    assert history == [Status.PREPARED, *(Status(status) for status, _ in course)]
    stored = session.scalars(text("SELECT note FROM referral_step WHERE note IS NOT NULL")).all()
    assert not [one for one in stored if PLANTED.encode() in bytes(one)]
    again = {"outcome": "moved", "version": str(len(course) + 2)}
    late = client.post(f"{at}/step/closed", data=again)
    assert late.status_code == 422


@pytest.mark.parametrize(
    ("status", "field"), [("taken_over", "taken_over_by"), ("closed", "outcome")]
)
def test_taking_over_has_a_name_and_closing_an_outcome(
    client: FlaskClient, session: Session, worker: User, referral: Referral, status: str,
    field: str,
) -> None:  # fmt: skip
    go_on(session, worker, referral, Status.SENT)
    client.sign_in(worker)
    answer = client.post(f"/referrals/{referral.id}/step/{status}", data={"version": "3"})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


@pytest.mark.parametrize("status", ["prepared", "consent_pending", "ended", "nonsense"])
def test_what_cannot_follow_is_refused(
    client: FlaskClient, session: Session, worker: User, referral: Referral, status: str
) -> None:
    client.sign_in(worker)
    answer = client.post(f"/referrals/{referral.id}/step/{status}", data={"version": "1"})
    assert answer.status_code == (404 if status == "nonsense" else 422)
    assert len(queries.steps(session, referral.id)) == 1


def test_two_tabs_do_not_overwrite_each_other(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    partner: Partner, referral: Referral,
) -> None:  # fmt: skip
    other = make.partner(here)
    client.sign_in(worker)
    at = f"/referrals/{referral.id}"
    mine = {"version": "1", "partner_id": str(partner.id), "kind": "cold", "note": "Mine."}
    theirs = mine | {"partner_id": str(other.id), "note": f"Theirs, {PLANTED}."}
    assert client.post(f"{at}/edit", data=theirs).status_code == 303
    stale = client.post(f"{at}/edit", data=mine)
    assert stale.status_code == 409
    for words in ("Mine.", f"Theirs, {PLANTED}.", other.name):
        assert words in stale.text
    assert client.post(f"{at}/step/sent", data={"version": "1"}).status_code == 409
    owner = {"version": "1", "owner_id": str(worker.id)}
    assert client.post(f"{at}/hand-over", data=owner).status_code == 409
    asked = {"version": "1", "consent": "pending"}
    assert client.post(f"{at}/consent", data=asked).status_code == 409
    session.refresh(referral)
    assert (referral.status, referral.version) == (Status.PREPARED, 2)


def test_every_reading_is_on_record_and_so_is_the_letter(
    client: FlaskClient, session: Session, worker: User, referral: Referral
) -> None:
    client.sign_in(worker)
    at = f"/referrals/{referral.id}"
    client.get(at)
    letter = client.get(f"{at}/letter").text
    client.get("/referrals/")
    assert deeds(session, referral) == [
        "referral.prepared", "referral.read", "referral.printed",
    ]  # fmt: skip
    organisation = worker.current_memberships[0].organisation
    assert organisation
    for words in (NOTE, organisation.name, referral.partner.name, worker.name, "Both"):
        assert words in letter


def test_the_reason_and_the_notes_of_steps_are_not_in_the_letter(
    client: FlaskClient, session: Session, worker: User, partner: Partner, child: Child
) -> None:
    without = Consent(
        method=ConsentMethod.WITHOUT, reason=f"In danger, {PLANTED}.", parents_told=False
    )
    made = service.prepare(session, worker.actor(), wish(partner, child, consent=without))
    inside = Step(status=Status.SENT, note=f"By bike, {PLANTED}.")
    service.go_on(session, worker.actor(), made, None, inside)
    client.sign_in(worker)
    letter = client.get(f"/referrals/{made.id}/letter").text
    assert NOTE in letter
    assert "In danger" not in letter
    assert "By bike" not in letter


def test_to_others_a_referral_does_not_exist(
    client: FlaskClient, make: Make, here: Organisation, referral: Referral
) -> None:
    strangers = [
        make.worker(organisation=here), make.worker(), make.parent(),
        *(make.user(role, organisation=here) for role in (
            Role.COORDINATOR, Role.PROTECTION_OFFICER, Role.VOLUNTEER, Role.ADMIN,
            Role.PRIVACY_OFFICER, Role.MUNICIPALITY, Role.CONFIDANT,
        )),
    ]  # fmt: skip
    for stranger in strangers:
        client.sign_in(stranger)
        client.get("/sign-in")
        for way in ("", "/letter", "/edit", "/consent", "/step/sent", "/hand-over"):
            there, nowhere = f"/referrals/{referral.id}{way}", f"/referrals/{uuid4()}{way}"
            one, other = client.get(there), client.get(nowhere)
            assert one.status_code == other.status_code == 404
            assert one.data.replace(there.encode(), b"") == other.data.replace(
                nowhere.encode(), b""
            )
        for way in ("share", f"unshare/{uuid4()}"):
            assert client.post(f"/referrals/{referral.id}/{way}").status_code == 404


def test_nobody_refers_the_own_family(
    session: Session, make: Make, here: Organisation, worker: User, partner: Partner
) -> None:
    child = make.child(make.family(here, worker))
    for subject in Subject:
        with pytest.raises(Withheld):
            service.prepare(session, worker.actor(), wish(partner, child, subject=subject))
    assert session.scalars(select(Referral)).all() == []


def test_a_carer_of_the_child_who_lives_elsewhere_never_reads_along(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    partner: Partner,
) -> None:  # fmt: skip
    parent = make.worker(organisation=here)
    child = make.child(make.family(here, parent))
    made = service.prepare(session, worker.actor(), wish(partner, child))
    assert parent not in queries.colleagues(session, made)
    with pytest.raises(Withheld):
        service.share(session, worker.actor(), made, let_in(parent.id))
    with pytest.raises(Withheld):
        service.hand_over(session, worker.actor(), made, None, parent.id)


def test_nothing_of_another_organisation_can_be_named(
    session: Session, make: Make, worker: User, partner: Partner, child: Child
) -> None:
    elsewhere = make.organisation()
    far = make.partner(elsewhere)
    stranger = make.child(make.family(elsewhere))
    for wrong in (wish(far, child), wish(partner, stranger)):
        with pytest.raises(MISSING):
            service.prepare(session, worker.actor(), wrong)
    assert session.scalars(select(Referral)).all() == []


def test_a_partner_that_is_no_longer_used_is_not_offered(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    child: Child,
) -> None:  # fmt: skip
    gone = make.partner(here, retired=True, name="Closed club")
    client.sign_in(worker)
    for path in ("/referrals/new", "/referrals/partner"):
        assert "Closed club" not in client.get(f"{path}?partner={gone.id}").text
    assert "/referrals/new" not in client.get(f"/partners/{gone.id}").text
    with pytest.raises(rules.PartnerRetired):
        service.prepare(session, worker.actor(), wish(gone, child))


def test_a_partner_is_looked_for_and_its_page_leads_to_a_referral(
    client: FlaskClient, make: Make, here: Organisation, worker: User, partner: Partner,
    child: Child,
) -> None:  # fmt: skip
    make.partner(here, name="Football club")
    client.sign_in(worker)
    found = client.get(f"/referrals/partner?q=bridge&child={child.id}").text
    assert "Football club" not in found
    assert f"/referrals/new?partner={partner.id}&amp;child={child.id}" in found
    assert f"/referrals/new?partner={partner.id}" in client.get(f"/partners/{partner.id}").text


@pytest.fixture
def signal(session: Session, worker: User, child: Child) -> Signal:
    fact = signal_rules.Note(
        kind=signal_rules.NoteKind.FACT_OWN, text="Tired.", observed_on=clock.today()
    )
    capture = signal_rules.Capture(
        subject=signal_rules.Subject.CHILD, child_id=child.id, family_id=None,
        neighbourhood_id=None, area=signal_rules.Area.HEALTH, level=signal_rules.Level.CONCERN,
        fact=fact,
    )  # fmt: skip
    return signals.write_down(session, worker.actor(), capture)


def test_a_referral_grows_out_of_a_signal_and_both_pages_know(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    partner: Partner, child: Child, signal: Signal,
) -> None:  # fmt: skip
    client.sign_in(worker)
    assert f"/referrals/new?signal={signal.id}" in client.get(f"/signals/{signal.id}").text
    start = f"/referrals/new?signal={signal.id}"
    assert f'selected value="{child.id}"' in client.get(start).text
    client.post(start, data=filled(partner, child))
    made = session.scalars(select(Referral)).one()
    assert made.signal_id == signal.id
    assert f"/signals/{signal.id}" in client.get(f"/referrals/{made.id}").text
    assert f"/referrals/{made.id}" in client.get(f"/signals/{signal.id}").text
    officer = make.user(Role.PROTECTION_OFFICER, organisation=here)
    client.sign_in(officer)
    assert f"/referrals/{made.id}" not in client.get(f"/signals/{signal.id}").text
    reader = make.worker(organisation=here)
    service.share(session, worker.actor(), made, let_in(reader.id))
    client.sign_in(reader)
    assert f"/signals/{signal.id}" not in client.get(f"/referrals/{made.id}").text


def test_who_may_not_read_where_it_begins_does_not_begin(
    client: FlaskClient, make: Make, here: Organisation, partner: Partner, child: Child,
    signal: Signal,
) -> None:  # fmt: skip
    client.sign_in(make.worker(organisation=here))
    start = f"/referrals/new?signal={signal.id}"
    assert client.get(start).status_code == 404
    assert client.post(start, data=filled(partner, child)).status_code == 404
    client.sign_in(make.worker())
    for name, id in (("child", child.id), ("family", child.family_id), ("signal", uuid4()),
                     ("trajectory", uuid4())):  # fmt: skip
        assert client.get(f"/referrals/new?{name}={id}").status_code == 404


def supported(make: Make, by: User, child: Child, area: Neighbourhood) -> Trajectory:
    made = Trajectory(
        organisation_id=child.organisation_id, family=child.family, author_id=by.id,
        owner_id=by.id, neighbourhood=area, topic=Topic.MONEY, began_on=clock.today(),
        follow_up_on=clock.today(),
    )  # fmt: skip
    seal(make.session, made, question="How do we manage?")
    make.save(made)
    return made


def test_a_family_is_referred_from_its_support(
    client: FlaskClient, session: Session, make: Make, worker: User, partner: Partner,
    child: Child, area: Neighbourhood,
) -> None:  # fmt: skip
    trajectory = supported(make, worker, child, area)
    client.sign_in(worker)
    start = f"/referrals/new?trajectory={trajectory.id}"
    assert client.get(start).status_code == 200
    answer = client.post(start, data=filled(partner, None, subject="family"), follow_redirects=True)
    assert trajectory.family.carers[0].name in answer.text
    assert f"/support/{trajectory.id}" in answer.text
    made = session.scalars(select(Referral)).one()
    page = client.get(f"/support/{trajectory.id}").text
    assert f"/referrals/{made.id}" in page
    assert f"{start}" in page
    assert (made.trajectory_id, made.family_id, made.child_id) == (
        trajectory.id, trajectory.family_id, None,
    )  # fmt: skip
    assert made.neighbourhood_id == trajectory.neighbourhood_id


@pytest.mark.parametrize("begins", ["child", "family", "trajectory"])
def test_a_worker_of_one_neighbourhood_refers_who_lives_there(
    client: FlaskClient, session: Session, make: Make, here: Organisation, partner: Partner,
    child: Child, area: Neighbourhood, begins: str,
) -> None:  # fmt: skip
    near = make.worker(organisation=here, neighbourhood_id=area.id)
    far = make.worker(organisation=here, neighbourhood_id=make.neighbourhood().id)
    given: dict[str, Any] = {"subject": Subject.CHILD if begins == "child" else Subject.FAMILY}
    if begins == "trajectory":
        grown = supported(make, near, child, area)
        given |= {"trajectory_id": grown.id, "family_id": grown.family_id, "child_id": None}
    made = service.prepare(session, near.actor(), wish(partner, child, **given))
    assert made.neighbourhood_id == area.id
    client.sign_in(near)
    assert client.get(f"/referrals/{made.id}").status_code == 200
    with pytest.raises(MISSING):
        service.prepare(session, far.actor(), wish(partner, child, **given))
    assert len(session.scalars(select(Referral)).all()) == 1


def test_the_child_page_leads_to_a_referral_and_shows_what_can_be_read(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    child: Child, referral: Referral,
) -> None:  # fmt: skip
    client.sign_in(worker)
    page = client.get(f"/children/{child.id}").text
    assert f"/referrals/new?child={child.id}" in page
    assert f"/referrals/{referral.id}" in page
    client.sign_in(make.worker(organisation=here))
    assert f"/referrals/{referral.id}" not in client.get(f"/children/{child.id}").text


def test_handing_over_takes_the_referral_along_and_says_only_that_it_waits(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    referral: Referral,
) -> None:  # fmt: skip
    colleague = make.worker(organisation=here)
    client.sign_in(worker)
    data = {"version": "1", "owner_id": str(colleague.id)}
    assert client.post(f"/referrals/{referral.id}/hand-over", data=data).status_code == 303
    assert client.get(f"/referrals/{referral.id}").status_code == 404
    told = session.scalars(select(Message)).one()
    assert (told.address, told.subject_ids) == (
        colleague.email, {"referral_id": str(referral.id)},
    )  # fmt: skip
    with client.application.test_request_context():
        mail = render(session, told)
    assert mail
    assert "/referrals/" in mail.text
    for words in (referral.partner.name, str(referral.id), PLANTED):
        assert words not in mail.text
    client.sign_in(colleague)
    assert client.get(f"/referrals/{referral.id}").status_code == 200


def test_sharing_lets_a_colleague_in_and_out(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    referral: Referral,
) -> None:  # fmt: skip
    colleague, elsewhere = make.worker(organisation=here), make.worker()
    at = f"/referrals/{referral.id}"
    client.sign_in(worker)
    client.post(f"{at}/share", data=letting_in(elsewhere.id))
    client.post(f"{at}/share", data=letting_in(colleague.id))
    other = client.application.test_client()
    other.sign_in(elsewhere)
    assert other.get(at).status_code == 404
    other.sign_in(colleague)
    assert NOTE in other.get(at).text
    client.post(f"{at}/unshare/{colleague.id}")
    assert other.get(at).status_code == 404
    assert {"referral.shared", "referral.unshared"} <= set(deeds(session, referral))


def test_referrals_count_on_the_day_they_are_sent_and_stay_exact(
    client: FlaskClient, session: Session, worker: User, partner: Partner, child: Child
) -> None:
    actor = worker.actor()
    with clock.stopped(MONDAY):
        made = service.prepare(session, actor, wish(partner, child))
    assert counted(session) == {}
    with clock.stopped(MONDAY + timedelta(days=60)):
        go_on(session, worker, made, Status.SENT)
    cells = session.scalars(select(Cell).where(Cell.measure == Measure.REFERRALS)).all()
    assert {cell.period for cell in cells} == {"2031", "2031-H2", "2031-Q3"}
    assert {cell.level for cell in cells} == {Level.WHOLE, Level.DISTRICT, Level.NEIGHBOURHOOD}
    go_on(session, worker, made, Status.TAKEN_OVER, Status.CLOSED)
    dropped = service.prepare(session, actor, wish(partner, child))
    go_on(session, worker, dropped, Status.DECLINED_BY_FAMILY, Status.CLOSED)
    assert set(counted(session).values()) == {1}
    assert deviations(session, queries.contributions(session)) == []


def test_what_takes_too_long_is_asked_about_today(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    partner: Partner, child: Child,
) -> None:  # fmt: skip
    actor = worker.actor()

    def sent(*then: Status) -> Referral:
        return go_on(
            session, worker, service.prepare(session, actor, wish(partner, child)), Status.SENT,
            *then,
        )  # fmt: skip

    with clock.stopped(MONDAY):
        silent, received, waiting = sent(), sent(Status.RECEIVED), sent(Status.WAITING_LIST)
    third_week = 24  # after Ascension Day and Whit Monday
    for days, late in ((7, set()), (8, {silent.id}), (third_week - 1, {silent.id}),
                       (third_week, {silent.id, received.id})):  # fmt: skip
        with clock.stopped(MONDAY + timedelta(days=days)):
            due = queries.due(session, actor)
            assert {line.id for line in due} == late, days
            listed = queries.listed(session, actor, Filters())
            assert {line.id for line in listed if line.nudge} == late
            overdue = queries.listed(session, actor, Filters(overdue=True))
            assert {line.id for line in overdue} == late
    assert waiting.id not in {line.id for line in queries.due(session, actor)}
    assert queries.due(session, make.worker(organisation=here).actor()) == []


@pytest.mark.parametrize("role", [Role.WORKER, Role.COORDINATOR, Role.PROTECTION_OFFICER])
def test_the_first_page_says_what_to_ask_about(
    client: FlaskClient, session: Session, make: Make, here: Organisation, partner: Partner,
    child: Child, role: Role,
) -> None:  # fmt: skip
    person = make.user(role, organisation=here)
    with clock.stopped(clock.now() - timedelta(days=30)):
        made = service.prepare(session, person.actor(), wish(partner, child))
        go_on(session, person, made, Status.SENT)
    client.sign_in(person)
    for path in ("/today", "/referrals/", f"/referrals/{made.id}"):
        assert "Nog geen eerste contact" in client.get(path).text, path


def test_the_choices_of_the_list_stay_in_the_address(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    partner: Partner, child: Child,
) -> None:  # fmt: skip
    other = make.partner(here, name="Football club")
    actor, colleague = worker.actor(), make.worker(organisation=here)
    mine = service.prepare(session, actor, wish(partner, child))
    closed = go_on(
        session, worker, service.prepare(session, actor, wish(other, child)), Status.CLOSED
    )
    shared = service.prepare(session, colleague.actor(), wish(other, child))
    service.share(session, colleague.actor(), shared, let_in(worker.id))
    client.sign_in(worker)
    for query, shown in (
        ("", {mine, shared}), ("status=all", {mine, shared, closed}), ("status=closed", {closed}),
        ("status=prepared", {mine, shared}), ("status=sent", set()), ("mine=1", {mine}),
        (f"partner_id={other.id}", {shared}), ("overdue=y", set()), ("mine=", {mine, shared}),
    ):  # fmt: skip
        page = client.get(f"/referrals/?{query}").text
        for one in (mine, closed, shared):
            assert (f"/referrals/{one.id}" in page) is (one in shown), query
        assert "kw-error" not in page
    page = client.get(f"/referrals/?status=all&partner_id={other.id}&mine=1").text
    assert 'selected value="all"' in page
    assert f'selected value="{other.id}"' in page


def test_the_list_takes_the_same_few_statements_however_long(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    partner: Partner, statements: list[str],
) -> None:  # fmt: skip
    def count() -> int:
        statements.clear()
        client.get("/referrals/")
        return len(reads(statements))

    def more(many: int) -> None:
        for number in range(many):
            child = make.child(make.family(here))
            service.prepare(
                session, worker.actor(), wish(partner, child, subject=list(Subject)[number % 2])
            )

    client.sign_in(worker)
    more(2)
    few = count()
    more(6)
    assert count() == few <= 6


def test_steps_only_grow(session: Session, referral: Referral) -> None:
    assert ReferralStep.__append_only__
    assert [step.status for step in queries.steps(session, referral.id)] == [Status.PREPARED]


@pytest.mark.parametrize(
    "query", ["status=x", f"partner_id={UUID(int=7)}", "partner_id=x", "mine=x"]
)
def test_a_choice_that_makes_no_sense_chooses_nothing(
    client: FlaskClient, worker: User, referral: Referral, query: str
) -> None:
    client.sign_in(worker)
    assert f"/referrals/{referral.id}" in client.get(f"/referrals/?{query}").text
