"""Tables of children that were brought in, for as long as that can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0100_brought_in"
down_revision = "0099_idle_accounts"

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
        "brought_in",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("families", sa.JSON(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_brought_in_organisation_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_brought_in_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brought_in")),
    )
    for column in ("organisation_id", "until"):
        op.create_index(op.f(f"ix_brought_in_{column}"), "brought_in", [column], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE brought_in ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE brought_in FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON brought_in USING {REACHED}")


def downgrade() -> None:
    op.drop_table("brought_in")
