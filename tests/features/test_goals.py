"""Goals, their themes, the municipality's policy goals, and the grants they hang to."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit.models import AuditEntry
from kinderwerk.goals import queries, service
from kinderwerk.goals.models import Goal, Grant, PolicyGoal, Theme
from kinderwerk.goals.rules import THEMES, IndicatorKind, ThemeCode
from tests.make import Make

GOAL = {
    "theme": "lifestyle", "title": "Elke dag buiten spelen", "begins_on": "2031-01-01",
    "ends_on": "2031-12-31", "target_children": "120", "target_visits": "1500",
    "indicator_1": "Kinderen spelen vaker buiten", "kind_1": "observation",
}  # fmt: skip
POLICY = {
    "reference": "JB-3", "title": "Alle kinderen bewegen", "begins_on": "2031-01-01",
    "ends_on": "2034-12-31",
}  # fmt: skip
GRANT = {
    "reference": "SUB-2031-17", "begins_on": "2031-01-01", "ends_on": "2031-12-31",
    "agreed_hours": "2400", "agreed_activities": "80", "agreed_children": "300",
}  # fmt: skip


@pytest.fixture
def organisation(make: Make) -> Organisation:
    return make.organisation()


@pytest.fixture
def coordinator(client: FlaskClient, make: Make, organisation: Organisation) -> User:
    user = make.user(Role.COORDINATOR, organisation=organisation)
    client.sign_in(user)
    return user


def only(session: Session) -> Goal:
    return session.scalars(select(Goal)).one()


def test_a_goal_brings_the_twelve_themes(
    client: FlaskClient, session: Session, coordinator: User
) -> None:
    answer = client.post("/goals/new", data=GOAL)
    assert answer.status_code == 303
    themes = queries.themes(session, only(session).organisation_id)
    assert [theme.code for theme in themes] == list(ThemeCode)
    assert themes[4].label == {
        "nl": "Gezonde leefstijl", "en": "Healthy lifestyle", "de": "Gesunder Lebensstil",
    }  # fmt: skip
    shown = client.get(answer.location).text
    assert "Kinderen spelen vaker buiten" in shown
    assert "1.500" in shown
    assert "theme-lifestyle" in shown
    assert "Elke dag buiten spelen" in client.get("/goals/").text
    deeds = session.scalars(select(AuditEntry.deed)).all()
    assert "goal.added" in deeds
    assert deeds.count("theme.added") == 12


def test_seeding_twice_adds_nothing(session: Session, organisation: Organisation) -> None:
    first = service.seed_themes(session, SYSTEM, organisation.id)
    again = service.seed_themes(session, SYSTEM, organisation.id)
    assert {row.id for row in first.values()} == {row.id for row in again.values()}
    assert set(again) == set(THEMES)


def test_a_goal_is_changed_and_keeps_its_indicators(
    client: FlaskClient, session: Session, make: Make, coordinator: User
) -> None:
    park = make.neighbourhood(name="Parkbuurt")
    client.post("/goals/new", data=GOAL | {"areas": str(park.id)})
    kept = only(session).indicators[0].id
    url = f"/goals/{only(session).id}/edit"
    assert "Parkbuurt" in client.get(url).text
    changed = GOAL | {"indicator_2": "Ouders doen mee", "kind_2": "reach", "version": "1"}
    assert client.post(url, data=changed).status_code == 303
    goal = only(session)
    assert goal.areas == []
    assert [row.text for row in goal.indicators] == [
        "Kinderen spelen vaker buiten", "Ouders doen mee",
    ]  # fmt: skip
    assert goal.indicators[0].id == kept
    assert goal.indicators[1].kind is IndicatorKind.REACH


def test_two_people_changing_a_goal_see_each_others_text(
    client: FlaskClient, session: Session, coordinator: User
) -> None:
    client.post("/goals/new", data=GOAL)
    url = f"/goals/{only(session).id}/edit"
    client.post(url, data=GOAL | {"title": "Van haar", "version": "1"})
    late = client.post(url, data=GOAL | {"title": "Van hem", "version": "1"})
    assert late.status_code == 409
    assert "Van haar" in late.text
    assert only(session).title == "Van haar"


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 121},
        {"theme": "money"},
        {"theme": ""},
        {"begins_on": "2031-02-30"},
        {"ends_on": "2030-12-31"},
        {"ends_on": "2060-12-31"},
        {"target_children": "-1"},
        {"target_children": "2000", "target_visits": "10"},
        {"target_visits": "9" * 30},
        {"areas": "nowhere"},
        {"policy_goal_id": "01a1fb92-4ca1-775e-910a-c5dac879510f"},
        {"kind_1": "guess"},
        {"description": "x" * 2001},
        {"description": "Het nummer is 123456782."},
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_lost(
    client: FlaskClient, session: Session, coordinator: User, wrong: dict[str, str]
) -> None:
    answer = client.post("/goals/new", data=GOAL | wrong)
    assert answer.status_code == 422
    assert "Kinderen spelen vaker buiten" in answer.text
    assert session.scalars(select(Goal)).all() == []


def test_a_goal_hangs_to_a_policy_goal_and_a_grant(
    client: FlaskClient, session: Session, coordinator: User
) -> None:
    assert client.post("/policy/goals/new", data=POLICY).status_code == 303
    grant_url = client.post("/policy/grants/new", data=GRANT).location
    policy, grant = session.scalars(select(PolicyGoal)).one(), session.scalars(select(Grant)).one()
    ties = {"policy_goal_id": str(policy.id), "grant_id": str(grant.id)}
    answer = client.post("/goals/new", data=GOAL | ties)
    assert "JB-3: Alle kinderen bewegen" in client.get(answer.location).text
    assert "Elke dag buiten spelen" in client.get(grant_url).text
    assert "2.400" in client.get("/policy/").text


def test_a_tie_to_another_period_is_refused(
    client: FlaskClient, session: Session, coordinator: User
) -> None:
    client.post("/policy/grants/new", data=GRANT)
    grant = session.scalars(select(Grant)).one()
    later = {"begins_on": "2033-01-01", "ends_on": "2033-12-31", "grant_id": str(grant.id)}
    assert client.post("/goals/new", data=GOAL | later).status_code == 422


def test_a_reference_is_used_once(client: FlaskClient, session: Session, coordinator: User) -> None:
    for url, data in (("/policy/goals/new", POLICY), ("/policy/grants/new", GRANT)):
        assert client.post(url, data=data).status_code == 303
        again = client.post(url, data=data)
        assert again.status_code == 422
        assert data["reference"] in again.text


def test_policy_goals_and_grants_are_changed(
    client: FlaskClient, session: Session, coordinator: User
) -> None:
    client.post("/policy/goals/new", data=POLICY)
    client.post("/policy/grants/new", data=GRANT)
    policy, grant = session.scalars(select(PolicyGoal)).one(), session.scalars(select(Grant)).one()
    renamed = POLICY | {"title": "Iedereen beweegt", "version": "1"}
    client.post(f"/policy/goals/{policy.id}/edit", data=renamed)
    more = GRANT | {"agreed_hours": "2600", "version": "1"}
    client.post(f"/policy/grants/{grant.id}/edit", data=more)
    shown = client.get("/policy/").text
    assert "Iedereen beweegt" in shown
    assert "2.600" in shown


def test_a_municipality_reads_policy_goals_and_grants_and_writes_its_own_goals(
    app: Flask, client: FlaskClient, make: Make, session: Session, coordinator: User,
    organisation: Organisation,
) -> None:  # fmt: skip
    client.post("/policy/grants/new", data=GRANT)
    grant = session.scalars(select(Grant)).one()
    officer = app.test_client()
    officer.sign_in(make.user(Role.MUNICIPALITY, organisation=organisation))
    shown = officer.get("/policy/").text
    assert organisation.name in shown
    assert officer.get(f"/policy/grants/{grant.id}").status_code == 200
    assert officer.post(f"/policy/grants/{grant.id}/edit", data=GRANT).status_code == 403
    assert officer.post("/policy/grants/new", data=GRANT).status_code == 403
    assert officer.post("/policy/goals/new", data=POLICY).status_code == 303
    assert officer.get("/goals/").status_code == 403
    stranger = app.test_client()
    there = make.organisation(municipality=make.municipality())
    stranger.sign_in(make.user(Role.MUNICIPALITY, organisation=there))
    assert "SUB-2031-17" not in stranger.get("/policy/").text
    assert stranger.get(f"/policy/grants/{grant.id}").status_code == 404


def test_goals_of_another_organisation_are_out_of_sight(
    app: Flask, client: FlaskClient, make: Make, session: Session, coordinator: User
) -> None:
    url = client.post("/goals/new", data=GOAL).location
    stranger = app.test_client()
    stranger.sign_in(make.user(Role.COORDINATOR))
    assert "buiten spelen" not in stranger.get("/goals/").text
    assert stranger.get(url).status_code == 404
    assert stranger.post(f"{url}/edit", data=GOAL).status_code == 404


def test_a_worker_reads_goals_and_does_not_change_them(
    app: Flask, client: FlaskClient, make: Make, organisation: Organisation, coordinator: User
) -> None:
    url = client.post("/goals/new", data=GOAL).location
    worker = app.test_client()
    worker.sign_in(make.worker(organisation=organisation))
    assert worker.get(url).status_code == 200
    assert "Nieuw doel" not in worker.get("/goals/").text
    for closed in (f"{url}/edit", "/goals/new", "/goals/themes", "/policy/grants/new"):
        assert worker.get(closed).status_code == 403, closed


def test_a_theme_is_called_otherwise(
    client: FlaskClient, session: Session, coordinator: User
) -> None:
    assert "Spelen en buitenruimte" in client.get("/goals/themes").text
    assert client.get("/goals/themes/edit?code=play").status_code == 200
    answer = client.post(
        "/goals/themes/edit", data={"code": "play", "nl": "Buiten spelen", "en": "", "de": ""}
    )
    assert answer.status_code == 303
    assert "Buiten spelen" in client.get("/goals/new").text
    theme = session.scalars(select(Theme).where(Theme.code == ThemeCode.PLAY)).one()
    assert theme.label == {"nl": "Buiten spelen"}


def test_a_theme_no_longer_chosen_leaves_the_form_and_stays_with_its_goals(
    client: FlaskClient, session: Session, make: Make, organisation: Organisation,
    coordinator: User,
) -> None:  # fmt: skip
    play = service.seed_themes(session, SYSTEM, organisation.id)[ThemeCode.PLAY]
    ended = date(2020, 1, 1)
    old = make.goal(organisation, theme=play, title="Vroeger", begins_on=ended, ends_on=ended)
    gone = {"code": "play", "nl": "Spelen", "archived": "y"}
    assert client.post("/goals/themes/edit", data=gone).status_code == 303
    assert 'value="play"' not in client.get("/goals/new").text
    assert 'value="play"' in client.get(f"/goals/{old.id}/edit").text
    assert "Vroeger" not in client.get("/goals/").text
    assert "Vroeger" in client.get("/goals/?ended=1").text


def test_a_theme_with_a_running_goal_stays(client: FlaskClient, coordinator: User) -> None:
    client.post("/goals/new", data=GOAL | {"ends_on": "2039-12-31"})
    gone = {"code": "lifestyle", "nl": "Leefstijl", "archived": "y"}
    assert client.post("/goals/themes/edit", data=gone).status_code == 422


def test_an_unknown_theme_is_not_found(client: FlaskClient, coordinator: User) -> None:
    assert client.get("/goals/themes/edit?code=money").status_code == 404
    assert client.post("/goals/themes/edit", data={"code": "money", "nl": "x"}).status_code == 404


def test_what_can_be_chosen_for_an_activity_are_goals_that_have_not_ended(
    session: Session, make: Make, organisation: Organisation
) -> None:
    theme = make.theme(organisation)
    make.goal(organisation, theme=theme, title="Nu")
    make.goal(
        organisation, theme=theme, title="Voorbij", begins_on=date(2020, 1, 1),
        ends_on=date(2020, 12, 31),
    )  # fmt: skip
    make.goal(make.organisation(), title="Van een ander")
    actor = make.worker(organisation=organisation).actor()
    assert [title for _, title, _ in queries.choices(session, actor)] == ["Nu"]
