"""Aggregate cells, and who is behind a count of different children."""

import sqlalchemy as sa
from alembic import op

revision = "0004_facts"
down_revision = "0003_messages"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")


def upgrade() -> None:
    op.create_table(
        "cell",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("measure", sa.String(32), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("level", sa.String(32), nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("goal_id", ID, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "level IN ('neighbourhood', 'district', 'whole')", name=op.f("ck_cell_level")
        ),
        sa.CheckConstraint(
            "measure IN ('sessions', 'visits_named', 'visits_tally', 'children', 'signals', 'support_contacts', 'support_families', 'referrals')",
            name=op.f("ck_cell_measure"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id",
            "measure",
            "period",
            "level",
            "area_id",
            "goal_id",
            name=op.f("pk_cell"),
        ),
    )
    op.create_index(
        "ix_cell_miscounted",
        "cell",
        ["n"],
        unique=False,
        sqlite_where=sa.text("n < 0"),
        postgresql_where=sa.text("n < 0"),
    )
    op.create_table(
        "presence",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("child_id", ID, nullable=False),
        sa.Column("quarter", sa.String(length=8), nullable=False),
        sa.Column("goal_id", ID, nullable=False),
        sa.Column("neighbourhood_id", ID, nullable=False),
        sa.Column("district_id", ID, nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "organisation_id",
            "child_id",
            "quarter",
            "goal_id",
            "neighbourhood_id",
            "district_id",
            name=op.f("pk_presence"),
        ),
    )


def downgrade() -> None:
    op.drop_table("presence")
    op.drop_table("cell")
