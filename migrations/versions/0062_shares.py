"""Whoever lets a colleague read along with a case says why, and until when."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0062_shares"
down_revision = "0061_confided"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""
#: Each table with the column that names the case, and the table of the case.
SHARES = (
    ("signal_share", "signal_id", "signal"),
    ("support_share", "trajectory_id", "support_trajectory"),
    ("referral_share", "referral_id", "referral"),
)


def upgrade() -> None:
    for name, case, of in SHARES:
        there = _rows(name, case)
        op.drop_table(name)
        op.create_table(
            name,
            sa.Column("id", ID, nullable=False),
            sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("organisation_id", ID, nullable=False),
            sa.Column(case, ID, nullable=False),
            sa.Column("user_id", ID, nullable=False),
            sa.Column("by_id", ID, nullable=False),
            sa.Column("until", sa.Date(), nullable=True),
            sa.Column("reason", sa.LargeBinary(), nullable=True),
            *_references(name, case, of),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
            sa.UniqueConstraint(case, "user_id", name=op.f(f"uq_{name}_{case}_user_id")),
        )
        for column in ("organisation_id", "user_id"):
            op.create_index(op.f(f"ix_{name}_{column}"), name, [column], unique=False)
        now = sa.func.current_timestamp()
        for row in there:
            _put(name, row | {"id": _id(), "created_at": now})
        _hold(name)


def downgrade() -> None:
    for name, case, of in SHARES:
        there = _rows(name, case)
        op.drop_table(name)
        op.create_table(
            name,
            sa.Column(case, ID, nullable=False),
            sa.Column("user_id", ID, nullable=False),
            sa.Column("organisation_id", ID, nullable=False),
            sa.Column("by_id", ID, nullable=False),
            *_references(name, case, of),
            sa.PrimaryKeyConstraint(case, "user_id", name=op.f(f"pk_{name}")),
        )
        for row in there:
            _put(name, row)
        _hold(name)


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _id() -> object:
    return uuid4().bytes if _on_sqlite() else uuid4()


def _rows(name: str, case: str) -> list[dict[str, object]]:
    columns = [sa.column(one) for one in (case, "user_id", "organisation_id", "by_id")]
    found = op.get_bind().execute(sa.select(*columns).select_from(sa.table(name, *columns)))
    return [dict(row._mapping) for row in found]


def _put(name: str, row: dict[str, object]) -> None:
    op.execute(sa.table(name, *map(sa.column, row)).insert().values(**row))


def _references(name: str, case: str, of: str) -> list[sa.ForeignKeyConstraint]:
    known = {"by_id": "user_account", "organisation_id": "organisation", case: of}
    return [
        sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{name}_{column}"))
        for column, table in (known | {"user_id": "user_account"}).items()
    ]


def _hold(name: str) -> None:
    if not _on_sqlite():
        op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON {name} USING {REACHED}")
