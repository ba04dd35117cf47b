"""Sealing everything anew with another key, while four processes go on writing."""

import argparse
import multiprocessing
import tempfile
import time
from multiprocessing.synchronize import Event
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import User
from kinderwerk.app import create_app
from kinderwerk.core import clock
from kinderwerk.privacy import rotation
from kinderwerk.signals import service
from kinderwerk.signals.models import Signal
from kinderwerk.signals.rules import Area, Capture, Level, Note, NoteKind, Subject
from kinderwerk.storage.sealing import wrapped_keys
from kinderwerk.web import migrating
from kinderwerk.web.extensions import db
from tests.bench.saving import databases
from tests.conftest import settings
from tests.make import Make, all_seeing

WRITERS = 4


def write(session: Session, worker: User, place: UUID) -> None:
    fact = Note(kind=NoteKind.FACT_OWN, text="Came without a coat.", observed_on=clock.today())
    wish = Capture(
        subject=Subject.PLACE, child_id=None, family_id=None, neighbourhood_id=place,
        area=Area.MATERIAL, level=Level.CONCERN, fact=fact,
    )  # fmt: skip
    service.write_down(session, worker.actor(), wish)


def writer(home: str, url: str, worker_id: UUID, place: UUID, over: Event) -> None:
    app = create_app(settings(Path(home), url))
    with app.app_context(), all_seeing(db.engine) as session:
        while not over.is_set():
            write(session, session.get_one(User, worker_id), place)
            session.rollback()


def run(name: str, url: str, rows: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        app = create_app(settings(Path(home), url))
        with app.app_context():
            migrating.upgrade()
            with all_seeing(db.engine) as session:
                measure(name, home, url, session, rows)
            db.engine.dispose()


def measure(name: str, home: str, url: str, session: Session, rows: int) -> None:
    make = Make(session)
    worker, place = make.worker(), make.neighbourhood().id
    for _ in range(rows):
        write(session, worker, place)
    spawn, over = multiprocessing.get_context("spawn"), multiprocessing.get_context("spawn").Event()
    told = (home, url, worker.id, place, over)
    writers = [spawn.Process(target=writer, args=told) for _ in range(WRITERS)]
    for process in writers:
        process.start()
    while count(session) < rows + WRITERS:  # until they are writing
        time.sleep(0.1)
    begun = time.perf_counter()
    done = rotation.rotate(session, SYSTEM)
    took = time.perf_counter() - begun
    over.set()
    for process in writers:
        process.join(60)
    session.rollback()
    signals = session.scalars(select(Signal)).all()
    opened = sum(len(service.read(session, worker.actor(), one)) for one in signals)
    print(
        f"{name}: {done.rows} rows sealed anew in {took:.1f} s, {done.rows / took:,.0f} rows/s, "
        f"while {WRITERS} processes wrote {len(signals) - rows} more; all {opened} open; "
        f"keys left: {sorted(wrapped_keys(session))}"
    )


def count(session: Session) -> int:
    session.rollback()
    found = session.scalar(select(func.count()).select_from(Signal)) or 0
    session.rollback()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1000)
    rows = parser.parse_args().rows
    with databases() as urls:
        for name, url in urls.items():
            run(name, url, rows)


if __name__ == "__main__":
    main()
