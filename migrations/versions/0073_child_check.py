"""Child checks in parenting support."""

import sqlalchemy as sa
from alembic import op

revision = "0073_child_check"
down_revision = "0072_tally"

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
        "support_check",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("once", ID, nullable=False),
        sa.Column("trajectory_id", ID, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("finding", sa.String(32), nullable=False),
        sa.Column("children_count", sa.Integer(), nullable=True),
        sa.Column("care_shared", sa.Boolean(), nullable=True),
        sa.Column("ages", sa.LargeBinary(), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "finding IN ('no_concern', 'concern', 'unclear', 'refused')",
            name=op.f("ck_support_check_finding"),
        ),
        sa.CheckConstraint(
            "children_count BETWEEN 0 AND 99", name=op.f("ck_support_check_children_count")
        ),
        _key("author_id", "user_account"),
        _key("organisation_id", "organisation"),
        _key("trajectory_id", "support_trajectory"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_check")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_support_check_author_id_once")),
    )
    for column in ("organisation_id", "trajectory_id"):
        op.create_index(op.f(f"ix_support_check_{column}"), "support_check", [column], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE support_check ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE support_check FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON support_check USING {REACHED}")


def downgrade() -> None:
    op.drop_table("support_check")


def _key(column: str, known: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{known}.id"], name=op.f(f"fk_support_check_{column}")
    )
