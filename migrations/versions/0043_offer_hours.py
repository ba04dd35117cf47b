"""How many hours a family may think about a place that came free."""

import sqlalchemy as sa
from alembic import op

revision = "0043_offer_hours"
down_revision = "0042_framed_by"


def upgrade() -> None:
    op.add_column(
        "organisation",
        sa.Column("offer_hours", sa.Integer(), server_default="48", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("organisation", "offer_hours")
