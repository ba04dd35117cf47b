"""When a child came and went, and with whom; girls and boys apart where that is asked."""

import sqlalchemy as sa
from alembic import op

revision = "0046_register_times"
down_revision = "0045_spoken_code"

KEY = ["occurrence_id", "band", "known"]
SAME = " AND ".join(f"o.{column} = tally.{column}" for column in KEY)


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("attendance", sa.Column("arrived_at", moment, nullable=True))
    op.add_column("attendance", sa.Column("left_at", moment, nullable=True))
    for column, length in (("left_with", 120), ("left_why", 200)):
        op.add_column(
            "attendance",
            sa.Column(column, sa.String(length), server_default=sa.text("''"), nullable=False),
        )
    for table in ("attendance", "register"):
        op.add_column(
            table, sa.Column("turn", sa.Integer(), server_default=sa.text("0"), nullable=False)
        )
    op.add_column(
        "organisation",
        sa.Column("count_gender", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    with op.batch_alter_table("tally") as batch:
        batch.add_column(
            sa.Column("gender", sa.String(32), server_default=sa.text("'unasked'"), nullable=False)
        )
        batch.create_check_constraint(
            op.f("ck_tally_gender"), "gender IN ('girl', 'boy', 'unasked')"
        )
        batch.drop_constraint(op.f("pk_tally"), type_="primary")
        batch.create_primary_key(op.f("pk_tally"), [*KEY, "gender"])


def downgrade() -> None:
    _count_together()
    with op.batch_alter_table("tally") as batch:
        batch.drop_constraint(op.f("pk_tally"), type_="primary")
        batch.drop_constraint(op.f("ck_tally_gender"), type_="check")
        batch.create_primary_key(op.f("pk_tally"), KEY)
        batch.drop_column("gender")
    op.drop_column("organisation", "count_gender")
    for table in ("register", "attendance"):
        op.drop_column(table, "turn")
    for column in ("left_why", "left_with", "left_at", "arrived_at"):
        op.drop_column("attendance", column)


def _count_together() -> None:
    """Put girls and boys into the number of those of whom nobody asked."""
    columns = ", ".join([*KEY, "organisation_id"])
    op.execute(
        f"INSERT INTO tally ({columns}, gender, n) SELECT DISTINCT {columns}, 'unasked', 0 FROM tally"  # noqa: S608
        f" WHERE NOT EXISTS (SELECT 1 FROM tally o WHERE {SAME} AND o.gender = 'unasked')"
    )
    op.execute(
        f"UPDATE tally SET n = (SELECT sum(o.n) FROM tally o WHERE {SAME})"  # noqa: S608
        " WHERE gender = 'unasked'"
    )
    op.execute("DELETE FROM tally WHERE gender <> 'unasked'")
