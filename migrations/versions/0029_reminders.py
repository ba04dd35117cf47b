"""A carer says whether to be told the day before."""

import sqlalchemy as sa
from alembic import op

revision = "0029_reminders"
down_revision = "0028_stored_file"


def upgrade() -> None:
    op.add_column(
        "carer", sa.Column("reminders", sa.Boolean(), server_default=sa.true(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("carer", "reminders")
