"""Who only counts a question at the door does not say what they did."""

import sqlalchemy as sa
from alembic import op

revision = "0072_tally"
down_revision = "0071_plan"


def upgrade() -> None:
    with op.batch_alter_table("support_contact") as table:
        table.alter_column("helped", existing_type=sa.String(32), nullable=True)


def downgrade() -> None:
    op.execute("UPDATE support_contact SET helped = 'listened' WHERE helped IS NULL")
    with op.batch_alter_table("support_contact") as table:
        table.alter_column("helped", existing_type=sa.String(32), nullable=False)
