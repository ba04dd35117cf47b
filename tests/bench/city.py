"""A city made up for benchmarks: who came where, in three years, as numbers and in a database."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

import numpy as np
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.places.models import KeyFigure
from kinderwerk.storage.work import unit_of_work
from tests import postgres
from tests.make import Make

HOODS: Final = 400
GOALS: Final = 12
A_DISTRICT: Final = 10
A_SESSION: Final = 15
#: Attendances of one child in three years.
A_CHILD: Final = 50
YEARS: Final = (2028, 2029, 2030)
FIRST: Final = date(YEARS[0], 1, 1)
DAYS: Final = (date(YEARS[-1], 12, 31) - FIRST).days + 1
WIDTH: Final = 0.01
TODAY: Final = datetime(YEARS[-1], 5, 15, 12, tzinfo=UTC)
LATER: Final = datetime(YEARS[-1] + 1, 2, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Came:
    """So many attendances: of which session, child and home each is, all by number."""

    size: int
    hoods: int = HOODS
    chance: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))

    @cached_property
    def sessions(self) -> int:
        return self.size // A_SESSION

    @cached_property
    def children(self) -> int:
        return max(self.hoods, self.size // A_CHILD)

    @cached_property
    def days(self) -> Any:
        return np.sort(self.chance.integers(0, DAYS, self.sessions))

    @cached_property
    def goals(self) -> Any:
        """Return two goals of each session; half of the sessions have the same one twice."""
        pair = self.chance.integers(0, GOALS, (self.sessions, 2))
        pair[::2, 1] = pair[::2, 0]
        return pair

    @cached_property
    def session(self) -> Any:
        return np.repeat(np.arange(self.sessions), A_SESSION)

    @cached_property
    def child(self) -> Any:
        """Return who came: next to each other in number, so from few neighbourhoods at a time."""
        first = self.chance.integers(0, self.children, self.sessions)
        return (first[:, None] + np.arange(A_SESSION) * 3).ravel() % self.children

    @cached_property
    def home(self) -> Any:
        return self.child * self.hoods // self.children


@dataclass(frozen=True)
class City:
    organisation: Organisation
    coordinator: User
    goals: list[UUID]
    hoods: list[UUID]


def build(session: Session, hoods: int = HOODS) -> City:
    """Make the areas in a grid, with children living in them, and the goals."""
    make = Make(session)
    here = make.organisation()
    around = [make.district() for _ in range(-(-hoods // A_DISTRICT))]
    made = [
        make.neighbourhood(district=around[n // A_DISTRICT], outline=_square(n))
        for n in range(hoods)
    ]
    with unit_of_work(session):
        session.execute(insert(KeyFigure), [
            {"neighbourhood_id": one.id, "year": YEARS[0], "name": "k_0_15",
             "label": "0 tot 15 jaar", "value": 400, "age_from": 0, "age_to": 14}
            for one in made
        ])  # fmt: skip
    theme = make.theme(here)
    goals = [
        make.goal(here, theme=theme, begins_on=FIRST, ends_on=date(YEARS[-1], 12, 31)).id
        for _ in range(GOALS)
    ]
    coordinator = make.user(Role.COORDINATOR, organisation=here)
    return City(here, coordinator, goals, [one.id for one in made])


def _square(n: int) -> dict[str, Any]:
    """Return a field of a grid whose border has 60 points, as real ones have."""
    west, south = 4 + n % 20 * WIDTH, 52 + n // 20 * WIDTH
    steps = [k / 15 for k in range(15)]
    ring = [
        *((west + WIDTH * k, south) for k in steps),
        *((west + WIDTH, south + WIDTH * k) for k in steps),
        *((west + WIDTH * (1 - k), south + WIDTH) for k in steps),
        *((west, south + WIDTH * (1 - k)) for k in steps),
    ]
    return {"type": "Polygon", "coordinates": [[*map(list, ring), list(ring[0])]]}


def number(kind: int, n: int) -> UUID:
    return UUID(int=(kind << 120) | n)


def fill(engine: Engine, city: City, came: Came) -> None:
    """Write registers and attendances straight into the tables, without what they name."""
    house = city.organisation.id
    goals = [
        json.dumps([str(city.goals[g]) for g in sorted({*pair})]) for pair in came.goals.tolist()
    ]
    days = [FIRST + timedelta(days=n) for n in came.days.tolist()]
    first_of = came.home[::A_SESSION].tolist()
    registers = (
        (
            number(1, n),
            house,
            1,
            days[n],
            goals[n],
            city.hoods[first_of[n]],
            "2031-01-01 00:00:00",
            "",
        )
        for n in range(came.sessions)
    )
    marks = (
        (
            number(1, one),
            number(2, child),
            house,
            "present",
            city.hoods[home],
            "2031-01-01 00:00:00",
        )
        for one, child, home in zip(
            came.session.tolist(), came.child.tolist(), came.home.tolist(), strict=True
        )
    )
    with _unchecked(engine) as write:
        write("register", "occurrence_id, organisation_id, version, held_on, goal_ids,"
              " neighbourhood_id, first_marked_at, note", registers)  # fmt: skip
        write("attendance", "occurrence_id, child_id, organisation_id, presence, neighbourhood_id,"
              " marked_at", marks)  # fmt: skip


@contextmanager
def _unchecked(engine: Engine) -> Iterator[Any]:
    """Yield what writes rows without asking whether what they name is there."""
    if engine.dialect.name == "sqlite":
        with sqlite3.connect(str(engine.url.database)) as raw:
            raw.execute("PRAGMA foreign_keys = OFF")
            raw.execute("PRAGMA synchronous = OFF")

            def embedded(table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
                marks = ", ".join("?" * len(columns.split(",")))
                plain = (tuple(map(_small, row)) for row in rows)
                raw.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", plain)  # noqa: S608

            yield embedded
            raw.commit()
            raw.execute("ANALYZE")
        return
    mighty = postgres.unbound(engine)
    with mighty.connect() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]

        def on_server(table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)

        yield on_server
        connection.commit()
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    mighty.dispose()


def settle(engine: Engine) -> None:
    """Do what a server does by itself after many rows were written: ours does not by itself."""
    if engine.dialect.name == "postgresql":
        mighty = postgres.unbound(engine).execution_options(isolation_level="AUTOCOMMIT")
        with mighty.connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE cell, presence")
        mighty.dispose()


def _small(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.bytes
    return value.isoformat() if isinstance(value, date) else value
