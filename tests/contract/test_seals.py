"""Whatever somebody with the database, but without the keys, does to the trail is found."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, bindparam, func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import CARING, SYSTEM, Actor, Membership, Role
from kinderwerk.audit import purge, seals, verify
from kinderwerk.audit.models import AuditEntry, TrailHorizon, TrailKey, TrailSeal
from kinderwerk.audit.rules import flaws_of, months_before, runs
from kinderwerk.audit.seals import Head
from kinderwerk.audit.service import record
from kinderwerk.core import clock
from kinderwerk.operation.doctor import examine
from kinderwerk.storage.work import unit_of_work
from tests import postgres
from tests.make import A_WEDNESDAY

ENTRY, SEAL = AuditEntry.__table__, TrailSeal.__table__
WORKER = Actor(uuid4(), Membership(Role.WORKER, uuid4(), id=uuid4(), checked=True))
TRIGGERS = {
    "sqlite": "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT 'ALTER TABLE ' || tablename || ' DISABLE TRIGGER ALL' FROM pg_tables "
    "WHERE schemaname = 'public'",
}


def write(session: Session, *deeds: str, at: datetime = A_WEDNESDAY) -> None:
    with clock.stopped(at):
        for number, deed in enumerate(deeds):
            with unit_of_work(session):
                record(session, WORKER, deed, uuid4(), number=number, word="Zoë")


def found(session: Session, kept: Head | None = None) -> list[str]:
    session.rollback()
    return [flaw.told for flaw in verify.flaws(session, kept)]


@contextmanager
def tampering(session: Session) -> Iterator[Connection]:
    """As somebody who owns the database and takes the triggers away first."""
    session.rollback()
    with postgres.unbound(session.get_bind().engine).connect() as connection:
        for statement in connection.scalars(text(TRIGGERS[connection.dialect.name])).all():
            connection.execute(text(statement))
        connection.execute(text("DROP INDEX ix_audit_entry_sensitive"))
        yield connection
        connection.commit()
        connection.invalidate()


@pytest.fixture
def trail(session: Session) -> Session:
    """Twelve entries of the one term and six of the other, in two batches, and one unsealed."""
    write(session, *["signal.read", "user.signed_in", "child.read"] * 6)
    seals.seal_all(session)
    write(session, "user.signed_in")
    assert found(session) == []
    return session


def of(trail: Session, nth: int, *, sensitive: bool = True) -> int:
    """Return the number of the nth entry of a term."""
    ids = trail.scalars(
        select(ENTRY.c.id).where(seals.of_term(sensitive=sensitive)).order_by(ENTRY.c.id)
    ).all()
    return int(ids[nth])


CHANGES: dict[str, Any] = {
    "at": A_WEDNESDAY + timedelta(microseconds=1),
    "actor_id": uuid4(),
    "role": Role.ADMIN,
    "organisation_id": None,
    "deed": "signal.peeped",
    "subject_id": uuid4(),
    "details": {"number": 0, "word": "zoë"},
    "membership_id": uuid4(),
}


def test_every_column_is_tried() -> None:
    assert {*CHANGES, "id", "sensitive"} == set(ENTRY.columns.keys())


@pytest.mark.parametrize("column", CHANGES)
def test_a_change_of_one_field_is_found(trail: Session, column: str) -> None:
    id = of(trail, 4)
    with tampering(trail) as connection:
        connection.execute(ENTRY.update().where(ENTRY.c.id == id).values({column: CHANGES[column]}))
    assert found(trail) == [f"Entry {id}: changed or replaced after the sealing."]


def test_moving_an_entry_to_the_other_term_is_found(trail: Session) -> None:
    id = of(trail, 4)
    with tampering(trail) as connection:
        connection.execute(ENTRY.update().where(ENTRY.c.id == id).values(sensitive=False))
    assert found(trail) == [
        f"Entry {id}: cut out; sealed once, and gone.",
        f"Entry {id}: inserted after the sealing.",
    ]


def test_giving_an_entry_another_number_is_found(trail: Session) -> None:
    id = of(trail, 4)
    with tampering(trail) as connection:
        connection.execute(ENTRY.update().where(ENTRY.c.id == id).values(id=-3))
    assert found(trail) == [
        "Entry -3: inserted before the first entry.",
        f"Entry {id}: cut out; sealed once, and gone.",
    ]


def test_a_cut_in_the_middle_is_found(trail: Session) -> None:
    first, last = of(trail, 2, sensitive=False), of(trail, 3, sensitive=False)
    with tampering(trail) as connection:
        connection.execute(ENTRY.delete().where(ENTRY.c.id.between(first, last)))
    told = found(trail)
    assert all("cut out" in each for each in told)
    assert {id for each in told for id in numbers(each)} == set(range(first, last + 1))


def test_a_truncation_is_found(trail: Session) -> None:
    id = of(trail, 9)
    with tampering(trail) as connection:
        connection.execute(ENTRY.delete().where(ENTRY.c.id >= id))
    told = found(trail)
    assert told
    assert all("cut off at the end of the trail" in each for each in told)


def test_everything_gone_is_found(trail: Session) -> None:
    with tampering(trail) as connection:
        connection.execute(ENTRY.delete())
    assert len(found(trail)) >= 2


def test_a_tail_cut_off_with_its_seals_is_found_by_a_head_kept_elsewhere(trail: Session) -> None:
    write(trail, "signal.read", "signal.read")
    seals.seal_all(trail)
    kept = seals.head(trail)
    assert kept is not None
    assert found(trail, kept) == []
    with tampering(trail) as connection:
        connection.execute(SEAL.delete().where(SEAL.c.id > 2))
        last = connection.scalar(select(func.max(SEAL.c.last_id)))
        connection.execute(ENTRY.delete().where(ENTRY.c.id > last))
    assert found(trail) == []
    (told,) = found(trail, kept)
    assert told.startswith(f"Seal {kept.number}: kept elsewhere, and no longer here")


def test_an_older_head_stays_good(trail: Session) -> None:
    kept = seals.head(trail)
    write(trail, "signal.read")
    seals.seal_all(trail)
    assert kept
    assert seals.head(trail) != kept
    assert found(trail, kept) == []
    assert len(found(trail, Head(kept.number, b"x" * 32))) == 1


def test_an_insertion_into_a_gap_is_found(session: Session) -> None:
    """A gap is normal: a number was taken and its transaction undone. A late filling is not."""
    write(session, "signal.read")
    later = copied(session, 41)
    with session.get_bind().engine.begin() as connection:
        connection.execute(insert(ENTRY).values(later))
    seals.seal_all(session)
    assert found(session) == []
    late = copied(session, 17)
    with tampering(session) as connection:
        connection.execute(insert(ENTRY).values(late))
    assert found(session) == ["Entry 17: inserted after the sealing."]


def copied(session: Session, id: int) -> dict[str, Any]:
    """Return the values of the first entry under another number."""
    first = session.execute(select(ENTRY).order_by(ENTRY.c.id).limit(1)).one()._asdict()
    session.rollback()
    return first | {"id": id}


def test_two_swapped_entries_are_found(trail: Session) -> None:
    one, other = of(trail, 1), of(trail, 5)
    with tampering(trail) as connection:
        for old, new in ((one, -1), (other, one), (-1, other)):
            connection.execute(ENTRY.update().where(ENTRY.c.id == old).values(id=new))
    assert found(trail) == [
        f"Entry {one}: changed or replaced after the sealing.",
        f"Entry {other}: changed or replaced after the sealing.",
    ]


def test_a_replaced_entry_is_found(trail: Session) -> None:
    id, values = of(trail, 3), copied(trail, of(trail, 3))
    with tampering(trail) as connection:
        connection.execute(ENTRY.delete().where(ENTRY.c.id == id))
        connection.execute(insert(ENTRY).values(values))
    assert found(trail) == [f"Entry {id}: changed or replaced after the sealing."]


def test_an_entry_that_cannot_be_read_any_more_is_found(trail: Session) -> None:
    id = of(trail, 3)
    with tampering(trail) as connection:
        if connection.dialect.name == "sqlite":
            spoiled = "UPDATE audit_entry SET details = 'no json' WHERE id = :id"
        else:
            connection.execute(text("ALTER TABLE audit_entry DROP CONSTRAINT ck_audit_entry_role"))
            spoiled = "UPDATE audit_entry SET role = 'nobody' WHERE id = :id"
        connection.execute(text(spoiled), {"id": id})
    assert found(trail) == [f"Entry {id}: changed or replaced after the sealing."]


SEAL_CHANGES: dict[str, Any] = {
    "made_at": A_WEDNESDAY,
    "key_id": UUID(int=5),
    "sensitive": None,
    "first_id": 2,
    "last_id": 3,
    "entries": 1,
    "until": A_WEDNESDAY - timedelta(days=900),
    "batch": b"x" * 32,
    "marks": b"x" * 12,
    "previous": b"x" * 32,
    "digest": b"x" * 32,
}


def test_every_column_of_a_seal_is_tried() -> None:
    assert {*SEAL_CHANGES, "id"} == set(SEAL.columns.keys())


@pytest.mark.parametrize("column", SEAL_CHANGES)
def test_a_changed_seal_is_found(trail: Session, column: str) -> None:
    with tampering(trail) as connection:
        now = connection.scalar(select(SEAL.c.sensitive).where(SEAL.c.id == 1))
        value = (not now) if column == "sensitive" else SEAL_CHANGES[column]
        connection.execute(SEAL.update().where(SEAL.c.id == 1).values({column: value}))
    assert any(told.startswith("Seal 1: ") for told in found(trail))


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_seal_cut_out_of_the_chain_is_found(session: Session, number: int) -> None:
    for _ in range(4):
        write(session, "signal.read")
        seals.seal_all(session)
    with tampering(session) as connection:
        connection.execute(SEAL.delete().where(SEAL.c.id == number))
    assert f"Seal {number}: is missing from the chain." in found(session)


def test_a_seal_made_by_another_key_is_found(trail: Session) -> None:
    """Who has no key of this installation can write a key, but none that opens."""
    with tampering(trail) as connection:
        connection.execute(TrailKey.__table__.update().values(secret=b"\x01\x00\x01" + b"x" * 90))
    told = found(trail)
    assert told
    assert all("its key is not here" in each for each in told)


@given(
    st.sets(st.integers(1, 60), min_size=1), st.sets(st.integers(1, 60)),
    st.sets(st.integers(1, 60)), st.integers(0, 70),
)  # fmt: skip
def test_whatever_differs_is_named_and_nothing_else(
    sealed: set[int], added: set[int], lost: set[int], top: int
) -> None:
    marks = {id: bytes([id]) for id in sealed}
    there = {id: bytes([id]) for id in (sealed - lost) | added}
    told = list(flaws_of(marks, there, top))
    named = {id for flaw in told for id in numbers(flaw.told)}
    assert named == set(marks) ^ set(there)
    assert bool(told) == (marks != there)


def numbers(told: str) -> range:
    first, *rest = map(int, re.findall(r"\d+", told))
    return range(first, (rest or [first])[0] + 1)


@given(st.sets(st.integers(-5, 80)))
def test_stretches_are_what_they_were_made_of(ids: set[int]) -> None:
    stretches = list(runs(ids))
    assert {id for first, last in stretches for id in range(first, last + 1)} == ids
    assert all(one[1] + 1 < other[0] for one, other in pairwise(stretches))


def test_the_same_bytes_on_every_database(session: Session) -> None:
    """Written out here, so that a change of the format, or of a database's habits, is noticed."""
    with session.get_bind().engine.begin() as connection:
        connection.execute(
            insert(ENTRY).values(
                id=7, at=datetime(2031, 1, 2, 3, 4, 5, 6, tzinfo=UTC), actor_id=UUID(int=1),
                role=Role.WORKER, organisation_id=None, membership_id=UUID(int=2), sensitive=True,
                deed="signal.read", subject_id=UUID(int=3), details={"b": [1, 2.5, None], "a": "é"},
            )
        )  # fmt: skip
    row = session.execute(select(*seals.COLUMNS).where(ENTRY.c.id == 7)).one()
    assert seals.written(row) == (
        b'[7,"2031-01-02T03:04:05.000006+00:00","00000000-0000-0000-0000-000000000001","worker",'
        b'null,"00000000-0000-0000-0000-000000000002",true,"signal.read",'
        b'"00000000-0000-0000-0000-000000000003",{"a":"\\u00e9","b":[1,2.5,null]}]'
    )


