"""Boards of neighbourhoods: what children send, and what is read before anybody sees it."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0089_board"
down_revision = "0088_talks"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""
KINDS = "'idea', 'dream', 'poem', 'complaint', 'question', 'answer'"
STATES = (
    "'new', 'needs_adult', 'approved', 'edited_for_privacy', 'declined', 'answered', 'archived'"
)
FORMS = "'written', 'drawn', 'told', 'voted'"
WHY = "'hurts', 'private', 'unclear', 'twice', 'elsewhere'"
DEGREES = "'informed', 'consulted', 'collaborative', 'child_led'"
CHECKS = {
    "kind": f"kind IN ({KINDS})",
    "state": f"state IN ({STATES})",
    "form": f"form IN ({FORMS})",
    "declined_for": f"declined_for IN ({WHY})",
    "degree": f"degree IN ({DEGREES})",
    "closed_when_told_back": (
        "state NOT IN ('answered', 'archived') OR told_back_on IS NOT NULL"
        " OR (state = 'archived' AND kind IN ('dream', 'poem', 'question', 'answer'))"
    ),
    "declined_for_a_reason": "(state = 'declined') = (declined_for IS NOT NULL)",
    "new_waits": "state != 'new' OR waits_since IS NOT NULL",
    "worrying_is_sealed": "state != 'needs_adult' OR words = ''",
    "answers_something": "(kind = 'answer') = (parent_id IS NOT NULL)",
    "says_something": "words != '' OR picture_id IS NOT NULL OR state = 'needs_adult'",
    "from_somebody": (
        "author_id IS NOT NULL OR (pseudonym != '' AND neighbourhood_id IS NOT NULL)"
    ),
    "counted_up": "escalated BETWEEN 0 AND 3 AND reports >= 0",
}
NOTHING = sa.text("''")
NEW = (
    ("kind", sa.String(32), "idea"),
    ("state", sa.String(32), "approved"),
    ("form", sa.String(32), "told"),
    ("on_board", sa.Boolean(), sa.false()),
    ("pseudonym", sa.String(40), NOTHING),
    ("parent_id", ID, None),
    ("picture_id", ID, None),
    ("waits_since", sa.DateTime(timezone=True), None),
    ("escalated", sa.Integer(), sa.text("0")),
    ("reports", sa.Integer(), sa.text("0")),
    ("declined_for", sa.String(32), None),
    ("how_asked", sa.String(300), NOTHING),
    ("who_missing", sa.String(300), NOTHING),
    ("heard_by", sa.String(120), NOTHING),
    ("heard_on", sa.Date(), None),
    ("degree", sa.String(32), None),
)
POINTS = {"parent_id": "idea", "picture_id": "stored_file"}
WAITING = sa.text("waits_since IS NOT NULL")
IDEA = sa.table("idea", *(sa.column(name) for name in ("state", "told_back_on", "author_id")))


def upgrade() -> None:
    _let_nobody_be_author("'activity', 'log', 'board'", nullable=True)
    with op.batch_alter_table("idea") as table:
        table.alter_column("author_id", existing_type=ID, nullable=True)
        for name, kind, usual in NEW:
            column = sa.Column(name, kind, server_default=usual, nullable=usual is None)
            table.add_column(column)
        for column, known in POINTS.items():
            table.create_foreign_key(op.f(f"fk_idea_{column}"), known, [column], ["id"])
        for name, told in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_idea_{name}"), told)
    op.execute(IDEA.update().where(IDEA.c.told_back_on.is_not(None)).values(state="answered"))
    for column in POINTS:
        op.create_index(op.f(f"ix_idea_{column}"), "idea", [column], unique=False)
    op.create_index(
        "ix_idea_waits_since", "idea", ["waits_since"], unique=False, sqlite_where=WAITING,
        postgresql_where=WAITING,
    )  # fmt: skip
    _make_boards()
    op.create_table(
        "day_key",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_day_key")),
    )


def downgrade() -> None:
    op.drop_table("day_key")
    for table in ("worry_list", "child_board"):
        op.drop_table(table)
    op.drop_index("ix_idea_waits_since", "idea")
    for column in reversed(POINTS):
        op.drop_index(op.f(f"ix_idea_{column}"), "idea")
    op.execute("DELETE FROM idea WHERE author_id IS NULL OR kind = 'answer' OR words = ''")
    with op.batch_alter_table("idea") as table:
        for name in reversed(CHECKS):
            table.drop_constraint(op.f(f"ck_idea_{name}"), type_="check")
        for column in reversed(POINTS):
            table.drop_constraint(op.f(f"fk_idea_{column}"), type_="foreignkey")
        for name, _kind, _usual in reversed(NEW):
            table.drop_column(name)
        table.alter_column("author_id", existing_type=ID, nullable=False)
    op.execute("DELETE FROM stored_file WHERE purpose = 'board'")
    _let_nobody_be_author("'activity', 'log'", nullable=False)


def _let_nobody_be_author(purposes: str, *, nullable: bool) -> None:
    with _triggers_kept(), op.batch_alter_table("stored_file") as table:
        table.alter_column("author_id", existing_type=ID, nullable=nullable)
        table.drop_constraint(op.f("ck_stored_file_purpose"), type_="check")
        table.create_check_constraint(op.f("ck_stored_file_purpose"), f"purpose IN ({purposes})")


def _make_boards() -> None:
    op.create_table(
        "child_board",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("neighbourhood_id", ID, nullable=False),
        sa.Column("open", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("opening", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"],
            name=op.f("fk_child_board_neighbourhood_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_child_board_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_board")),
        sa.UniqueConstraint(
            "organisation_id", "neighbourhood_id",
            name=op.f("uq_child_board_organisation_id_neighbourhood_id"),
        ),
    )  # fmt: skip
    op.create_index(
        op.f("ix_child_board_neighbourhood_id"), "child_board", ["neighbourhood_id"], unique=False
    )
    op.create_table(
        "worry_list",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("phrases", sa.String(8000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_worry_list_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worry_list")),
        sa.UniqueConstraint(
            "organisation_id", "language", name=op.f("uq_worry_list_organisation_id_language")
        ),
    )
    for table in ("child_board", "worry_list"):
        op.create_index(
            op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"], unique=False
        )
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")


@contextmanager
def _triggers_kept() -> Iterator[None]:
    """SQLite makes such a table anew: every trigger that names it steps aside meanwhile."""
    wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    found = op.get_bind().execute(sa.text(wanted)).all() if on_sqlite else []
    for name, _sql in found:
        op.execute(f"DROP TRIGGER {name}")
    yield
    for _name, sql in found:
        op.execute(sa.text(sql.replace(":", r"\:")))
