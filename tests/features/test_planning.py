"""Planning activities at the desk: the form, the dates, the states, who may."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities import rules
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import Drawing, Format, State
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.goals.models import Goal
from kinderwerk.goals.rules import ThemeCode
from kinderwerk.messages.models import DueWork
from kinderwerk.places.models import Venue
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.storage.work import unit_of_work
from tests.conftest import SAYS_WHO
from tests.make import Make

BEFORE = datetime(2031, 5, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_spring() -> Iterator[None]:
    with clock.stopped(BEFORE):
        yield


@pytest.fixture
def organisation(make: Make) -> Organisation:
    return make.organisation()


@pytest.fixture
def goal(make: Make, organisation: Organisation) -> Goal:
    return make.goal(organisation, title="Everyone joins in")


@pytest.fixture
def venue(make: Make, organisation: Organisation) -> Venue:
    return make.venue(organisation, name="Community centre")


@pytest.fixture
def worker(client: FlaskClient, make: Make, organisation: Organisation) -> User:
    person = make.worker(organisation=organisation)
    client.sign_in(person)
    return person


@pytest.fixture
def filled_in(goal: Goal, venue: Venue, worker: User) -> dict[str, Any]:
    """The form as somebody fills it in: every Wednesday in May."""
    return {
        "format": "club", "title": "Cooking club", "summary": "Cook and eat together.",
        "description": "We cook what is in season.", "drawing": "pan", "goal_id": str(goal.id),
        "why": "Around a pan everyone joins in.", "age_from": "6", "age_to": "12",
        "capacity": "12", "signup": "series", "register": "named", "repeats": "weekly",
        "weekday": "2", "begins_on": "2031-05-01", "ends_on": "2031-05-31", "starts": "15:00",
        "ends": "17:00", "skipped": "21-05-2031", "venue_id": str(venue.id),
        "staff_ids": [str(worker.id)], "price": "2,50", "discount": "y", "bring": "An apron",
        "languages": ["nl", "tr"],
    }  # fmt: skip


def only(session: Session) -> Activity:
    return session.scalars(select(Activity)).one()


def days(session: Session) -> list[date]:
    return [one.starts_at.date() for one in dates(session)]


def dates(session: Session) -> list[Occurrence]:
    return list(session.scalars(select(Occurrence).order_by(Occurrence.starts_at)))


def take(session: Session, row: Activity | Occurrence, places: int) -> None:
    """Let children have places, as sign-ups do."""
    with unit_of_work(session):
        row.taken = places
        audit.record(session, SYSTEM, "test.made", row.id)


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Count what the database is asked, beginnings and ends of transactions aside."""
    said: list[str] = []

    def hear(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", SAYS_WHO)):
            said.append(statement)

    engine = app.extensions["onlooker"].get_bind()
    event.listen(engine, "before_cursor_execute", hear)
    yield said
    event.remove(engine, "before_cursor_execute", hear)


def test_the_kind_comes_first_and_fills_in_what_is_usual(
    client: FlaskClient, goal: Goal, worker: User
) -> None:
    kinds = client.get("/activities/new")
    assert all(f"format={kind.value}" in kinds.text for kind in Format)
    form = client.get("/activities/new?format=homework").text
    assert 'value="15:30"' in form
    assert '<option selected value="named">' in form
    assert '<option selected value="book">' in form
    assert "format=camp" in client.get("/activities/new?format=nonsense").text


def test_a_series_is_planned_and_shown(
    client: FlaskClient, session: Session, filled_in: dict[str, Any]
) -> None:
    answer = client.post("/activities/new", data=filled_in)
    assert answer.status_code == 303
    assert days(session) == [date(2031, 5, day) for day in (7, 14, 28)]
    activity = only(session)
    assert (activity.state, activity.drawing) == (State.DRAFT, Drawing.PAN)
    assert (activity.price_cents, activity.discount) == (250, True)
    assert activity.languages == ["nl", "tr"]
    shown = client.get(answer.location).text
    for words in ("Cooking club", "Community centre", "Around a pan", "An apron", "2,50"):
        assert words in shown
    assert "Cooking club" in client.get("/activities/").text


def test_once_is_one_date_and_a_camp_lasts_to_its_last_day(
    client: FlaskClient, session: Session, filled_in: dict[str, Any]
) -> None:
    camp = {"repeats": "once", "begins_on": "2031-05-16", "ends_on": "2031-05-18", "ends": "11:00"}
    client.post("/activities/new", data=filled_in | camp)
    (one,) = dates(session)
    assert (one.starts_at.day, one.ends_at.day) == (16, 18)
    client.post("/activities/new", data=filled_in | camp | {"ends_on": "", "ends": "18:00"})
    assert len(dates(session)) == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 10_000}, "title"),
        ({"why": ""}, "why"),
        ({"why": "   "}, "why"),
        ({"goal_id": ""}, "goal_id"),
        ({"goal_id": "nonsense"}, "goal_id"),
        ({"age_from": "12", "age_to": "6"}, "age_to"),
        ({"age_from": "-1"}, "age_from"),
        ({"age_from": "six"}, "age_from"),
        ({"capacity": "0"}, "capacity"),
        ({"capacity": "99999999999999999999"}, "capacity"),
        ({"begins_on": "2031-02-30"}, "begins_on"),
        ({"begins_on": ""}, "begins_on"),
        ({"ends_on": ""}, "ends_on"),
        ({"ends_on": "2031-04-01"}, "ends_on"),
        ({"ends_on": "2099-04-01"}, "ends_on"),
        ({"starts": "25:00"}, "starts"),
        ({"starts": "17:00"}, "ends"),
        ({"weekday": "9"}, "weekday"),
        ({"repeats": "hourly"}, "repeats"),
        ({"skipped": "soon"}, "skipped"),
        ({"skipped": "2031-05-22"}, "skipped"),
        ({"skipped": "31-02-2031"}, "skipped"),
        ({"price": "free"}, "price"),
        ({"price": "-3"}, "price"),
        ({"languages": ["xx"]}, "languages"),
        ({"signup": "perhaps"}, "signup"),
        ({"bring": "x" * 301}, "bring"),
        ({"format": "home_visit"}, "venue_id"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_lost(
    client: FlaskClient, session: Session, filled_in: dict[str, Any],
    wrong: dict[str, Any], said: str,
) -> None:  # fmt: skip
    answer = client.post("/activities/new", data=filled_in | wrong)
    assert answer.status_code == 422
    assert f'id="{said}-error"' in answer.text
    assert "We cook what is in season." in answer.text
    assert session.scalars(select(Activity)).all() == []


def test_the_same_goal_cannot_be_chosen_twice(
    client: FlaskClient, filled_in: dict[str, Any]
) -> None:
    twice = filled_in | {"second_goal_id": filled_in["goal_id"]}
    assert client.post("/activities/new", data=twice).status_code == 422


@pytest.mark.parametrize("field", ["goal_id", "second_goal_id", "venue_id", "staff_ids"])
def test_what_belongs_to_another_organisation_cannot_be_chosen(
    client: FlaskClient, session: Session, make: Make, filled_in: dict[str, Any], field: str
) -> None:
    there = make.organisation()
    theme = make.theme(there)
    strangers = {
        "goal_id": make.goal(there, theme=theme).id,
        "second_goal_id": make.goal(there, theme=theme).id,
        "venue_id": make.venue(there).id, "staff_ids": make.worker(organisation=there).id,
    }  # fmt: skip
    for stranger in (strangers[field], uuid4()):
        answer = client.post("/activities/new", data=filled_in | {field: str(stranger)})
        assert answer.status_code == 422
    assert session.scalars(select(Activity)).all() == []


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}${7*7}#{7*7}",
    "%(title)s %s %d {0}",
    "'; DROP TABLE activity; --",
    "\u202egnp.exe \u2066hidden\u2069",
    "a\x00b\x07c",
    "👩‍👩‍👧‍👦🏳️‍🌈 ﷽ Z͑ͫa̴l̷g̵o",
    "نادي الطبخ",
    "=cmd|'/c calc'!A1",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_only_text(
    client: FlaskClient, session: Session, filled_in: dict[str, Any], text: str
) -> None:
    fields = ("title", "summary", "description", "why", "bring")
    answer = client.post("/activities/new", data=filled_in | dict.fromkeys(fields, text))
    assert answer.status_code == 303
    client.post(f"{answer.location}/publish")
    assert only(session).state is State.PUBLISHED
    for address in (answer.location, f"{answer.location}/edit", "/activities/"):
        page = client.get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    kept = only(session).title
    assert not set(kept) & set("\x00\x07\u202e\u2066\u2069")
    assert "49" not in kept


