"""A date can be elsewhere, and say what is different; a series has other times from a day on."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0057_date_place"
down_revision = "0056_confirmed_phone"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")


def upgrade() -> None:
    op.add_column("activity", sa.Column("turns", sa.JSON(), server_default="[]", nullable=False))
    op.add_column(
        "activity",
        sa.Column("template", sa.String(length=80), server_default="", nullable=False),
    )
    with _triggers_kept(), op.batch_alter_table("occurrence") as table:
        table.add_column(sa.Column("venue_id", ID, nullable=True))
        table.add_column(
            sa.Column("note", sa.String(length=300), server_default="", nullable=False)
        )
        table.create_foreign_key(op.f("fk_occurrence_venue_id"), "venue", ["venue_id"], ["id"])


def downgrade() -> None:
    with _triggers_kept(), op.batch_alter_table("occurrence") as table:
        table.drop_constraint(op.f("fk_occurrence_venue_id"), type_="foreignkey")
        table.drop_column("note")
        table.drop_column("venue_id")
    op.drop_column("activity", "template")
    op.drop_column("activity", "turns")


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
