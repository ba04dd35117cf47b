"""The log of the child council: points of the agenda, what was decided, and told back."""

import sqlalchemy as sa
from alembic import op

revision = "0094_council"
down_revision = "0093_archive"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
KNOWN = {
    "author_id": "user_account", "neighbourhood_id": "neighbourhood",
    "occurrence_id": "occurrence", "organisation_id": "organisation",
}  # fmt: skip
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
        "council_point",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("once", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("neighbourhood_id", ID, nullable=True),
        sa.Column("idea_id", ID, nullable=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("decision", sa.String(1000), nullable=False),
        sa.Column("because", sa.String(1000), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("told_back_how", sa.String(32), nullable=True),
        sa.Column("told_back_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "told_back_how IN ('session', 'council', 'wall', 'letter')",
            name=op.f("ck_council_point_told_back_how"),
        ),
        sa.CheckConstraint(
            "(decided_on IS NULL) = (decision = '') AND (decision = '') = (because = '')",
            name=op.f("ck_council_point_decided_and_why"),
        ),
        sa.CheckConstraint(
            "(told_back_on IS NULL) = (told_back_how IS NULL)"
            " AND (told_back_on IS NULL OR decided_on IS NOT NULL)",
            name=op.f("ck_council_point_decided_before_told"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{known}.id"], name=op.f(f"fk_council_point_{column}")
            )
            for column, known in KNOWN.items()
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name=op.f("fk_council_point_idea_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_point")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_council_point_author_id_once")),
    )
    for column in ("organisation_id", "occurrence_id", "neighbourhood_id", "idea_id"):
        op.create_index(op.f(f"ix_council_point_{column}"), "council_point", [column])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE council_point ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE council_point FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON council_point USING {REACHED}")


def downgrade() -> None:
    op.drop_table("council_point")
