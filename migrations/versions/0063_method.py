"""For which children an activity is meant, by which method, and with which partners."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0063_method"
down_revision = "0062_shares"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
ASKED = (
    ("prevention", sa.String(32), "unsaid"),
    ("intervention", sa.String(120), ""),
    ("recognised", sa.String(32), "unknown"),
)
KNOWN = {
    "prevention": "'unsaid', 'universal', 'selective', 'indicated'",
    "recognised": "'unknown', 'yes', 'no'",
}
#: Where nothing is said at first; SQLite would write these defaults in brackets.
EMPTY = ("way_there", "discount_how", "free_school", "template")
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""


def upgrade() -> None:
    with _activity() as table:
        for name, kind, default in ASKED:
            table.add_column(sa.Column(name, kind, server_default=default, nullable=False))
        for name, known in KNOWN.items():
            table.create_check_constraint(op.f(f"ck_activity_{name}"), f"{name} IN ({known})")
    op.create_table(
        "activity_partner",
        sa.Column("activity_id", ID, nullable=False),
        sa.Column("partner_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_activity_partner_{name}_id")
            )
            for name in ("activity", "partner", "organisation")
        ),
        sa.PrimaryKeyConstraint("activity_id", "partner_id", name=op.f("pk_activity_partner")),
    )
    for name in ("partner", "organisation"):
        op.create_index(op.f(f"ix_activity_partner_{name}_id"), "activity_partner", [f"{name}_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE activity_partner ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE activity_partner FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON activity_partner USING {REACHED}")


def downgrade() -> None:
    op.drop_table("activity_partner")
    with _activity() as table:
        for name in KNOWN:
            table.drop_constraint(op.f(f"ck_activity_{name}"), type_="check")
        for name, _kind, _default in reversed(ASKED):
            table.drop_column(name)


@contextmanager
def _activity() -> Iterator[Any]:
    with _triggers_kept(), op.batch_alter_table("activity") as table:
        for name in EMPTY:
            table.alter_column(name, server_default="")
        yield table


@contextmanager
def _triggers_kept() -> Iterator[None]:
    """SQLite makes the table anew: every trigger that names it steps aside meanwhile."""
    if op.get_bind().dialect.name == "postgresql":
        yield
        return
    found = (
        op.get_bind()
        .execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        .all()
    )
    for name, _sql in found:
        op.execute(f"DROP TRIGGER {name}")
    yield
    for _name, sql in found:
        op.execute(sa.text(sql.replace(":", r"\:")))
