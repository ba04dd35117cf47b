"""Visits as bytes instead of JSON, and presences by quarter: a range of quarters lies together.

The code before this one cannot save who came: this upgrade needs a pause.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0105_visits_in_bytes"
down_revision = "0104_school_year"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
BY_CHILD = ("organisation_id", "child_id", "quarter", "neighbourhood_id", "district_id")
BY_QUARTER = ("organisation_id", "quarter", "child_id", "neighbourhood_id", "district_id")
#: A goal and how many visits: sixteen bytes and two.
GOAL, STEP = 16, 18
TOLD = """(SELECT string_agg(decode(one.key, 'hex')
        || substring(int4send(one.value::int) FROM 3), ''::bytea ORDER BY one.key)
    FROM json_each_text(visits) AS one)"""
UNTOLD = f"""(SELECT json_object_agg(encode(substring(visits FROM at * {STEP} + 1 FOR {GOAL}), 'hex'),
        get_byte(visits, at * {STEP} + {GOAL}) * 256 + get_byte(visits, at * {STEP} + {GOAL} + 1))
    FROM generate_series(0, length(visits) / {STEP} - 1) AS at)"""  # noqa: S608


def upgrade() -> None:
    _write_anew(BY_QUARTER, sa.LargeBinary(), TOLD)


def downgrade() -> None:
    _write_anew(BY_CHILD, sa.JSON(), UNTOLD)


def _write_anew(key: tuple[str, ...], visits: sa.types.TypeEngine[object], rewritten: str) -> None:
    columns = ", ".join(key)
    if _server():
        op.execute("ALTER TABLE presence NO FORCE ROW LEVEL SECURITY")
        op.execute("CREATE TABLE presence_before AS SELECT * FROM presence")
        op.execute("DELETE FROM presence")
        op.drop_constraint("pk_presence", "presence")
        op.drop_column("presence", "visits")
        op.add_column("presence", sa.Column("visits", visits, nullable=False))
        op.create_primary_key("pk_presence", "presence", key)
    else:
        rewritten = "rewritten(visits)"
        rewrites = _told if isinstance(visits, sa.LargeBinary) else _untold
        op.get_bind().connection.driver_connection.create_function("rewritten", 1, rewrites)
        op.rename_table("presence", "presence_before")
        op.create_table(
            "presence",
            *(sa.Column(name, sa.String(8) if name == "quarter" else ID, nullable=False)
              for name in key),
            sa.Column("visits", visits, nullable=False),
            sa.PrimaryKeyConstraint(*key, name=op.f("pk_presence")),
            sqlite_with_rowid=False,
        )  # fmt: skip
    op.execute(
        f"INSERT INTO presence ({columns}, visits)"  # noqa: S608
        f" SELECT {columns}, {rewritten} FROM presence_before ORDER BY {columns}"
    )
    op.drop_table("presence_before")
    if _server():
        op.execute("ALTER TABLE presence FORCE ROW LEVEL SECURITY")


def _server() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _told(visits: str) -> bytes:
    return b"".join(
        bytes.fromhex(goal) + n.to_bytes(STEP - GOAL, "big")
        for goal, n in sorted(json.loads(visits).items())
    )


def _untold(visits: bytes) -> str:
    return json.dumps({
        visits[at : at + GOAL].hex(): int.from_bytes(visits[at + GOAL : at + STEP], "big")
        for at in range(0, len(visits), STEP)
    })  # fmt: skip