def test_a_citizen_number_is_covered_and_the_rest_is_kept(
    client: FlaskClient, filled_in: dict[str, Any]
) -> None:
    answer = client.post("/activities/new", data=filled_in | {"summary": "With 111222333 today"})
    assert answer.status_code == 422
    assert "111222333" not in answer.text
    assert "today" in answer.text


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.WORKER, 303),
        (Role.COORDINATOR, 303),
        (Role.VOLUNTEER, 403),
        (Role.ADMIN, 403),
        (Role.PROTECTION_OFFICER, 403),
        (Role.MUNICIPALITY, 403),
        (None, 403),
    ],
)
def test_planning_is_for_workers_and_coordinators(
    client: FlaskClient, make: Make, organisation: Organisation, filled_in: dict[str, Any],
    role: Role | None, allowed: int,
) -> None:  # fmt: skip
    client.sign_in(make.user(role, organisation=organisation) if role else make.parent())
    assert client.post("/activities/new", data=filled_in).status_code == allowed


def test_whoever_did_not_plan_it_and_does_not_run_it_cannot_change_it(
    client: FlaskClient, make: Make, organisation: Organisation, worker: User
) -> None:
    colleague = make.worker(organisation=organisation)
    activity, there = make.activity(colleague), make.activity()
    assert client.get(f"/activities/{activity.id}").status_code == 200
    assert client.get(f"/activities/{activity.id}/copy").status_code == 200
    for action in ("edit", "publish", "withdraw", "end"):
        assert client.post(f"/activities/{activity.id}/{action}").status_code == 403
        assert client.post(f"/activities/{there.id}/{action}").status_code == 404
    for address in (f"/activities/{there.id}", f"/activities/{there.id}/copy"):
        assert client.get(address).status_code == 404
    assert client.get(f"/activities/{uuid4()}").status_code == 404


