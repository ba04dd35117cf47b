"""Weeks of measuring: which sessions were drawn, by which seed, and for which goal."""

import sqlalchemy as sa
from alembic import op

revision = "0079_measuring_week"
down_revision = "0078_reaction"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
TABLES = ("measuring_week", "measuring_draw")
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
        "measuring_week",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("could", sa.Integer(), nullable=False),
        _key("measuring_week", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measuring_week")),
        sa.UniqueConstraint(
            "organisation_id", "monday", name=op.f("uq_measuring_week_organisation_id_monday")
        ),
    )
    op.create_table(
        "measuring_draw",
        sa.Column("week_id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("goal_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        _key("measuring_draw", "goal_id", "goal"),
        _key("measuring_draw", "occurrence_id", "occurrence"),
        _key("measuring_draw", "organisation_id", "organisation"),
        _key("measuring_draw", "week_id", "measuring_week"),
        sa.PrimaryKeyConstraint("week_id", "occurrence_id", name=op.f("pk_measuring_draw")),
    )
    op.create_index(
        op.f("ix_measuring_draw_occurrence_id"), "measuring_draw", ["occurrence_id"], unique=False
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
