"""The mark of a database with a made-up neighbourhood."""

import sqlalchemy as sa
from alembic import op

revision = "0016_demo"
down_revision = "0015_reports"


def upgrade() -> None:
    op.create_table(
        "deployment",
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("purpose", name=op.f("pk_deployment")),
    )


def downgrade() -> None:
    op.drop_table("deployment")
