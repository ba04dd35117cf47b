"""Who cares for a child, with what it opens."""

import sqlalchemy as sa
from alembic import op

revision = "0037_custody"
down_revision = "0036_for_parents"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""
BEFORE = (
    "mother", "father", "parent", "stepparent", "foster_parent", "grandparent", "guardian", "other",
)  # fmt: skip
AFTER = (*BEFORE[:-1], "family_supervisor", "other", "self")
KINDS = (
    "joint_parents", "one_parent", "guardian", "joint_with_non_parent",
    "certified_institution", "temporary_guardianship", "unknown",
)  # fmt: skip
SEEN = ("all", "signups", "nothing")


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    op.add_column(
        "carer", sa.Column("epoch", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table("care") as batch:
        batch.add_column(
            sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)
        )
        batch.add_column(
            sa.Column("custody_kind", sa.String(32), server_default="unknown", nullable=False)
        )
        batch.add_column(
            sa.Column("may_pick_up", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
        batch.add_column(sa.Column("held_at", moment, nullable=True))
        batch.add_column(sa.Column("invited_until", moment, nullable=True))
        batch.add_column(sa.Column("parents_see", sa.String(32), nullable=True))
        batch.add_column(sa.Column("court_note", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("care") as batch:
        batch.alter_column("version", server_default=None)
        batch.drop_constraint(op.f("ck_care_relation"), type_="check")
        batch.create_check_constraint(op.f("ck_care_relation"), one_of("relation", AFTER))
        batch.create_check_constraint(op.f("ck_care_custody_kind"), one_of("custody_kind", KINDS))
        batch.create_check_constraint(op.f("ck_care_parents_see"), one_of("parents_see", SEEN))
    op.create_table(
        "care_request",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("child_id", ID, nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("phone", sa.String(32), nullable=False),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("relation", sa.String(32), nullable=False),
        sa.Column("decided_at", moment, nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.CheckConstraint(one_of("relation", AFTER), name=op.f("ck_care_request_relation")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["carer.id"], name=op.f("fk_care_request_asked_by_id")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_care_request_child_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_care_request_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_request")),
    )
    for column in ("organisation_id", "child_id", "asked_by_id"):
        op.create_index(op.f(f"ix_care_request_{column}"), "care_request", [column], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE care_request ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE care_request FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON care_request USING {REACHED}")


def downgrade() -> None:
    op.drop_table("care_request")
    op.execute("DELETE FROM care WHERE relation = 'self'")
    op.execute("UPDATE care SET relation = 'other' WHERE relation = 'family_supervisor'")
    with op.batch_alter_table("care") as batch:
        for name in ("relation", "custody_kind", "parents_see"):
            batch.drop_constraint(op.f(f"ck_care_{name}"), type_="check")
        batch.create_check_constraint(op.f("ck_care_relation"), one_of("relation", BEFORE))
        for column in (
            "version", "custody_kind", "may_pick_up", "held_at", "invited_until", "parents_see",
            "court_note",
        ):  # fmt: skip
            batch.drop_column(column)
    op.drop_column("carer", "epoch")
