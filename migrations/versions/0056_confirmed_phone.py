"""The number at which a carer was found to answer: a code to sign in may be sent there."""

import sqlalchemy as sa
from alembic import op

revision = "0056_confirmed_phone"
down_revision = "0055_register_devices"


def upgrade() -> None:
    op.add_column("carer", sa.Column("confirmed_phone", sa.String(32), nullable=True))
    op.create_index("ix_carer_confirmed_phone", "carer", ["confirmed_phone"])


def downgrade() -> None:
    op.drop_index("ix_carer_confirmed_phone", table_name="carer")
    op.drop_column("carer", "confirmed_phone")
