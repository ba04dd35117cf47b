"""Leaving: nothing is left behind, and whoever sees to it learns what it is about from nobody."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Membership, SignIn, User
from kinderwerk.activities.models import ActivityStaff
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.messages import rendering
from kinderwerk.messages.models import Message
from kinderwerk.signals.models import Signal
from kinderwerk.signals.rules import Area, Level, Subject
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
