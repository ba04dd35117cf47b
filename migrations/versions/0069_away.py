"""Days on which somebody is away, with who stands in: in a table of their own, found by the day."""

from datetime import date
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0069_away"
down_revision = "0068_partner_agreements"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
RECORD = sa.table(
    "staff_record",
    sa.column("id", ID),
    sa.column("organisation_id", ID),
    sa.column("user_id", ID),
    sa.column("away", sa.JSON),
)
AWAY = sa.table(
    "away",
    sa.column("id", ID),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("organisation_id", ID),
    sa.column("user_id", ID),
    sa.column("by_id", ID),
    sa.column("first_day", sa.Date),
    sa.column("last_day", sa.Date),
)


def upgrade() -> None:
    op.create_table(
        "away",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("deputy_id", ID, nullable=True),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_away_in_order")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_away_{column}"))
            for column, table in (
                ("organisation_id", "organisation"),
                ("user_id", "user_account"),
                ("deputy_id", "user_account"),
                ("by_id", "user_account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_away")),
    )
    for column in ("organisation_id", "user_id", "deputy_id"):
        op.create_index(op.f(f"ix_away_{column}"), "away", [column], unique=False)
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for record in op.get_bind().execute(sa.select(RECORD)).all():
        for first, last in record.away:
            op.execute(
                AWAY.insert().values(
                    id=uuid4().bytes if on_sqlite else uuid4(),
                    created_at=sa.func.current_timestamp(),
                    organisation_id=record.organisation_id,
                    user_id=record.user_id,
                    by_id=record.user_id,
                    first_day=date.fromisoformat(first),
                    last_day=date.fromisoformat(last),
                )
            )
    op.drop_column("staff_record", "away")


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    place = {"insert_after": "halves"} if on_sqlite else {}
    recreate = "always" if on_sqlite else "auto"
    with op.batch_alter_table("staff_record", recreate=recreate) as table:
        away = sa.Column("away", sa.JSON(), nullable=False, server_default="[]")
        table.add_column(away, **place)
    for record in op.get_bind().execute(sa.select(RECORD.c.id, RECORD.c.user_id)).all():
        days = op.get_bind().execute(
            sa.select(AWAY.c.first_day, AWAY.c.last_day).where(AWAY.c.user_id == record.user_id)
        )
        told = sorted([first.isoformat(), last.isoformat()] for first, last in days)
        op.execute(RECORD.update().where(RECORD.c.id == record.id).values(away=told))
    with op.batch_alter_table("staff_record") as table:
        table.alter_column("away", server_default=None)
    op.drop_table("away")
