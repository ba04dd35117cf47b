"""Which trainings an organisation asks of those who work there."""

import sqlalchemy as sa
from alembic import op

revision = "0065_training_kinds"
down_revision = "0064_referral_answers"


def upgrade() -> None:
    op.add_column(
        "organisation",
        sa.Column("training_kinds", sa.JSON(), server_default="[]", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("organisation", "training_kinds")
