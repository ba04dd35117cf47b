"""Which sites may show the programme of an organisation in a frame."""

import sqlalchemy as sa
from alembic import op

revision = "0042_framed_by"
down_revision = "0041_near_person"


def upgrade() -> None:
    op.add_column(
        "organisation", sa.Column("framed_by", sa.JSON(), server_default="[]", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("organisation", "framed_by")
