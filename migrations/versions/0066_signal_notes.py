"""All kinds of notes about a signal, what plays a part, what belongs together, what is unfinished."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0066_signal_notes"
down_revision = "0065_training_kinds"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
BEFORE = (
    "'fact_own', 'fact_other', 'statement_child', 'statement_parent', 'interpretation', "
    "'agreement', 'correction', 'parent_reply'"
)
KINDS = (
    "'fact_own', 'fact_other', 'statement_child', 'statement_parent', 'document', "
    "'interpretation', 'hypothesis', 'agreement', 'decision', 'contact_attempt', 'correction', "
    "'parent_reply'"
)
#: What comes nearest among the kinds that there were.
NEAREST = {
    "document": "fact_other",
    "hypothesis": "correction",
    "decision": "agreement",
    "contact_attempt": "agreement",
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
    op.add_column(
        "signal",
        sa.Column("unfinished", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("signal", sa.Column("escalated_on", sa.Date(), nullable=True))
    op.add_column("signal", sa.Column("signs", sa.LargeBinary(), nullable=True))
    op.add_column("signal_note", sa.Column("source_why", sa.LargeBinary(), nullable=True))
    _name_kinds(KINDS)
    op.create_table(
        "signal_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("one_id", ID, nullable=False),
        sa.Column("other_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("one_id != other_id", name=op.f("ck_signal_link_two")),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_signal_link_by_id")),
        sa.ForeignKeyConstraint(["one_id"], ["signal.id"], name=op.f("fk_signal_link_one_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_signal_link_organisation_id")
        ),
        sa.ForeignKeyConstraint(["other_id"], ["signal.id"], name=op.f("fk_signal_link_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_link")),
        sa.UniqueConstraint("one_id", "other_id", name=op.f("uq_signal_link_one_id_other_id")),
    )
    for column in ("organisation_id", "one_id", "other_id"):
        op.create_index(op.f(f"ix_signal_link_{column}"), "signal_link", [column], unique=False)
    if not _on_sqlite():
        op.execute("ALTER TABLE signal_link ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE signal_link FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON signal_link USING {REACHED}")


def downgrade() -> None:
    op.drop_table("signal_link")
    notes = sa.table("signal_note", sa.column("kind"))
    for kind, nearest in NEAREST.items():
        op.execute(notes.update().where(notes.c.kind == kind).values(kind=nearest))
    _name_kinds(BEFORE)
    op.drop_column("signal_note", "source_why")
    for column in ("signs", "escalated_on", "unfinished"):
        op.drop_column("signal", column)


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _name_kinds(kinds: str) -> None:
    with _triggers_kept(), op.batch_alter_table("signal_note") as table:
        table.drop_constraint(op.f("ck_signal_note_kind"), type_="check")
        table.create_check_constraint(op.f("ck_signal_note_kind"), f"kind IN ({kinds})")


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
