"""What an organisation says of the numbers to call."""

import sqlalchemy as sa
from alembic import op

revision = "0060_local_line"
down_revision = "0059_staff_record"

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
        "local_line",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_local_line_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_line")),
        sa.UniqueConstraint(
            "organisation_id", "key", name=op.f("uq_local_line_organisation_id_key")
        ),
    )
    op.create_index(op.f("ix_local_line_organisation_id"), "local_line", ["organisation_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE local_line ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE local_line FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON local_line USING {REACHED}")


def downgrade() -> None:
    op.drop_table("local_line")
