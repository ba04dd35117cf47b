"""Venues say what they are to children: a school and a sports pitch have their own sign."""

import sqlalchemy as sa
from alembic import op

revision = "0103_venue_kinds"
down_revision = "0102_votes"


def upgrade() -> None:
    with op.batch_alter_table("venue") as table:
        table.add_column(sa.Column("kind", sa.String(32), nullable=False, server_default="place"))
        table.create_check_constraint(op.f("ck_venue_kind"), "kind IN ('place', 'school', 'pitch')")


def downgrade() -> None:
    with op.batch_alter_table("venue") as table:
        table.drop_constraint(op.f("ck_venue_kind"), type_="check")
        table.drop_column("kind")