def test_a_visit_to_a_family_is_seen_by_who_makes_it_and_the_coordinator(
    client: FlaskClient, make: Make, organisation: Organisation, worker: User
) -> None:
    visit = make.activity(worker, format=Format.HOME_VISIT, state=State.DRAFT, title="At Noor's")
    for role, status in [(Role.WORKER, 404), (Role.VOLUNTEER, 404), (Role.COORDINATOR, 200)]:
        client.sign_in(make.user(role, organisation=organisation))
        assert client.get(f"/activities/{visit.id}").status_code == status
        assert ("At Noor" in client.get("/activities/").text) is (status == 200)


def plan(client: FlaskClient, filled_in: dict[str, Any]) -> str:
    """Plan it, and return where it is."""
    answer = client.post("/activities/new", data=filled_in)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_publishing_and_ending(
    client: FlaskClient, session: Session, filled_in: dict[str, Any]
) -> None:
    there = plan(client, filled_in)
    states = []
    for action in ("publish", "publish", "withdraw", "publish", "end"):
        assert client.post(f"{there}/{action}").status_code == 303
        states.append(only(session).state.value)
    assert states == ["published", "published", "draft", "published", "ended"]
    history = client.get(there).text
    assert history.count("kw-timeline-icon") == 5


def test_what_is_past_is_not_published(
    client: FlaskClient, session: Session, filled_in: dict[str, Any]
) -> None:
    there = plan(client, filled_in)
    with clock.stopped(datetime(2031, 7, 1, tzinfo=UTC)):
        client.post(f"{there}/publish")
    assert only(session).state is State.DRAFT
    assert "kw-notice-bad" in client.get(there).text


@pytest.mark.parametrize("kind", ["home_visit", "one_to_one", "network"])
def test_private_kinds_are_never_published(
    client: FlaskClient, session: Session, filled_in: dict[str, Any], kind: str
) -> None:
    there = plan(client, filled_in | {"format": kind, "venue_id": "", "signup": "none"})
    client.post(f"{there}/publish")
    assert only(session).state is State.DRAFT
    assert f"{there}/publish" not in client.get(there).text


