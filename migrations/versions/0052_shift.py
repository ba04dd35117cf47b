"""Who is there on one date, and whose certificate of good conduct was seen."""

import sqlalchemy as sa
from alembic import op

revision = "0052_shift"
down_revision = "0051_logbook"

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
    op.add_column(
        "membership", sa.Column("checked", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "organisation",
        sa.Column("give_back_hours", sa.Integer(), server_default="24", nullable=False),
    )
    op.create_table(
        "shift",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("duty", sa.String(length=32), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=True),
        sa.Column("ends", sa.Time(), nullable=True),
        sa.CheckConstraint("duty IN ('leads', 'helps', 'extra')", name=op.f("ck_shift_duty")),
        sa.CheckConstraint("user_id IS NOT NULL OR NOT off", name=op.f("ck_shift_nobody_is_off")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_shift_occurrence_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_shift_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_shift_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
        sa.UniqueConstraint(
            "occurrence_id", "user_id", name=op.f("uq_shift_occurrence_id_user_id")
        ),
    )
    op.create_index(op.f("ix_shift_organisation_id"), "shift", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_shift_user_id"), "shift", ["user_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE shift ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE shift FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON shift USING {REACHED}")


def downgrade() -> None:
    op.drop_table("shift")
    op.drop_column("organisation", "give_back_hours")
    op.drop_column("membership", "checked")
