"""Every talk keeps what its child was promised: the wording, and how soon somebody reads it."""

import sqlalchemy as sa
from alembic import op

revision = "0101_promised"
down_revision = "0100_brought_in"


def upgrade() -> None:
    op.add_column("talk", sa.Column("promised", sa.Integer(), nullable=False, server_default="1"))
    op.add_column(
        "talk", sa.Column("read_within", sa.Integer(), nullable=False, server_default="60")
    )
    op.execute(
        "UPDATE talk SET read_within = coalesce((SELECT o.read_within FROM talk_office o"
        " WHERE o.organisation_id = talk.organisation_id), 60)"
    )


def downgrade() -> None:
    for name in ("read_within", "promised"):
        op.drop_column("talk", name)
