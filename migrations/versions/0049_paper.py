"""Papers that were asked for, until they are fetched."""

import sqlalchemy as sa
from alembic import op

revision = "0049_paper"
down_revision = "0048_planner"

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
        "paper",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("asked_by_id", ID, nullable=True),
        sa.Column("membership_id", ID, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("why", sa.String(32), nullable=True),
        sa.Column("held", sa.LargeBinary(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "asked_by_id IS NOT NULL OR membership_id IS NULL", name=op.f("ck_paper_asked_by_one")
        ),
        sa.CheckConstraint("held IS NULL OR content IS NULL", name=op.f("ck_paper_kept_once")),
        sa.CheckConstraint(
            "asked_by_id IS NULL OR content IS NULL", name=op.f("ck_paper_plain_for_all")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'made', 'impossible')", name=op.f("ck_paper_state")
        ),
        sa.CheckConstraint("why IN ('gone', 'no_pango')", name=op.f("ck_paper_why")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_paper_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_paper_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_paper_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("mark", name=op.f("uq_paper_mark")),
    )
    for column in ("asked_by_id", "organisation_id", "until"):
        op.create_index(op.f(f"ix_paper_{column}"), "paper", [column], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE paper ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE paper FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON paper USING {REACHED}")
        op.execute("CREATE POLICY open ON paper FOR SELECT USING (asked_by_id IS NULL)")


def downgrade() -> None:
    op.drop_table("paper")
