"""What a family and a worker agree in a trajectory, and whether it helped."""

import sqlalchemy as sa
from alembic import op

revision = "0071_plan"
down_revision = "0070_reporting_code"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
TABLES = ("support_agreement", "support_answer")
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
        "support_agreement",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("once", ID, nullable=False),
        sa.Column("trajectory_id", ID, nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("doing", sa.String(32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("activity_id", ID, nullable=True),
        sa.Column("settled", sa.String(32), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "doing IN ('family', 'worker', 'together')", name=op.f("ck_support_agreement_doing")
        ),
        sa.CheckConstraint(
            "settled IN ('open', 'done', 'not_done')", name=op.f("ck_support_agreement_settled")
        ),
        sa.CheckConstraint(
            "text IS NOT NULL OR activity_id IS NOT NULL",
            name=op.f("ck_support_agreement_says_something"),
        ),
        sa.CheckConstraint(
            "(settled = 'open') = (settled_on IS NULL)",
            name=op.f("ck_support_agreement_settled_on_a_day"),
        ),
        _key("support_agreement", "activity_id", "activity"),
        _key("support_agreement", "author_id", "user_account"),
        _key("support_agreement", "organisation_id", "organisation"),
        _key("support_agreement", "trajectory_id", "support_trajectory"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_agreement")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_support_agreement_author_id_once")),
    )
    op.create_table(
        "support_answer",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("trajectory_id", ID, nullable=False),
        sa.Column("carer_id", ID, nullable=False),
        sa.Column("helped", sa.String(32), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "helped IN ('yes', 'a_little', 'no')", name=op.f("ck_support_answer_helped")
        ),
        _key("support_answer", "organisation_id", "organisation"),
        _key("support_answer", "trajectory_id", "support_trajectory"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_answer")),
        sa.UniqueConstraint(
            "trajectory_id", "carer_id", name=op.f("uq_support_answer_trajectory_id_carer_id")
        ),
    )
    for column in ("activity_id", "trajectory_id"):
        op.create_index(
            op.f(f"ix_support_agreement_{column}"), "support_agreement", [column], unique=False
        )
    for table in TABLES:
        op.create_index(
            op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"], unique=False
        )
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _key(table: str, column: str, known: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{known}.id"], name=op.f(f"fk_{table}_{column}"))
