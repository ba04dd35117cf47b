"""What was brought in may be activities too, and is known for a day after it was taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0109_activities_brought_in"
down_revision = "0108_partners_brought_in"

NAME = "ck_brought_in_sort"
BEFORE = "sort IN ('children', 'venues', 'partners')"
NOW = "sort IN ('children', 'venues', 'partners', 'activities')"


def upgrade() -> None:
    with op.batch_alter_table("brought_in") as table:
        table.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
        table.drop_constraint(op.f(NAME), type_="check")
        table.create_check_constraint(op.f(NAME), NOW)


def downgrade() -> None:
    op.execute("DELETE FROM brought_in WHERE sort = 'activities' OR undone_at IS NOT NULL")
    with op.batch_alter_table("brought_in") as table:
        table.drop_constraint(op.f(NAME), type_="check")
        table.create_check_constraint(op.f(NAME), BEFORE)
        table.drop_column("undone_at")
