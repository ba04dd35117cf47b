"""What a report asks of the municipality, and what the municipality answers."""

import sqlalchemy as sa
from alembic import op

revision = "0078_reaction"
down_revision = "0077_ideas"


def upgrade() -> None:
    for name in ("asked", "reaction"):
        words = sa.Column(name, sa.String(4000), server_default="", nullable=False)
        op.add_column("report_edition", words)
    op.add_column(
        "report_edition", sa.Column("reacted_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    for name in ("reacted_at", "reaction", "asked"):
        op.drop_column("report_edition", name)
