"""A new school year: one page of what to go through, drafts of what goes on, and who did it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import State
from kinderwerk.audit import service as audit
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.families import limits
from kinderwerk.families.limiting import Limit
from kinderwerk.families.models import Child
from kinderwerk.school_year.models import TakenAlong, YearStep
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.storage.work import unit_of_work
from kinderwerk.team.models import StaffRecord
from kinderwerk.team.rules import Kind, Word
from tests.conftest import reads
from tests.make import Make

JUNE = datetime(2031, 6, 16, 10, tzinfo=UTC)
NEXT = {"year": "2031"}
MOST_READS = 6


@pytest.fixture(autouse=True)
def in_june() -> Iterator[None]:
    with clock.stopped(JUNE):
        yield


@pytest.fixture
def lead(client: FlaskClient, coordinator: User) -> User:
    client.sign_in(coordinator)
    return coordinator


def club(make: Make, author: User, **given: Any) -> Activity:
    """Every Wednesday from September to June."""
    usual = {"begins_on": date(2030, 9, 4), "ends_on": date(2031, 6, 25), "weekday": 2}
    return make.activity(author, **usual | given)


def shown(client: FlaskClient, path: str = "", **asked: str) -> str:
    answer = client.get(f"/school-year{path}", query_string=NEXT | asked)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def take(client: FlaskClient, *chosen: Activity, year: str = "2031") -> Any:
    ids = [str(one.id) for one in chosen]
    return client.post(f"/school-year/activities?year={year}", data={"chosen": ids})


def drafts(session: Session) -> list[Activity]:
    session.rollback()
    return list(session.scalars(select(Activity).where(Activity.state == State.DRAFT)))


def test_the_page_says_which_year_comes_and_what_there_is_to_go_through(
    client: FlaskClient, make: Make, lead: User
) -> None:
    club(make, lead)
    text = client.get("/school-year").get_data(as_text=True)
    assert "2031-2032" in text
    for part in ("activities", "goals", "grants", "partners", "team", "accounts", "children"):
        assert f"/school-year/{part}" in text
    assert "/holidays/" in text


def test_an_administrator_goes_through_it_without_children_and_drafts(
    client: FlaskClient, make: Make, here: Organisation
) -> None:
    client.sign_in(make.user(Role.ADMIN, organisation=here))
    text = shown(client)
    assert "/school-year/team" in text
    assert "/school-year/children" not in text
    assert "/school-year/activities" not in text
    assert client.get("/school-year/children").status_code in (403, 404)
    assert client.get("/school-year/activities").status_code == 403
    assert client.post("/school-year/children/done", data={"done": "y"}).status_code in (403, 404)


@pytest.mark.parametrize("role", [Role.WORKER, Role.VOLUNTEER, Role.PRIVACY_OFFICER])
def test_nobody_else_goes_through_it(
    client: FlaskClient, make: Make, here: Organisation, role: Role
) -> None:
    client.sign_in(make.user(role, organisation=here))
    for path in ("", "/activities", "/team", "/keys"):
        assert client.get(f"/school-year{path}").status_code == 403


def test_what_is_chosen_becomes_a_draft_a_year_later_on_the_same_day_of_the_week(
    client: FlaskClient, session: Session, make: Make, lead: User
) -> None:
    activity = club(make, lead, title="Cooking club", free_school="all")
    make.holiday(
        lead.current_memberships[0].organisation,
        first_on=date(2031, 10, 18), last_on=date(2031, 10, 26),
    )  # fmt: skip
    assert "Cooking club" in shown(client, "/activities")
    assert drafts(session) == []
    assert take(client, activity).status_code == 303
    (draft,) = drafts(session)
    assert (draft.title, draft.begins_on, draft.ends_on) == (
        "Cooking club", date(2031, 9, 3), date(2032, 6, 23)
    )  # fmt: skip
    days = {clock.to_wall(one.starts_at).date() for one in draft.occurrences}
    assert {day.weekday() for day in days} == {2}
    assert date(2031, 10, 22) not in days
    assert date(2031, 10, 15) in days
    session.rollback()
    assert session.get_one(Activity, activity.id).state is State.PUBLISHED


def test_it_says_where_there_is_one_of_that_name_already(
    client: FlaskClient, make: Make, lead: User
) -> None:
    club(make, lead, title="Drums")
    assert "Die naam is er al" not in shown(client, "/activities")
    club(make, lead, title="Drums", begins_on=date(2031, 9, 3), ends_on=date(2032, 6, 23))
    assert "Die naam is er al" in shown(client, "/activities")


def test_what_was_taken_along_is_not_made_twice(
    client: FlaskClient, session: Session, make: Make, lead: User
) -> None:
    one, other = club(make, lead, title="One"), club(make, lead, title="Other")
    assert take(client, one).status_code == 303
    assert take(client, one, other).status_code == 303
    assert sorted(draft.title for draft in drafts(session)) == ["One", "Other"]
    assert take(client, one, other).status_code == 422
    assert len(session.scalars(select(TakenAlong)).all()) == 2


def test_of_several_all_become_drafts_or_none(
    client: FlaskClient, session: Session, make: Make, lead: User
) -> None:
    fine = club(make, lead, title="Fine")
    over = make.activity(
        lead, title="Only once", begins_on=date(2030, 9, 4), ends_on=date(2030, 9, 4), rule="",
        extra=[],
    )  # fmt: skip
    answer = take(client, fine, over)
    assert answer.status_code == 422
    assert "Only once" in answer.get_data(as_text=True)
    assert drafts(session) == []


def test_nothing_chosen_and_nonsense_are_told_so(
    client: FlaskClient, session: Session, make: Make, lead: User
) -> None:
    assert client.post("/school-year/activities?year=2031").status_code == 422
    nonsense = client.post("/school-year/activities?year=2031", data={"chosen": ["no id", ""]})
    assert nonsense.status_code == 422
    elsewhere = club(make, make.worker())
    assert take(client, elsewhere).status_code == 422
    assert drafts(session) == []


def test_who_left_and_what_is_gone_stays_behind(
    client: FlaskClient, session: Session, make: Make, lead: User, worker: User
) -> None:
    here = lead.current_memberships[0].organisation
    assert here
    venue = make.venue(here)
    activity = club(make, worker, title="Football", venue=venue)
    with unit_of_work(session):
        venue.retired, worker.current_memberships[0].ended_at = True, clock.now()
        for row in (venue, worker.memberships[0]):
            audit.record(session, SYSTEM, "test.made", row.id)
    text = shown(client, "/activities")
    assert "is er niet meer" in text
    assert take(client, activity).status_code == 303
    (draft,) = drafts(session)
    assert draft.venue is None
    assert draft.staff == []


def test_a_year_that_is_neither_this_nor_the_next_is_not_there(
    client: FlaskClient, lead: User
) -> None:
    for year in ("1999", "2033", "0", "-4", "999999999"):
        assert client.get(f"/school-year?year={year}").status_code == 404, year
    assert client.get("/school-year?year=2030").status_code == 200
    assert client.get("/school-year?year=9999999999999").status_code == 200
    assert client.get("/school-year/nonsense").status_code == 404
    assert client.post("/school-year/nonsense/done").status_code == 404


def test_a_part_is_done_by_somebody_on_a_day_and_not_done_after_all(
    client: FlaskClient, session: Session, lead: User
) -> None:
    done = "/school-year/goals/done?year=2031"
    for _ in range(2):
        assert client.post(done, data={"done": "y"}).status_code == 303
    assert f"door {lead.name}" in shown(client)
    assert f"door {lead.name}" not in shown(client, year="2030")
    assert [row.year for row in session.scalars(select(YearStep))] == [2031]
    assert client.post(done).status_code == 303
    session.rollback()
    assert session.scalars(select(YearStep)).all() == []
    deeds = session.scalars(select(AuditEntry.deed).where(AuditEntry.actor_id == lead.id)).all()
    assert [one for one in deeds if one.startswith("school_year")] == [
        "school_year.settled", "school_year.reopened",
    ]  # fmt: skip


def test_the_year_begins_in_the_month_that_the_organisation_says(
    client: FlaskClient, lead: User
) -> None:
    assert client.post("/school-year/month", data={"month": "1"}).status_code == 303
    assert "Schooljaar 2031<" in client.get("/school-year").get_data(as_text=True)
    for wrong in ("0", "13", "x", ""):
        assert client.post("/school-year/month", data={"month": wrong}).status_code == 422


def grown(session: Session, make: Make, lead: User, born_on: date, **given: Any) -> Child:
    here = lead.current_memberships[0].organisation
    assert here
    child = make.child(make.family(here), born_on=born_on)
    make.save(
        Signup(
            organisation_id=here.id, child=child, made_by_id=None, standing=Standing.PLACED,
            queue=next(make.numbers), activity=club(make, lead, **given),
        )
    )  # fmt: skip
    return child


@pytest.mark.parametrize(
    ("born_on", "said"),
    [
        (date(2018, 7, 31), "Te oud voor alles"),
        (date(2019, 8, 1), "Wordt 12"),
        (date(2015, 8, 2), "Wordt 16"),
        (date(2014, 7, 31), "18 of ouder"),
    ],
)
def test_children_who_grow_up_are_listed_and_the_reading_is_on_record(
    client: FlaskClient, session: Session, make: Make, lead: User, born_on: date, said: str
) -> None:
    age_to = 12 if "Te oud" in said else 17
    child = grown(session, make, lead, born_on, age_to=age_to)
    young = grown(session, make, lead, date(2024, 1, 1))
    text = shown(client, "/children")
    assert child.full_name in text
    assert said in text
    assert young.full_name not in text
    entries = session.scalars(select(AuditEntry).where(AuditEntry.deed == "child.listed")).all()
    assert len(entries) == 1


def test_a_child_whose_use_is_limited_is_not_listed(
    client: FlaskClient, session: Session, make: Make, lead: User
) -> None:
    child = grown(session, make, lead, date(2014, 1, 1))
    with unit_of_work(session):
        limits.put(session, [child], Limit.KEPT_ONLY)
        audit.record(session, SYSTEM, "child.limited", child.id)
    assert child.full_name not in shown(client, "/children")


def test_a_certificate_a_training_and_a_contract_that_end_are_listed(
    client: FlaskClient, make: Make, lead: User, here: Organisation
) -> None:
    fine, due = make.worker(organisation=here), make.worker(organisation=here, name="Due Soon")
    for one, issued in ((fine, date(2031, 1, 1)), (due, date(2029, 1, 1))):
        make.save(
            StaffRecord(
                organisation_id=here.id, user_id=one.id, kind=Kind.STAFF, word=Word.SEEN,
                issued_on=issued, seen_on=issued,
                trainings=[{"kind": "Reporting code", "on": "2029-01-01", "until": "2032-02-01"}]
                if one is due else [],
                contract_ends_on=date(2032, 7, 31) if one is due else None,
            )
        )  # fmt: skip
    text = shown(client, "/team")
    assert "Due Soon" in text
    assert "Meldcode" in text
    assert fine.name not in text.partition("<table")[2]


def test_accounts_that_nobody_uses_are_listed_with_the_page_that_sees_to_them(
    client: FlaskClient, session: Session, make: Make, lead: User, here: Organisation
) -> None:
    for name, days in (("Long Gone", 200), ("Just Here", 3)):
        make.worker(
            organisation=here, name=name, last_signed_in_at=clock.now() - timedelta(days=days)
        )
    text = shown(client, "/accounts")
    assert "Long Gone" in text
    assert "Just Here" not in text
    client.sign_in(make.user(Role.ADMIN, organisation=here))
    assert 'href="/people/' in shown(client, "/accounts").partition("<table")[2]


def test_goals_grants_and_agreements_that_end_are_listed_and_those_of_others_never(
    client: FlaskClient, make: Make, lead: User, here: Organisation
) -> None:
    make.goal(here, title="Ends soon", ends_on=date(2031, 12, 31))
    make.goal(here, title="Goes on", ends_on=date(2033, 12, 31))
    make.goal(make.organisation(), title="Of others", ends_on=date(2031, 12, 31))
    make.partner(here, name="Agreed until March", agreed_until=date(2032, 3, 1))
    make.partner(here, name="Agreed for good")
    goals, partners = shown(client, "/goals"), shown(client, "/partners")
    assert "Ends soon" in goals
    assert "Goes on" not in goals
    assert "Of others" not in goals
    assert "Agreed until March" in partners
    assert "Agreed for good" not in partners
    assert "Niets om naar te kijken" in shown(client, "/grants")


def test_the_page_takes_few_statements_however_much_there_is(
    client: FlaskClient, make: Make, lead: User, statements: list[str]
) -> None:
    asked = []
    for _ in range(2):
        for _ in range(3):
            club(make, lead)
        for path in ("", "/activities", "/children", "/team", "/accounts", "/goals", "/keys"):
            statements.clear()
            shown(client, path)
            asked.append(len(reads(statements)))
            assert len(reads(statements)) <= MOST_READS, (path, reads(statements))
    assert asked[:7] == asked[7:]


def test_what_begins_at_other_times_from_a_day_on_keeps_the_last_ones(
    client: FlaskClient, session: Session, make: Make, lead: User
) -> None:
    take(client, club(make, lead, turns=[["2031-01-01", "15:00:00", "17:00:00", None]]))
    (draft,) = drafts(session)
    assert (draft.starts, draft.ends) == (time(15), time(17))
