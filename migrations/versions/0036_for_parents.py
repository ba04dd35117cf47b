"""What parents ask about an activity, and what it is called in other languages."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0036_for_parents"
down_revision = "0035_bulletin"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
ASKED = (
    ("way_there", sa.String(300), ""),
    ("going_home", sa.String(32), "unsaid"),
    ("late_minutes", sa.Integer(), None),
    ("in_rain", sa.String(32), "unsaid"),
    ("quiet_place", sa.Boolean(), sa.false()),
    ("discount_how", sa.String(200), ""),
    ("names_shown", sa.Boolean(), sa.false()),
)
KNOWN = {
    "going_home": "'unsaid', 'fetched', 'agreed', 'free'",
    "in_rain": "'unsaid', 'goes_on', 'inside', 'off'",
}
PUBLISHED = "EXISTS (SELECT 1 FROM activity a WHERE a.id = activity_id AND a.state = 'published')"
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""


def upgrade() -> None:
    with _triggers_kept(), op.batch_alter_table("activity") as table:
        for name, kind, default in ASKED:
            table.add_column(
                sa.Column(name, kind, server_default=default, nullable=default is None)
            )
        for name, known in KNOWN.items():
            table.create_check_constraint(op.f(f"ck_activity_{name}"), f"{name} IN ({known})")
    op.create_table(
        "activity_words",
        sa.Column("activity_id", ID, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_activity_words_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_activity_words_organisation_id")
        ),
        sa.PrimaryKeyConstraint("activity_id", "language", name=op.f("pk_activity_words")),
    )
    op.create_index(
        op.f("ix_activity_words_organisation_id"), "activity_words", ["organisation_id"]
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE activity_words ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE activity_words FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON activity_words USING {REACHED}")
        op.execute(f"CREATE POLICY open ON activity_words FOR SELECT USING ({PUBLISHED})")


def downgrade() -> None:
    op.drop_table("activity_words")
    with _triggers_kept(), op.batch_alter_table("activity") as table:
        for name in KNOWN:
            table.drop_constraint(op.f(f"ck_activity_{name}"), type_="check")
        for name, _kind, _default in reversed(ASKED):
            table.drop_column(name)


@contextmanager
def _triggers_kept() -> Iterator[None]:
    """SQLite makes the table anew: every trigger that names it steps aside meanwhile."""
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