def test_what_is_published_cannot_become_private(
    client: FlaskClient, session: Session, filled_in: dict[str, Any]
) -> None:
    there = plan(client, filled_in)
    client.post(f"{there}/publish")
    private = filled_in | {"format": "network", "version": "2"}
    assert client.post(f"{there}/edit", data=private).status_code == 422
    assert only(session).format is Format.CLUB


def test_more_places_are_handed_out_to_who_waits(
    client: FlaskClient, session: Session, filled_in: dict[str, Any]
) -> None:
    there = plan(client, filled_in)
    asked = select(DueWork.subject).where(DueWork.kind == rules.MORE_ROOM)
    client.post(f"{there}/edit", data=filled_in | {"version": "1", "title": "Baking club"})
    assert session.scalars(asked).all() == []
    client.post(f"{there}/edit", data=filled_in | {"version": "2", "capacity": "40"})
    session.rollback()
    assert session.scalars(asked).all() == [str(only(session).id)]


def test_two_tabs_get_both_texts_and_then_save(
    client: FlaskClient, session: Session, filled_in: dict[str, Any]
) -> None:
    there = plan(client, filled_in)
    mine = filled_in | {"version": "1", "title": "Baking club", "price": "3"}
    theirs = filled_in | {"version": "1", "title": "Soup club", "staff_ids": [], "skipped": ""}
    assert client.post(f"{there}/edit", data=theirs).status_code == 303
    stale = client.post(f"{there}/edit", data=mine)
    assert stale.status_code == 409
    assert "Baking club" in stale.text
    assert "Soup club" in stale.text
    assert only(session).title == "Soup club"
    assert 'name="version" type="hidden" value="2"' in stale.text
    again = client.post(f"{there}/edit", data=mine | {"version": "2"})
    assert again.status_code == 303
    assert only(session).title == "Baking club"


def test_a_conflict_shows_only_what_differs(
    client: FlaskClient, session: Session, filled_in: dict[str, Any]
) -> None:
    there = plan(client, filled_in)
    client.post(f"{there}/edit", data=filled_in | {"version": "1", "format": "course"})
    stale = client.post(f"{there}/edit", data=filled_in | {"version": "1"})
    assert stale.text.split("kw-conflict")[1].count("<dt>") == 1


def test_a_changed_series_keeps_what_has_passed_and_what_has_signups(
    client: FlaskClient, session: Session, filled_in: dict[str, Any]
) -> None:
    per_day = filled_in | {"signup": "per_day", "skipped": ""}
    there = plan(client, per_day)
    first, second, third, fourth = (one.id for one in dates(session))
    take(session, session.get_one(Occurrence, third), 2)
    with clock.stopped(datetime(2031, 5, 8, tzinfo=UTC)):
        client.post(f"{there}/edit", data=per_day | {"weekday": "3", "version": "1"})
    assert days(session) == [date(2031, 5, day) for day in (7, 8, 15, 21, 22, 29)]
    kept = {one.id for one in dates(session)}
    assert {first, third} <= kept
    assert not {second, fourth} & kept


def test_a_changed_hour_moves_the_dates_that_are_free(
    client: FlaskClient, session: Session, filled_in: dict[str, Any]
) -> None:
    there = plan(client, filled_in)
    before = [one.id for one in dates(session)]
    client.post(f"{there}/edit", data=filled_in | {"starts": "15:30", "version": "1"})
    assert [one.id for one in dates(session)] == before
    assert {one.starts_at.minute for one in dates(session)} == {30}


def test_a_date_that_something_was_written_about_is_cancelled_instead_of_lost(
    client: FlaskClient, session: Session, make: Make, filled_in: dict[str, Any]
) -> None:
    there = plan(client, filled_in | {"signup": "per_day"})
    first = dates(session)[0]
    child = make.child(make.family(session.get_one(Organisation, first.organisation_id)))
    make.save(
        Signup(
            organisation_id=first.organisation_id, activity=first.activity, occurrence=first,
            child=child, standing=Standing.CANCELLED, queue=1, made_by_id=None,
        )
    )  # fmt: skip
    client.post(
        f"{there}/edit",
        data=filled_in | {"signup": "per_day", "begins_on": "2031-05-08", "version": "1"},
    )
    assert [one.cancelled_at is not None for one in dates(session)] == [True, False, False]


