"""A new school year: what was gone through, what was taken along, and when it begins."""

import sqlalchemy as sa
from alembic import op

revision = "0104_school_year"
down_revision = "0103_venue_kinds"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
PARTS = (
    "'activities', 'holidays', 'goals', 'grants', 'partners', 'team', 'accounts', 'children',"
    " 'keys'"
)
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
        "organisation",
        sa.Column("school_year_month", sa.Integer(), nullable=False, server_default="8"),
    )
    op.create_table(
        "year_step",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(32), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.CheckConstraint(f"part IN ({PARTS})", name=op.f("ck_year_step_part")),
        sa.CheckConstraint("year BETWEEN 2000 AND 2999", name=op.f("ck_year_step_plausible")),
        _key("year_step", "by_id", "user_account"),
        _key("year_step", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_step")),
        sa.UniqueConstraint(
            "organisation_id", "year", "part", name=op.f("uq_year_step_organisation_id_year_part")
        ),
    )
    op.create_table(
        "taken_along",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("draft_id", ID, nullable=False),
        sa.CheckConstraint("year BETWEEN 2000 AND 2999", name=op.f("ck_taken_along_plausible")),
        _key("taken_along", "source_id", "activity"),
        _key("taken_along", "draft_id", "activity"),
        _key("taken_along", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taken_along")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_taken_along_draft_id")),
        sa.UniqueConstraint(
            "organisation_id", "year", "source_id",
            name=op.f("uq_taken_along_organisation_id_year_source_id"),
        ),
    )  # fmt: skip
    for table, columns in (
        ("year_step", ("organisation_id", "by_id")),
        ("taken_along", ("organisation_id", "source_id")),
    ):
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")


def downgrade() -> None:
    op.drop_table("taken_along")
    op.drop_table("year_step")
    op.drop_column("organisation", "school_year_month")


def _key(table: str, column: str, known: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{known}.id"], name=op.f(f"fk_{table}_{column}"))
