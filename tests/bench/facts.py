"""What reports and the map read, beside plain SQL and DuckDB on the same data: `--full` for all.

Bars are held or missed by milliseconds of processor time, ours and that of the database's server:
others use the machine too, and the clock counts them.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import duckdb
import numpy as np
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from kinderwerk.app import create_app
from kinderwerk.core import clock
from kinderwerk.core.ids import ALL
from kinderwerk.facts import queries, service
from kinderwerk.facts.rules import CellKey, Level, Measure
from kinderwerk.reports import counting
from kinderwerk.reports.choosing import Stretch
from kinderwerk.reports.rules import EVERYBODY
from kinderwerk.web import migrating
from kinderwerk.web.extensions import db
from tests.bench import bars, city, saving
from tests.bench.city import Came, City
from tests.bench.saving import databases
from tests.conftest import settings
from tests.make import all_seeing
from tests.pages import InspectingClient

FEW: Final = (40_000, 200_000)
FULL: Final = (200_000, 1_000_000, 5_000_000)
ROUNDS: Final = 7
QUARTER: Final = f"{city.YEARS[-1]}-Q2"
REACH: Final = (Measure.VISITS_NAMED, Measure.VISITS_TALLY, Measure.CHILDREN)
#: Where a bar stands, in milliseconds or times as much.
SQL, PAGE, GROWS, YEARS, RANGE, SAVES, REBUILD = 10, 100, 2, 60, 250, 3, 5_000
PLAIN: Final = {
    "sqlite": """SELECT a.neighbourhood_id, g.value, count(*), count(DISTINCT a.child_id)
        FROM register r JOIN attendance a USING (occurrence_id), json_each(r.goal_ids) g
        WHERE r.held_on BETWEEN :first AND :last AND a.presence = 'present' GROUP BY 1, 2""",
    "postgresql": """SELECT a.neighbourhood_id, g.value, count(*), count(DISTINCT a.child_id)
        FROM register r JOIN attendance a USING (occurrence_id),
            json_array_elements_text(r.goal_ids) g(value)
        WHERE r.held_on BETWEEN CAST(:first AS date) AND CAST(:last AS date)
            AND a.presence = 'present' GROUP BY 1, 2""",
}
DUCK: Final = """SELECT home, goal, count(*), count(DISTINCT child) FROM aimed
    JOIN attendance USING (session) WHERE day BETWEEN ? AND ? GROUP BY 1, 2"""
DUCK_EVERYBODY: Final = """SELECT count(DISTINCT child) FROM aimed
    JOIN attendance USING (session) WHERE day BETWEEN ? AND ?"""
ASKED: Final = {
    "one quarter": (date(2030, 4, 1), date(2030, 6, 30)),
    "three years": (city.FIRST, date(2030, 12, 31)),
}
FREE: Final = (date(2028, 2, 10), date(2030, 8, 20))
#: By neighbourhood and goal: how many visits, and of how many different children.
Found = dict[tuple[UUID, UUID], tuple[int, ...]]


class Work:
    """Milliseconds of processor time: of this process, and of a server with all its processes."""

    def __init__(self, postmaster: int = 0) -> None:
        self.server = Path("/proc", str(postmaster)) if postmaster else None

    @classmethod
    def of(cls, session: Session) -> "Work":
        if session.get_bind().dialect.name != "postgresql":
            return cls()
        backend = session.scalar(text("SELECT pg_backend_pid()"))
        return cls(int(_stat(Path("/proc", str(backend)))[1]))

    def __call__(self) -> float:
        return time.process_time() * 1000 + self._server()

    def _server(self) -> float:
        if self.server is None:
            return 0
        mine = str(self.server.name)
        children = Path("/proc", mine, "task", mine, "children").read_text().split()
        living = sum(
            int(Path("/proc", one, "schedstat").read_text().split()[0]) for one in children
        )
        gone = sum(map(int, _stat(self.server)[13:15]))
        return living / 1_000_000 + gone * 1000 / os.sysconf("SC_CLK_TCK")


def _stat(process: Path) -> list[str]:
    """Return what Linux tells of a process after its name."""
    return (process / "stat").read_text().rpartition(")")[2].split()


OURS: Final = Work()


def timed(job: Callable[[], Any], rounds: int = ROUNDS, work: Work = OURS) -> tuple[float, float]:
    """Return milliseconds of the clock (median) and of the processor (least)."""
    wall, cpu = [], []
    for _ in range(rounds):
        clocked, worked = time.perf_counter(), work()
        job()
        cpu.append(work() - worked)
        wall.append((time.perf_counter() - clocked) * 1000)
    return statistics.median(wall), min(cpu)


def told(
    what: str, took: tuple[float, float], bar: float | None = None, where: str = ""
) -> float:  # fmt: skip
    clock, cpu = took
    verdict = ""
    if bar is not None:
        met = bars.verdict(f"{what}, {where}", f"{cpu:.1f} ms", f"{bar:g} ms", met=cpu <= bar)
        verdict = f"   bar {bar:g}: {met}"
    print(f"  {what:54} {clock:9.1f} ms clock {cpu:9.1f} ms cpu{verdict}", flush=True)
    return cpu


def sent(engine: Engine, reads: Callable[[], Any]) -> tuple[str, Any]:
    """Return the one statement that a function sends, as the driver gets it."""
    found: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if "FROM cell" in statement:
            found.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    reads()
    event.remove(engine, "before_cursor_execute", note)
    (only,) = found
    return only


class Bench:
    def __init__(self, app: Flask, session: Session, here: City, came: Came) -> None:
        self.app, self.session, self.here, self.came = app, session, here, came
        self.engine = session.get_bind().engine
        self.server = self.engine.dialect.name == "postgresql"
        self.timed = partial(timed, work=Work.of(session))
        where = "PostgreSQL" if self.server else "SQLite"
        self.told = partial(told, where=f"{where}, {came.size:,}")

    def reading(self, periods: list[str]) -> Callable[[], Any]:
        house = self.here.organisation.id
        return lambda: queries.counts(
            self.session, organisation_ids=[house], periods=periods, measures=REACH
        )

    def raw(self, periods: list[str]) -> Callable[[], Any]:
        """Run the product's own statement without making Python objects of its ids."""
        statement, parameters = sent(self.engine, self.reading(periods))
        connection = self.session.connection()
        return lambda: connection.exec_driver_sql(statement, parameters).fetchall()

    def plain(self, first: date, last: date) -> Callable[[], list[Any]]:
        query = text(PLAIN[self.engine.dialect.name])
        between = {"first": first.isoformat(), "last": last.isoformat()}
        return lambda: list(self.session.execute(query, between))

    def cells(self) -> Found:
        """Return what the cells tell of the quarter, as plain SQL is asked for it."""
        found = self.reading([QUARTER])()
        each = {
            (key.area_id, key.goal_id)
            for key in found
            if key.level is Level.NEIGHBOURHOOD and key.goal_id != ALL
        }
        house = self.here.organisation.id
        return {
            (area, goal): tuple(
                found[CellKey(house, one, QUARTER, Level.NEIGHBOURHOOD, area, goal)]
                for one in (Measure.VISITS_NAMED, Measure.CHILDREN)
            )
            for area, goal in each
        }

    def span(self, goals: Sequence[Any] = ()) -> Callable[[], Any]:
        """Count as a team's page does: everywhere, in each district and in each neighbourhood."""
        house, works = self.here.organisation.id, [EVERYBODY, *map(str, goals)]
        return lambda: counting.different_children(self.session, house, Stretch(*FREE), works)

    def page(self, path: str) -> Callable[[], Any]:
        self.app.test_client_class = InspectingClient
        known: Any = self.app.test_client()
        known.sign_in(self.here.coordinator)
        self.app.test_client_class = FlaskClient
        client = self.app.test_client()
        client._cookies = known._cookies

        def get() -> None:
            answer = client.get(path)
            assert answer.status_code == 200, answer.status
            self.bytes = len(answer.data)

        get()
        return get

    def run(self) -> dict[str, float]:
        """Print everything at this size, and return what is compared with other sizes."""
        size, timed, told = self.came.size, self.timed, self.told
        told("counted for the first time", timed(lambda: service.rebuild_all(self.session), 1))
        bar = REBUILD if size == 1_000_000 else None
        told("counted anew", timed(lambda: service.rebuild_all(self.session), 1), bar)
        self.session.rollback()
        city.settle(self.engine)
        found: dict[str, float] = {}
        cells = len(self.reading([QUARTER])())
        found["quarter"] = told(
            f"one quarter, SQL, {cells:,} cells", timed(self.raw([QUARTER])), SQL
        )
        told("one quarter, as counts in Python", timed(self.reading([QUARTER])))
        years = [str(year) for year in city.YEARS]
        told("three years, SQL", timed(self.raw(years)), YEARS)
        self.session.rollback()
        for path in ("", "table"):
            get = self.page(f"/map/{path}?period={QUARTER}")
            took = timed(get)
            told(f"page /map/{path}, {self.bytes:,} bytes", took, None if path else PAGE)
        bar = RANGE if size == 1_000_000 else None
        told("different children, a free range", timed(self.span(), 3), bar)
        goals = self.here.goals
        told(f"the same, and for each of {len(goals)} goals", timed(self.span(goals), 3))
        self.beside()
        return found

    def beside(self) -> None:
        """Ask plain SQL and DuckDB the same, and see whether all say the same."""
        ducks = duck(self.here, self.came)
        for what, (first, last) in ASKED.items():
            rows: list[Any] = []
            ask = self.plain(first, last)
            told(f"plain SQL, {what}", self.timed(lambda: rows.extend(ask()), 1))  # noqa: B023
            plain = {(_id(area), _id(goal)): tuple(n) for area, goal, *n in rows}
            assert plain == ducks[what], what
        assert self.cells() == ducks["one quarter"]
        print("  cells, plain SQL and DuckDB say the same")
        self.session.rollback()


