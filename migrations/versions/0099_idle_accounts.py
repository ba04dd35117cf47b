"""Accounts at work that nobody uses are locked, after a warning."""

import sqlalchemy as sa
from alembic import op

revision = "0099_idle_accounts"
down_revision = "0098_outside_accounts"

COLUMNS = ("idle_warned_at", "locked_at", "unlocked_at")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("user_account", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("user_account", name)
