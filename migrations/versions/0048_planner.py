"""The planner: when a venue is open, how many adults there should be, and what goes on anyway."""

import sqlalchemy as sa
from alembic import op

revision = "0048_planner"
down_revision = "0047_holiday"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
TABLES = ("adult_table", "accepted_warning")
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
        "venue", sa.Column("opening", sa.JSON(), server_default=sa.text("'[]'"), nullable=False)
    )
    op.add_column(
        "venue", sa.Column("water", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_table(
        "adult_table",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("preset", sa.String(32), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("outing", sa.Integer(), nullable=True),
        sa.Column("water", sa.Integer(), nullable=True),
        sa.Column("camp", sa.Integer(), nullable=True),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.CheckConstraint("least BETWEEN 1 AND 9", name=op.f("ck_adult_table_least")),
        sa.CheckConstraint(
            "preset IN ('nspcc', 'buurt_nl', 'own')", name=op.f("ck_adult_table_preset")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_adult_table_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adult_table")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_adult_table_organisation_id")),
    )
    op.create_table(
        "accepted_warning",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_accepted_warning_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_accepted_warning_occurrence_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_accepted_warning_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accepted_warning")),
        sa.UniqueConstraint(
            "occurrence_id", "mark", name=op.f("uq_accepted_warning_occurrence_id_mark")
        ),
    )
    for name in TABLES:
        op.create_index(op.f(f"ix_{name}_organisation_id"), name, ["organisation_id"], unique=False)
    op.create_index(
        op.f("ix_accepted_warning_occurrence_id"),
        "accepted_warning",
        ["occurrence_id"],
        unique=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        for name in TABLES:
            op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {name} USING {REACHED}")


def downgrade() -> None:
    op.drop_table("accepted_warning")
    op.drop_table("adult_table")
    op.drop_column("venue", "water")
    op.drop_column("venue", "opening")
