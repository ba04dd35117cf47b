"""Sign-ups as fast as they go: 500 families over HTTP, and one hot activity in the service.

500 families, 32 at a time, open the page of one activity and send its form. Then eight processes
sign families up through the service, with trail, mail and counts; beside it, in the same run, the
raw recipe: a locked row, a count and an insert. Both databases keep what is confirmed through a
power cut.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts.models import Organisation
from kinderwerk.app import create_app
from kinderwerk.config import Settings
from kinderwerk.signups import service
from kinderwerk.signups.rules import SignUp
from kinderwerk.web import migrating
from kinderwerk.web.extensions import db
from tests.bench import bare, bars
from tests.bench.rush import databases, p95
from tests.conftest import settings
from tests.make import Make, all_seeing
from tests.rush import environment, gather, press, web
from tests.storm import faults

FAMILIES, AT_ONCE, PLACES, SERVERS = 500, 32, 20, 4
PROCESSES, EACH = 8, 40
BARS: Final = {"SQLite": 250, "PostgreSQL": 200}
HTTP_BAR, LONGEST = 120, 2.0
#: Seconds in which eight processes have loaded everything.
READY: Final = 40


@dataclass(frozen=True, slots=True)
class Share:
    """What one process signs up, where, and from which moment on."""

    settings: Settings
    club_id: UUID
    other_id: UUID
    families: Sequence[tuple[UUID, UUID]]
    from_then: float


Times = list[tuple[float, float]]


def through_the_service(share: Share) -> Times:
    with create_app(share.settings).app_context():
        engine = db.engine
    with all_seeing(engine, expire_on_commit=False) as session:

        def sign_up(parent: UUID, child: UUID, club_id: UUID = share.club_id) -> None:
            wish = SignUp(activity_id=club_id, child_ids=(child,), form_id=uuid4())
            service.sign_up(session, Actor(parent), wish)

        sign_up(*share.families[0], share.other_id)  # as a server that has been up for a while
        return _timed(share, sign_up)


def raw(share: Share) -> Times:
    engine = bare.engine(share.settings.database_url)
    return _timed(share, lambda *_: bare.place(engine, 1))


def _timed(share: Share, sign_up: Callable[[UUID, UUID], object]) -> Times:
    """Wait until all are ready, then sign up one after the other; say when each was."""
    time.sleep(max(0.0, share.from_then - time.time()))
    times = []
    for parent, child in share.families:
        begun = time.time()
        sign_up(parent, child)
        times.append((begun, time.time()))
    return times


def rate(what: Callable[[Share], Times], shares: Sequence[Share]) -> tuple[float, float]:
    """Return sign-ups a second over all processes, and the longest that one took."""
    with ProcessPoolExecutor(len(shares), get_context("spawn")) as pool:
        times = [one for done in pool.map(what, shares) for one in done]
    took = max(ended for _, ended in times) - min(begun for begun, _ in times)
    return len(times) / took, max(ended - begun for begun, ended in times)


def hot(name: str, given: Settings, make: Make, here: Organisation) -> None:
    worker = make.worker(organisation=here)
    club, other = (make.activity(worker, capacity=PLACES) for _ in range(2))
    homes = []
    for _ in range(PROCESSES * EACH):
        parent = make.parent()
        homes.append((parent.id, make.child(make.family(here, parent)).id))
    make.session.rollback()
    found = {}
    for way in (raw, through_the_service):
        then = time.time() + READY
        parts = [homes[n::PROCESSES] for n in range(PROCESSES)]
        found[way] = rate(way, [Share(given, club.id, other.id, part, then) for part in parts])
    per_second, longest = found[through_the_service]
    verdict = bars.verdict(
        f"one hot activity, {PROCESSES} processes, {name}",
        f"{per_second:.0f}/s, longest {longest:.2f} s", f"{BARS[name]}/s, {LONGEST:.0f} s",
        met=per_second >= BARS[name] and longest <= LONGEST,
    )  # fmt: skip
    wrong = faults(make.session, club.id, len(homes))
    print(
        f"{'':12} one hot activity, {PROCESSES} processes: {per_second:.0f}/s, longest"
        f" {longest:.2f} s; raw {found[raw][0]:.0f}/s; bar {BARS[name]}/s and {LONGEST} s:"
        f" {verdict}; {', '.join(wrong) or 'nothing lost, nothing double'}",
        flush=True,
    )


def over_http(
    name: str, given: Settings, make: Make, here: Organisation, cookies: dict[UUID, str]
) -> None:
    club = make.activity(make.worker(organisation=here), capacity=PLACES)
    make.session.rollback()
    with web("tests.rush:product", environment(given), SERVERS) as port:
        took, turns = press(port, f"/sign-up/{club.id}", list(cookies.values()), AT_ONCE)
    refused = sum(turn.status != 303 for turn in turns)
    wrong = faults(make.session, club.id, FAMILIES)
    per_second = FAMILIES / took
    verdict = bars.verdict(
        f"{FAMILIES} sign-ups, {AT_ONCE} at a time, {name}", f"{per_second:.0f}/s", f"{HTTP_BAR}/s",
        met=per_second >= HTTP_BAR,
    )  # fmt: skip
    print(
        f"{name:12} {FAMILIES} families, {AT_ONCE} at a time, page and form: {per_second:.0f}/s,"
        f" p95 {p95(turns):.2f} s, {refused} errors; bar {HTTP_BAR}/s:"
        f" {verdict};"
        f" {', '.join(wrong) or 'nothing lost, nothing double'}",
        flush=True,
    )


def main() -> None:
    with databases() as urls, tempfile.TemporaryDirectory() as home:
        for name, url in urls.items():
            given = settings(Path(home), url)
            app = create_app(given)
            app.config["WTF_CSRF_ENABLED"] = False  # only in this process, which makes the cookies
            with app.app_context():
                migrating.upgrade()
                engine = db.engine
            bare.prepare(given.owner_database_url or url)
            with all_seeing(engine, expire_on_commit=False) as session:
                make = Make(session)
                here = make.organisation()
                over_http(name, given, make, here, gather(app, make, here, FAMILIES))
                hot(name, given, make, here)


if __name__ == "__main__":
    main()
