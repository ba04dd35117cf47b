"""When an activity was first published: what parents saw once, their calendars go on hearing of."""

import sqlalchemy as sa
from alembic import op

revision = "0030_published_at"
down_revision = "0029_reminders"


def upgrade() -> None:
    op.add_column("activity", sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE activity SET published_at = created_at WHERE state = 'published'")


def downgrade() -> None:
    op.drop_column("activity", "published_at")
