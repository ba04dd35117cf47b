"""Saving who of 15 children came, with the counts kept exact, beside the same save without."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.activities.models import Activity, ActivityGoal
from kinderwerk.app import create_app
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.facts import service as facts
from kinderwerk.facts.rules import Contribution
from kinderwerk.registers import service
from kinderwerk.registers.rules import Presence
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web import migrating
from kinderwerk.web.extensions import db
from tests import postgres
from tests.bench import bars
from tests.club import Club
from tests.conftest import SERVER, settings
from tests.make import A_WEDNESDAY, Make, all_seeing

CHILDREN = 15
ROUNDS = 50
BAR = 3


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = {"SQLite": f"sqlite:///{home / 'bench.sqlite'}"}
        if postgres.programs():
            server = stack.enter_context(postgres.server())
            stack.enter_context(patch.dict(os.environ, {SERVER: server}))
            urls["PostgreSQL"] = postgres.Cluster(server).fresh("bench")
        yield urls


def a_club(session: Session) -> Club:
    """Return a club for three goals, with children of three neighbourhoods."""
    make = Make(session)
    club = Club(session, make)
    theme = club.activity.goals[0].goal.theme
    assert club.here
    goals = [make.goal(club.here, theme=theme) for _ in range(2)]
    with unit_of_work(session):
        activity = session.get_one(Activity, club.activity.id)
        activity.goals += [
            ActivityGoal(goal=goal, position=position) for position, goal in enumerate(goals, 1)
        ]
        audit.record(session, SYSTEM, "bench.made", activity.id)
    homes = [make.neighbourhood() for _ in range(3)]
    for n in range(CHILDREN):
        club.child(neighbourhood=homes[n % 3])
    return club


def turn(club: Club) -> list[float]:
    """Turn all marks over and back, and return the milliseconds that each took."""
    children = dict(club.marks())
    took = []
    for state in (Presence.ABSENT, Presence.PRESENT):
        begun = time.perf_counter()
        service.mark(
            club.session, club.worker.actor(), club.date.id, dict.fromkeys(children, state)
        )
        took.append((time.perf_counter() - begun) * 1000)
    return took


@contextmanager
def not_counting() -> Iterator[None]:
    """Leave the counts alone, to see what keeping them costs."""
    counting: Callable[..., None] = facts.replace

    def nothing(session: Session, before: Contribution, after: Contribution) -> None:
        return None

    facts.replace = nothing
    try:
        yield
    finally:
        facts.replace = counting


def measure(url: str, home: Path) -> tuple[float, float]:
    """Return the medians without and with the counts; taking turns, both meet the same noise."""
    app = create_app(settings(home, url))
    with app.app_context():
        migrating.upgrade()
        engine = db.engine
    with all_seeing(engine) as session:
        club = a_club(session)
        service.mark_rest(session, club.worker.actor(), club.date.id, Presence.PRESENT)
        turn(club)
        kept, bare = [], []
        for _ in range(ROUNDS):
            kept += turn(club)
            with not_counting():
                bare += turn(club)
        assert club.exact()
        return statistics.median(bare), statistics.median(kept)


def main() -> None:
    print(f"Saving {CHILDREN} children, 3 goals, median of {2 * ROUNDS}; the bar is {BAR} x")
    with (
        databases() as urls,
        tempfile.TemporaryDirectory() as home,
        clock.stopped(A_WEDNESDAY),
    ):
        for name, url in urls.items():
            bare, kept = measure(url, Path(home))
            ratio = kept / bare
            verdict = bars.verdict(
                f"saving who of {CHILDREN} came, {name}", f"{ratio:.2f} x without counts",
                f"{BAR} x",
                met=ratio <= BAR,
            )  # fmt: skip
            print(f"{name:10} {bare:.2f} ms without, {kept:.2f} with: {ratio:.2f} x, {verdict}")
