"""What is forgotten is gone from everywhere, and reports count what they counted."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.core import clock
from kinderwerk.facts import service as facts
from kinderwerk.facts.models import Cell
from kinderwerk.facts.sources import everything
from kinderwerk.families.models import Child
from kinderwerk.privacy import erasing, service
from kinderwerk.privacy.models import Wish
from kinderwerk.privacy.rules import ErasureReason
from kinderwerk.registers import service as registers
from kinderwerk.registers.models import Register
from kinderwerk.registers.rules import Presence
from kinderwerk.signals.models import Signal
from kinderwerk.signups import service as signups
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import SignUp, Standing
from kinderwerk.storage.base import Base
from kinderwerk.storage.erasing import Erasure, Kind
from tests.club import Club
from tests.features.test_keys import written
from tests.make import A_WEDNESDAY, Make

OF_A_CHILD = ("attendance", "presence", "care", "residence", "signup")


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    """All of this happens when the session is over."""
    with clock.stopped(A_WEDNESDAY + timedelta(days=2)):
        yield


def cells(session: Session) -> Mapping[object, int]:
    session.rollback()
    return {tuple(row[:-1]): row[-1] for row in session.execute(select(Cell.__table__))}


def exact(session: Session) -> bool:
    return facts.deviations(session, everything(session)) == []


def rows_about(session: Session, child_id: UUID) -> dict[str, int]:
    """Count the rows of every table that name this child."""
    found = {}
    for table in Base.metadata.tables.values():
        if "child_id" in table.c:
            n = session.scalar(
                select(func.count()).select_from(table).where(table.c.child_id == child_id)
            )
            if n:
                found[table.name] = n
    return found


def came(club: Club, *children: Child) -> None:
    with clock.stopped(A_WEDNESDAY):
        registers.mark(
            club.session, club.worker.actor(), club.date.id,
            dict.fromkeys([child.id for child in children], Presence.PRESENT),
        )  # fmt: skip


def test_a_forgotten_child_still_counts(session: Session, club: Club) -> None:
    gone, stays = club.child(neighbourhood=club.area), club.child(neighbourhood=club.area)
    gone_id, stays_id = gone.id, stays.id
    came(club, gone, stays)
    before = cells(session)
    erasing.erase(session, SYSTEM, club.here.id, Kind.CHILD, [gone.id])
    assert cells(session) == before
    assert exact(session)
    assert rows_about(session, gone_id) == {}
    assert set(OF_A_CHILD) <= rows_about(session, stays_id).keys()


def test_counting_anew_keeps_those_who_are_forgotten(session: Session, club: Club) -> None:
    gone = club.child(neighbourhood=club.area)
    came(club, gone)
    before = cells(session)
    erasing.erase(session, SYSTEM, club.here.id, Kind.CHILD, [gone.id])
    session.rollback()
    facts.rebuild_all(session)
    assert cells(session) == before


def test_a_session_says_how_many_came_who_are_forgotten(
    client: FlaskClient, session: Session, club: Club
) -> None:
    gone = club.child()
    came(club, gone)
    erasing.erase(session, SYSTEM, club.here.id, Kind.CHILD, [gone.id])
    session.rollback()
    register = session.get_one(Register, club.date.id)
    assert (register.erased, register.closed_at is not None) == (1, True)
    client.sign_in(club.worker)
    assert "1 kind van wie de gegevens intussen gewist zijn" in client.get(club.url).text


def test_a_visit_after_that_counts_on_top(session: Session, club: Club) -> None:
    gone, other = club.child(neighbourhood=club.area), club.child(neighbourhood=club.area)
    came(club, gone)
    erasing.erase(session, SYSTEM, club.here.id, Kind.CHILD, [gone.id])
    session.rollback()
    with clock.stopped(A_WEDNESDAY):
        registers.reopen(session, club.worker.actor(), club.date.id)
    came(club, other)
    assert exact(session)


def test_a_family_goes_with_all_that_hangs_on_it(session: Session, club: Club) -> None:
    child = club.child()
    came(club, child)
    child_id, family_id = child.id, child.family_id
    erasing.erase(session, SYSTEM, club.here.id, Kind.FAMILY, [family_id])
    session.rollback()
    left = [
        table.name
        for table in Base.metadata.tables.values()
        for column in table.c
        if names(session, table, column.name, {child_id, family_id})
    ]
    assert set(left) <= {"audit_entry", "erasure", "consent"}
    kinds = session.execute(select(Erasure.kind, Erasure.subject_id)).all()
    assert {tuple(row) for row in kinds} == {
        (Kind.FAMILY, family_id), (Kind.CHILD, child_id)
    }  # fmt: skip


def names(session: Session, table: Table, column: str, ids: set[UUID]) -> bool:
    if table.c[column].type.python_type is not UUID:
        return False
    return (
        session.scalar(select(table.c[column]).where(table.c[column].in_(ids)).limit(1)) is not None
    )


def test_a_place_that_comes_free_goes_to_who_waits(
    session: Session, make: Make, club: Club
) -> None:
    later = make.activity(club.worker, capacity=1, starts_at=A_WEDNESDAY + timedelta(days=9))
    first, second = (make.child(make.family(club.here)) for _ in range(2))
    wish = {"activity_id": later.id, "occurrence_ids": ()}
    for child in (first, second):
        signups.sign_up(session, club.worker.actor(), SignUp(child_ids=(child.id,), **wish))
    second_id = second.id
    erasing.erase(session, SYSTEM, club.here.id, Kind.CHILD, [first.id])
    session.rollback()
    (left,) = session.scalars(select(Signup).where(Signup.activity_id == later.id))
    assert (left.child_id, left.standing, later.taken) == (second_id, Standing.OFFERED, 1)


def test_a_signal_that_is_forgotten_still_counts(session: Session, make: Make) -> None:
    worker = make.worker()
    here = worker.current_memberships[0].organisation
    child = make.child(make.family(here), neighbourhood=make.neighbourhood())
    signal = written(session, worker, child)
    before = cells(session)
    erasing.erase(session, SYSTEM, here.id, Kind.SIGNAL, [signal.id])
    session.rollback()
    assert session.scalars(select(Signal)).all() == []
    assert cells(session) == before
    assert exact(session)


def test_a_family_is_asked_to_be_forgotten_and_is_at_night(
    session: Session, make: Make, club: Club
) -> None:
    coordinator = make.user(Role.COORDINATOR, organisation=club.here)
    child = club.child()
    child_id, family_id = child.id, child.family_id
    wish_id = service.ask(session, coordinator.actor(), family_id, ErasureReason.ASKED).id
    service.purge(session)
    session.rollback()
    assert session.get(Child, child_id) is None
    assert session.get_one(Wish, wish_id).done_at is not None


def test_a_family_with_a_case_waits_until_the_case_is_gone(
    session: Session, make: Make, club: Club
) -> None:
    coordinator = make.user(Role.COORDINATOR, organisation=club.here)
    child = club.child()
    signal, child_id = written(session, club.worker, child), child.id
    service.ask(session, coordinator.actor(), child.family_id, ErasureReason.ASKED)
    service.purge(session)
    session.rollback()
    assert session.get(Child, child_id)
    erasing.erase(session, SYSTEM, club.here.id, Kind.SIGNAL, [signal.id])
    session.rollback()
    service.purge(session)
    session.rollback()
    assert session.get(Child, child_id) is None
