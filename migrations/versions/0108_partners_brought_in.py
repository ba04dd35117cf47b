"""What was brought in may be partners too."""

from alembic import op

revision = "0108_partners_brought_in"
down_revision = "0107_brought_in_once"

NAME = "ck_brought_in_sort"
BEFORE = "sort IN ('children', 'venues')"
NOW = "sort IN ('children', 'venues', 'partners')"


def upgrade() -> None:
    with op.batch_alter_table("brought_in") as table:
        table.drop_constraint(op.f(NAME), type_="check")
        table.create_check_constraint(op.f(NAME), NOW)


def downgrade() -> None:
    op.execute("DELETE FROM brought_in WHERE sort = 'partners'")
    with op.batch_alter_table("brought_in") as table:
        table.drop_constraint(op.f(NAME), type_="check")
        table.create_check_constraint(op.f(NAME), BEFORE)
