"""Children choose between ideas with stickers; a tablet asks a question or has a vote."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0102_votes"
down_revision = "0101_promised"

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
        "vote",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("stickers", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "stickers BETWEEN 1 AND 5 AND turns >= 0", name=op.f("ck_vote_stickers_of_turns")
        ),
        _key("vote", "occurrence_id", "occurrence"),
        _key("vote", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
    )
    for column in ("organisation_id", "occurrence_id"):
        op.create_index(op.f(f"ix_vote_{column}"), "vote", [column], unique=False)
    op.create_index(
        "uq_vote_occurrence_id_open", "vote", ["occurrence_id"], unique=True,
        sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL"),
    )  # fmt: skip
    op.create_table(
        "vote_choice",
        sa.Column("vote_id", ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("idea_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 0", name=op.f("ck_vote_choice_counted_up")),
        _key("vote_choice", "vote_id", "vote"),
        _key("vote_choice", "idea_id", "idea"),
        _key("vote_choice", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("vote_id", "place", name=op.f("pk_vote_choice")),
        sa.UniqueConstraint("vote_id", "idea_id", name=op.f("uq_vote_choice_vote_id_idea_id")),
    )
    for column in ("idea_id", "organisation_id"):
        op.create_index(op.f(f"ix_vote_choice_{column}"), "vote_choice", [column], unique=False)
    if not _on_sqlite():
        for table in ("vote", "vote_choice"):
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")
    with _triggers_kept(), op.batch_alter_table("kiosk") as table:
        table.add_column(sa.Column("vote_id", ID, nullable=True))
        table.alter_column("question_id", existing_type=ID, nullable=True)
        table.create_foreign_key(op.f("fk_kiosk_vote_id"), "vote", ["vote_id"], ["id"])
        table.create_check_constraint(
            op.f("ck_kiosk_asks_one_thing"), "(question_id IS NULL) != (vote_id IS NULL)"
        )
        table.create_index(op.f("ix_kiosk_vote_id"), ["vote_id"], unique=False)


def downgrade() -> None:
    op.execute(
        "DELETE FROM kiosk_heard WHERE kiosk_id IN (SELECT id FROM kiosk WHERE vote_id IS NOT NULL)"
    )
    op.execute("DELETE FROM kiosk WHERE vote_id IS NOT NULL")
    with _triggers_kept(), op.batch_alter_table("kiosk") as table:
        table.drop_index(op.f("ix_kiosk_vote_id"))
        table.drop_constraint(op.f("ck_kiosk_asks_one_thing"), type_="check")
        table.drop_constraint(op.f("fk_kiosk_vote_id"), type_="foreignkey")
        table.alter_column("question_id", existing_type=ID, nullable=False)
        table.drop_column("vote_id")
    op.drop_table("vote_choice")
    op.drop_table("vote")


def _key(table: str, column: str, known: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{known}.id"], name=op.f(f"fk_{table}_{column}"))


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


@contextmanager
def _triggers_kept() -> Iterator[None]:
    """SQLite makes the table anew: every trigger that names it steps aside meanwhile."""
    wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    found = op.get_bind().execute(sa.text(wanted)).all() if _on_sqlite() else []
    for name, _sql in found:
        op.execute(f"DROP TRIGGER {name}")
    yield
    for _name, sql in found:
        op.execute(sa.text(sql.replace(":", r"\:")))
