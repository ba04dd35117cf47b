"""The first page of each role answers what needs somebody today."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import HELD, SYSTEM, Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities.models import Activity, ActivityStaff
from kinderwerk.activities.rules import Format, State
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.periods import Period
from kinderwerk.facts import rules as facts
from kinderwerk.families.models import Child
from kinderwerk.goals.models import Goal
from kinderwerk.messages.models import Message
from kinderwerk.places.models import KeyFigure
from kinderwerk.reports import rules as reports
from kinderwerk.reports.models import Agreement, Edition
from kinderwerk.signals import service as signals
from kinderwerk.signals.rules import Area, Capture, Level, Note, NoteKind, Subject
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.storage.work import unit_of_work
from tests.make import A_WEDNESDAY, Make

TODAY = "/today"


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with clock.stopped(A_WEDNESDAY - timedelta(hours=4)):
        yield


@pytest.mark.parametrize("role", HELD)
def test_every_role_has_a_first_page(
    client: FlaskClient, make: Make, here: Organisation, role: Role
) -> None:
    client.sign_in(make.user(role, organisation=here))
    answer = client.get(TODAY)
    assert answer.status_code == 200
    assert "<h1>Vandaag</h1>" in answer.text


def test_a_parent_is_led_to_what_parents_need(client: FlaskClient, make: Make) -> None:
    client.sign_in(make.parent())
    answer = client.get(TODAY)
    assert answer.status_code == 303
    assert answer.location in ("/", "/family")


def test_a_visitor_is_asked_to_sign_in(client: FlaskClient) -> None:
    assert "/sign-in" in client.get(TODAY).location


def staffed(make: Make, author: User, *helpers: User, **given) -> Activity:
    """Return an activity that these people run, for the one goal of their organisation."""
    organisation = author.current_memberships[0].organisation
    goal = make.session.scalar(select(Goal).where(Goal.organisation_id == organisation.id))
    staff = [ActivityStaff(user_id=person.id) for person in (author, *helpers)]
    return make.activity(
        author,
        staff=staff,
        goal=given.pop("goal", None) or goal or make.goal(organisation),
        **given,
    )


def test_a_volunteer_sees_the_sessions_that_they_run_and_no_others(
    client: FlaskClient, make: Make, here: Organisation
) -> None:
    worker = make.worker(organisation=here)
    volunteer = make.user(Role.VOLUNTEER, organisation=here)
    staffed(make, worker, volunteer, title="Kookclub")
    staffed(make, worker, title="Knutselclub")
    client.sign_in(volunteer)
    text = client.get(TODAY).text
    assert "Kookclub" in text
    assert "Knutselclub" not in text


def test_a_coordinator_sees_all_sessions_of_the_house_but_no_home_visit(
    client: FlaskClient, make: Make, here: Organisation
) -> None:
    worker = make.worker(organisation=here)
    staffed(make, worker, title="Kookclub")
    staffed(make, worker, title="Bij Noor thuis", format=Format.HOME_VISIT, state=State.DRAFT)
    staffed(make, make.worker(), title="Elders")
    client.sign_in(make.user(Role.COORDINATOR, organisation=here))
    text = client.get(TODAY).text
    assert "Kookclub" in text
    assert "Bij Noor thuis" not in text
    assert "Elders" not in text
    client.sign_in(worker)
    assert "Bij Noor thuis" in client.get(TODAY).text


def test_sessions_called_off_or_not_published_are_not_expected(
    client: FlaskClient, make: Make, session: Session, here: Organisation
) -> None:
    worker = make.worker(organisation=here)
    staffed(make, worker, title="Concept", state=State.DRAFT)
    off = staffed(make, worker, title="Gaat niet door")
    with unit_of_work(session):
        session.add(off)
        off.occurrences[0].cancelled_at = clock.now()
        audit.record(session, SYSTEM, "test", off.occurrences[0].id)
    client.sign_in(worker)
    text = client.get(TODAY).text
    assert "Concept" not in text
    assert "Gaat niet door" not in text


def test_it_tells_how_many_children_are_expected(
    client: FlaskClient, make: Make, session: Session, here: Organisation
) -> None:
    worker = make.worker(organisation=here)
    club = staffed(make, worker, capacity=12)
    with unit_of_work(session):
        session.get_one(Activity, club.id).taken = 7
        audit.record(session, SYSTEM, "test", club.id)
    client.sign_in(worker)
    assert "7 kinderen verwacht" in client.get(TODAY).text


def concern(make: Make, session: Session, worker: User, level: Level) -> None:
    fact = Note(kind=NoteKind.FACT_OWN, text="Zag het.", observed_on=clock.today())
    place = make.neighbourhood()
    wish = Capture(
        subject=Subject.GROUP, child_id=None, family_id=None, neighbourhood_id=place.id,
        area=Area.SOCIAL, level=level, fact=fact,
    )  # fmt: skip
    signals.write_down(session, worker.actor(), wish)


def test_a_signal_waits_for_who_carries_it_once_its_day_has_come(
    client: FlaskClient, make: Make, session: Session, here: Organisation
) -> None:
    worker, other = make.worker(organisation=here), make.worker(organisation=here)
    concern(make, session, worker, Level.CONCERN)
    client.sign_in(worker)
    assert (
        "/signals/" not in client.get(TODAY).text.split("Dit wacht op jou")[1].split("</main>")[0]
    )
    with clock.stopped(A_WEDNESDAY + timedelta(days=15)):
        waiting = client.get(TODAY).text.split("Dit wacht op jou")[1].split("</main>")[0]
        assert "/signals/" in waiting
        assert "Te laat" in waiting
        client.sign_in(other)
        assert (
            "/signals/"
            not in client.get(TODAY).text.split("Dit wacht op jou")[1].split("</main>")[0]
        )


def test_a_protection_officer_finds_first_what_was_passed_on(
    client: FlaskClient, make: Make, session: Session, here: Organisation
) -> None:
    officer = make.user(Role.PROTECTION_OFFICER, organisation=here)
    fact = Note(kind=NoteKind.FACT_OWN, text="Zag het.", observed_on=clock.today())
    wish = Capture(
        subject=Subject.UNKNOWN, child_id=None, family_id=None, neighbourhood_id=None,
        area=Area.SOCIAL, level=Level.CONCERN, fact=fact,
    )  # fmt: skip
    signals.pass_on(session, make.user(Role.VOLUNTEER, organisation=here).actor(), wish)
    client.sign_in(officer)
    text = client.get(TODAY).text
    assert "/signals/" in text.split("nog door niemand opgepakt")[1].split("<h2>")[0]


def test_a_coordinator_finds_long_lines_drafts_and_reports(
    client: FlaskClient, make: Make, session: Session, here: Organisation
) -> None:
    worker = make.worker(organisation=here)
    club = staffed(make, worker, title="Volle club", capacity=1)
    staffed(make, worker, title="Nieuw plan", state=State.DRAFT)
    child = make.child(make.family(here))
    for queue in range(3):
        other = make.child(child.family)
        with unit_of_work(session):
            waiting = Signup(
                organisation_id=here.id, activity=session.get_one(Activity, club.id),
                occurrence=None, child=session.get_one(Child, other.id),
                standing=Standing.WAITING, queue=queue, made_by_id=None,
            )  # fmt: skip
            session.add(waiting)
            audit.record(session, SYSTEM, "test", waiting.id)
    edition = Edition(
        municipality=here.municipality, period="2030-H2", made_by_id=worker.id, content={},
        digest="0" * 64,
    )  # fmt: skip
    make.save(edition)
    client.sign_in(make.user(Role.COORDINATOR, organisation=here))
    text = client.get(TODAY).text
    assert "3 kinderen wachten" in text
    assert "Nieuw plan" in text
    assert "Doelenrapport tweede helft van 2030" in text
    with unit_of_work(session):
        row = session.get_one(Edition, edition.id)
        row.agreements = [Agreement(organisation_id=here.id, by_id=worker.id, at=clock.now())]
        audit.record(session, SYSTEM, "test", row.id)
    assert "Doelenrapport" not in client.get(TODAY).text


def told(here: Organisation, period: Period, *, children: int) -> Mapping[str, Any]:
    frame = reports.Frame(
        period=period, municipality="Hier", organisations=[(here.id, here.name)], districts=[],
        aims=[], living=None, band=None,
    )  # fmt: skip
    whole = facts.CellKey(here.id, facts.Measure.CHILDREN, str(period), facts.Level.WHOLE)
    return reports.make(frame, {whole: children}, []).held


def test_a_municipality_sees_its_released_reports_only(
    client: FlaskClient, make: Make, here: Organisation
) -> None:
    officer = make.user(Role.MUNICIPALITY, organisation=here)
    elsewhere = make.municipality()
    for period, place, released in (
        ("2030-H1", here.municipality, True), ("2030-H2", here.municipality, False),
        ("2029-H2", elsewhere, True),
    ):  # fmt: skip
        edition = Edition(
            municipality=place, period=period, made_by_id=officer.id, digest="0" * 64,
            content=told(here, Period.read(period), children=87),
            released_at=clock.now() if released else None,
        )  # fmt: skip
        make.save(edition)
    client.sign_in(officer)
    text = client.get(TODAY).text
    assert ">87<" in text
    assert "eerste helft van 2030" in text
    assert "tweede helft van 2030" not in text
    assert "2029-H2" not in text


def test_an_administrator_sees_what_is_missing_and_what_failed(
    client: FlaskClient, make: Make, session: Session, here: Organisation
) -> None:
    admin = make.user(Role.ADMIN, organisation=here)
    client.sign_in(admin)
    text = client.get(TODAY).text
    assert "Lees de buurten in" in text
    assert "Voeg de eerste locatie toe" in text
    park = make.neighbourhood(district=make.district(municipality_id=here.municipality_id))
    make.venue(here)
    with unit_of_work(session):
        session.add(
            Message(
                key="one", template="t", address="a@example.org", language="nl", subject_ids={},
                organisation_id=here.id, failed_at=clock.now(),
            )
        )  # fmt: skip
    text = client.get(TODAY).text
    assert "1 bericht is niet verstuurd" in text
    assert "1 buurt zonder kerncijfers" in text
    with unit_of_work(session):
        session.add(
            KeyFigure(neighbourhood_id=park.id, year=2030, name="residents", label="I", value=1.0)
        )
    assert "zonder kerncijfers" not in client.get(TODAY).text


def test_a_privacy_officer_counts_the_readings_of_this_week(
    client: FlaskClient, make: Make, session: Session, here: Organisation
) -> None:
    worker = make.worker(organisation=here)
    for days in (0, 1, 10):
        with clock.stopped(A_WEDNESDAY - timedelta(days=days)), unit_of_work(session):
            audit.record(session, worker.actor(), "signal.read", here.id)
    client.sign_in(make.user(Role.PRIVACY_OFFICER, organisation=here))
    text = client.get(TODAY).text
    assert '<dd class="figure">2</dd>' in text
    assert "Kinderwerker" in text


def test_the_page_takes_as_many_statements_for_many_sessions_as_for_one(
    client: FlaskClient, make: Make, here: Organisation, statements: list[str]
) -> None:
    worker = make.worker(organisation=here)
    theme = make.theme(here)
    counts = []
    for number in range(2):
        for _ in range(1 + 5 * number):
            staffed(make, worker, goal=make.goal(here, theme=theme))
        client.sign_in(worker)
        statements.clear()
        assert client.get(TODAY).status_code == 200
        counts.append(len([one for one in statements if " FROM " in one]))
    assert counts[0] == counts[1] <= 8, statements


def test_what_comes_next_stands_first_with_numbers_and_no_names(
    client: FlaskClient, make: Make, here: Organisation
) -> None:
    worker = make.worker(organisation=here)
    club = make.activity(worker, title="Woodwork", bring="Old clothes", capacity=9)
    child = make.child(make.family(here), first_name="Noor", goes_home_alone=True)
    make.save(
        Signup(
            organisation_id=here.id, activity=club, made_by_id=None, child=child,
            standing=Standing.PLACED, queue=1,
        )
    )  # fmt: skip
    client.sign_in(worker)
    shown = client.get(TODAY).text
    assert shown.index("Straks: Woodwork") < shown.index("Bijeenkomsten vandaag")
    assert all(each in shown for each in ("1 kind verwacht", "Old clothes", "1 niet op de foto"))
    assert "1 gaat alleen naar huis" in shown
    assert "Noor" not in shown


def test_whoever_leads_sees_what_to_look_at_in_the_coming_week(
    client: FlaskClient, make: Make, here: Organisation
) -> None:
    make.activity(make.worker(organisation=here), title="Woodwork")
    client.sign_in(make.user(Role.COORDINATOR, organisation=here))
    shown = client.get(TODAY).text
    assert "Om naar te kijken in de komende week" in shown
    assert "Te weinig volwassenen" in shown
