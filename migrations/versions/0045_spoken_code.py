"""A code that a worker reads out lets one carer in, once."""

import sqlalchemy as sa
from alembic import op

revision = "0045_spoken_code"
down_revision = "0044_merging"

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
        "spoken_code",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("carer_id", ID, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["carer_id"], ["carer.id"], name=op.f("fk_spoken_code_carer_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_spoken_code_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spoken_code")),
        sa.UniqueConstraint("carer_id", name=op.f("uq_spoken_code_carer_id")),
    )
    op.create_index(op.f("ix_spoken_code_hash"), "spoken_code", ["hash"], unique=False)
    op.create_index(
        op.f("ix_spoken_code_organisation_id"), "spoken_code", ["organisation_id"], unique=False
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE spoken_code ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE spoken_code FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON spoken_code USING {REACHED}")


def downgrade() -> None:
    op.drop_table("spoken_code")
