"""An archive holds every table of an organisation, and an empty installation counts the same.

The world of these tests has a row in each of them; it goes through the archive as a whole.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, Table, create_engine, func, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Membership, Organisation
from kinderwerk.archives import bringing, locking, owning, service
from kinderwerk.archives.models import Archive
from kinderwerk.archives.rules import State, Why
from kinderwerk.backup import erased, rows
from kinderwerk.core import clock
from kinderwerk.families.models import Child, Family
from kinderwerk.privacy import erasing
from kinderwerk.storage.base import SEALED
from kinderwerk.storage.erasing import Erasure, Kind
from kinderwerk.storage.sealing import opener, place
from kinderwerk.storage.work import unit_of_work
from tests.conftest import copy, engine_of, migrate, serving
from tests.contract.world import Known
from tests.make import all_seeing


@pytest.fixture(scope="module")
def source(planted: tuple[str, Known]) -> str:
    return planted[0]


def test_every_table_goes_along_or_says_why_not() -> None:
    known = {
        *(table.name for table in owning.owned()), *owning.LEFT, *owning.GROUND,
        *owning.ELSEWHERE, owning.DUE, "organisation",
    }  # fmt: skip
    assert known == {table.name for table in rows.tables()}


def test_nothing_that_goes_along_points_at_what_stays() -> None:
    along = {table.name for table in owning.owned()} | {*owning.GROUND, "organisation"}
    for table in owning.owned():
        for key in table.foreign_keys:
            assert key.column.table.name in along, f"{table.name}.{key.parent.name}"


def packed(session: Session, file: Path, organisation_id: UUID, asker: UUID) -> str:
    """Have the worker make an archive; return its key."""
    with unit_of_work(session):
        archive = Archive(
            organisation_id=organisation_id, asked_by_id=asker, why=Why.MOVING, told="?",
            state=State.AGREED, until=clock.now() + timedelta(days=1),
        )  # fmt: skip
        session.add(archive)
        service.audit.record(session, service.SYSTEM, "test.made", archive.id)
    id = archive.id
    service.make(session, id)
    opened = opener(session)
    sealed = session.scalar(select(Archive.key).where(Archive.id == id))
    assert sealed
    key = opened(sealed, place("archive", "key", id))
    file.write_bytes(b"".join(service._unlocked(session, id, locking.heard(key))))
    return key


def held(session: Session, table: Table, organisation_id: UUID) -> list[dict[str, object]]:
    """Return the rows of one organisation as they read, whatever key they are sealed with."""
    opened, found = opener(session), []
    mine = select(table).where(table.c.organisation_id == organisation_id)
    numbered = table.autoincrement_column
    for line in session.connection().execute(mine).mappings():
        row = dict(line)
        for column in table.c:
            if column.info.get(SEALED) and row[column.name] is not None:
                at = place(table.name, column.name, row["id"])
                row[column.name] = opened(row[column.name], at)
        if numbered is not None:
            del row[numbered.name]
        found.append(row)
    return sorted(found, key=repr)


@pytest.fixture
def file_elsewhere(tmp_path: Path) -> Iterator[Session]:
    """An empty SQLite database, whichever this run is on."""
    url = f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    migrate(tmp_path, url)
    engine = create_engine(url, hide_parameters=True)
    with all_seeing(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def empty(
    migrated: str, tmp_path: Path, compiled: FileSystemBytecodeCache, spoken: Engine
) -> Iterator[Session]:
    """An empty database of the kind that this run is on."""
    home = tmp_path / "empty"
    home.mkdir()
    with (
        copy(migrated, home) as url, serving(url, home, compiled, spoken) as app,
        all_seeing(engine_of(app)) as session,
    ):  # fmt: skip
        yield session


def test_an_empty_installation_holds_the_same(
    session: Session, file_elsewhere: Session, empty: Session, tmp_path: Path,
    planted: tuple[str, Known],
) -> None:  # fmt: skip
    """Both ways between the databases: out of this one into a file, and from there back."""
    asker_id = planted[1].crowd[Role.ADMIN][1]
    asker = session.scalars(select(Membership).where(Membership.user_id == asker_id)).one()
    house = asker.organisation_id
    assert house
    tables = owning.owned()
    before = {table.name: held(session, table, house) for table in tables}
    assert [name for name, found in before.items() if not found] == []
    file = tmp_path / "archive.zip"
    for start, end in ((session, file_elsewhere), (file_elsewhere, empty)):
        key = packed(start, file, house, asker_id)
        for wrong, why in ((None, "has the key"), (locking.fresh(), "key is not that")):
            with pytest.raises(bringing.NotPossible, match=why):
                bringing.bring(end, file, wrong)
            assert end.get(Organisation, house) is None
            end.rollback()
        done = bringing.bring(end, file, locking.heard(key))
        for table in tables:
            after = held(end, table, house)
            assert after == before[table.name], table.name
            assert done.counts[table.name] == len(after), table.name
        with pytest.raises(bringing.NotPossible, match="already"):
            bringing.bring(end, file, locking.heard(key))


def test_who_was_erased_after_it_was_made_does_not_come_back(
    session: Session, empty: Session, tmp_path: Path, planted: tuple[str, Known]
) -> None:
    asker_id = planted[1].crowd[Role.ADMIN][1]
    asker = session.scalars(select(Membership).where(Membership.user_id == asker_id)).one()
    house, file, told = asker.organisation_id, tmp_path / "archive.zip", tmp_path / "new.erased"
    assert house
    key = packed(session, file, house, asker_id)
    child = session.scalars(select(Child).where(Child.organisation_id == house).limit(1)).one()
    family_id, others = child.family_id, Family.organisation_id == house
    many = session.scalar(select(func.count()).select_from(Family).where(others))
    with unit_of_work(session):
        erasing.erase(session, SYSTEM, house, Kind.FAMILY, [family_id], None)
    told.write_text(erased.told(session), "utf-8")
    done = bringing.bring(empty, file, locking.heard(key), [told])
    assert done.erased_again >= 1
    assert empty.get(Family, family_id) is None
    assert not empty.scalars(select(Child).where(Child.family_id == family_id)).all()
    assert empty.scalar(select(func.count()).select_from(Family).where(others)) == (many or 0) - 1
    assert empty.scalars(select(Erasure).where(Erasure.subject_id == family_id)).one()
