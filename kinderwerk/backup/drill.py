"""The drill: putting a backup back somewhere else, and looking whether all of it is there."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast
from uuid import UUID

from sqlalchemy import Table, create_engine, select, text
from sqlalchemy.orm import Session

from kinderwerk.audit import verify
from kinderwerk.backup import service
from kinderwerk.backup.service import Keys, Manifest
from kinderwerk.facts import service as facts
from kinderwerk.facts.sources import everything
from kinderwerk.privacy.rotation import kept
from kinderwerk.storage import reach
from kinderwerk.storage.base import Base
from kinderwerk.storage.sealing import Shut, opener, place


def drill(keys: Keys, file: Path) -> tuple[Manifest, list[str]]:
    """Put a backup back into a database that is thrown away after; return what is wrong with it.

    It is opened with the keys that this installation has now, and no row leaves the machine.
    """
    manifest = service.check(keys, file)
    with tempfile.TemporaryDirectory() as home:
        engine = create_engine(f"sqlite:///{home}/drill.sqlite", hide_parameters=True)
        try:
            Base.metadata.create_all(engine)
            with Session(engine) as session:
                reach.say(session, reach.EVERYTHING)
                service.restore(session, keys, file, [])
                return manifest, list(_flaws(session))
        finally:
            engine.dispose()


def _flaws(session: Session) -> Iterator[str]:
    if session.execute(text("PRAGMA foreign_key_check")).all():
        yield "Rows point at rows that are not there."
    shut = sum(_shut(session, one.table, column.name) for one in kept() for column in one.columns)
    if shut:
        yield f"{shut} sealed values do not open with the keys that are here."
    if facts.deviations(session, everything(session)):
        yield "The counts of the reports are not what a fresh count gives."
    yield from (flaw.told for flaw in verify.flaws(session))


def _shut(session: Session, table: Table, column: str) -> int:
    """Count the values of a sealed column that do not open."""
    opened, shut = opener(session), 0
    rows = session.execute(select(table.c.id, table.c[column]).where(table.c[column].is_not(None)))
    for row_id, value in rows:
        try:
            opened(value, place(table.name, column, cast(UUID, row_id)))
        except Shut:
            shut += 1
    return shut
