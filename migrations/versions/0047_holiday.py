"""School holidays and public holidays of an organisation, and the region of its schools."""

import sqlalchemy as sa
from alembic import op

revision = "0047_holiday"
down_revision = "0046_register_times"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""


def upgrade() -> None:
    op.create_table(
        "holiday",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=160), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('school', 'public')", name=op.f("ck_holiday_kind")),
        sa.CheckConstraint(
            "region IN ('north', 'middle', 'south', 'all')", name=op.f("ck_holiday_region")
        ),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_holiday_ends_after_begin")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_holiday_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
    )
    op.create_index(op.f("ix_holiday_organisation_id"), "holiday", ["organisation_id"])
    op.create_index("ix_holiday_days", "holiday", ["organisation_id", "first_on", "last_on"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE holiday ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE holiday FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON holiday USING {REACHED}")
    op.add_column(
        "organisation",
        sa.Column("holiday_region", sa.String(length=16), server_default="all", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("organisation", "holiday_region")
    op.drop_table("holiday")
