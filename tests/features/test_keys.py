"""Keys change while people write; a key that is missing is told, and nothing is lost by it."""

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import User
from kinderwerk.app import main
from kinderwerk.core import clock
from kinderwerk.families.models import Child
from kinderwerk.privacy import rotation
from kinderwerk.signals import queries, service
from kinderwerk.signals.models import Signal, SignalNote
from kinderwerk.signals.rules import Area, Capture, Level, Note, NoteKind, Subject
from kinderwerk.storage.base import Base
from kinderwerk.storage.sealing import DataKey, keyring, sealed_by, wrapped_by, wrapped_keys
from kinderwerk.support import service as support
from kinderwerk.support.rules import AimWish, Start, Topic
from tests.make import Make, all_seeing

SEEN = "Came without a coat again."
WRITERS = 4


@pytest.fixture
def worker(make: Make) -> User:
    return make.worker()


@pytest.fixture
def child(make: Make, worker: User) -> Child:
    return make.child(make.family(worker.current_memberships[0].organisation))


def written(session: Session, worker: User, child: Child, seen: str = SEEN) -> Signal:
    wish = Capture(
        subject=Subject.CHILD, child_id=child.id, family_id=None, neighbourhood_id=None,
        area=Area.MATERIAL, level=Level.CONCERN,
        fact=Note(kind=NoteKind.FACT_OWN, text=seen, observed_on=clock.today()),
    )  # fmt: skip
    return service.write_down(session, worker.actor(), wish)


def read(session: Session, worker: User, signal: Signal) -> list[str]:
    return [note.text for note in service.read(session, worker.actor(), signal)]


def numbers(session: Session) -> list[int]:
    return sorted(wrapped_keys(session))


def test_the_first_text_makes_the_first_key(session: Session, worker: User, child: Child) -> None:
    assert numbers(session) == []
    written(session, worker, child)
    written(session, worker, child)
    assert numbers(session) == [1]


def test_no_key_lies_open_in_the_database(session: Session, worker: User, child: Child) -> None:
    written(session, worker, child)
    ((number, wrapped),) = wrapped_keys(session).items()
    assert keyring.unwrap(number, wrapped) not in wrapped


def test_rotating_seals_everything_anew_and_removes_the_old_key(
    session: Session, worker: User, child: Child
) -> None:
    signals = [written(session, worker, child, f"{SEEN} {n}") for n in range(3)]
    done = rotation.rotate(session, SYSTEM)
    assert (done.number, done.rows, done.removed, done.damaged) == (2, 3, (1,), set())
    assert numbers(session) == [2]
    assert {sealed_by(one) for one in session.scalars(select(SignalNote.text))} == {2}
    assert [read(session, worker, signal) for signal in signals] == [
        [f"{SEEN} {n}"] for n in range(3)
    ]


def test_rotating_works_while_others_write(
    app: Flask, session: Session, worker: User, child: Child
) -> None:
    signals, actor, over = [written(session, worker, child)], worker.actor(), Event()
    engine, child_id, worker_id = session.get_bind().engine, child.id, worker.id

    def write(writer: int) -> list[object]:
        made: list[object] = []
        with all_seeing(engine) as own:
            me, about = own.get_one(User, worker_id), own.get_one(Child, child_id)
            while not over.is_set() or not made:
                made.append(written(own, me, about, f"{writer} {len(made)}").id)
                own.rollback()
        return made

    with ThreadPoolExecutor(WRITERS) as pool:
        writing = [pool.submit(write, n) for n in range(WRITERS)]
        session.rollback()
        for _ in range(3):
            rotation.rotate(session, SYSTEM)
        over.set()
        made = [id for one in writing for id in one.result(60)]
    session.rollback()
    assert len(numbers(session)) == 1
    assert actor == worker.actor()
    for id in [signals[0].id, *made]:
        assert read(session, worker, session.get_one(Signal, id))
    assert session.scalar(select(func.count()).select_from(Signal)) == len(made) + 1


