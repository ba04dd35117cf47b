"""What opens the calendar of somebody at work; the secret in its address is computed from it."""

import sqlalchemy as sa
from alembic import op

revision = "0054_work_key"
down_revision = "0053_source_uid"

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
        "work_key",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_work_key_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_work_key_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_key")),
        sa.UniqueConstraint(
            "organisation_id", "user_id", name=op.f("uq_work_key_organisation_id_user_id")
        ),
    )
    op.create_index(op.f("ix_work_key_user_id"), "work_key", ["user_id"], unique=False)
    op.create_index(
        op.f("ix_work_key_organisation_id"), "work_key", ["organisation_id"], unique=False
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE work_key ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE work_key FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON work_key USING {REACHED}")


def downgrade() -> None:
    op.drop_table("work_key")
