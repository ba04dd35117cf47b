"""From when until when children can call, once somebody here looked it up."""

import sqlalchemy as sa
from alembic import op

revision = "0082_when_to_call"
down_revision = "0081_paper_changed"


def upgrade() -> None:
    with op.batch_alter_table("local_line") as table:
        table.add_column(sa.Column("opening", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("local_line") as table:
        table.drop_column("opening")
