"""What is an organisation's own, table by table; what it stands on; and what stays behind, and why.

A table whose rows name their organisation goes along, unless it stands here.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Table, or_, select, union

from kinderwerk.backup import rows
from kinderwerk.storage.base import Base
from kinderwerk.storage.types import Id

_ONLY_HERE: Final = "a key or a device that opens this installation and no other"
_TRAIL: Final = "the access log stays with the seals that prove it"
_MADE_AGAIN: Final = "made to be fetched here, and then gone"
#: Of an organisation, and yet it stays.
LEFT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "archive": _MADE_AGAIN,
        "archive_piece": _MADE_AGAIN,
        "audit_entry": _TRAIL,
        "brought_in": "what can be taken back here, for a day",
        "calendar_key": _ONLY_HERE,
        "erasure": "which rows no backup of this installation may bring back",
        "factor_reset": _ONLY_HERE,
        "invitation": _ONLY_HERE,
        "kiosk": _ONLY_HERE,
        "kiosk_heard": _ONLY_HERE,
        "message": "it would be sent once more",
        "paper": _MADE_AGAIN,
        "referral_link": _ONLY_HERE,
        "register_change": _ONLY_HERE,
        "register_device": _ONLY_HERE,
        "report_agreement": "of a report of the municipality",
        "report_count": "of a report of the municipality",
        "spoken_code": _ONLY_HERE,
        "trail_finding": _TRAIL,
        "work_key": _ONLY_HERE,
    }
)
#: Of nobody's own, and what an organisation stands on: it goes along as far as it is pointed at.
GROUND: Final = ("municipality", "district", "neighbourhood", "key_figure", "policy_goal",
                 "user_account")  # fmt: skip
#: Of an account only who somebody is: what opens it is made anew.
WHO: Final = ("id", "created_at", "email", "name", "language")
#: What waits to be done for a row that goes along.
DUE: Final = "due_work"
#: Of no organisation: of the installation, or of the municipality.
ELSEWHERE: Final = frozenset(
    {
        "attempt", "data_key", "day_key", "deployment", "link", "outside_account",
        "outside_answer", "passkey", "passkey_challenge", "place_import", "recovery_code",
        "report_edition", "sign_in", "talk_day_key", "talk_try", "trail_horizon", "trail_key",
        "trail_seal",
    }
)  # fmt: skip


def owned() -> list[Table]:
    """Return the tables whose rows go along, those that are pointed at before others."""
    return [one for one in rows.tables() if "organisation_id" in one.c and one.name not in LEFT]


def chosen(
    connection: Connection, organisation_id: UUID
) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Yield each table and which of its rows go along, in the order to put them back."""
    organisation = Base.metadata.tables["organisation"]
    home = connection.execute(
        select(organisation.c.municipality_id).where(organisation.c.id == organisation_id)
    ).scalar_one()
    mine = {table.name: table.c.organisation_id == organisation_id for table in owned()}
    mine["organisation"] = organisation.c.id == organisation_id
    ground = _ground(mine, home)
    for table in rows.tables():
        if table.name in mine or table.name in ground:
            yield table, mine.get(table.name, ground.get(table.name))  # type: ignore[misc]


def _ground(mine: Mapping[str, ColumnElement[bool]], home: UUID) -> dict[str, ColumnElement[bool]]:
    at = Base.metadata.tables
    area, district, town = at["neighbourhood"], at["district"], at["municipality"]
    near = or_(area.c.municipality_id == home, area.c.id.in_(_pointed("neighbourhood", mine)))
    theirs = district.c.id.in_(select(area.c.district_id).where(near))
    around = or_(district.c.municipality_id == home, theirs)
    return {
        "municipality": or_(
            town.c.id == home,
            town.c.id.in_(_pointed("municipality", mine)),
            town.c.id.in_(select(district.c.municipality_id).where(around)),
        ),
        "district": around,
        "neighbourhood": near,
        "key_figure": at["key_figure"].c.neighbourhood_id.in_(select(area.c.id).where(near)),
        "policy_goal": at["policy_goal"].c.id.in_(_pointed("policy_goal", mine)),
        "user_account": at["user_account"].c.id.in_(_pointed("user_account", mine)),
    }


def _pointed(target: str, mine: Mapping[str, ColumnElement[bool]]) -> CompoundSelect[Any]:
    """Return the ids of the rows of that table at which something points that goes along.

    Who noted or marked something is not held to be there by the database, and is named all the
    same.
    """
    found = []
    for name, where in mine.items():
        table = Base.metadata.tables[name]
        for column in table.c:
            if not isinstance(column.type, Id):
                continue
            keyed = any(key.column.table.name == target for key in column.foreign_keys)
            named = (
                target == "user_account" and column.name.endswith("by_id")
                and not column.foreign_keys
            )  # fmt: skip
            if keyed or named:
                found.append(select(column.label("id")).where(where, column.is_not(None)))
    return union(*found)
