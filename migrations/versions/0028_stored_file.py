"""Pictures that people sent, drawn anew; and an activity shows one."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0028_stored_file"
down_revision = "0027_absence"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
KINDS = "'signup', 'child', 'family', 'consent', 'signal', 'support', 'referral', 'account'"
#: Tables that name what can be taken away as a whole.
NAMING = ("erasure", "legal_hold")
SHOWN = (
    "EXISTS (SELECT 1 FROM activity a WHERE a.photo_id = stored_file.id AND a.state = 'published')"
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
    op.create_table(
        "stored_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("byte_count", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("small_width", sa.Integer(), nullable=False),
        sa.Column("small_height", sa.Integer(), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "byte_count BETWEEN 1 AND 2097152", name=op.f("ck_stored_file_small_enough")
        ),
        sa.CheckConstraint("alt != ''", name=op.f("ck_stored_file_told_in_words")),
        sa.CheckConstraint("purpose IN ('activity')", name=op.f("ck_stored_file_purpose")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_stored_file_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_stored_file_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    op.create_index(
        op.f("ix_stored_file_organisation_id"), "stored_file", ["organisation_id"], unique=False
    )
    with _triggers_kept():
        with op.batch_alter_table("activity") as table:
            table.add_column(sa.Column("photo_id", ID, nullable=True))
            table.create_foreign_key(
                op.f("fk_activity_photo_id"), "stored_file", ["photo_id"], ["id"]
            )
            table.create_index(op.f("ix_activity_photo_id"), ["photo_id"])
        _name_kinds(f"{KINDS}, 'photo'")
    if not _on_sqlite():
        op.execute("ALTER TABLE stored_file ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE stored_file FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON stored_file USING {REACHED}")
        op.execute(f"CREATE POLICY open ON stored_file FOR SELECT USING ({SHOWN})")


def downgrade() -> None:
    if not _on_sqlite():
        op.execute("DROP POLICY open ON stored_file")
    with _triggers_kept():
        for name in NAMING:
            rows = sa.table(name, sa.column("kind"))
            op.execute(rows.delete().where(rows.c.kind == "photo"))
        _name_kinds(KINDS)
        with op.batch_alter_table("activity") as table:
            table.drop_index(op.f("ix_activity_photo_id"))
            table.drop_constraint(op.f("fk_activity_photo_id"), type_="foreignkey")
            table.drop_column("photo_id")
    op.drop_table("stored_file")


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _name_kinds(kinds: str) -> None:
    for name in NAMING:
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"ck_{name}_kind"), type_="check")
            table.create_check_constraint(op.f(f"ck_{name}_kind"), f"kind IN ({kinds})")


@contextmanager
def _triggers_kept() -> Iterator[None]:
    """SQLite makes such tables anew: every trigger that names one steps aside meanwhile."""
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
