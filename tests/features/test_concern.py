"""The child check within parenting support, and what of a trajectory becomes a signal."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.families.models import Child
from kinderwerk.privacy.erasing import erase
from kinderwerk.reporting_code import service as code
from kinderwerk.reporting_code.rules import Beginning
from kinderwerk.signals import service as signals
from kinderwerk.signals.models import Signal
from kinderwerk.signals.rules import Level, NoteKind, Subject
from kinderwerk.storage.erasing import Kind as Gone
from kinderwerk.support import service
from kinderwerk.support.concern import rules
from kinderwerk.support.concern.models import Checked
from kinderwerk.support.concern.rules import ChildCheck, Finding
from kinderwerk.support.models import Trajectory
from kinderwerk.support.rules import AimWish, Channel, Start, Talk, Topic
from tests.make import Make
from tests.planted import PLANTED

ASKED = f"I cannot get out of bed, {PLANTED}."
WANTED = f"We have breakfast together, {PLANTED}."
TALKED = f"The fridge was empty, {PLANTED}."
TROUBLES = f"She sleeps all day, {PLANTED}."


@pytest.fixture
def child(make: Make, here: Organisation) -> Child:
    return make.child(make.family(here, make.parent()))


@pytest.fixture
def trajectory(session: Session, worker: User, child: Child) -> Trajectory:
    made = service.begin(
        session, worker.actor(),
        Start(
            family_id=child.family_id, topic=Topic.STRESS, question=ASKED,
            aim=AimWish(text=WANTED, scale_start=2), began_on=clock.today(),
            follow_up_on=clock.today(), once=uuid4(),
        ),
    )  # fmt: skip
    talk = Talk(
        held_on=clock.today(), channel=Channel.HOME, minutes=30, text=TALKED, agreed=None,
        follow_up_on=clock.today(), once=uuid4(),
    )  # fmt: skip
    service.add_talk(session, worker.actor(), made, talk)
    return made


def checking(**given: Any) -> dict[str, Any]:
    usual = {
        "once": uuid4(), "held_on": clock.today(), "children_count": 2, "ages": "4, 7",
        "care_shared": "no", "said": TROUBLES, "finding": "no_concern",
    }  # fmt: skip
    return usual | given


def notes(session: Session, worker: User) -> list[signals.OpenNote]:
    signal = session.scalars(select(Signal)).one()
    return signals.read(session, worker.actor(), signal)


def test_a_check_without_a_concern_says_that_it_was_done(
    client: FlaskClient, session: Session, worker: User, trajectory: Trajectory
) -> None:
    client.sign_in(worker)
    once = checking()
    for _ in range(2):
        answer = client.post(f"/support/{trajectory.id}/check", data=once)
        assert answer.location == f"/support/{trajectory.id}"
    page = client.get(answer.location).text
    assert TROUBLES in page
    assert "2 kinderen" in page
    assert session.scalars(select(Checked.finding)).all() == [Finding.NO_CONCERN]
    deeds = select(AuditEntry.deed).where(AuditEntry.subject_id == trajectory.id)
    assert session.scalars(deeds).all().count("support.checked") == 1


def test_a_check_that_worries_becomes_a_signal_from_which_a_case_can_begin(
    client: FlaskClient, session: Session, worker: User, trajectory: Trajectory
) -> None:
    client.sign_in(worker)
    data = checking(finding="concern")
    step = client.post(f"/support/{trajectory.id}/check", data=data).location
    done = session.scalars(select(Checked)).one()
    assert step == f"/support/{trajectory.id}/signal?check={done.id}"
    page = client.get(step).text
    assert page.count(" checked") == 2  # this check, and how serious it is
    answer = client.post(step, data={"along": done.id, "area": "family", "level": "2"})
    (note,) = notes(session, worker)
    assert TROUBLES in note.text
    assert "2 kinderen" in note.text
    assert note.note.kind is NoteKind.DOCUMENT
    assert worker.name in str(note.source)
    assert "/reporting-code/new?signal=" in client.get(answer.location).text


def test_only_what_is_ticked_goes_along_and_says_where_it_comes_from(
    client: FlaskClient, session: Session, worker: User, child: Child, trajectory: Trajectory
) -> None:
    client.sign_in(worker)
    step = f"/support/{trajectory.id}/signal"
    page = client.get(step).text
    assert all(words in page for words in (ASKED, WANTED, TALKED))
    about = {"about": child.id, "along": trajectory.id, "area": "health", "level": "1"}
    meaning = f"She may be ill, {PLANTED}."
    client.post(step, data={**about, "interpretation": meaning})
    asked, meant = notes(session, worker)
    assert (asked.text, asked.note.kind) == (ASKED, NoteKind.STATEMENT_PARENT)
    assert "Opvoedondersteuning" in str(asked.source)
    assert (meant.text, meant.note.cites_id) == (meaning, asked.note.id)
    signal = session.scalars(select(Signal)).one()
    assert (signal.subject, signal.child_id, signal.owner_id) == (
        Subject.CHILD, child.id, worker.id,
    )  # fmt: skip


def test_what_one_saw_oneself_comes_first(
    client: FlaskClient, session: Session, worker: User, trajectory: Trajectory
) -> None:
    client.sign_in(worker)
    talk = service.read(session, worker.actor(), trajectory).notes[0].note
    seen = f"A bruise, {PLANTED}."
    data = {"along": [trajectory.id, talk.id], "fact": seen, "area": "family", "level": "3"}
    client.post(f"/support/{trajectory.id}/signal", data=data)
    signal = session.scalars(select(Signal)).one()
    assert (signal.level, signal.subject) == (Level.ACUTE, Subject.FAMILY)
    assert {one.text for one in notes(session, worker)} == {seen, ASKED, TALKED}


@pytest.mark.parametrize("extra", [{}, {"along": uuid4()}, {"about": uuid4(), "fact": "x"}])
def test_nothing_comes_of_nothing_nor_of_what_is_another_familys(
    client: FlaskClient, session: Session, worker: User, trajectory: Trajectory,
    extra: dict[str, Any],
) -> None:  # fmt: skip
    client.sign_in(worker)
    data = {"area": "family", "level": "1", **extra}
    answer = client.post(f"/support/{trajectory.id}/signal", data=data)
    assert answer.status_code == 422
    assert "kw-wrong" in answer.text
    assert session.scalars(select(Signal)).all() == []


def test_while_a_case_runs_the_check_belongs_there(
    client: FlaskClient, session: Session, worker: User, child: Child, trajectory: Trajectory
) -> None:
    client.sign_in(worker)
    page = f"/support/{trajectory.id}"
    assert f"{page}/check" in client.get(page).text
    data = {"along": trajectory.id, "area": "family", "level": "2"}
    client.post(f"{page}/signal", data=data)
    signal = session.scalars(select(Signal)).one()
    case = code.begin(session, worker.actor(), Beginning(signal_id=signal.id))
    told = client.get(page).text
    assert f"/reporting-code/{case.id}/write/kindcheck" in told
    assert f"{page}/check" not in told


def test_a_check_is_sealed_and_goes_with_its_trajectory(
    client: FlaskClient, session: Session, make: Make, worker: User, here: Organisation,
    trajectory: Trajectory,
) -> None:  # fmt: skip
    client.sign_in(worker)
    client.post(f"/support/{trajectory.id}/check", data=checking(ages=PLANTED))
    stored = session.execute(text("SELECT said, ages FROM support_check")).one()
    assert not [one for one in stored if PLANTED.encode() in bytes(one)]
    for role in (Role.WORKER, Role.COORDINATOR, Role.PROTECTION_OFFICER):
        client.sign_in(make.user(role, organisation=here))
        for page in ("check", "signal"):
            assert client.get(f"/support/{trajectory.id}/{page}").status_code == 404
    erase(session, SYSTEM, here.id, Gone.SUPPORT, [trajectory.id])
    assert session.scalars(select(Checked)).all() == []


def test_a_check_says_how_many_children_it_is_about_unless_nobody_wanted_to_talk() -> None:
    wish = {
        "held_on": clock.today() - timedelta(days=1), "children_count": None, "ages": "",
        "care_shared": None, "said": "x", "once": uuid4(),
    }  # fmt: skip
    rules.check(ChildCheck(**wish, finding=Finding.REFUSED))  # type: ignore[arg-type]
    with pytest.raises(rules.NobodyCounted):
        rules.check(ChildCheck(**wish, finding=Finding.NO_CONCERN))  # type: ignore[arg-type]