def test_a_row_that_was_tampered_with_is_told_and_its_key_stays(
    app: Flask, session: Session, mighty: Engine, worker: User, child: Child
) -> None:
    written(session, worker, child)
    with mighty.begin() as connection:
        one = connection.execute(text("SELECT text FROM signal_note")).scalar_one()
        broken = bytes(one)[:-1] + bytes([bytes(one)[-1] ^ 1])
        connection.execute(text("UPDATE signal_note SET text = :text"), {"text": broken})
    session.rollback()
    answer = app.test_cli_runner().invoke(main, ["keys", "rotate"])
    assert answer.exit_code == 1
    assert "1 rows do not open" in answer.output
    assert numbers(session) == [1, 2]


def test_a_key_of_the_environment_is_replaced(
    app: Flask, session: Session, worker: User, child: Child
) -> None:
    signal = written(session, worker, child)
    keyring.load({1: b"k" * 32, 2: b"n" * 32})
    answer = app.test_cli_runner().invoke(main, ["keys", "rewrap"])
    assert answer.output == "Wrapped 1 data keys anew.\n"
    session.rollback()
    assert [wrapped_by(one) for one in session.scalars(select(DataKey.wrapped))] == [2]
    keyring.load({2: b"n" * 32})
    assert read(session, worker, signal) == [SEEN]
    shown = app.test_cli_runner().invoke(main, ["keys", "list"]).output
    assert shown == "data key 1: wrapped by key 2 of the environment, 1 rows\n"


def test_a_missing_key_is_told_on_the_page_and_nothing_is_lost(
    client: FlaskClient, session: Session, worker: User, child: Child
) -> None:
    signal = written(session, worker, child)
    client.sign_in(worker)
    keyring.load({1: b"x" * 32})
    answer = client.get(f"/signals/{signal.id}")
    assert answer.status_code == 503
    assert "de sleutel" in answer.text
    keyring.load({1: b"k" * 32})
    assert SEEN in client.get(f"/signals/{signal.id}").text


def test_what_cannot_be_sealed_stays_in_the_form(
    client: FlaskClient, session: Session, worker: User, child: Child
) -> None:
    written(session, worker, child)
    client.sign_in(worker)
    keyring.load({1: b"x" * 32})
    answer = client.post("/signals/new", data={
        "subject": "child", "child_id": str(child.id), "kind": "fact_own", "fact": "Typed just now",
        "observed_on": clock.today().isoformat(), "area": "health", "level": "1",
    })  # fmt: skip
    assert answer.status_code == 422
    assert "Typed just now" in answer.text
    assert "de sleutel" in answer.text
    session.rollback()
    assert len(session.scalars(select(Signal)).all()) == 1


def test_rotating_with_a_swapped_key_changes_nothing(
    app: Flask, session: Session, worker: User, child: Child
) -> None:
    signal = written(session, worker, child)
    keyring.load({1: b"x" * 32})
    assert app.test_cli_runner().invoke(main, ["keys", "rotate"]).exit_code == 1
    keyring.load({1: b"k" * 32})
    session.rollback()
    assert read(session, worker, session.get_one(Signal, signal.id)) == [SEEN]
    assert queries.notes(session, signal)


def dump(session: Session) -> bytes:
    """Return all that somebody finds who takes the database along."""
    url = session.get_bind().engine.url
    session.rollback()
    if url.get_backend_name() == "sqlite":
        session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        return Path(str(url.database)).read_bytes()
    found = b""
    for table in Base.metadata.sorted_tables:
        for (row,) in session.execute(text(f"SELECT t::text FROM {table.name} t")):  # noqa: S608
            found += row.encode() + b"\n"
    return found


def test_a_dump_of_everything_tells_nothing_that_was_sealed(
    session: Session, worker: User, child: Child
) -> None:
    word = "Regenwulp"
    signal = written(session, worker, child, f"{word} again.")
    service.add_note(
        session, worker.actor(), signal,
        Note(kind=NoteKind.FACT_OTHER, text=word, source=word, observed_on=clock.today()),
    )  # fmt: skip
    wish = Start(
        family_id=child.family_id, topic=Topic.SLEEP, question=word, began_on=clock.today(),
        follow_up_on=clock.today(), once=uuid4(), aim=AimWish(text=word, scale_start=4),
    )  # fmt: skip
    support.begin(session, worker.actor(), wish)
    there = dump(session)
    assert len(there) > 5_000
    for written_as in (word.encode(), word.encode().hex().encode(), b64encode(word.encode())):
        assert written_as not in there
    assert read(session, worker, session.get_one(Signal, signal.id))[0] == f"{word} again."
