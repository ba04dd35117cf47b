"""Questions to groups, what was answered, and what a team makes of it; counted too."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0075_measuring"
down_revision = "0074_crowd"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
TABLES = ("question", "measurement", "measured_answers", "measured_reading")
MEASURES = (
    "'sessions', 'visits_named', 'visits_tally', 'children', 'signals', 'support_contacts', "
    "'support_families', 'referrals', 'minutes_contact', 'minutes_parents', "
    "'minutes_preparation', 'minutes_outreach', 'minutes_network', 'minutes_administration', "
    "'minutes_training', 'minutes_travel'"
)
MEASURED = "'measured', 'asked', 'answers'"
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""


def upgrade() -> None:
    with _triggers_kept():
        _count(f"{MEASURES}, {MEASURED}")
    op.create_table(
        "question",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("goal_id", ID, nullable=False),
        sa.Column("indicator_id", ID, nullable=True),
        sa.Column("text", sa.String(140), nullable=False),
        sa.Column("instrument", sa.String(32), nullable=False),
        sa.Column("audience", sa.String(32), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("put_away", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "instrument IN ('again', 'faces', 'five_faces', 'scale', 'dots', 'seen')",
            name=op.f("ck_question_instrument"),
        ),
        sa.CheckConstraint(
            "audience IN ('children', 'adults')", name=op.f("ck_question_audience")
        ),
        _key("question", "goal_id", "goal"),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_question_indicator_id"),
            ondelete="SET NULL",
        ),
        _key("question", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )  # fmt: skip
    op.create_table(
        "measurement",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("question_id", ID, nullable=False),
        sa.Column("activity_id", ID, nullable=False),
        sa.Column("neighbourhood_id", ID, nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=True),
        sa.CheckConstraint("asked >= 0", name=op.f("ck_measurement_asked_not_negative")),
        _key("measurement", "activity_id", "activity"),
        _key("measurement", "neighbourhood_id", "neighbourhood"),
        _key("measurement", "occurrence_id", "occurrence"),
        _key("measurement", "organisation_id", "organisation"),
        _key("measurement", "question_id", "question"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement")),
        sa.UniqueConstraint(
            "occurrence_id", "question_id",
            name=op.f("uq_measurement_occurrence_id_question_id"),
        ),
    )  # fmt: skip
    op.create_table(
        "measured_answers",
        sa.Column("measurement_id", ID, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.CheckConstraint("n > 0", name=op.f("ck_measured_answers_some")),
        _key("measured_answers", "measurement_id", "measurement"),
        _key("measured_answers", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("measurement_id", "step", name=op.f("pk_measured_answers")),
    )
    op.create_table(
        "measured_reading",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("goal_id", ID, nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("means", sa.String(1500), nullable=False),
        sa.Column("talked_with", sa.String(300), nullable=False),
        sa.Column("agreed", sa.String(1500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("measured_reading", "goal_id", "goal"),
        _key("measured_reading", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measured_reading")),
        sa.UniqueConstraint("goal_id", "period", name=op.f("uq_measured_reading_goal_id_period")),
    )
    for table, column in (
        ("question", "goal_id"), ("measurement", "activity_id"), ("measurement", "question_id"),
    ):  # fmt: skip
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    for table in TABLES:
        op.create_index(
            op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"], unique=False
        )
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")


def downgrade() -> None:
    for table in ("measured_reading", "measured_answers", "measurement", "question"):
        op.drop_table(table)
    with _triggers_kept():
        for name in ("cell", "residue"):
            rows = sa.table(name, sa.column("measure"))
            op.execute(rows.delete().where(rows.c.measure.in_(("measured", "asked", "answers"))))
        _count(MEASURES)


@contextmanager
def _triggers_kept() -> Iterator[None]:
    """SQLite makes such tables anew: every trigger that names one steps aside meanwhile."""
    if op.get_bind().dialect.name == "postgresql":
        yield
        return
    found = (
        op.get_bind()
        .execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        .all()
    )
    for name, _sql in found:
        op.execute(f"DROP TRIGGER {name}")
    yield
    for _name, sql in found:
        op.execute(sa.text(sql.replace(":", r"\:")))


def _count(measures: str) -> None:
    for name in ("cell", "residue"):
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"ck_{name}_measure"), type_="check")
            table.create_check_constraint(op.f(f"ck_{name}_measure"), f"measure IN ({measures})")


def _key(table: str, column: str, known: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{known}.id"], name=op.f(f"fk_{table}_{column}"))
