"""What of a week of deeds somebody should look at, and looking in an emergency."""

import sqlalchemy as sa
from alembic import op

revision = "0023_trail_findings"
down_revision = "0022_whose"

#: As in 0020_reach: nobody reads or writes these but for the organisations that were named.
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""
ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")


def upgrade() -> None:
    op.create_table(
        "trail_finding",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by_id", ID, nullable=True),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.CheckConstraint(
            "(seen_at IS NULL) = (outcome IS NULL)",
            name=op.f("ck_trail_finding_seen_with_an_outcome"),
        ),
        sa.CheckConstraint(
            "outcome IN ('expected', 'talked', 'reported')", name=op.f("ck_trail_finding_outcome")
        ),
        sa.CheckConstraint(
            "rule IN ('emergency', 'many_cases', 'at_night', 'not_involved', 'factor_reset', 'taken_out')",
            name=op.f("ck_trail_finding_rule"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_trail_finding_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user_account.id"], name=op.f("fk_trail_finding_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["seen_by_id"], ["user_account.id"], name=op.f("fk_trail_finding_seen_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_finding")),
        sa.UniqueConstraint(
            "organisation_id",
            "week",
            "rule",
            "person_id",
            name=op.f("uq_trail_finding_organisation_id_week_rule_person_id"),
        ),
    )
    op.create_index(
        op.f("ix_trail_finding_organisation_id"),
        "trail_finding",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "break_glass",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("child_id", ID, nullable=False),
        sa.Column("family_id", ID, nullable=False),
        sa.Column("need", sa.String(32), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "need IN ('danger', 'accident', 'missing', 'authorities')",
            name=op.f("ck_break_glass_need"),
        ),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["child.id"],
            name=op.f("fk_break_glass_child_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["family_id"],
            ["family.id"],
            name=op.f("fk_break_glass_family_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_break_glass_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_break_glass_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
    )
    for column in ("child_id", "family_id", "organisation_id", "user_id"):
        op.create_index(op.f(f"ix_break_glass_{column}"), "break_glass", [column], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        for table in ("trail_finding", "break_glass"):
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")


def downgrade() -> None:
    op.drop_table("break_glass")
    op.drop_table("trail_finding")
