"""What opens the calendar of one carer; the secret in its address is computed from the row."""

import sqlalchemy as sa
from alembic import op

revision = "0033_calendar_key"
down_revision = "0032_reaching"

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
        "calendar_key",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("carer_id", ID, nullable=False),
        sa.Column("first_names", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["carer_id"], ["carer.id"], name=op.f("fk_calendar_key_carer_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_calendar_key_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_key")),
        sa.UniqueConstraint("carer_id", name=op.f("uq_calendar_key_carer_id")),
    )
    op.create_index(
        op.f("ix_calendar_key_organisation_id"), "calendar_key", ["organisation_id"], unique=False
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE calendar_key ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE calendar_key FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON calendar_key USING {REACHED}")


def downgrade() -> None:
    op.drop_table("calendar_key")
