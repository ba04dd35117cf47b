"""By what an activity is known in the calendar that it came from."""

import sqlalchemy as sa
from alembic import op

revision = "0053_source_uid"
down_revision = "0052_shift"


def upgrade() -> None:
    op.add_column("activity", sa.Column("source_uid", sa.String(length=255), nullable=True))
    op.create_index(op.f("ix_activity_source_uid"), "activity", ["source_uid"])


def downgrade() -> None:
    op.drop_index(op.f("ix_activity_source_uid"), table_name="activity")
    op.drop_column("activity", "source_uid")
