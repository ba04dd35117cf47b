"""Leaving: nothing is left behind, and whoever sees to it learns what it is about from nobody."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Membership, SignIn, User
from kinderwerk.activities.models import ActivityStaff
from kinderwerk.audit import service as audit
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.messages import rendering
from kinderwerk.messages.models import Message
from kinderwerk.signals.models import Signal
from kinderwerk.signals.rules import Area, Level, Subject
from kinderwerk.storage.work import unit_of_work
from tests.make import A_WEDNESDAY, Make


class Team:
    """A worker who leaves, the administrator who sees to it, and colleagues."""

    def __init__(self, make: Make, client: FlaskClient) -> None:
        self.make, self.here = make, make.organisation()
        self.admin = make.user(Role.ADMIN, organisation=self.here)
        self.leaver = make.worker(organisation=self.here, name="Wies")
        self.heir = make.worker(organisation=self.here, name="Hugo")
        self.held = self.leaver.current_memberships[0]
        self.path = f"/people/{self.held.id}/end"
        client.sign_in(self.admin)

    def signal(self, **given: object) -> Signal:
        return self.make.save(
            Signal(
                organisation_id=self.here.id, author_id=self.leaver.id, owner_id=self.leaver.id,
                subject=Subject.FAMILY if "family" in given else Subject.GROUP,
                area=Area.SOCIAL, level=Level.CONCERN,
                observed_on=clock.today(), review_on=clock.today(), **given,
            )
        )  # fmt: skip


@pytest.fixture
def team(make: Make, client: FlaskClient) -> Team:
    return Team(make, client)


def test_who_carries_something_is_not_ended_without_handing_over(
    client: FlaskClient, session: Session, team: Team
) -> None:
    team.signal()
    answer = client.post(team.path)
    assert answer.status_code == 422
    session.expire_all()
    assert team.held.ended_at is None
    changed = client.post(
        f"/people/{team.held.id}", data={"role": "volunteer", "neighbourhood": ""}
    )
    assert changed.status_code == 422
    session.expire_all()
    assert team.leaver.current_memberships == [team.held]


def test_everything_goes_to_colleagues_at_once(
    app: Flask, client: FlaskClient, session: Session, make: Make, team: Team
) -> None:
    signals = [team.signal(), team.signal()]
    club = make.activity(team.leaver, starts_at=clock.now() + timedelta(days=3), title="Schaken")
    old = make.activity(team.leaver, starts_at=clock.now() - timedelta(days=3))
    page = client.get(team.path).text
    assert "2 over te dragen" in page
    assert "Hugo" in page
    assert "Schaken" not in page, "how many, never which"
    data = {"signals": str(team.heir.id), "activities": str(team.heir.id)}
    assert client.post(team.path, data=data).status_code == 303
    session.expire_all()
    assert team.held.ended_at
    assert {one.owner_id for one in signals} == {team.heir.id}
    staff = select(ActivityStaff.user_id).where(ActivityStaff.activity_id == club.id)
    assert list(session.scalars(staff)) == [team.heir.id]
    assert [one.user_id for one in old.staff] == [team.leaver.id], "what was stays known"
    deeds = list(session.scalars(select(AuditEntry.deed)))
    assert deeds.count("signal.handed_over") == 2
    assert {"activity.handed_over", "member.handed_over", "member.ended"} <= set(deeds)
    told = session.scalars(select(Message).where(Message.template == "accounts.handed_over")).all()
    assert {one.address for one in told} == {team.leaver.email, team.heir.email}
    with app.test_request_context("/"):
        mails = [rendering.render(session, one) for one in told]
    session.rollback()
    assert all(mail and "3" in mail.text and "Schaken" not in mail.text for mail in mails)


def test_a_case_of_the_own_family_goes_past_the_colleague_chosen(
    client: FlaskClient, session: Session, make: Make, team: Team
) -> None:
    coordinator = make.user(Role.COORDINATOR, organisation=team.here, name="Coby")
    secret = team.signal(family=make.family(team.here, team.heir))
    plain = team.signal()
    page = client.get(team.path).text
    assert "Hugo" in page, "that he may not carry one of them is nobody's business"
    assert client.post(team.path, data={"signals": str(team.heir.id)}).status_code == 303
    session.expire_all()
    assert plain.owner_id == team.heir.id
    assert secret.owner_id == coordinator.id


def test_only_a_colleague_who_may_carry_it_takes_over(
    client: FlaskClient, session: Session, make: Make, team: Team
) -> None:
    signal = team.signal()
    for other in (
        make.worker(), make.user(Role.VOLUNTEER, organisation=team.here), team.leaver, team.admin,
    ):  # fmt: skip
        assert client.post(team.path, data={"signals": str(other.id)}).status_code == 422
    assert client.post(team.path, data={"signals": "<script>"}).status_code == 422
    session.expire_all()
    assert signal.owner_id == team.leaver.id


def test_where_nobody_may_carry_it_the_role_stays(
    client: FlaskClient, session: Session, make: Make, team: Team
) -> None:
    signal = team.signal(family=make.family(team.here, team.heir))
    assert client.post(team.path, data={"signals": str(team.heir.id)}).status_code == 422
    session.expire_all()
    assert team.held.ended_at is None
    assert signal.owner_id == team.leaver.id


def test_another_role_that_may_carry_it_is_enough(
    client: FlaskClient, session: Session, make: Make, team: Team
) -> None:
    signal = team.signal()
    make.membership(team.leaver, Role.COORDINATOR, team.here)
    assert client.post(team.path).status_code == 303
    session.expire_all()
    assert signal.owner_id == team.leaver.id


def test_who_carries_nothing_is_ended_with_one_button(client: FlaskClient, team: Team) -> None:
    page = client.get(team.path).text
    assert not re.search('<select[^>]*name="signals"', page)
    assert client.post(team.path).status_code == 303


def test_only_an_administrator_there_sees_what_is_carried(
    app: Flask, make: Make, team: Team
) -> None:
    for user in (make.user(Role.ADMIN), team.heir, team.leaver):
        other = app.test_client()
        other.sign_in(user)
        assert other.get(team.path).status_code == 404


def test_an_account_is_closed_by_whose_it_is(
    app: Flask, client: FlaskClient, session: Session, make: Make
) -> None:
    parent = make.parent(email="mother@example.org", password_hash="x")
    client.sign_in(parent)
    other = app.test_client()
    other.sign_in(parent)
    assert client.get("/account/close").status_code == 200
    assert client.post("/account/close").location == "/"
    for device in (client, other):
        assert device.get("/account").location.startswith("/sign-in")
    session.expire_all()
    assert "mother" not in parent.email
    assert parent.password_hash is None
    assert all(session.scalars(select(SignIn.ended_at)))
    assert "user.closed" in set(session.scalars(select(AuditEntry.deed)))


def test_nobody_closes_an_account_that_carries_something(
    app: Flask, session: Session, team: Team
) -> None:
    team.signal()
    theirs = app.test_client()
    theirs.sign_in(team.leaver)
    assert theirs.post("/account/close").status_code == 422
    own = app.test_client()
    own.sign_in(team.admin)
    assert own.post("/account/close").status_code == 422, "the last administrator"
    session.expire_all()
    assert team.leaver.current_memberships
    assert team.admin.current_memberships


def test_closing_ends_the_roles(client: FlaskClient, session: Session, make: Make) -> None:
    volunteer = make.user(Role.VOLUNTEER)
    client.sign_in(volunteer)
    with clock.stopped(A_WEDNESDAY):
        assert client.post("/account/close").status_code == 303
    session.expire_all()
    assert not session.scalars(select(Membership).where(Membership.ended_at.is_(None))).all()
    assert session.get_one(User, volunteer.id).email == f"{volunteer.id}@closed.invalid"


def devices(app: Flask, user: User, number: int = 2) -> list[FlaskClient]:
    clients = [app.test_client() for _ in range(number)]
    for one in clients:
        one.sign_in(user)
    return clients


def test_an_administrator_shuts_somebody_out_at_once(
    app: Flask, client: FlaskClient, session: Session, team: Team
) -> None:
    signal = team.signal()
    team.make.membership(team.leaver, Role.COORDINATOR, team.here)
    theirs = devices(app, team.leaver)
    there = f"/people/{team.held.id}/close"
    assert there in client.get(f"/people/{team.held.id}").text
    assert "1 over te dragen" in client.get(there).text, "no role of theirs goes on with it"
    assert client.post(there).status_code == 422
    assert theirs[0].get("/today").status_code == 200
    assert client.post(there, data={"signals": str(team.heir.id)}).status_code == 303
    session.expire_all()
    assert signal.owner_id == team.heir.id
    assert team.leaver.current_memberships == []
    assert team.leaver.password_hash is None
    for device in theirs:
        assert device.get("/today").location.startswith("/sign-in")
    deeds = set(session.scalars(select(AuditEntry.deed)))
    assert {"user.closed", "member.handed_over", "signal.handed_over"} <= deeds
    told = session.scalars(select(Message).where(Message.template == "accounts.changed")).all()
    assert [(one.address, one.subject_ids["what"]) for one in told] == [
        (team.leaver.email, "closed")
    ]
    with app.test_request_context("/"):
        mail = rendering.render(session, told[0])
    session.rollback()
    assert mail
    assert "beheerder" in mail.text


def test_who_works_elsewhere_too_goes_on_there(
    app: Flask, client: FlaskClient, session: Session, make: Make, team: Team
) -> None:
    elsewhere = make.membership(team.leaver, Role.WORKER, make.organisation())
    with_password = make.save(team.leaver)
    (device,) = devices(app, team.leaver, 1)
    assert client.post(f"/people/{team.held.id}/close").status_code == 303
    session.expire_all()
    assert team.held.ended_at
    assert [held.id for held in with_password.current_memberships] == [elsewhere.id]
    assert device.get("/today").location.startswith("/sign-in")
    device.sign_in(team.leaver)
    assert device.get("/today").status_code == 200


def test_who_cannot_come_in_at_work_any_more_is_still_a_parent(
    app: Flask, client: FlaskClient, session: Session, make: Make, team: Team
) -> None:
    child = make.child(make.family(team.here, team.leaver))
    assert client.post(f"/people/{team.held.id}/close").status_code == 303
    session.expire_all()
    (at_home,) = devices(app, team.leaver, 1)
    assert child.first_name in at_home.get("/family").text
    assert at_home.get("/today").status_code in (302, 303, 403)


def test_nobody_is_shut_out_by_just_anybody(
    app: Flask, client: FlaskClient, session: Session, make: Make, team: Team
) -> None:
    own = team.admin.current_memberships[0]
    assert client.post(f"/people/{own.id}/close").status_code == 422
    assert f"/people/{own.id}/close" not in client.get(f"/people/{own.id}").text
    area = make.neighbourhood()
    near = make.user(Role.ADMIN, organisation=team.here, neighbourhood_id=area.id)
    for other in (make.user(Role.ADMIN), team.heir, team.leaver, near, make.parent()):
        (device,) = devices(app, other, 1)
        assert device.post(f"/people/{team.held.id}/close").status_code == 404
    session.expire_all()
    assert team.held.ended_at is None
    assert own.ended_at is None


def test_closing_for_somebody_asks_for_a_proof_first(
    client: FlaskClient, session: Session, team: Team
) -> None:
    session.rollback()
    with unit_of_work(session):
        here = session.scalars(select(SignIn).where(SignIn.user_id == team.admin.id)).one()
        here.proved_at = clock.now() - timedelta(days=2)
        session.get_one(User, team.admin.id).password_hash = "known"
        audit.record(session, SYSTEM, "test.made", team.admin.id)
    answer = client.post(f"/people/{team.held.id}/close")
    assert answer.location.startswith("/sign-in/")
    session.expire_all()
    assert team.held.ended_at is None


def test_the_command_line_shuts_somebody_out_when_nobody_else_can(
    app: Flask, session: Session, make: Make, team: Team
) -> None:
    signal = team.signal()
    (device,) = devices(app, team.leaver, 1)
    run = app.test_cli_runner().invoke
    call = ["users", "close", team.leaver.email, "--yes"]
    refused = run(args=call)
    assert refused.exit_code == 1
    assert run(args=["users", "close", "nobody@example.org", "--yes"]).exit_code == 1
    assert run(args=["users", "close", team.admin.email, "--yes"]).exit_code == 1, "the last one"
    done = run(args=[*call, "--to", team.heir.email])
    assert done.exit_code == 0, done.output
    session.rollback()
    assert signal.owner_id == team.heir.id
    assert team.leaver.current_memberships == []
    assert team.admin.current_memberships
    assert device.get("/today").location.startswith("/sign-in")
