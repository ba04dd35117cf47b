"""Ideas of children, and what became of them."""

import sqlalchemy as sa
from alembic import op

revision = "0077_ideas"
down_revision = "0076_help_system"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
KNOWN = {
    "author_id": "user_account", "neighbourhood_id": "neighbourhood",
    "occurrence_id": "occurrence", "organisation_id": "organisation",
}  # fmt: skip
BANDS = "'0-3', '4-6', '7-9', '10-12', '13-15', '16-17', '18-23', 'adult'"
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
        "idea",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("once", ID, nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(1000), nullable=False),
        sa.Column("band", sa.String(32), nullable=True),
        sa.Column("occurrence_id", ID, nullable=True),
        sa.Column("neighbourhood_id", ID, nullable=True),
        sa.Column("decision", sa.String(1000), nullable=False),
        sa.Column("because", sa.String(1000), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("told_back_how", sa.String(32), nullable=True),
        sa.Column("told_back_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"band IN ({BANDS})", name=op.f("ck_idea_band")),
        sa.CheckConstraint(
            "told_back_how IN ('session', 'council', 'wall', 'letter')",
            name=op.f("ck_idea_told_back_how"),
        ),
        sa.CheckConstraint(
            "(decided_on IS NULL) = (decision = '') AND (decision = '') = (because = '')",
            name=op.f("ck_idea_decided_and_why"),
        ),
        sa.CheckConstraint(
            "(told_back_on IS NULL) = (told_back_how IS NULL)"
            " AND (told_back_on IS NULL OR decided_on IS NOT NULL)",
            name=op.f("ck_idea_decided_before_told"),
        ),
        *(_key(column, known) for column, known in KNOWN.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_idea_author_id_once")),
    )
    for column in ("organisation_id", "said_on", "occurrence_id", "neighbourhood_id"):
        op.create_index(op.f(f"ix_idea_{column}"), "idea", [column], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE idea ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE idea FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON idea USING {REACHED}")


def downgrade() -> None:
    op.drop_table("idea")


def _key(column: str, known: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{known}.id"], name=op.f(f"fk_idea_{column}"))
