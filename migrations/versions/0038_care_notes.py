"""What helpers must know of a child, sealed, until a season ends; and when that is."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0038_care_notes"
down_revision = "0037_custody"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
KINDS = (
    "'signup', 'child', 'family', 'consent', 'signal', 'support', 'referral', 'account', 'photo'"
)
#: Tables that name what can be taken away as a whole.
NAMING = ("erasure", "legal_hold")
SEALED = ("medical", "food", "food_else", "joining", "support")
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
        "care_note",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("child_id", ID, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("hands", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in SEALED),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("hands >= 0", name=op.f("ck_care_note_hands_counted")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_care_note_child_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_care_note_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_note")),
        sa.UniqueConstraint("child_id", name=op.f("uq_care_note_child_id")),
    )
    op.create_index(
        op.f("ix_care_note_organisation_id"), "care_note", ["organisation_id"], unique=False
    )
    for name, usual in (("season_month", "8"), ("season_day", "31")):
        op.add_column(
            "organisation", sa.Column(name, sa.Integer(), server_default=usual, nullable=False)
        )
    with _triggers_kept():
        _name_kinds(f"{KINDS}, 'care_note'")
    if not _on_sqlite():
        op.execute("ALTER TABLE care_note ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE care_note FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON care_note USING {REACHED}")


def downgrade() -> None:
    with _triggers_kept():
        for name in NAMING:
            rows = sa.table(name, sa.column("kind"))
            op.execute(rows.delete().where(rows.c.kind == "care_note"))
        _name_kinds(KINDS)
    op.drop_column("organisation", "season_day")
    op.drop_column("organisation", "season_month")
    op.drop_table("care_note")


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _name_kinds(kinds: str) -> None:
    for name in NAMING:
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"ck_{name}_kind"), type_="check")
            table.create_check_constraint(op.f(f"ck_{name}_kind"), f"kind IN ({kinds})")


@contextmanager
def _triggers_kept() -> Iterator[None]:
    """SQLite makes such tables anew: every trigger steps aside meanwhile."""
    if not _on_sqlite():
        op.execute("ALTER TABLE erasure DISABLE TRIGGER USER")
        yield
        op.execute("ALTER TABLE erasure ENABLE TRIGGER USER")
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
