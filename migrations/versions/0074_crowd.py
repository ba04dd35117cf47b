"""About how many came to a session whom nobody could count, and with how many somebody talked."""

import sqlalchemy as sa
from alembic import op

revision = "0074_crowd"
down_revision = "0073_child_check"


def upgrade() -> None:
    for name in ("estimated", "contacts"):
        op.add_column(
            "register", sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)
        )


def downgrade() -> None:
    for name in ("contacts", "estimated"):
        op.drop_column("register", name)
