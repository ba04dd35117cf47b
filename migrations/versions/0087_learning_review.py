"""Learning reviews: what is counted stands open, what was written is sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0087_learning_review"
down_revision = "0086_consultation"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
SIDES = "'youth_help', 'education', 'health', 'disability', 'justice'"
VALUES = {
    "trigger": "'near_miss', 'bad_course', 'good_course', 'complaint'",
    "level": "'case', 'organisation', 'local', 'cooperation'",
    "near_side": SIDES,
    "far_side": SIDES,
    "snag": "'waiting', 'nobody_reached', 'who_does_it', 'no_answer', 'sharing', 'no_offer',"
    " 'money', 'other'",
    "outcome": "'works', 'partly', 'not_yet'",
}
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
        "learning_review",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("once", ID, nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("trigger", sa.String(32), nullable=False),
        sa.Column("level", sa.String(32), nullable=False),
        sa.Column("traps", sa.JSON(), nullable=False),
        sa.Column("near_side", sa.String(32), nullable=True),
        sa.Column("far_side", sa.String(32), nullable=True),
        sa.Column("snag", sa.String(32), nullable=True),
        sa.Column("check_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("timeline", sa.LargeBinary(), nullable=False),
        sa.Column("helped", sa.LargeBinary(), nullable=True),
        sa.Column("hindered", sa.LargeBinary(), nullable=True),
        sa.Column("child_view", sa.LargeBinary(), nullable=True),
        sa.Column("parent_view", sa.LargeBinary(), nullable=True),
        sa.Column("lesson", sa.LargeBinary(), nullable=True),
        sa.Column("change", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.CheckConstraint(
                f'"{column}" IN ({values})' if column == "trigger" else f"{column} IN ({values})",
                name=op.f(f"ck_learning_review_{column}"),
            )
            for column, values in VALUES.items()
        ),
        sa.CheckConstraint(
            "(near_side IS NULL) = (snag IS NULL) AND (far_side IS NULL) = (snag IS NULL)",
            name=op.f("ck_learning_review_whole_interface"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (checked_on IS NULL)",
            name=op.f("ck_learning_review_checked_by_day"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{known}.id"], name=op.f(f"fk_learning_review_{column}")
            )
            for column, known in (
                ("author_id", "user_account"), ("owner_id", "user_account"),
                ("organisation_id", "organisation"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_review")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_learning_review_author_id_once")),
    )  # fmt: skip
    for column in ("organisation_id", "owner_id", "reviewed_on"):
        op.create_index(
            op.f(f"ix_learning_review_{column}"), "learning_review", [column], unique=False
        )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE learning_review ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE learning_review FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON learning_review USING {REACHED}")


def downgrade() -> None:
    op.drop_table("learning_review")
