"""On which side of the border between help systems an organisation stands."""

import sqlalchemy as sa
from alembic import op

revision = "0076_help_system"
down_revision = "0075_measuring"


def upgrade() -> None:
    op.add_column(
        "organisation",
        sa.Column("help_system", sa.String(16), server_default="youth_help", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("organisation", "help_system")
