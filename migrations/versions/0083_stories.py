"""Stories of children, without their name, and the family's word that they may be told."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0083_stories"
down_revision = "0082_when_to_call"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
KNOWN = {
    "author_id": "user_account", "child_id": "child", "goal_id": "goal",
    "occurrence_id": "occurrence", "organisation_id": "organisation",
    "released_by_id": "user_account", "written_by_id": "user_account",
}  # fmt: skip
BEFORE = (
    "'registration', 'photo_album', 'photo_print', 'photo_website', 'photo_social',"
    " 'photo_press', 'news', 'health'"
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
        "story",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("child_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("written_by_id", ID, nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(2000), nullable=False),
        sa.Column("once", ID, nullable=False),
        sa.Column("goal_id", ID, nullable=True),
        sa.Column("occurrence_id", ID, nullable=True),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("released_by_id", ID, nullable=True),
        sa.Column("refused_because", sa.String(500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(released_on IS NULL) = (released_by_id IS NULL)", name=op.f("ck_story_released_by")
        ),
        sa.CheckConstraint(
            "released_by_id IS NULL"
            " OR (released_by_id <> author_id AND released_by_id <> written_by_id)",
            name=op.f("ck_story_second_person"),
        ),
        sa.CheckConstraint(
            "released_on IS NULL OR refused_because = ''", name=op.f("ck_story_not_both")
        ),
        *(_key(column, known) for column, known in KNOWN.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_story_author_id_once")),
    )
    for column in ("organisation_id", "child_id", "goal_id", "told_on"):
        op.create_index(op.f(f"ix_story_{column}"), "story", [column], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE story ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE story FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON story USING {REACHED}")
    op.drop_column("session_log", "story_released_at")
    with _triggers_kept():
        _purposes(f"{BEFORE}, 'story'")


def downgrade() -> None:
    consent = sa.table("consent", sa.column("purpose"))
    with _triggers_kept():
        op.execute(consent.delete().where(consent.c.purpose == "story"))
        _purposes(BEFORE)
    op.add_column(
        "session_log", sa.Column("story_released_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.drop_table("story")


def _purposes(known: str) -> None:
    with op.batch_alter_table("consent") as table:
        table.drop_constraint(op.f("ck_consent_purpose"), type_="check")
        table.create_check_constraint(op.f("ck_consent_purpose"), f"purpose IN ({known})")


def _key(column: str, known: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{known}.id"], name=op.f(f"fk_story_{column}"))


@contextmanager
def _triggers_kept() -> Iterator[None]:
    """SQLite makes such tables anew: every trigger steps aside meanwhile."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute("ALTER TABLE consent DISABLE TRIGGER USER")
        yield
        op.execute("ALTER TABLE consent ENABLE TRIGGER USER")
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
