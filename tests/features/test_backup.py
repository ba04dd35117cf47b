"""Backups: whole while everybody writes, locked, found out when damaged; erased stays erased."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import User
from kinderwerk.app import main
from kinderwerk.backup import drill, rows, service, vessel
from kinderwerk.backup.service import NotPossible
from kinderwerk.backup.vessel import Unreadable
from kinderwerk.core import clock
from kinderwerk.facts.models import Cell
from kinderwerk.families.models import Child
from kinderwerk.privacy import erasing
from kinderwerk.signals import service as signals
from kinderwerk.signals.models import Signal
from kinderwerk.storage import reach
from kinderwerk.storage.base import Base
from kinderwerk.storage.erasing import Kind
from tests import postgres
from tests.club import Club
from tests.conftest import POSTGRES, copy, migrate
from tests.features.test_erasure import came
from tests.features.test_keys import SEEN, written
from tests.make import A_WEDNESDAY, Make
from tests.planted import PLANTED

KEYS = {1: b"k" * 32}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Session]:
    """An empty database that went through every migration."""
    url = f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    migrate(tmp_path, url)
    engine = create_engine(url, hide_parameters=True)
    with Session(engine) as session:
        yield reach.say(session, reach.EVERYTHING)
    engine.dispose()


@pytest.fixture
def empty(migrated: str, tmp_path: Path) -> Iterator[Session]:
    """An empty database of the kind that this run is on, for who owns its tables."""
    home = tmp_path / "empty"
    home.mkdir()
    with copy(migrated, home) as url:
        engine = create_engine(postgres.owned(url) if POSTGRES else url, hide_parameters=True)
        with Session(engine) as session:
            yield reach.say(session, reach.EVERYTHING)
        engine.dispose()


def made(session: Session, tmp_path: Path, name: str = "one") -> Path:
    file = tmp_path / f"{name}.kwbackup"
    service.make(session, KEYS, file)
    return file


def everything(session: Session) -> dict[str, list[Any]]:
    """Return every row of every table but the trail, which goes on."""
    session.rollback()
    found = {
        table.name: sorted(rows.dumped(session.connection(), table))
        for table in rows.tables()
        if table.name not in ("audit_entry", "due_work")
    }
    session.rollback()
    return found


def locked(lines: list[bytes], keys: dict[int, bytes] = KEYS) -> bytes:
    file = io.BytesIO()
    vessel.write(file, keys, lines)
    return file.getvalue()


LINES = st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line), max_size=30)


@given(LINES)
def test_what_goes_in_comes_out(lines: list[bytes]) -> None:
    assert list(vessel.read(io.BytesIO(locked(lines)), KEYS)) == lines


@settings(deadline=None)
@given(LINES, st.data())
def test_a_flipped_bit_is_found_wherever_it_is(lines: list[bytes], data: st.DataObject) -> None:
    whole = bytearray(locked(lines))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Unreadable):
        list(vessel.read(io.BytesIO(bytes(whole)), KEYS))


@given(LINES, st.data())
def test_a_cut_or_longer_end_is_found(lines: list[bytes], data: st.DataObject) -> None:
    whole = locked(lines)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    for broken in (cut, whole + b"x"):
        with pytest.raises(Unreadable):
            list(vessel.read(io.BytesIO(broken), KEYS))


def test_pieces_cannot_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vessel, "FULL", 1)
    lines = [token_hex(30_000).encode() for _ in range(10)]
    whole = locked(lines)
    start = len(vessel.MAGIC) + vessel.LENGTH.size
    at = start + vessel.LENGTH.unpack(whole[len(vessel.MAGIC) : start])[0]
    head, pieces = whole[:at], []
    while at < len(whole):
        size, _ = vessel.PIECE.unpack_from(whole, at)
        pieces.append(whole[at : at + vessel.PIECE.size + size])
        at += vessel.PIECE.size + size
    assert len(pieces) > 2
    for order in (pieces[1:], [pieces[1], pieces[0], *pieces[2:]], pieces[:-1]):
        with pytest.raises(Unreadable):
            list(vessel.read(io.BytesIO(head + b"".join(order)), KEYS))


def test_another_key_opens_nothing() -> None:
    for keys in ({1: b"x" * 32}, {2: b"k" * 32}):
        with pytest.raises(Unreadable):
            list(vessel.read(io.BytesIO(locked([b"a"])), keys))


def test_everything_comes_back(
    session: Session, club: Club, elsewhere: Session, tmp_path: Path
) -> None:
    child = club.child(neighbourhood=club.area)
    came(club, child)
    signal_id = written(session, club.worker, child).id
    before = everything(session)
    service.restore(elsewhere, KEYS, made(session, tmp_path), [])
    assert everything(elsewhere) == before
    signal = elsewhere.get_one(Signal, signal_id)
    opened = signals.read(elsewhere, club.worker.actor(), signal)
    assert [note.text for note in opened] == [SEEN]


def test_row_by_row_it_comes_back_where_it_came_from_and_out_of_another_database(
    session: Session, club: Club, elsewhere: Session, empty: Session, tmp_path: Path
) -> None:
    """Into a file, and out of that into a database of the kind of this run."""
    came(club, club.child(neighbourhood=club.area))
    before = everything(session)
    service.restore(elsewhere, KEYS, made(session, tmp_path), [])
    service.restore(empty, KEYS, made(elsewhere, tmp_path, "two"), [])
    assert everything(empty) == before


def test_nobody_reads_in_the_file(session: Session, club: Club, tmp_path: Path) -> None:
    club.child(first_name=PLANTED)
    assert PLANTED.encode() not in made(session, tmp_path).read_bytes()
    assert (tmp_path / "one.kwbackup").stat().st_mode & 0o077 == 0


def test_a_backup_is_whole_although_others_write(
    session: Session, club: Club, tmp_path: Path
) -> None:
    child, over = club.child(), Event()
    engine, worker_id, child_id = session.get_bind().engine, club.worker.id, child.id
    written(session, club.worker, child)

    def write() -> None:
        with Session(engine) as own:
            reach.say(own, reach.EVERYTHING)
            while not over.is_set():
                written(own, own.get_one(User, worker_id), own.get_one(Child, child_id))
                own.rollback()

    writer = Thread(target=write)
    writer.start()
    try:
        for n in range(3):
            manifest, flaws = drill.drill(KEYS, made(session, tmp_path, str(n)))
            assert (flaws, manifest.rows > 0) == ([], True)
    finally:
        over.set()
        writer.join(60)


def test_what_was_erased_since_stays_erased(
    session: Session, club: Club, elsewhere: Session, tmp_path: Path
) -> None:
    gone, stays = club.child(neighbourhood=club.area), club.child(neighbourhood=club.area)
    gone_id, stays_id, family_id = gone.id, stays.id, gone.family_id
    came(club, gone, stays)
    counts = select(Cell.__table__).order_by(*Cell.__table__.primary_key)
    before = session.execute(counts).all()
    old = made(session, tmp_path, "old")
    with clock.stopped(A_WEDNESDAY + timedelta(days=2)):
        erasing.erase(session, SYSTEM, club.here.id, Kind.FAMILY, [family_id])
    made(session, tmp_path, "new")
    with clock.stopped(A_WEDNESDAY + timedelta(days=3)):
        done = service.restore(elsewhere, KEYS, old, [tmp_path / "new.erased"])
    assert done.erased_again == 1
    assert elsewhere.get(Child, gone_id) is None
    assert elsewhere.get(Child, stays_id)
    assert elsewhere.execute(counts).all() == before


def test_an_account_that_was_forgotten_since_stays_forgotten(
    session: Session, club: Club, make: Make, elsewhere: Session, tmp_path: Path
) -> None:
    parent, left = make.parent(name=PLANTED).id, make.worker(name=PLANTED).id
    old = made(session, tmp_path, "old")
    erasing.erase(session, SYSTEM, None, Kind.ACCOUNT, [parent, left])
    made(session, tmp_path, "new")
    service.restore(elsewhere, KEYS, old, [tmp_path / "new.erased"])
    assert elsewhere.get(User, parent) is None
    assert elsewhere.get_one(User, left).name == ""


def test_nothing_is_put_back_over_what_is_there(
    session: Session, club: Club, tmp_path: Path
) -> None:
    with pytest.raises(NotPossible, match="empty"):
        service.restore(session, KEYS, made(session, tmp_path), [])


def test_a_damaged_backup_puts_nothing_back(
    session: Session, club: Club, elsewhere: Session, tmp_path: Path
) -> None:
    file = made(session, tmp_path)
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 1
    file.write_bytes(whole)
    with pytest.raises(Unreadable):
        service.restore(elsewhere, KEYS, file, [])
    elsewhere.rollback()
    for table in rows.tables():
        assert rows.count(elsewhere.connection(), table) == 0, table.name


def test_a_backup_of_another_version_says_so(
    session: Session, club: Club, elsewhere: Session, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    file = made(session, tmp_path)
    monkeypatch.setattr(service, "_revision", lambda: "0099_later")
    with pytest.raises(NotPossible, match="the version that made it"):
        service.restore(elsewhere, KEYS, file, [])


def test_the_commands_make_it_try_it_and_put_it_back(
    app: Flask, session: Session, club: Club, tmp_path: Path
) -> None:
    session.rollback()
    run = app.test_cli_runner().invoke
    answer = run(main, ["backup", "--to", str(tmp_path / "b")])
    assert answer.exit_code == 0, answer.output
    (file,) = (tmp_path / "b").glob("*.kwbackup")
    tried = run(main, ["backup", "verify", str(file)])
    assert (tried.exit_code, "Whole: " in tried.output) == (0, True), tried.output
    assert "--nothing-erased" in run(main, ["restore", str(file)]).output
    refused = run(main, ["restore", str(file), "--nothing-erased"])
    assert "There are data in this database" in refused.output
    file.write_bytes(file.read_bytes()[:-1])
    assert run(main, ["backup", "verify", str(file)]).exit_code == 1


def test_no_table_is_left_out() -> None:
    assert {table.name for table in rows.tables()} == set(Base.metadata.tables)
