"""Peer consultation: who sits in, what was said in which phase, and how long phases take."""

import sqlalchemy as sa
from alembic import op

revision = "0086_consultation"
down_revision = "0085_cells_in_reach"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
PHASES = (
    "'roles', 'case', 'feelings', 'questions', 'hypotheses', 'response', 'solutions', 'choice',"
    " 'closing'"
)
KINDS = "'feeling', 'question', 'hypothesis', 'response', 'solution', 'feedback'"
TABLES = ("consultation", "consultation_seat", "contribution", "phase_minutes")
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
        "consultation",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("once", ID, nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("standing", sa.String(32), nullable=False),
        sa.Column("phase", sa.String(32), nullable=True),
        sa.Column("phase_began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("phase_minutes", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signal_id", ID, nullable=True),
        sa.Column("first_step_on", sa.Date(), nullable=True),
        sa.Column("first_step_done_on", sa.Date(), nullable=True),
        sa.Column("forgotten_on", sa.Date(), nullable=True),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.Column("case_text", sa.LargeBinary(), nullable=True),
        sa.Column("key_question", sa.LargeBinary(), nullable=True),
        sa.Column("first_step", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "standing IN ('planned', 'running', 'finished', 'cancelled')",
            name=op.f("ck_consultation_standing"),
        ),
        sa.CheckConstraint(f"phase IN ({PHASES})", name=op.f("ck_consultation_phase")),
        sa.CheckConstraint(
            "(standing = 'running') = (phase IS NOT NULL)",
            name=op.f("ck_consultation_phase_while_running"),
        ),
        sa.CheckConstraint(
            "(phase IS NULL) = (phase_began_at IS NULL)"
            " AND (phase IS NULL) = (phase_minutes IS NULL)",
            name=op.f("ck_consultation_phase_on_the_clock"),
        ),
        *(
            _key("consultation", column, known)
            for column, known in (
                ("author_id", "user_account"), ("organisation_id", "organisation"),
                ("signal_id", "signal"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_consultation_author_id_once")),
    )  # fmt: skip
    op.create_table(
        "consultation_seat",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("consultation_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("part", sa.String(32), nullable=False),
        sa.CheckConstraint(
            "part IN ('bringer', 'moderator', 'minutes', 'adviser')",
            name=op.f("ck_consultation_seat_part"),
        ),
        *(
            _key("consultation_seat", column, known)
            for column, known in (
                ("organisation_id", "organisation"), ("consultation_id", "consultation"),
                ("user_id", "user_account"),
            )
        ),
        sa.PrimaryKeyConstraint(
            "consultation_id", "user_id", name=op.f("pk_consultation_seat")
        ),
    )  # fmt: skip
    op.create_table(
        "contribution",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("consultation_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("feeling", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_contribution_kind")),
        *(
            _key("contribution", column, known)
            for column, known in (
                ("organisation_id", "organisation"), ("consultation_id", "consultation"),
                ("author_id", "user_account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
    )  # fmt: skip
    op.create_table(
        "phase_minutes",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("phase", sa.String(32), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"phase IN ({PHASES})", name=op.f("ck_phase_minutes_phase")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 60", name=op.f("ck_phase_minutes_bearable")),
        _key("phase_minutes", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("organisation_id", "phase", name=op.f("pk_phase_minutes")),
    )
    for table, column in (
        ("consultation", "organisation_id"), ("consultation", "held_at"),
        ("consultation", "signal_id"), ("consultation_seat", "organisation_id"),
        ("consultation_seat", "user_id"), ("contribution", "organisation_id"),
        ("contribution", "consultation_id"),
    ):  # fmt: skip
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _key(table: str, column: str, known: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{known}.id"], name=op.f(f"fk_{table}_{column}"))
