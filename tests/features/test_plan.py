"""The light plan: what a family and a worker agree, and who of the family sees it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.absences import service as absences
from kinderwerk.absences.rules import Leave
from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.accounts.shares import LetIn
from kinderwerk.activities.rules import Format
from kinderwerk.audit.models import AuditEntry
from kinderwerk.confided.rules import Way, Wish
from kinderwerk.core import clock
from kinderwerk.families.custody import service as custody
from kinderwerk.families.models import Care, Carer, Child
from kinderwerk.logbook.models import HourEntry
from kinderwerk.logbook.rules import HourKind
from kinderwerk.messages.models import Message
from kinderwerk.privacy.erasing import erase
from kinderwerk.storage.erasing import Kind as Gone
from kinderwerk.support import queries as trajectories
from kinderwerk.support import service
from kinderwerk.support.models import Trajectory
from kinderwerk.support.plan import service as plans
from kinderwerk.support.plan.models import Agreed, Answer
from kinderwerk.support.plan.rules import Doing, Promise, Settled
from kinderwerk.support.rules import AimWish, Channel, Ending, Start, Status, Talk, Topic
from tests.make import Make
from tests.planted import PLANTED

ASKED = f"She never listens, {PLANTED}."
WANTED = f"We eat together, {PLANTED}."
AGREED = f"A walk on Sunday, {PLANTED}."
SAID = f"What the talk was about, {PLANTED}."


@pytest.fixture
def child(make: Make, here: Organisation, mother: User, father: User) -> Child:
    child = make.child(make.family(here, mother))
    make.cared_for_by(child, father)
    return child


@pytest.fixture
def trajectory(session: Session, worker: User, child: Child) -> Trajectory:
    return service.begin(
        session, worker.actor(),
        Start(
            family_id=child.family_id, topic=Topic.SLEEP, question=ASKED,
            aim=AimWish(text=WANTED, scale_start=3), began_on=clock.today(),
            follow_up_on=clock.today(), once=uuid4(),
        ),
    )  # fmt: skip


@pytest.fixture
def named(session: Session, worker: User, mother: User, trajectory: Trajectory) -> Trajectory:
    carer = session.scalars(select(Carer).where(Carer.user_id == mother.id)).one()
    service.name_carer(session, worker.actor(), trajectory, Wish(carer_id=carer.id, way=Way.MAIL))
    return trajectory


def promise(**given: Any) -> Promise:
    usual: dict[str, Any] = {
        "text": AGREED, "doing": Doing.FAMILY, "due_on": clock.today() + timedelta(days=7),
        "activity_id": None, "once": uuid4(),
    }  # fmt: skip
    return Promise(**usual | given)


Page = Callable[..., Any]


@pytest.fixture
def seen_by(app: Flask, trajectory: Trajectory) -> Page:
    def seen(person: User, path: str = "", **data: str) -> Any:
        client: Any = app.test_client()
        client.sign_in(person)
        where = f"/family/plan/{trajectory.id}{path}"
        return client.post(where, data=data) if data else client.get(where)

    return seen


def test_who_is_named_sees_the_plan_and_nobody_else_of_the_family_does(
    app: Flask, session: Session, worker: User, mother: User, father: User, named: Trajectory,
    seen_by: Page,
) -> None:  # fmt: skip
    talk = Talk(
        held_on=clock.today(), channel=Channel.HOME, minutes=30, text=SAID, agreed=AGREED,
        follow_up_on=clock.today(), once=uuid4(),
    )  # fmt: skip
    service.add_talk(session, worker.actor(), named, talk)
    answer = seen_by(mother)
    assert answer.status_code == 200
    for words in (ASKED, WANTED, AGREED):
        assert words in answer.text
    assert SAID not in answer.text, "what a worker notes of a talk is no plan"
    other = seen_by(father)
    missing: Any = app.test_client()
    missing.sign_in(father)
    assert other.status_code == 404
    assert other.data.replace(str(named.id).encode(), b"") == missing.get(
        f"/family/plan/{uuid4()}"
    ).data.replace(str(named.id).encode(), b"")
    for person, finds in ((mother, True), (father, False)):
        client: Any = app.test_client()
        client.sign_in(person)
        assert (f"/family/plan/{named.id}" in client.get("/family").text) is finds
    read = select(AuditEntry).where(AuditEntry.deed == "plan.read")
    assert [one.actor_id for one in session.scalars(read)] == [mother.id]


def test_without_contact_nothing_of_it_is_seen_any_more(
    session: Session, worker: User, mother: User, named: Trajectory, seen_by: Page
) -> None:
    agreement = agreed(session, worker, named)
    care = session.scalars(select(Care).join(Carer).where(Carer.user_id == mother.id)).one()
    custody.end(session, worker.actor(), care.id)
    assert seen_by(mother).status_code in (302, 404)
    client = seen_by(mother, f"/agreements/{agreement.id}", settled="done")
    assert client.status_code in (302, 404)
    assert session.scalars(select(Agreed.settled)).one() is Settled.OPEN


def agreed(session: Session, worker: User, trajectory: Trajectory, **given: Any) -> Agreed:
    plans.add(session, worker.actor(), trajectory, promise(**given))
    return session.scalars(select(Agreed).order_by(Agreed.created_at.desc())).first()  # type: ignore[return-value]


def test_a_carer_says_what_became_of_it_but_not_for_the_worker(
    session: Session, worker: User, mother: User, father: User, named: Trajectory, seen_by: Page
) -> None:
    mine = agreed(session, worker, named)
    theirs = agreed(session, worker, named, doing=Doing.WORKER)
    assert seen_by(father, f"/agreements/{mine.id}", settled="done").status_code == 404
    assert seen_by(mother, f"/agreements/{theirs.id}", settled="done").status_code == 404
    assert seen_by(mother, f"/agreements/{mine.id}", settled="not_done").status_code == 303
    session.expire_all()
    assert (mine.settled, mine.settled_on) == (Settled.NOT_DONE, clock.today())
    assert theirs.settled is Settled.OPEN
    plans.settle(session, worker.actor(), named, mine.id, Settled.OPEN)
    assert mine.settled_on is None


def test_the_family_says_whether_it_helped_and_the_worker_reads_it(
    app: Flask, session: Session, worker: User, mother: User, named: Trajectory, seen_by: Page
) -> None:
    told = select(Message.key).where(Message.template == "confided_waits")
    before = len(session.scalars(told).all())
    service.end(session, worker.actor(), named, None, Ending(status=Status.ENDED, scales={}))
    assert len(session.scalars(told).all()) == before + 1, "asked once more at the end"
    assert seen_by(mother, "/help", helped="perhaps").status_code == 422
    for helped in ("no", "a_little"):
        assert seen_by(mother, "/help", helped=helped, words=f"Well, {PLANTED}.").status_code == 303
    assert [one.helped for one in session.scalars(select(Answer))] == ["a_little"]
    desk: Any = app.test_client()
    desk.sign_in(worker)
    page = desk.get(f"/support/{named.id}").text
    assert "Een beetje" in page
    assert f"Well, {PLANTED}." in page
    assert "Iemand van het gezin" not in page
    carer = session.scalars(select(Carer).where(Carer.user_id == mother.id)).one()
    service.unname_carer(session, worker.actor(), named, carer.id)
    assert "Iemand van het gezin" in desk.get(f"/support/{named.id}").text, "no longer named"


def test_a_course_of_the_programme_comes_into_the_plan(
    app: Flask, session: Session, make: Make, worker: User, mother: User, named: Trajectory,
    seen_by: Page,
) -> None:  # fmt: skip
    course = make.activity(worker, format=Format.PARENT_COURSE, title="Kom bij elkaar")
    make.activity(make.worker(), format=Format.PARENT_COURSE, title="Van een ander")
    desk: Any = app.test_client()
    desk.sign_in(worker)
    where = f"/support/{named.id}/agreements/new"
    form = desk.get(where).text
    assert "Kom bij elkaar" in form
    assert "Van een ander" not in form
    typed = {
        "text": "", "doing": "family", "once": str(uuid4()), "activity_id": str(course.id),
        "due_on": (clock.today() + timedelta(days=7)).isoformat(),
    }  # fmt: skip
    for _twice in range(2):
        assert desk.post(where, data=typed).status_code == 303
    assert f"/programme/{course.id}" in seen_by(mother).text
    assert len(session.scalars(select(Agreed)).all()) == 1
    assert desk.post(where, data=typed | {"activity_id": "", "once": ""}).status_code == 422


def test_a_talk_counts_among_ones_own_hours_with_parents(
    session: Session, worker: User, trajectory: Trajectory
) -> None:
    for channel, minutes in ((Channel.HOME, 45), (Channel.PHONE, 15), (Channel.AT_ACTIVITY, 20)):
        talk = Talk(
            held_on=clock.today(), channel=channel, minutes=minutes, text=SAID, agreed=None,
            follow_up_on=clock.today(), once=uuid4(),
        )  # fmt: skip
        for _twice in range(2):
            service.add_talk(session, worker.actor(), trajectory, talk)
    hours = session.scalars(select(HourEntry)).all()
    assert [(one.kind, one.minutes) for one in hours] == [(HourKind.PARENTS, 60)]


def test_the_plan_goes_with_the_trajectory_and_an_answer_with_who_gave_it(
    session: Session, here: Organisation, worker: User, mother: User, named: Trajectory,
    seen_by: Page,
) -> None:  # fmt: skip
    agreed(session, worker, named)
    seen_by(mother, "/help", helped="yes")
    carer = session.scalars(select(Carer).where(Carer.user_id == mother.id)).one()
    erase(session, SYSTEM, here.id, Gone.CARER, [carer.id])
    assert session.scalars(select(Answer)).all() == []
    erase(session, SYSTEM, here.id, Gone.SUPPORT, [named.id])
    assert session.scalars(select(Agreed)).all() == []


def test_what_was_agreed_and_is_past_its_day_waits_for_who_carries_it_or_stands_in(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    child: Child,
) -> None:  # fmt: skip
    reader, deputy = make.worker(organisation=here), make.worker(organisation=here)
    today, soon = clock.today(), clock.today() + timedelta(days=60)
    start = Start(
        family_id=child.family_id, topic=Topic.SLEEP, question=ASKED, aim=None, began_on=today,
        follow_up_on=soon, once=uuid4(),
    )  # fmt: skip
    held = service.begin(session, worker.actor(), start)
    service.share(
        session, worker.actor(), held, LetIn(user_id=reader.id, reason="Helps.", until=soon)
    )
    agreed(session, worker, held, due_on=today)
    first = today + timedelta(days=2)
    leave = Leave(first=first, last=first, deputy_id=deputy.id)
    absences.go(session, worker.actor(), worker.current_memberships[0].id, leave)

    def waits(day: int) -> list[bool]:
        with clock.stopped(clock.now() + timedelta(days=day)):
            session.rollback()
            found = [
                [one.late for one in trajectories.due(session, person.actor())]
                for person in (worker, deputy, reader)
            ]
            session.rollback()
        return [late == [1] for late in found]

    assert waits(0) == [False, False, False]
    assert waits(1) == [True, False, False]
    assert waits(2) == [True, True, False]
    with clock.stopped(clock.now() + timedelta(days=1)):
        client.sign_in(worker)
        assert "1 afspraak over de datum" in client.get("/today").text
        one = session.scalars(select(Agreed)).one()
        plans.settle(session, worker.actor(), held, one.id, Settled.DONE)
    assert waits(1) == [False, False, False]
