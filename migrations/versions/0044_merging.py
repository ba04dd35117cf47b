"""Children who were recorded twice become one, and those who look alike stay two.

What is known of a birthday may be an age; a record that went leads on to the one that stayed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044_merging"
down_revision = "0043_offer_hours"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""
TABLES = ("merged_child", "different_children")


def upgrade() -> None:
    op.add_column(
        "child",
        sa.Column("born_about", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "merged_child",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("gone_id", ID, nullable=False),
        sa.Column("child_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("undecided", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_merged_child_child_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_merged_child_organisation_id")
        ),
        sa.PrimaryKeyConstraint("gone_id", name=op.f("pk_merged_child")),
    )
    op.create_index(op.f("ix_merged_child_child_id"), "merged_child", ["child_id"], unique=False)
    op.create_table(
        "different_children",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("child_id", ID, nullable=False),
        sa.Column("other_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["child.id"], name=op.f("fk_different_children_child_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_different_children_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["child.id"], name=op.f("fk_different_children_other_id")
        ),
        sa.PrimaryKeyConstraint("child_id", "other_id", name=op.f("pk_different_children")),
    )
    op.create_index(
        op.f("ix_different_children_other_id"), "different_children", ["other_id"], unique=False
    )
    for table in TABLES:
        op.create_index(
            op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"], unique=False
        )
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("child", "born_about")
