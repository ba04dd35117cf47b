"""The table of terms: confirmed by the organisation, shown before it acts, and done to the day."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Passkey, RecoveryCode, SignIn, User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Stale, Withheld
from kinderwerk.core.retention import TERMS, Ending, Line, Span, Unit
from kinderwerk.families.models import Child, Consent, Family
from kinderwerk.messages.models import Message
from kinderwerk.privacy import queries, service
from kinderwerk.privacy.models import Hold, Rule
from kinderwerk.privacy.queries import Subject
from kinderwerk.privacy.rules import PREVIEW, Confirmation, HoldReason, HoldWish, TooShort
from kinderwerk.registers import service as registers
from kinderwerk.registers.rules import Presence
from kinderwerk.signals.models import Signal
from kinderwerk.signals.rules import Level, Status
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.storage.erasing import Kind
from kinderwerk.storage.work import unit_of_work
from tests.club import Club
from tests.features.test_keys import written
from tests.make import A_WEDNESDAY, Make

YEARS = 3
FORTNIGHT = timedelta(days=14)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def that_day() -> Iterator[None]:
    with clock.stopped(A_WEDNESDAY):
        yield


@pytest.fixture
def officer(make: Make, club: Club) -> User:
    return make.user(Role.PRIVACY_OFFICER, organisation=club.here)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 600), st.sampled_from(Unit))
def test_a_term_ends_once_and_not_a_day_early(began: date, amount: int, unit: Unit) -> None:
    span = Span(amount, unit)
    over = span.after(began)
    assert span.before(over) >= began
    assert over == began or span.before(over - DAY) < began


def test_what_the_field_proposes() -> None:
    proposed = {line: (term.span.amount, term.ending) for line, term in TERMS.items()}
    assert proposed[Line.CHILD] == (24, Ending.ANONYMISE)
    assert proposed[Line.SIGNUP_OPEN] == (3, Ending.DELETE)
    assert proposed[Line.SIGNAL_LOW] == (12, Ending.ANONYMISE)
    assert proposed[Line.CASE_REPORTED] == (60, Ending.REVIEW)
    assert proposed[Line.TRAIL_SENSITIVE] == (60, Ending.DELETE)


def closed(session: Session, club: Club, child: Child, level: Level, status: Status) -> UUID:
    signal = written(session, club.worker, child)
    with unit_of_work(session):
        row = session.get_one(Signal, signal.id)
        row.level, row.status = level, status
        row.owner_id, row.review_on, row.closed_at = None, None, clock.now()
        audit.record(session, SYSTEM, "test.closed", row.id)
    return signal.id


def told(session: Session, club: Club) -> int:
    with unit_of_work(session):
        message = Message(
            key="test", template="none", address="a@example.org", language="nl", subject_ids={},
            organisation_id=club.here.id, sent_at=clock.now(),
        )  # fmt: skip
        session.add(message)
        session.flush()
        return message.id


def neighbourhood_of_rows(session: Session, make: Make, club: Club) -> dict[Any, date]:
    """Make something for each line, and return by row the day on which it goes."""
    today = clock.today()
    came = club.child()
    registers.mark(session, club.worker.actor(), club.date.id, {came.id: Presence.PRESENT})
    placed_later = club.child(placed=False)
    later = make.activity(club.worker, starts_at=A_WEDNESDAY + timedelta(days=100))
    club.place(placed_later, activity=later)
    waits = club.place(club.child(placed=False), standing=Standing.WAITING)
    troubled = make.child(make.family(club.here))
    low = closed(session, club, troubled, Level.CONCERN, Status.RESOLVED)
    other = make.child(make.family(club.here))
    high = closed(session, club, other, Level.SERIOUS, Status.RESOLVED)
    grave = make.child(make.family(club.here))
    reported = closed(session, club, grave, Level.ACUTE, Status.REPORTED)
    left = make.worker(organisation=club.here)
    with unit_of_work(session):
        left.memberships[0].ended_at = clock.now()
        audit.record(session, SYSTEM, "test.left", left.memberships[0].id)
    message = told(session, club)
    last = later.ends_on
    return {
        (Child, came.id): Span(24).after(today),
        (Child, placed_later.id): Span(24).after(last),
        (Signup, waits.id): Span(3).after(today),
        (Child, waits.child_id): Span(24).after(today),
        (Signal, low): Span(12).after(today),
        (Child, troubled.id): Span(24).after(today),
        (Signal, high): Span(24).after(today),
        (Child, other.id): Span(24).after(today),
        (Signal, reported): date.max,
        (Child, grave.id): date.max,
        (Message, message): today + timedelta(days=31),
    }


def test_three_years_of_nights_do_what_the_table_says(
    session: Session, make: Make, club: Club, officer: User
) -> None:
    goes = neighbourhood_of_rows(session, make, club)
    service.confirm_rest(session, officer.actor())
    went: dict[Any, date] = {}
    for turn in range(YEARS * 27):
        night = A_WEDNESDAY + turn * FORTNIGHT
        with clock.stopped(night):
            service.purge(session)
            session.rollback()
            for model, id in goes.keys() - went.keys():
                if session.get(model, id) is None:
                    went[model, id] = clock.today()
    late = {
        row: (went.get(row), day) for row, day in goes.items() if not on_time(went.get(row), day)
    }
    assert late == {}


def on_time(went: date | None, day: date) -> bool:
    """Hold when it went in the first night from its day on, of one a fortnight; or stays."""
    if day == date.max:
        return went is None
    return went is not None and day <= went < day + FORTNIGHT


def test_nothing_goes_before_somebody_confirmed(session: Session, club: Club) -> None:
    child = club.child()
    child_id = child.id
    with clock.stopped(A_WEDNESDAY + timedelta(days=4000)):
        service.purge(session)
    session.rollback()
    assert session.get(Child, child_id)


def test_what_is_over_already_is_shown_for_thirty_days_first(
    session: Session, club: Club, officer: User
) -> None:
    child_id = club.child().id
    long_after = A_WEDNESDAY + timedelta(days=4000)
    with clock.stopped(long_after):
        service.confirm_rest(session, officer.actor())
        service.purge(session)
        session.rollback()
        shown = queries.going(session, club.here.id)
        assert child_id in {one.subject_id for one in shown}
        assert {one.over_on for one in shown} == {clock.today() + PREVIEW}
        assert session.get(Child, child_id)
    session.rollback()
    with clock.stopped(long_after + PREVIEW):
        service.purge(session)
        session.rollback()
        assert session.get(Child, child_id) is None


def test_what_is_held_stays_until_the_hold_is_over(
    session: Session, club: Club, officer: User
) -> None:
    child = club.child()
    child_id, family_id, here = child.id, child.family_id, club.here.id
    after = A_WEDNESDAY + timedelta(days=900)
    service.confirm_rest(session, officer.actor())
    with clock.stopped(after):
        wish = HoldWish(reason=HoldReason.COMPLAINT, until=clock.today() + timedelta(days=50))
        service.hold(session, officer.actor(), Subject(Kind.FAMILY, family_id, here), wish)
        service.purge(session)
        session.rollback()
        assert session.get(Child, child_id)
    session.rollback()
    with clock.stopped(after + timedelta(days=51)):
        service.purge(session)
        session.rollback()
        assert (session.get(Child, child_id), session.get(Family, family_id)) == (None, None)


def test_a_case_that_was_reported_waits_for_somebody_to_look(
    session: Session, make: Make, club: Club, officer: User
) -> None:
    grown = make.child(make.family(club.here), born_on=date(2010, 1, 1))
    signal_id = closed(session, club, grown, Level.ACUTE, Status.REPORTED)
    service.confirm_rest(session, officer.actor())
    with clock.stopped(A_WEDNESDAY + timedelta(days=2000)):
        service.purge(session)
        session.rollback()
        assert [one.subject_id for one in queries.to_review(session, club.here.id)] == [signal_id]
        service.let_go(session, officer.actor(), queries.subject(session, signal_id))
        session.rollback()
        assert session.get(Signal, signal_id) is None


def test_only_what_was_to_be_looked_at_is_let_go(
    session: Session, make: Make, club: Club, officer: User
) -> None:
    child = club.child()
    service.confirm_rest(session, officer.actor())
    with pytest.raises(Withheld):
        service.let_go(session, officer.actor(), queries.subject(session, child.id))


def test_consent_stays_sixty_months_longer(session: Session, club: Club, officer: User) -> None:
    child = club.child()
    with unit_of_work(session):
        session.add(
            Consent(
                organisation_id=club.here.id, child_id=child.id, carer_id=officer.id,
                purpose="registration", answer="given", method="oral", noted_by_id=None,
            )
        )  # fmt: skip
    service.confirm_rest(session, officer.actor())
    gone = A_WEDNESDAY + timedelta(days=740)
    for moment, left in (
        (gone, 1),
        (gone + timedelta(days=1800), 1),
        (gone + timedelta(days=1830), 0),
    ):
        with clock.stopped(moment):
            service.purge(session)
            session.rollback()
            assert len(session.scalars(select(Consent)).all()) == left


def test_the_log_is_never_kept_shorter_than_proposed(session: Session, officer: User) -> None:
    short = Confirmation(amount=12, unit=Unit.MONTHS, ending=Ending.DELETE)
    with pytest.raises(TooShort):
        service.confirm(session, officer.actor(), Line.TRAIL, short)


def test_two_who_decide_at_once_see_each_others_decision(session: Session, officer: User) -> None:
    first = Confirmation(amount=12, unit=Unit.MONTHS, ending=Ending.ANONYMISE)
    rule = service.confirm(session, officer.actor(), Line.CHILD, first)
    seen = rule.version
    service.confirm(session, officer.actor(), Line.CHILD, first, seen)
    with pytest.raises(Stale):
        service.confirm(session, officer.actor(), Line.CHILD, first, seen)


def test_a_worker_decides_nothing(session: Session, club: Club) -> None:
    with pytest.raises(Withheld):
        service.confirm_rest(session, club.worker.actor())
    assert session.scalars(select(Rule)).all() == []


def test_the_officer_reads_the_table_and_confirms_it(
    client: FlaskClient, session: Session, club: Club, officer: User
) -> None:
    client.sign_in(officer)
    assert "Nog niet" in client.get("/privacy/terms").text
    answer = client.post("/privacy/terms", follow_redirects=True)
    assert "Nog niet" not in answer.text
    assert officer.name in answer.text


def test_the_officer_decides_about_one_line(
    client: FlaskClient, session: Session, club: Club, officer: User
) -> None:
    client.sign_in(officer)
    wish = {"amount": "18", "unit": "months", "ending": "anonymise", "version": ""}
    assert client.post("/privacy/terms/child", data=wish).status_code == 303
    (rule,) = session.scalars(select(Rule))
    assert (rule.line, rule.span) == (Line.CHILD, Span(18))
    stale = client.post("/privacy/terms/child", data=wish | {"amount": "9", "version": "0"})
    assert stale.status_code == 409
    assert "18" in stale.text
    assert client.get("/privacy/terms/nonsense").status_code == 404


@pytest.mark.parametrize("amount", ["-1", "", "x", "99999"])
def test_a_term_that_makes_no_sense_is_refused(
    client: FlaskClient, session: Session, officer: User, amount: str
) -> None:
    client.sign_in(officer)
    wish = {"amount": amount, "unit": "months", "ending": "delete", "version": ""}
    assert client.post("/privacy/terms/child", data=wish).status_code == 422
    assert session.scalars(select(Rule)).all() == []


def test_the_preview_names_nobody_and_can_be_held(
    client: FlaskClient, session: Session, club: Club, officer: User
) -> None:
    child = club.child(first_name="Zonnebloem")
    service.confirm_rest(session, officer.actor())
    with clock.stopped(A_WEDNESDAY + timedelta(days=720)):
        client.sign_in(officer)
        shown = client.get("/privacy/going")
        assert str(child.id)[:8] in shown.text
        assert "Zonnebloem" not in shown.text
        url = f"/privacy/going/{child.id}/hold"
        assert client.get(url).status_code == 200
        too_late = {"reason": "complaint", "until": "2030-01-01"}
        assert client.post(url, data=too_late).status_code == 422
        until = clock.today() + timedelta(days=100)
        held = client.post(
            url, data={"reason": "complaint", "until": until.isoformat()}, follow_redirects=True
        )
        assert "Er loopt een klacht" in held.text
        (hold,) = session.scalars(select(Hold))
        assert client.post(f"/privacy/holds/{hold.id}/lift").status_code == 303
        session.rollback()
        assert hold.lifted_at is not None


def test_a_case_is_let_go_on_the_page(
    client: FlaskClient, session: Session, make: Make, club: Club, officer: User
) -> None:
    grown = make.child(make.family(club.here), born_on=date(2010, 1, 1))
    signal_id = closed(session, club, grown, Level.ACUTE, Status.REPORTED)
    service.confirm_rest(session, officer.actor())
    with clock.stopped(A_WEDNESDAY + timedelta(days=2000)):
        client.sign_in(officer)
        assert str(signal_id)[:8] in client.get("/privacy/going").text
        assert client.post(f"/privacy/going/{signal_id}/let-go").status_code == 303
        assert "Meldcode, met melding" in client.get("/privacy/going").text
    session.rollback()
    assert session.get(Signal, signal_id) is None


def test_the_coordinator_has_a_family_forgotten_and_thinks_again(
    client: FlaskClient, session: Session, make: Make, club: Club
) -> None:
    coordinator = make.user(Role.COORDINATOR, organisation=club.here)
    child = club.child()
    client.sign_in(coordinator)
    url = f"/privacy/families/{child.family_id}"
    assert url in client.get(f"/children/{child.id}").text
    asked = client.post(url, data={"reason": "asked"}, follow_redirects=True)
    assert "Dit gezin toch bewaren" in asked.text
    again = client.post(url, data={"reason": "asked"})
    assert again.status_code == 422
    kept = client.post(f"{url}/keep", follow_redirects=True)
    assert "Dit gezin vannacht wissen" in kept.text
    child_id = child.id
    service.purge(session)
    session.rollback()
    assert session.get(Child, child_id)


def test_who_has_to_confirm_is_told_on_the_first_page(
    client: FlaskClient, make: Make, club: Club, officer: User
) -> None:
    for person in (officer, make.user(Role.ADMIN, organisation=club.here)):
        client.sign_in(person)
        assert "bewaartermijnen te bevestigen" in client.get("/today").text


def signed_in_once(session: Session, user: User) -> None:
    """Leave behind what somebody leaves who signs in: a device, a passkey, codes."""
    now = clock.now()
    with unit_of_work(session):
        session.add(SignIn(user_id=user.id, token_hash="x" * 64, last_seen_at=now, until=now + DAY))
        passkey = Passkey(
            user_id=user.id, name="Phone", credential_id=b"id", public_key=b"key", sign_count=1
        )
        session.add_all((passkey, RecoveryCode(user_id=user.id, code_hash="y" * 64)))
        audit.record(session, SYSTEM, "test.signed_in", passkey.id)


def ways_in(session: Session) -> int:
    return sum(len(session.scalars(select(one)).all()) for one in (SignIn, Passkey, RecoveryCode))


def test_who_left_becomes_nobody_and_keeps_no_way_in(
    session: Session, make: Make, club: Club, officer: User
) -> None:
    left = make.worker(organisation=club.here)
    signed_in_once(session, left)
    left_id = left.id
    with unit_of_work(session):
        left.memberships[0].ended_at = clock.now()
        audit.record(session, SYSTEM, "test.left", left.memberships[0].id)
    service.confirm_rest(session, officer.actor())
    with clock.stopped(A_WEDNESDAY + timedelta(days=740)):
        service.purge(session)
    session.rollback()
    gone = session.get_one(User, left_id)
    assert (gone.name, gone.email) == ("", f"{left_id}@invalid")
    assert ways_in(session) == 0
    assert session.get_one(User, officer.id).name


def test_a_parent_without_children_here_is_forgotten(
    session: Session, make: Make, club: Club, officer: User
) -> None:
    gone, stays = make.parent(), make.parent()
    signed_in_once(session, gone)
    make.child(make.family(club.here, stays))
    gone_id, stays_id = gone.id, stays.id
    service.confirm_rest(session, officer.actor())
    with clock.stopped(clock.now() + timedelta(days=370)):
        service.purge(session)
    session.rollback()
    assert session.get(User, gone_id) is None
    assert session.get(User, stays_id)
    assert ways_in(session) == 0