def test_places_lie_on_each_date_or_on_the_series(
    client: FlaskClient, session: Session, filled_in: dict[str, Any]
) -> None:
    there = plan(client, filled_in)
    assert {one.capacity for one in dates(session)} == {None}
    daily = filled_in | {"signup": "per_day", "version": "1"}
    client.post(f"{there}/edit", data=daily)
    assert {one.capacity for one in dates(session)} == {12}
    client.post(f"{there}/edit", data=daily | {"capacity": "8", "version": "2"})
    assert {one.capacity for one in dates(session)} == {8}
    client.post(f"{there}/edit", data=daily | {"capacity": "", "version": "3"})
    assert {one.capacity for one in dates(session)} == {None}


@pytest.mark.parametrize("signup", ["series", "per_day"])
def test_fewer_places_than_children_is_refused(
    client: FlaskClient, session: Session, filled_in: dict[str, Any], signup: str
) -> None:
    there = plan(client, filled_in | {"signup": signup})
    take(session, only(session) if signup == "series" else dates(session)[1], 5)
    change = filled_in | {"signup": signup, "version": "1"}
    fewer = client.post(f"{there}/edit", data=change | {"capacity": "4"})
    assert fewer.status_code == 422
    assert 'id="capacity-error"' in fewer.text
    assert "5" in fewer.text
    assert client.post(f"{there}/edit", data=change | {"capacity": "5"}).status_code == 303
    other = change | {"signup": "none", "version": "2"}
    assert client.post(f"{there}/edit", data=other).status_code == 422


@pytest.mark.parametrize("action", ["withdraw", "end"])
def test_while_children_count_on_it_it_does_not_disappear(
    client: FlaskClient, session: Session, filled_in: dict[str, Any], action: str
) -> None:
    there = plan(client, filled_in)
    client.post(f"{there}/publish")
    take(session, only(session), 1)
    client.post(f"{there}/{action}")
    assert only(session).state is State.PUBLISHED


def test_one_date_is_cancelled_with_a_reason(
    client: FlaskClient, session: Session, filled_in: dict[str, Any]
) -> None:
    there = plan(client, filled_in)
    first = dates(session)[0]
    address = f"/activities/dates/{first.id}/call-off"
    assert client.get(address).status_code == 200
    assert client.post(address, data={"reason": " "}).status_code == 422
    assert client.post(address, data={"reason": "The gym is closed."}).status_code == 303
    assert dates(session)[0].cancel_reason == "The gym is closed."
    assert "The gym is closed." in client.get(there).text
    with clock.stopped(datetime(2031, 6, 1, tzinfo=UTC)):
        late = f"/activities/dates/{dates(session)[1].id}/call-off"
        assert client.post(late, data={"reason": "Too late"}).status_code == 422


def test_a_date_that_has_begun_offers_no_calling_off(
    client: FlaskClient, session: Session, filled_in: dict[str, Any]
) -> None:
    there = plan(client, filled_in)
    first, second, *_ = dates(session)
    with clock.stopped(first.starts_at):
        page = client.get(there).text
    assert f"/activities/dates/{first.id}/call-off" not in page
    assert f"/activities/dates/{second.id}/call-off" in page


def test_a_cancelled_date_stays_cancelled_when_the_plan_changes(
    client: FlaskClient, session: Session, filled_in: dict[str, Any]
) -> None:
    there = plan(client, filled_in)
    client.post(f"/activities/dates/{dates(session)[0].id}/call-off", data={"reason": "Closed"})
    client.post(f"{there}/edit", data=filled_in | {"title": "Soup club", "version": "1"})
    assert [one.cancelled_at is not None for one in dates(session)] == [True, False, False]


def test_a_copy_begins_with_everything_but_the_last_day(
    client: FlaskClient, filled_in: dict[str, Any]
) -> None:
    there = plan(client, filled_in)
    form = client.get(f"{there}/copy").text
    for words in ("Cooking club", "Around a pan everyone joins in.", "An apron", "2,50"):
        assert words in form
    assert 'action="/activities/new"' in form
    assert "2031-05-31" not in form


