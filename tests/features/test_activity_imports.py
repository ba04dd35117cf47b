"""Activities out of a table: looked at, all of them drafts or none, and taken back within a day."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities import service as activities
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.repeating import LISTED, Rule
from kinderwerk.activities.rules import Format, SignupKind, State
from kinderwerk.core import clock, ids
from kinderwerk.goals.models import Goal
from kinderwerk.imports.activities.rules import KNOWN
from kinderwerk.imports.models import BroughtIn
from kinderwerk.places.models import Venue
from tests import hostile, tables
from tests.make import Make

HEAD = (
    "Activiteit;Soort;Datum;Einddatum;Herhaling;Data;Van;Tot;Locatie;Begeleider;"
    "Minimumleeftijd;Maximumleeftijd;Plekken;Prijs;Omschrijving;Doel;Waarom\n"
)
CLUB = (
    "Kookclub;;14-05-2031;25-06-2031;Elke week;;15:00;16.30;De Brug;Noor;8;12;10;2,50;Soep;"
    "Samen eten;Ze koken zelf\n"
)
TRIP = "Naar het bos;Uitje;7-6-2031;;;;10u;16 uur;Bij de kerk;;;;;gratis;;Samen eten;Buiten zijn\n"
SOME = "Schaken;;;;;3-6-2031, 17-6-2031;19:00;20:30;;;;;;;;Samen eten;Denken\n"
GOOD = HEAD + CLUB + TRIP + SOME


@pytest.fixture(autouse=True)
def in_spring() -> Iterator[None]:
    with clock.stopped(datetime(2031, 5, 1, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def goal(make: Make, here: Organisation) -> Goal:
    return make.goal(here, title="Samen eten")


@pytest.fixture
def venue(make: Make, here: Organisation) -> Venue:
    return make.venue(here, name="De Brug")


@pytest.fixture(autouse=True)
def signed_in(
    client: FlaskClient, make: Make, here: Organisation, coordinator: User, goal: Goal, venue: Venue
) -> None:
    make.user(Role.WORKER, organisation=here, name="Noor")
    client.sign_in(coordinator)


def sent(client: FlaskClient, content: bytes | str) -> TestResponse:
    return tables.send(client, content, "activities")


def brought(client: FlaskClient, content: bytes | str, **given: Any) -> TestResponse:
    return tables.bring(client, content, "activities", HEAD, KNOWN, **given)


def planned(session: Session) -> dict[str, Activity]:
    session.rollback()
    return {one.title: one for one in session.scalars(select(Activity))}


def dates(session: Session, activity: Activity) -> int:
    wanted = select(func.count()).where(Occurrence.activity_id == activity.id)
    return session.scalar(wanted) or 0


def test_they_are_looked_at_first_and_then_all_are_drafts(
    client: FlaskClient, session: Session, here: Organisation, goal: Goal, venue: Venue
) -> None:
    page = sent(client, GOOD)
    assert page.status_code == 200
    assert "3 activiteiten kunnen als concept worden ingelezen" in page.text
    assert "Bij de kerk" in page.text
    assert not planned(session)
    assert brought(client, GOOD).status_code == 303
    found = planned(session)
    assert {one.state for one in found.values()} == {State.DRAFT}
    assert {one.organisation_id for one in found.values()} == {here.id}
    club, trip, chess = found["Kookclub"], found["Naar het bos"], found["Schaken"]
    assert (club.format, club.signup) == (Format.CLUB, SignupKind.SERIES)
    assert club.series.rule == Rule.weekly(2)
    assert dates(session, club) == 7
    assert (club.starts, club.ends, club.ends_on) == (time(15), time(16, 30), date(2031, 6, 25))
    assert (club.venue_id, [one.user_id for one in club.staff]) == (
        venue.id, [one.id for one in session.scalars(select(User).where(User.name == "Noor"))],
    )  # fmt: skip
    assert (club.age_from, club.age_to, club.capacity, club.price_cents) == (8, 12, 10, 250)
    assert [(one.goal_id, one.why) for one in club.goals] == [(goal.id, "Ze koken zelf")]
    assert (trip.format, trip.venue_id, trip.way_there) == (Format.OUTING, None, "Bij de kerk")
    assert (trip.starts, trip.ends, dates(session, trip)) == (time(10), time(16), 1)
    assert (chess.series.rule, dates(session, chess)) == (LISTED, 2)
    assert "3 activiteiten" in client.get("/imports/").text
    assert "Kookclub" in client.get("/activities/?state=draft").text


def test_a_workbook_says_the_same(client: FlaskClient, session: Session) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(HEAD.strip().split(";"))
    cells = CLUB.strip().split(";")
    book.active.append(
        [*cells[:2], date(2031, 5, 14), date(2031, 6, 25), *cells[4:6], time(15), time(16, 30),
         *cells[8:10], 8, 12, 10, 2.5, *cells[14:]]
    )  # fmt: skip
    book.save(out)
    assert brought(client, out.getvalue()).status_code == 303
    club = planned(session)["Kookclub"]
    assert (club.starts, dates(session, club), club.price_cents) == (time(15), 7, 250)


def test_what_the_table_does_not_say_is_said_once_for_all(
    client: FlaskClient, session: Session, goal: Goal
) -> None:
    few = "Naam;Datum;Van;Tot\nSpeeldag;7-6-2031;13:00;17:00\n"
    columns = {"title": "Naam", "begins_on": "Datum", "starts": "Van", "ends": "Tot"}
    held = tables.held(few)
    refused = client.post("/imports/activities", data=columns | held)
    assert refused.status_code == 422
    assert "Rij 2" in refused.text
    usual = {"usual_goal": str(goal.id), "usual_why": "Samen spelen"}
    assert client.post("/imports/activities", data=columns | held | usual).status_code == 303
    day = planned(session)["Speeldag"]
    assert [(one.goal_id, one.why) for one in day.goals] == [(goal.id, "Samen spelen")]
    assert day.format is Format.EVENT


@pytest.mark.parametrize(
    "row",
    [
        CLUB.replace("Kookclub", ""), CLUB.replace("14-05", "32-05"),
        CLUB.replace("15:00", "25:00"),
        CLUB.replace("15:00", "17:00"), CLUB.replace("25-06", "25-04"), CLUB.replace("Noor", "Wie"),
        CLUB.replace(";8;12", ";12;8"), CLUB.replace(";10;2,50", ";veel;2,50"),
        CLUB.replace("2,50", "duur"), CLUB.replace("Samen eten", "Iets"),
        CLUB.replace("Ze koken zelf", ""), CLUB.replace("25-06-2031", ""),
        CLUB.replace("14-05-2031", ""), CLUB.replace(";10;", ";0;"),
        CLUB.replace("Kookclub;", "Kookclub;Huisbezoek"), CLUB.replace("Elke week", "soms"),
        CLUB.replace("Kookclub", "x" * 121), CLUB.replace("Soep", "=1+1"),
        CLUB.replace("Kookclub", "schaken").replace("14-05", "03-06").replace("15:00", "19:00")
        .replace("16.30", "20.30"),
    ],
)  # fmt: skip
def test_one_wrong_cell_and_none_is_in(client: FlaskClient, session: Session, row: str) -> None:
    page = sent(client, HEAD + TRIP + SOME + row)
    assert page.status_code == 200
    assert "Rij 4" in page.text
    assert brought(client, HEAD + TRIP + SOME + row).status_code == 422
    assert not planned(session)


def test_what_is_here_already_is_left_out_unless_it_is_wanted_twice(
    client: FlaskClient, session: Session
) -> None:
    brought(client, HEAD + CLUB)
    looked = sent(client, GOOD.replace("Kookclub", "kook club")).text
    assert "1 activiteit met die naam en dat begin staat hier al" in looked
    assert brought(client, HEAD + CLUB).status_code == 422
    assert brought(client, GOOD).status_code == 303
    assert len(planned(session)) == 3
    assert brought(client, HEAD + CLUB, alike_too="1").status_code == 303
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Activity)) == 4


def test_a_button_that_is_pressed_twice_plans_once(client: FlaskClient, session: Session) -> None:
    once = {"once": str(ids.confidential())}
    for _ in range(2):
        assert brought(client, GOOD, alike_too="1", **once).status_code == 303
    assert len(planned(session)) == 3


def test_they_are_taken_back_but_for_what_somebody_did_something_with(
    client: FlaskClient, session: Session, coordinator: User
) -> None:
    once = {"once": str(ids.confidential())}
    brought(client, GOOD, **once)
    found = planned(session)
    published = found["Naar het bos"].id
    activities.publish(session, coordinator.actor(), published)
    one = session.scalars(select(BroughtIn.id)).one()
    assert client.post(f"/imports/{one}/undo").status_code == 303
    assert {each.id for each in planned(session).values()} == {published}
    assert session.scalar(select(func.count()).select_from(Occurrence)) == 1
    page = client.get("/imports/").text
    assert "Naar het bos" in page
    assert f"/activities/{published}" in page
    assert client.post(f"/imports/{one}/undo").status_code == 404
    again = brought(client, GOOD, **once)
    assert again.status_code == 422
    assert "teruggehaald" in again.text
    assert len(planned(session)) == 1


@pytest.mark.parametrize("what", ["date", "words"])
def test_a_draft_that_somebody_changed_stays(
    client: FlaskClient, session: Session, coordinator: User, what: str
) -> None:
    brought(client, HEAD + CLUB)
    club = planned(session)["Kookclub"]
    day = session.scalars(select(Occurrence.id).where(Occurrence.activity_id == club.id)).first()
    if what == "date":
        activities.cancel_occurrence(session, coordinator.actor(), day, "No cook that day")
    else:
        activities.keep_as_template(session, coordinator.actor(), club.id, "Cooking")
    one = session.scalars(select(BroughtIn.id)).one()
    client.post(f"/imports/{one}/undo")
    assert club.id in {each.id for each in planned(session).values()}


def test_after_a_day_they_stay(client: FlaskClient, session: Session, coordinator: User) -> None:
    brought(client, GOOD)
    one = session.scalars(select(BroughtIn.id)).one()
    with clock.stopped(clock.now() + timedelta(days=1, minutes=1)):
        client.sign_in(coordinator)
        assert client.post(f"/imports/{one}/undo").status_code == 404
    assert len(planned(session)) == 3


def test_no_more_rows_than_somebody_looks_through(client: FlaskClient, session: Session) -> None:
    many = "".join(TRIP.replace("Naar het bos", f"Tocht {n}") for n in range(201))
    assert sent(client, HEAD + many).status_code == 422
    assert not planned(session)


@pytest.mark.parametrize("name", sorted(hostile.FILES))
def test_a_file_that_is_made_to_break_us_says_what_is_wrong(
    client: FlaskClient, session: Session, name: str
) -> None:
    assert sent(client, hostile.FILES[name]).status_code in {200, 413, 422}
    assert not planned(session)


@pytest.mark.parametrize("role", [Role.WORKER, Role.VOLUNTEER, Role.ADMIN, Role.GUARDIAN])
def test_others_bring_nothing_in(
    client: FlaskClient, make: Make, here: Organisation, role: Role
) -> None:
    person = make.parent() if role is Role.GUARDIAN else make.user(role, organisation=here)
    client.sign_in(person)
    assert client.get("/imports/activities").status_code == 403
    assert brought(client, GOOD).status_code == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_ours_is_known_again(client: FlaskClient, kind: str) -> None:
    answer = client.get(f"/imports/activities/empty.{kind}")
    assert answer.status_code == 200
    page = sent(client, answer.data)
    assert page.status_code == 422
    assert "verplicht" not in page.text
