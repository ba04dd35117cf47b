"""Changing the keys that seal, while any number of processes go on reading and writing."""

from dataclasses import dataclass, field
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    Table,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.audit import service as audit
from kinderwerk.storage import reach
from kinderwerk.storage.base import SEALED, Base
from kinderwerk.storage.sealing import (
    FORMAT,
    HEADER,
    Damaged,
    DataKey,
    Open,
    Seal,
    add_key,
    keyring,
    opener,
    place,
    sealer,
    wrapped_keys,
)
from kinderwerk.storage.work import unit_of_work

AT_ONCE: Final = 200
DEED: Final = "key.resealed"


@dataclass(frozen=True, slots=True)
class Kept:
    """The sealed columns of one table."""

    table: Table
    columns: tuple[Column[Any], ...]

    def under(self, number: int) -> ColumnElement[bool]:
        """Return which rows hold something that this data key sealed."""
        mark = literal(HEADER.pack(FORMAT, number), LargeBinary)
        return or_(*(func.substr(column, 1, HEADER.size) == mark for column in self.columns))


@dataclass(slots=True)
class Rotation:
    """What came of it: the new key, how many rows were sealed anew, and what stayed behind."""

    number: int
    rows: int = 0
    damaged: set[UUID] = field(default_factory=set)
    removed: tuple[int, ...] = ()


def kept() -> list[Kept]:
    """Return every table that holds something sealed."""
    found = []
    for mapper in sorted(Base.registry.mappers, key=lambda each: each.class_.__tablename__):
        table = cast(Table, mapper.local_table)
        columns = tuple(column for column in table.columns if column.info.get(SEALED))
        if columns:
            found.append(Kept(table, columns))
    return found


def rotate(session: Session, actor: Actor) -> Rotation:
    """Make a new key, seal everything anew with it, and remove the keys that nothing needs now.

    A row that somebody writes meanwhile under the key before is found in a later round: an old
    key goes only once everybody who may be writing with it is done and nothing is left, in any
    organisation: what this session could not reach would be lost.
    """
    reach.say(session, reach.EVERYTHING)
    with unit_of_work(session):
        old = sorted(wrapped_keys(session))
        rotation = Rotation(add_key(session))
        audit.record(session, actor, "key.made", UUID(int=rotation.number))
    for number in old:
        _reseal(session, actor, number, rotation)
    rotation.removed = tuple(number for number in old if _remove(session, actor, number, rotation))
    rewrap(session, actor)
    return rotation


def rewrap(session: Session, actor: Actor) -> int:
    """Wrap every data key with the newest key of the environment; return how many were."""
    with unit_of_work(session):
        keys = wrapped_keys(session)
        for number, wrapped in keys.items():
            anew = keyring.wrap(number, keyring.unwrap(number, wrapped))
            session.execute(
                update(DataKey).where(DataKey.number == number).values(wrapped=anew),
                execution_options={"synchronize_session": False},
            )
            audit.record(session, actor, "key.rewrapped", UUID(int=number), by=keyring.newest)
    return len(keys)


def in_use(session: Session, number: int) -> int:
    """Count the rows that hold something which this key sealed."""
    return sum(
        session.scalar(select(func.count()).select_from(one.table).where(one.under(number))) or 0
        for one in kept()
    )


def _reseal(session: Session, actor: Actor, number: int, rotation: Rotation) -> None:
    for one in kept():
        while _some(session, actor, one, number, rotation):
            pass


def _some(session: Session, actor: Actor, one: Kept, number: int, rotation: Rotation) -> bool:
    """Seal some rows anew; tell whether there were any."""
    with unit_of_work(session):
        chosen = select(one.table.c.id, *one.columns).where(one.under(number))
        lines = session.execute(
            chosen.where(one.table.c.id.not_in(rotation.damaged)).limit(AT_ONCE).with_for_update()
        ).all()
        hands = opener(session), sealer(session)
        done = [line[0] for line in lines if _again(session, one, line, rotation, *hands)]
        if done:
            audit.record(session, actor, DEED, UUID(int=rotation.number), also=done)
        rotation.rows += len(done)
    return bool(lines)


def _again(
    session: Session, one: Kept, line: Any, rotation: Rotation, opened: Open, sealed: Seal
) -> bool:
    """Seal one row anew, unless it does not open."""
    try:
        values = {
            column.name: sealed(opened(value, bound), bound)
            for column, value in zip(one.columns, line[1:], strict=True)
            if value is not None
            for bound in [place(one.table.name, column.name, line[0])]
        }
    except Damaged:
        rotation.damaged.add(line[0])
        return False
    session.execute(
        update(one.table).where(one.table.c.id == line[0]).values(values),
        execution_options={"audited": DEED},
    )
    return True


def _remove(session: Session, actor: Actor, number: int, rotation: Rotation) -> bool:
    """Remove a key that sealed nothing that is left; wait for those who still write with it."""
    while True:
        with unit_of_work(session):
            session.execute(
                select(DataKey.number).where(DataKey.number == number).with_for_update()
            )
            left = in_use(session, number)
            if not left:
                session.execute(delete(DataKey).where(DataKey.number == number))
                audit.record(session, actor, "key.removed", UUID(int=number))
                return True
        if left <= len(rotation.damaged):
            return False
        _reseal(session, actor, number, rotation)
