"""What was brought in may be venues too."""

import sqlalchemy as sa
from alembic import op

revision = "0106_venues_brought_in"
down_revision = "0105_visits_in_bytes"

SORTS = "sort IN ('children', 'venues')"


def upgrade() -> None:
    with op.batch_alter_table("brought_in") as table:
        table.alter_column("families", new_column_name="made")
        table.alter_column("children", new_column_name="n")
        table.add_column(
            sa.Column("sort", sa.String(32), nullable=False, server_default="children")
        )
        table.create_check_constraint(op.f("ck_brought_in_sort"), SORTS)


def downgrade() -> None:
    op.execute("DELETE FROM brought_in WHERE sort <> 'children'")
    with op.batch_alter_table("brought_in") as table:
        table.drop_constraint(op.f("ck_brought_in_sort"), type_="check")
        table.drop_column("sort")
        table.alter_column("n", new_column_name="children")
        table.alter_column("made", new_column_name="families")
