"""From when until when one can sign up, and for children of which neighbourhoods."""

import sqlalchemy as sa
from alembic import op

revision = "0031_signup_window"
down_revision = "0030_published_at"


def upgrade() -> None:
    for column in ("signup_opens_at", "signup_closes_at"):
        op.add_column("activity", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "activity", sa.Column("only_for", sa.JSON(), server_default=sa.text("'[]'"), nullable=False)
    )


def downgrade() -> None:
    for column in ("only_for", "signup_closes_at", "signup_opens_at"):
        op.drop_column("activity", column)
