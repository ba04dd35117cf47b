"""200 families at once for 20 places, over HTTP, beside a bare Flask handler in the same run.

`python -m tests.bench.rush 8` does it with eight web processes only. Then 500 families come, 32 at
a time, while others give up, refuse or fall silent and every web process is killed once.
"""

import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from flask import Flask

from kinderwerk.accounts.models import Organisation
from kinderwerk.app import create_app
from kinderwerk.config import Settings
from kinderwerk.core import clock
from kinderwerk.web import migrating
from kinderwerk.web.extensions import db
from tests import postgres
from tests.bench import bare, bars
from tests.conftest import settings
from tests.make import Make, all_seeing
from tests.rush import Outcome, Turn, environment, gather, outcome, press, web
from tests.storm import Storm, faults, servers

FAMILIES, PLACES = 200, 20
STORM_FAMILIES, STORM_AT_ONCE, STORM_PROCESSES, KILLED_AFTER = 500, 32, 4, 4.0
PROCESSES: Final = (1, 2, 8)
BAR, SLOWEST = 4, 0.8
AS_PROMISED: Final = Outcome(
    placed=PLACES, waiting=FAMILIES - PLACES, in_order=True, taken=PLACES, told=FAMILIES, once=True
)


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Yield where both databases are, each set so that what is confirmed survives a power cut."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = {"SQLite": f"sqlite:///{home / 'bench.sqlite'}"}
        if postgres.programs():
            urls["PostgreSQL"] = postgres.Cluster(
                stack.enter_context(postgres.server(**postgres.DURABLE))
            ).fresh("bench")
        yield urls


def p95(turns: Sequence[Turn]) -> float:
    return statistics.quantiles([each for turn in turns for each in turn.took], n=20)[-1]


def told(name: str, took: float, turns: Sequence[Turn], more: str) -> None:
    refused = sum(turn.status != 303 for turn in turns)
    print(f"{name:32} {took:5.2f} s, p95 {p95(turns):.2f} s, {refused} errors{more}", flush=True)


def the_least(url: str, name: str, processes: int) -> float:
    with web("tests.bench.bare:make", {bare.URL: url}, processes) as port:
        took, turns = press(port, "/club/1", [""] * FAMILIES)
    told(name, took, turns, "")
    return took


def measure(url: str, home: Path, name: str, everywhere: Sequence[int]) -> None:
    given = settings(home, url)
    app = create_app(given)
    app.config["WTF_CSRF_ENABLED"] = False  # only in this process, which makes the cookies
    with app.app_context():
        migrating.upgrade()
        engine = db.engine
    bare.prepare(given.owner_database_url or url)
    with all_seeing(engine, expire_on_commit=False) as session:
        make = Make(session)
        here = make.organisation()
        worker = make.worker(organisation=here)
        cookies = gather(app, make, here, FAMILIES)
        for days, processes in enumerate(everywhere, start=3):  # each child comes to all of them
            begins = clock.now() + timedelta(days=days)
            club = make.activity(worker, capacity=PLACES, starts_at=begins)
            session.rollback()
            least = the_least(url, f"{name}, {processes} processes, bare", processes)
            with web("tests.rush:product", environment(given), processes) as port:
                took, turns = press(port, f"/sign-up/{club.id}", list(cookies.values()))
            fair = "20 placed, 180 in order, all told once"
            right = fair if outcome(session, club) == AS_PROMISED else outcome(session, club)
            verdict = bars.verdict(
                f"rush, {name}, {processes} processes",
                f"{took / least:.1f} x bare, p95 {p95(turns):.2f} s", f"{BAR} x, {SLOWEST} s",
                met=took <= BAR * least and p95(turns) <= SLOWEST,
            )  # fmt: skip
            told(
                f"{name}, {processes} processes", took, turns,
                f"; {took / least:.1f} x bare, bar {BAR}: {verdict}; {right}",
            )  # fmt: skip
        storm(app, given, make, here, name)


def storm(app: Flask, given: Settings, make: Make, here: Organisation, name: str) -> None:
    with app.app_context():
        engine = db.engine
    cookies = gather(app, make, here, STORM_FAMILIES)
    club = make.activity(make.worker(organisation=here), capacity=PLACES)
    make.session.rollback()
    raging = Storm(lambda: all_seeing(engine, expire_on_commit=False), club.id, cookies)
    with servers(environment(given), STORM_PROCESSES) as web_:
        report = raging.rage(web_, STORM_AT_ONCE, KILLED_AFTER)
    wrong = [*report.wrong, *faults(make.session, club.id, STORM_FAMILIES)]
    deeds = ", ".join(f"{n} {deed}" for deed, n in sorted(report.deeds.items()))
    cuts = statistics.quantiles(report.times, n=20)
    print(
        f"{name}, storm: {STORM_FAMILIES} families, {STORM_AT_ONCE} at once, {PLACES} places,"
        f" {STORM_PROCESSES} processes killed after {KILLED_AFTER:.0f} s: {report.took:.1f} s,"
        f" {STORM_FAMILIES / report.took:.0f} sign-ups per second, p50 {cuts[9]:.2f} s,"
        f" p95 {cuts[18]:.2f} s; {deeds}; {report.again} requests sent again; looked"
        f" {report.looks} times; {', '.join(wrong) or 'nothing lost, nothing double, in order'}",
        flush=True,
    )  # fmt: skip


def main() -> None:
    everywhere = [int(word) for word in sys.argv[1:]] or PROCESSES
    print(f"{FAMILIES} families for {PLACES} places; the bar: {BAR} x bare, p95 {SLOWEST} s")
    with databases() as urls, tempfile.TemporaryDirectory() as home:
        for name, url in urls.items():
            measure(url, Path(home), name, everywhere)


if __name__ == "__main__":
    main()