def duck(here: City, came: Came) -> dict[str, Found]:
    """Ask DuckDB, with numbers for ids, what plain SQL is asked; print how long it takes."""
    base = duckdb.connect()
    base.register("seen", {"session": came.session, "child": came.child, "home": came.home})
    twice = came.days.repeat(2), np.arange(came.sessions).repeat(2), came.goals.ravel()
    base.register("for_what", dict(zip(("day", "session", "goal"), twice, strict=True)))
    base.execute("CREATE TABLE attendance AS SELECT * FROM seen")
    base.execute("CREATE TABLE aimed AS SELECT DISTINCT * FROM for_what")
    found = {}
    for what, (first, last) in ASKED.items():
        between = [(day - city.FIRST).days for day in (first, last)]
        ask = partial(_asked, base, DUCK, between)
        told(f"DuckDB, {what}", timed(ask, 3))
        found[what] = {(here.hoods[at], here.goals[goal]): tuple(n) for at, goal, *n in ask()}
    between = [(day - city.FIRST).days for day in FREE]
    told("DuckDB, a free range", timed(partial(_asked, base, DUCK_EVERYBODY, between), 3))
    return found


def _id(written: Any) -> UUID:
    return (
        written
        if isinstance(written, UUID)
        else (UUID(bytes=written) if isinstance(written, bytes) else UUID(written))
    )