def test_goals_can_change_places(
    client: FlaskClient, session: Session, make: Make, organisation: Organisation,
    filled_in: dict[str, Any],
) -> None:  # fmt: skip
    other = make.goal(organisation, theme=make.theme(organisation, code=ThemeCode.LANGUAGE))
    two = filled_in | {"second_goal_id": str(other.id)}
    there = plan(client, two)
    swapped = two | {"goal_id": str(other.id), "second_goal_id": filled_in["goal_id"]}
    assert client.post(f"{there}/edit", data=swapped | {"version": "1"}).status_code == 303
    assert only(session).goals[0].goal_id == other.id


def test_the_list_is_searched_by_its_address(
    client: FlaskClient, session: Session, make: Make, organisation: Organisation, worker: User,
    venue: Venue, goal: Goal,
) -> None:  # fmt: skip
    colleague = make.worker(organisation=organisation)
    usual = {"goal": goal, "staff": []}
    make.activity(worker, title="Soup", weekday=2, venue=venue, **usual)
    make.activity(colleague, title="Judo", state=State.DRAFT, **usual)
    make.activity(colleague, title="Chess", state=State.ENDED, weekday=4, **usual)
    make.activity(title="Elsewhere")

    def found(**choices: Any) -> set[str]:
        text = client.get("/activities/", query_string=choices).text
        return {name for name in ("Soup", "Judo", "Chess", "Elsewhere") if f">{name}</a>" in text}

    assert found() == {"Soup", "Judo"}
    assert found(state="draft") == {"Judo"}
    assert found(state="ended") == {"Chess"}
    assert found(weekday=2) == {"Soup", "Judo"}
    assert found(weekday=3) == set()
    assert found(venue=venue.id) == {"Soup"}
    assert found(mine="y") == {"Soup"}
    assert found(theme="talent") == {"Soup", "Judo"}
    assert found(theme="language") == set()
    assert found(q="sou") == {"Soup"}
    assert found(q="%") == set()
    assert found(state="nonsense", weekday="x", venue="y", page="z") == {"Soup", "Judo"}
    assert found(page=2) == set()
    assert 'href="/activities/?weekday=2"' in client.get("/activities/?weekday=2&q=soup").text


def test_the_list_costs_as_many_statements_however_long_it_is(
    client: FlaskClient, app: Flask, make: Make, organisation: Organisation, worker: User,
    goal: Goal,
) -> None:  # fmt: skip
    counts = []
    for _ in range(2):
        make.activity(worker, goal=goal)
        make.activity(worker, goal=goal)
        with statements(app) as said:
            assert client.get("/activities/").status_code == 200
        counts.append(len(said))
    assert counts[0] == counts[1]
    assert counts[0] <= 6


def test_a_plan_says_until_when_and_for_whom_one_can_sign_up(
    client: FlaskClient, session: Session, make: Make, organisation: Organisation,
    filled_in: dict[str, Any],
) -> None:  # fmt: skip
    near = make.neighbourhood(name="Zonnehof")
    elsewhere = make.neighbourhood(district=make.district(municipality_id=make.municipality().id))
    window = {"signup_opens_at": "2031-04-02T09:00", "signup_closes_at": "2031-04-01T09:00"}
    backwards = client.post("/activities/new", data=filled_in | window)
    assert backwards.status_code == 422
    assert 'value="2031-04-02T09:00"' in backwards.text
    skipped = filled_in | {"signup_opens_at": "2031-03-30T02:30"}
    assert client.post("/activities/new", data=skipped).status_code == 422
    stranger = filled_in | {"only_for": str(elsewhere.id)}
    assert client.post("/activities/new", data=stranger).status_code == 422
    right = filled_in | {"signup_closes_at": "2031-05-01T20:00", "only_for": str(near.id)}
    assert client.post("/activities/new", data=right).status_code == 303
    activity = only(session)
    assert activity.signup_closes_at == datetime(2031, 5, 1, 18, tzinfo=UTC)
    assert activity.homes == {near.id}
    client.post(f"/activities/{activity.id}/publish")
    shown = client.get(f"/programme/{activity.id}").text
    assert "Zonnehof" in shown
    assert "Je kunt je aanmelden tot donderdag 1 mei, 20:00." in shown
