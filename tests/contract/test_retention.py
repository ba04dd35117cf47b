"""Every table says whose it is, of whom it holds something, how long, and how that goes."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import pytest
from sqlalchemy import MetaData, text
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, Session, mapped_column

from kinderwerk.core.retention import TERMS, Line, Retention, Whose
from kinderwerk.messages.work import JOBS
from kinderwerk.privacy import due
from kinderwerk.privacy.erasing import FORGET
from kinderwerk.privacy.queries import SUBJECTS
from kinderwerk.storage.base import Base
from kinderwerk.storage.erasing import Kind
from tests.conftest import POSTGRES

#: Lines that take things away without a list of subjects: nightly, in `privacy.service`.
WHOLESALE = {
    Line.CHILD_VOICE, Line.CONVERSATION, Line.PEER, Line.LEARNING, Line.OUTBOX, Line.INVITATION,
    Line.TRAIL, Line.TRAIL_SENSITIVE, Line.GUARDIAN,
}  # fmt: skip
#: Lines of what is still to be built; they stand in the table so that it need not change then.
AHEAD = {
    Line.PARTNER_LINK, Line.DRAFT, Line.OFFLINE, Line.IMPORT_UNDO,
    Line.BACKUP,
}  # fmt: skip


def tables() -> list[type[Base]]:
    return sorted((each.class_ for each in Base.registry.mappers), key=lambda one: one.__name__)


def complaints(classes: Iterable[Any], guarded: Iterable[str]) -> Iterator[str]:
    """Yield what a table fails to say, or says and does not do."""
    for each in classes:
        name, told = each.__tablename__, each.__retention__
        if told is None:
            yield f"{name} does not say what it holds of whom, and how that goes"
            continue
        wrong = {
            "goes by a line that nothing carries out": told.line in AHEAD,
            "goes with a table at which it does not point": not goes_along(each, told.along),
            "is tidied by what no worker knows": told.tidied and told.tidied not in JOBS,
            "holds something of families and has no organisation_id": (
                told.whose is Whose.FAMILY and "organisation_id" not in each.__table__.c
            ),
            "only grows, and no trigger sees to that": (
                each.__append_only__ and name not in guarded
            ),
            "has to go some day, and whoever serves has no right to that": (
                each.__append_only__ and not told.stays and not each.__lets_go__
            ),
        }
        yield from (f"{name} {complaint}" for complaint, holds in wrong.items() if holds)


def goes_along(each: Any, parent: str | None) -> bool:
    linked = {key.column.table.name for key in each.__table__.foreign_keys}
    return parent is None or parent in linked or f"{parent}_id" in each.__table__.c


def guards(session: Session) -> set[str]:
    """Return the tables that a trigger keeps from being changed."""
    if POSTGRES:
        found = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    else:
        found = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"
    return set(session.scalars(text(found)))


def test_every_table_says_how_it_goes(session: Session) -> None:
    assert list(complaints(tables(), guards(session))) == []


class Other(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """A base of its own, so that what is made up here stays here."""

    metadata = MetaData()
    __append_only__: ClassVar[bool] = False
    __lets_go__: ClassVar[bool] = False
    __retention__: ClassVar[Retention | None] = None


def made_up(name: str, **given: Any) -> type[Other]:
    columns = {"__annotations__": {"id": Mapped[int]}, "id": mapped_column(primary_key=True)}
    return type(name, (Other,), {"__tablename__": name.lower(), **columns, **given})


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({}, "does not say"),
        ({"__retention__": Retention.by(Whose.FAMILY, Line.IMPORT_UNDO)}, "nothing carries out"),
        ({"__retention__": Retention.by(Whose.FAMILY, Line.CHILD)}, "no organisation_id"),
        ({"__retention__": Retention.with_(Whose.FAMILY, "child")}, "at which it does not point"),
        ({"__retention__": Retention.tidied_by(Whose.NOBODY, "never")}, "no worker knows"),
        (
            {"__retention__": Retention.kept("because"), "__append_only__": True},
            "no trigger sees to that",
        ),
        (
            {
                "__retention__": Retention.tidied_by(Whose.NOBODY, "talks.tidy"),
                "__append_only__": True,
            },
            "no right to that",
        ),
    ],
)
def test_a_table_that_forgets_to_say_so_is_noticed(
    session: Session, given: dict[str, Any], complaint: str
) -> None:
    table = made_up(f"Forgetful{abs(hash(complaint))}", **given)
    found = list(complaints([table], guards(session)))
    assert any(complaint in one for one in found), found


def test_every_line_is_carried_out_or_known_to_be_ahead() -> None:
    assert {*due.LINES, *WHOLESALE, *AHEAD} == set(Line) == set(TERMS)
    assert not {*due.LINES, *WHOLESALE} & AHEAD


def test_everything_that_goes_can_be_forgotten() -> None:
    assert set(FORGET) == set(Kind)
    assert {kind for kinds in due.LINES.values() for kind, _ in kinds} <= set(FORGET)
    assert {*SUBJECTS, Kind.CONSENT, Kind.ACCOUNT} == set(Kind)