def _asked(base: duckdb.DuckDBPyConnection, query: str, between: list[int]) -> list[Any]:
    return base.execute(query, between).fetchall()


def at(name: str, url: str, size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as home:
        app = create_app(settings(Path(home), url))
        with app.app_context():
            migrating.upgrade()
            engine = db.engine
        with all_seeing(engine) as session, clock.stopped(city.TODAY):
            here, came = city.build(session), Came(size)
            session.rollback()
            city.fill(engine, here, came)
            print(f"{name}, {size:,} attendances, {city.HOODS} x {city.GOALS}")
            found = Bench(app, session, here, came).run()
        engine.dispose()
    return found


def main() -> None:
    named = tuple(int(one) for one in sys.argv[1:] if one.isdecimal())
    sizes = named or (FULL if "--full" in sys.argv else FEW)
    if "--cells" not in sys.argv:
        saving.main()
    grown: dict[str, list[float]] = {}
    for size in sizes:
        with databases() as urls:
            for name, url in urls.items():
                grown.setdefault(name, []).append(at(name, url, size)["quarter"])
    for name, took in grown.items():
        ratio = took[-1] / took[0]
        verdict = bars.verdict(
            f"one quarter, {name}, {sizes[-1]:,} : {sizes[0]:,}", f"{ratio:.2f} x", f"{GROWS} x",
            met=ratio <= GROWS,
        )  # fmt: skip
        print(f"{name}: {sizes[-1]:,} : {sizes[0]:,} {ratio:.2f} x, bar {GROWS}: {verdict}")


if __name__ == "__main__":
    main()