def test_an_entry_says_in_which_membership(session: Session) -> None:
    write(session, "signal.read", "user.signed_in")
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert WORKER.membership
    assert {row.membership_id for row in rows} == {WORKER.membership.id}
    assert [row.sensitive for row in rows] == [True, False]


def test_who_works_here_and_acts_as_a_parent_is_on_record_as_a_parent() -> None:
    assert WORKER.membership
    assert WORKER.using(CARING).role is Role.GUARDIAN
    assert WORKER.using(CARING).id == WORKER.id
    assert WORKER.using(WORKER.membership) == WORKER


def test_sealing_again_seals_nothing_again(trail: Session) -> None:
    assert seals.seal_all(trail) == 1
    assert seals.seal_all(trail) == 0
    assert seals.waiting(trail) == (0, None)
    assert found(trail) == []


def test_a_batch_has_an_end_and_a_month(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "MOST", 3)
    write(session, *["signal.read"] * 5)
    write(session, *["signal.read"] * 2, at=A_WEDNESDAY + timedelta(days=30))
    assert seals.seal_all(session) == 7
    counts = session.scalars(select(TrailSeal.entries).order_by(TrailSeal.id)).all()
    assert counts == [3, 2, 2]


@pytest.mark.postgres
def test_who_is_still_writing_is_waited_for(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number taken before, committed later: sealed with the others, or reported never."""
    monkeypatch.setattr(seals, "TRIES", 1)
    write(session, "signal.read")
    row = copied(session, 0)
    del row["id"]
    with session.get_bind().engine.connect() as slow:
        slow.execute(insert(ENTRY).values(row))
        write(session, "signal.read")
        assert seals.seal_all(session) == 0
        slow.commit()
    assert seals.seal_all(session) == 3
    assert found(session) == []


@pytest.mark.postgres
def test_only_those_who_were_writing_then_are_waited_for(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(session, "signal.read")
    row = copied(session, 0)
    del row["id"]
    engine = session.get_bind().engine
    writers = [engine.connect(), engine.connect()]
    writers[0].execute(insert(ENTRY).values(row))

    def meanwhile(seconds: float) -> None:
        writers[1].execute(insert(ENTRY).values(row))
        writers[0].rollback()

    monkeypatch.setattr(seals.time, "sleep", meanwhile)
    assert seals.seal_all(session) == 1
    writers[1].commit()
    for writer in writers:
        writer.close()
    assert seals.seal_all(session) == 1
    assert found(session) == []


def test_sealing_beside_many_writers_loses_none(session: Session) -> None:
    engine: Engine = session.get_bind().engine

    def busy(number: int) -> None:
        with Session(engine) as mine:
            for turn in range(10):
                if (number + turn) % 4:
                    write(mine, "signal.read", "user.signed_in")
                else:
                    undone(mine)

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(busy, number) for number in range(4)]
        while not all(writer.done() for writer in writers):
            seals.seal_all(session)
        for writer in writers:
            writer.result()
    seals.seal_all(session)
    assert seals.waiting(session)[0] == 0
    assert found(session) == []


def undone(session: Session) -> None:
    with suppress(ZeroDivisionError), unit_of_work(session):
        record(session, WORKER, "signal.read", uuid4())
        session.flush()
        raise ZeroDivisionError


def old_and_new(session: Session) -> datetime:
    """Three months of both terms, sealed; return the first instant of the second month."""
    for days in (0, 31, 62):
        write(session, *["signal.read", "user.signed_in"] * 3, at=A_WEDNESDAY + timedelta(days))
    seals.seal_all(session)
    return datetime(2031, 6, 1, tzinfo=UTC)


LATER = datetime(2036, 6, 20, tzinfo=UTC)


def test_old_entries_go_and_the_chain_stays_whole(session: Session) -> None:
    before = old_and_new(session)
    kept = seals.head(session)
    with clock.stopped(LATER):
        assert purge.purge_before(session, SYSTEM, before, sensitive=True, months=60) == 3
        assert found(session, kept) == []
        assert purge.purge_before(session, SYSTEM, before, sensitive=False, months=24) == 3
        assert purge.purge_before(session, SYSTEM, before, sensitive=False, months=24) == 0
    assert found(session, kept) == []
    assert session.scalar(select(func.min(AuditEntry.at))) == A_WEDNESDAY + timedelta(31)
    assert session.scalars(select(AuditEntry.deed).where(AuditEntry.deed == "trail.purged")).all()


def test_one_term_goes_while_the_other_stays(session: Session) -> None:
    old_and_new(session)
    with clock.stopped(datetime(2033, 9, 1, tzinfo=UTC)):
        all_old = datetime(2031, 8, 1, tzinfo=UTC)
        assert purge.purge_before(session, SYSTEM, all_old, sensitive=False, months=24) == 9
        with pytest.raises(purge.TooYoung):
            purge.purge_before(session, SYSTEM, all_old, sensitive=True, months=24)
    assert found(session) == []
    left = session.scalars(select(AuditEntry.deed)).all()
    assert sorted(left) == ["signal.read"] * 9 + ["trail.purged"]


def test_after_a_purge_everything_else_is_still_found(session: Session) -> None:
    before = old_and_new(session)
    with clock.stopped(LATER):
        purge.purge_before(session, SYSTEM, before, sensitive=True, months=60)
    row = copied(session, 1) | {"sensitive": True}
    id = of(session, 1)
    with tampering(session) as connection:
        connection.execute(insert(ENTRY).values(row))
        connection.execute(ENTRY.delete().where(ENTRY.c.id == id))
    assert found(session) == [
        "Entry 1: changed or replaced after the sealing.",
        f"Entry {id}: cut out; sealed once, and gone.",
    ]


def test_what_was_tampered_with_is_not_let_go(session: Session) -> None:
    before = old_and_new(session)
    id = of(session, 0)
    with tampering(session) as connection:
        connection.execute(ENTRY.update().where(ENTRY.c.id == id).values(deed="x.y"))
    with clock.stopped(LATER), pytest.raises(purge.NotAsSealed):
        purge.purge_before(session, SYSTEM, before, sensitive=True, months=60)


def test_letting_go_by_hand_is_found(session: Session) -> None:
    before = old_and_new(session)
    with unit_of_work(session):
        key_id = session.scalar(select(TrailKey.id))
        assert key_id
        session.add(
            TrailHorizon(sensitive=True, before=before, seal_id=1, key_id=key_id, mark=b"x" * 32)
        )
    assert "Purge 1: not made by this installation." in found(session)


def test_a_purge_that_broke_off_is_finished_later(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = old_and_new(session)
    monkeypatch.setattr(purge, "AT_ONCE", 2)
    whole: Callable[..., int] = purge._sweep

    def broken(session: Session, *, sensitive: bool) -> int:
        with unit_of_work(session):
            session.execute(ENTRY.delete().where(ENTRY.c.id == of(session, 0)))
        return 1

    monkeypatch.setattr(purge, "_sweep", broken)
    with clock.stopped(LATER):
        purge.purge_before(session, SYSTEM, before, sensitive=True, months=60)
        assert found(session) == []
        monkeypatch.setattr(purge, "_sweep", whole)
        assert purge.purge_before(session, SYSTEM, before, sensitive=True, months=60) == 2
    assert found(session) == []


def test_nothing_newer_than_the_horizon_can_be_deleted(session: Session) -> None:
    before = old_and_new(session)
    with clock.stopped(LATER):
        purge.purge_before(session, SYSTEM, before, sensitive=True, months=60)
    first = of(session, 0, sensitive=False)
    for id in (first, of(session, 0)):
        with pytest.raises(DBAPIError, match="only grows"), unit_of_work(session):
            session.execute(ENTRY.delete().where(ENTRY.c.id == bindparam("at", id)))


def test_a_horizon_is_where_a_month_begins(session: Session) -> None:
    with pytest.raises(ValueError, match="month"):
        purge.purge_before(session, SYSTEM, A_WEDNESDAY, sensitive=True, months=60)
    assert months_before(A_WEDNESDAY, 60) == datetime(2026, 5, 1, tzinfo=UTC)
    assert months_before(A_WEDNESDAY, 5) == datetime(2030, 12, 1, tzinfo=UTC)


def test_the_command_line_tells(app: Flask, trail: Session) -> None:
    run = app.test_cli_runner().invoke
    trail.rollback()
    head = run(args=["trail", "head"]).output.strip()
    well = run(args=["trail", "verify", "--head", head])
    assert well.exit_code == 0, well.output
    assert "as it was sealed" in well.output
    assert "1 entries wait" in well.output
    assert run(args=["trail", "seal"]).output == "Sealed 1 entries.\n"
    assert run(args=["trail", "verify", "--head", "nonsense"]).exit_code == 2
    id = of(trail, 4)
    with tampering(trail) as connection:
        connection.execute(ENTRY.update().where(ENTRY.c.id == id).values(deed="signal.peeped"))
    ill = run(args=["trail", "verify"])
    assert ill.exit_code == 1
    assert f"Entry {id}: changed or replaced after the sealing." in ill.output
    assert "NOT as it was sealed: 1 finding" in ill.output


def test_without_a_seal_there_is_no_head(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["trail", "head"]).exit_code == 1


def test_the_doctor_tells_when_sealing_is_late(app: Flask, session: Session) -> None:
    write(session, "signal.read")
    settings = app.extensions["kinderwerk_settings"]
    for minutes, state in ((5, "well"), (90, "ill")):
        with clock.stopped(A_WEDNESDAY + timedelta(minutes=minutes)), app.app_context():
            (told,) = [each for each in examine(session, settings) if each.about == "trail"]
        assert told.state == state
