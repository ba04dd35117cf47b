"""The same form sent twice brings one table in."""

import sqlalchemy as sa
from alembic import op

revision = "0107_brought_in_once"
down_revision = "0106_venues_brought_in"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("brought_in") as table:
        table.add_column(sa.Column("once", ID, nullable=True))
        table.create_unique_constraint(op.f("uq_brought_in_by_id_once"), ["by_id", "once"])


def downgrade() -> None:
    with op.batch_alter_table("brought_in") as table:
        table.drop_constraint(op.f("uq_brought_in_by_id_once"), type_="unique")
        table.drop_column("once")
