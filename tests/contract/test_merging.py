"""Every table that points at a child or a family says how its rows move when two become one."""

from types import SimpleNamespace

import pytest
from sqlalchemy import Table

from kinderwerk.doubles.moving import BY_HAND, MOVES, STAYS
from kinderwerk.families.custody.rules import CustodyKind
from kinderwerk.families.merging import COLUMNS, stricter
from kinderwerk.families.models import Care, Child
from kinderwerk.storage.base import Base

#: No database has a say in which columns there are.
pytestmark = pytest.mark.sqlite

ABOUT = {"child", "family", "carer", "signup"}
NAMED = {"child_id", "family_id", "carer_id", "signup_id", "subject_id", "gone_id"}
#: Columns of a child that nobody chooses, and what becomes of them.
BY_ITSELF = {
    "id": "of the record that stays", "created_at": "of the record that stays",
    "organisation_id": "the same in both", "family_id": "of the record that stays",
    "name_key": "follows the name", "version": "grows",
}  # fmt: skip
OF_A_TIE = {
    "id", "created_at", "organisation_id", "child_id", "carer_id", "relation", "version",
    "court_note",
}  # fmt: skip


def points(table: Table) -> bool:
    keys = {key.column.table.name for key in table.foreign_keys}
    return bool(keys & ABOUT or NAMED & set(table.columns.keys())) or table.name in ABOUT


def test_every_table_about_a_child_says_how_it_moves() -> None:
    tables = {name for name, table in Base.metadata.tables.items() if points(table)}
    answered = {*MOVES, *BY_HAND, *STAYS}
    assert tables - answered == set(), "say in doubles/moving.py how its rows move"
    assert answered <= set(Base.metadata.tables)


def test_every_column_of_a_child_is_chosen_or_decided() -> None:
    chosen = {name for names in COLUMNS.values() for name in names}
    assert chosen | set(BY_ITSELF) == set(Child.__table__.columns.keys())


def test_of_two_ties_everything_is_decided() -> None:
    one, other = (
        SimpleNamespace(
            has_custody=True, custody_kind=CustodyKind.UNKNOWN, may_pick_up=True,
            portal_access=yes, contact_allowed=True, ended_at=None, held_at=None, parents_see=None,
        )
        for yes in (True, False)
    )  # fmt: skip
    decided = stricter(one, other)
    assert set(decided) | OF_A_TIE == set(Care.__table__.columns.keys())
    assert decided["portal_access"] is False
