"""Pages as they are served to people, beside a bare handler on the same server in the same run.

Both are served by gunicorn with two processes of four threads. Clients sit on the same cores, and
others use the machine: so the verdict goes by what one request costs the server in processor time,
which says the same on a busy machine, and what was answered by the clock stands beside it. Then the
memory of all processes, and how soon somebody is answered after `kinderwerk run`.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from flask import Flask

from kinderwerk.accounts.models import Organisation, User
from kinderwerk.app import create_app
from kinderwerk.config import Settings
from kinderwerk.core import clock
from kinderwerk.web import migrating
from kinderwerk.web.extensions import db
from tests.bench import bare, bars, client
from tests.bench.rush import databases
from tests.conftest import settings
from tests.make import Make, all_seeing
from tests.pages import InspectingClient
from tests.programs import ask, free_port
from tests.rush import ROOT, environment

PROCESSES, THREADS, CLIENTS = 2, 4, 4
ROUNDS, SECONDS = 3, 1.5
SHOWN, KNOWN = 20, 200
SHARE, LIST, MEMORY, START = 0.4, 300, 250, 2.0
PATIENCE: Final = 60.0
TICK: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    path: str
    cookie: str = ""
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """Requests a second, the slowest but five of a hundred in ms, and processor ms for each."""

    per_second: float
    p95: float
    cost: float

    @property
    def at_most(self) -> float:
        """Return how many a second the processes can answer with a core each."""
        return 1000 * PROCESSES / self.cost


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    process: subprocess.Popen[str]

    def family(self) -> list[int]:
        """Return the numbers of this process and of all that it began."""
        found = [self.process.pid]
        for pid in found:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            found += map(int, children)
        return found

    def spent(self) -> float:
        """Return the processor time of all processes in seconds."""
        told = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2] for pid in self.family())
        return sum(int(one.split()[11]) + int(one.split()[12]) for one in told) / TICK

    def memory(self) -> float:
        """Return what all of them hold in MiB, what they share once."""
        rolled = (Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self.family())
        return sum(int(re.findall(r"^Pss: +(\d+)", one, re.M)[0]) for one in rolled) / 1024

    def measure(self, page: Page) -> Round:
        asked = [str(self.port), page.path, page.cookie, str(SECONDS)]
        before = self.spent()
        clients = [
            subprocess.Popen(
                [sys.executable, client.__file__, *asked], stdout=subprocess.PIPE, text=True
            )
            for _ in range(CLIENTS)
        ]  # fmt: skip
        took = [one for each in clients for one in json.loads(each.communicate()[0])]
        cost = 1000 * (self.spent() - before) / len(took)
        return Round(len(took) / SECONDS, 1000 * statistics.quantiles(took, n=20)[-1], cost)


def the_product(told: Mapping[str, str]) -> AbstractContextManager[Server]:
    port = free_port()
    words = ("serve", "--port", port, "--processes", PROCESSES, "--threads", THREADS)
    begin = ("-c", "from kinderwerk.start import main; main()")
    return served(port, "/healthz", told, *begin, *map(str, words))


def the_least(url: str) -> AbstractContextManager[Server]:
    port = free_port()
    words = (
        "--bind", f"127.0.0.1:{port}", "--workers", PROCESSES, "--threads", THREADS,
        "--worker-class", "gthread", "--keep-alive", 75, "--preload", "--no-control-socket",
        "tests.bench.bare:make()",
    )  # fmt: skip
    return served(port, "/club/1", {bare.URL: url}, "-m", "gunicorn", *map(str, words))


@contextmanager
def served(port: int, path: str, told: Mapping[str, str], *words: str) -> Iterator[Server]:
    """Start a server that writes its lines to a file, and yield it once it answers."""
    with ExitStack() as stack:
        lines = stack.enter_context(tempfile.TemporaryFile())
        running = stack.enter_context(
            subprocess.Popen(
                [sys.executable, *words], cwd=ROOT, env={**os.environ, **told}, stdout=lines,
                stderr=lines, text=True,
            )
        )  # fmt: skip
        stack.callback(running.terminate)
        until = time.monotonic() + PATIENCE
        while not _there(port, path):
            if time.monotonic() > until or running.poll() is not None:
                raise SystemExit(f"{words} does not answer")
            time.sleep(0.02)
        yield Server(port, running)


def _there(port: int, path: str) -> bool:
    try:
        return ask(port, path)[0] == 200
    except OSError:
        return False


def furnish(app: Flask, make: Make) -> list[Page]:
    """Make a house with a programme and many families, and name the pages to ask for."""
    here: Organisation = make.organisation()
    worker: User = make.worker(organisation=here)
    begins = clock.now() + timedelta(days=3)
    clubs = [make.activity(worker, starts_at=begins, capacity=20) for _ in range(SHOWN)]
    for _ in range(KNOWN):
        make.child(make.family(here))
    make.session.rollback()
    browser = InspectingClient(app)
    browser.sign_in(worker)
    cookie = browser.get_cookie(str(app.config["SESSION_COOKIE_NAME"]))
    assert cookie
    inside = f"{cookie.key}={cookie.value}"
    return [
        Page("the programme", "/"),
        Page("an activity", f"/programme/{clubs[0].id}"),
        Page("list of activities", "/activities/", inside, is_list=True),
        Page("list of children", "/children", inside, is_list=True),
    ]


def compare(name: str, least: Server, ours: Server, pages: Sequence[Page]) -> None:
    """Measure all pages in turns with the bare one, so that they meet the same machine."""
    simple = Page("bare", "/club/1")
    found: dict[str, list[Round]] = {one.name: [] for one in (simple, *pages)}
    for turn in range(ROUNDS):
        print(f"{name:12} round {turn + 1} of {ROUNDS}", flush=True)
        found[simple.name].append(least.measure(simple))
        for page in pages:
            found[page.name].append(ours.measure(page))
    bare_ = _middle(found.pop(simple.name))
    print(f"{name:12} {'bare':20} {_said(bare_)}", flush=True)
    for page in pages:
        one = _middle(found[page.name])
        share = bare_.cost / one.cost
        if page.is_list:
            found_, bar, met = f"{one.at_most:.0f}/s", f"{LIST}/s", one.at_most >= LIST
        else:
            found_, bar, met = f"{share:.0%} of bare", f"{SHARE:.0%}", share >= SHARE
        verdict = bars.verdict(f"{page.name}, {name}", found_, bar, met=met)
        print(
            f"{'':12} {page.name:20} {_said(one)}; {share:.0%} of bare by cost,"
            f" {one.per_second / bare_.per_second:.0%} by number; bar {bar}: {verdict}",
            flush=True,
        )


def _middle(rounds: Sequence[Round]) -> Round:
    return sorted(rounds, key=lambda one: one.cost)[len(rounds) // 2]


def _said(one: Round) -> str:
    return (
        f"{one.per_second:6.0f}/s, p95 {one.p95:5.1f} ms,"
        f" {one.cost:5.2f} ms of processor each: at most {one.at_most:5.0f}/s"
    )


def cold(told: Mapping[str, str]) -> tuple[float, float]:
    """Return the seconds of the processor and of the clock until `kinderwerk run` answers."""
    port, begun = free_port(), time.perf_counter()
    words = ("-c", "from kinderwerk.start import main; main()", "run", "--port", str(port))
    with served(port, "/healthz", told, *words) as running:
        return running.spent(), time.perf_counter() - begun


def measure(name: str, given: Settings, told: Mapping[str, str]) -> None:
    print(f"{name:12} making the tables, {SHOWN} activities and {KNOWN} families", flush=True)
    app = create_app(given)
    with app.app_context():
        migrating.upgrade()
        engine = db.engine
    bare.prepare(given.owner_database_url or given.database_url)
    with all_seeing(engine, expire_on_commit=False) as session:
        pages = furnish(app, Make(session))
    engine.dispose()
    with the_least(given.database_url) as least, the_product(told) as ours:
        compare(name, least, ours, pages)
        held = ours.memory()
        verdict = bars.verdict(
            f"memory of {PROCESSES} web workers, {name}", f"{held:.0f} MiB", f"{MEMORY} MiB",
            met=held <= MEMORY,
        )  # fmt: skip
        print(
            f"{'':12} {PROCESSES} processes and the one above them hold {held:.0f} MiB;"
            f" bar {MEMORY}: {verdict}",
            flush=True,
        )
    worked, clocked = min(cold(told) for _ in range(ROUNDS))
    verdict = bars.verdict(
        f"cold start, {name}", f"{worked:.1f} s", f"{START:.1f} s", met=worked <= START
    )
    print(
        f"{'':12} `kinderwerk run` answers after {worked:.1f} s of the processor, {clocked:.1f} s"
        f" by the clock; bar {START}: {verdict}",
        flush=True,
    )


def main() -> None:
    with ExitStack() as stack:
        urls = stack.enter_context(databases())
        for name, url in urls.items():
            home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            given = settings(home, url)
            told: dict[str, Any] = environment(given) | {
                "KINDERWERK_EMBEDDED_WORKER": "0",
                # Whoever starts it a second time does not wait for the compiler.
                "PYTHONDONTWRITEBYTECODE": "",
                "PYTHONPYCACHEPREFIX": stack.enter_context(tempfile.TemporaryDirectory()),
            }
            measure(name, given, told)


if __name__ == "__main__":
    main()
