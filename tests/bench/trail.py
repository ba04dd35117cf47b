"""What the trail costs a sign-up, and how fast it is sealed and checked, on both databases.

A sign-up through the service, with and without the trail, in turns, so that both meet the same
machine. Without: nothing is recorded, and nobody asks whether it was.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor, Membership, Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.app import create_app
from kinderwerk.audit import seals, verify
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.signups import service
from kinderwerk.signups.rules import SignUp
from kinderwerk.storage import reach
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web import access, migrating
from kinderwerk.web.extensions import db
from tests.bench.rush import databases
from tests.conftest import settings
from tests.make import A_WEDNESDAY, Make
from tests.pages import InspectingClient

Family = tuple[UUID, UUID]
ROUNDS: Final = 10
FAMILIES: Final = 40
ENTRIES: Final = 20_000
READINGS: Final = 40
HOOKS: Final = (
    ("after_flush", audit._notice_rows),
    ("do_orm_execute", audit._notice_statements),
    ("before_commit", audit._insist),
    ("after_transaction_create", audit._open_ledger),
    ("after_rollback", audit._forget),
    ("after_transaction_end", audit._close_ledger),
)


@contextmanager
def nothing_recorded() -> Iterator[None]:
    """Take the trail out: no entries, no ledgers."""

    for name, hook in HOOKS:
        event.remove(Session, name, hook)
    try:
        with patch.object(audit, "record", nothing):
            yield
    finally:
        for name, hook in HOOKS:
            event.listen(Session, name, hook)


def sign_ups(session: Session, make: Make, worker: User, families: Sequence[Family]) -> float:
    """Return how many sign-ups a second one process commits, one family after the other."""
    club = make.activity(worker, capacity=len(families) // 2)
    session.rollback()
    with clock.stopped(A_WEDNESDAY - timedelta(days=1)):
        began = time.perf_counter()
        for parent, child in families:
            wish = SignUp(activity_id=club.id, child_ids=(child,), form_id=uuid4())
            service.sign_up(session, Actor(parent), wish)
        return len(families) / (time.perf_counter() - began)


def homes(make: Make, here: Organisation) -> list[Family]:
    """Make families of one parent and one child, and return the numbers of both."""
    made = []
    for _ in range(FAMILIES):
        parent = make.parent()
        made.append((parent.id, make.child(make.family(here, parent)).id))
    return made


def cost(session: Session, make: Make) -> str:
    here = make.organisation()
    worker, families = make.worker(organisation=here), homes(make, here)
    sign_ups(session, make, worker, families)  # warm
    with_it, without = [], []
    for _ in range(ROUNDS):
        with_it.append(sign_ups(session, make, worker, families))
        with nothing_recorded():
            without.append(sign_ups(session, make, worker, families))
    more = statistics.median(b / a for a, b in zip(with_it, without, strict=True))
    return (
        f"sign-ups {statistics.median(with_it):.0f}/s with the trail, "
        f"{statistics.median(without):.0f}/s without: {more:.2f} times the time"
    )


def pages(app: Flask, make: Make) -> str:
    """Open a list of children, with its entry in the trail and without, in turns."""
    here = make.organisation()
    for _ in range(20):
        make.child(make.family(here))
    worker = make.worker(organisation=here)
    make.session.rollback()
    client = InspectingClient(app)
    client.sign_in(worker)
    took: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(2 * READINGS):
        recorded = turn % 2 == 0
        with nullcontext() if recorded else patch.object(access, "put_on_record", nothing):
            begun = time.perf_counter()
            FlaskClient.open(client, "/children", buffered=True)
            took[recorded].append(1000 * (time.perf_counter() - begun))
    with_it, without = (statistics.median(took[recorded][5:]) for recorded in (True, False))
    return f"a list of children {with_it:.1f} ms with its entry, {without:.1f} ms without"


def nothing(*given: Any, **more: Any) -> None: ...


def rates(session: Session) -> str:
    actor = Actor(uuid4(), Membership(Role.WORKER, uuid4(), id=uuid4()))
    for number in range(ENTRIES // 1000):
        with unit_of_work(session):
            for _ in range(1000):
                audit.record(session, actor, "signal.read", uuid4(), rows=[uuid4()], n=number)
    begun = time.perf_counter()
    sealed = seals.seal_all(session) / (time.perf_counter() - begun)
    begun = time.perf_counter()
    found = list(verify.flaws(session))
    checked = ENTRIES / (time.perf_counter() - begun)
    verdict = "well" if not found else "NOT well"
    return f"sealed at {sealed:,.0f} entries/s, checked at {checked:,.0f} entries/s: {verdict}"


def main() -> None:
    with databases() as urls, tempfile.TemporaryDirectory() as home:
        for name, url in urls.items():
            app = create_app(settings(Path(home), url))
            with app.app_context():
                migrating.upgrade()
                engine = db.engine
            with Session(engine, expire_on_commit=False) as session:
                make = Make(reach.say(session, reach.EVERYTHING))
                print(f"{name:12} {cost(session, make)}", flush=True)
                print(f"{'':12} {pages(app, make)}", flush=True)
                print(f"{'':12} {rates(session)}", flush=True)


if __name__ == "__main__":
    main()
