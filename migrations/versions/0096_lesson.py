"""Lessons: sealed until a second person let them in, and then in words that are searched."""

import sqlalchemy as sa
from alembic import op

revision = "0096_lesson"
down_revision = "0095_counting"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
TONGUES = "'nl', 'de', 'en'"
VALUES = {
    "origin": "'review', 'consultation', 'work'",
    "language": TONGUES,
    "standing": "'waiting', 'returned', 'released', 'withdrawn'",
}
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""
ON_SQLITE = (
    """CREATE VIRTUAL TABLE lesson_index USING fts5(
        lesson_id UNINDEXED, title, tags, situation, lesson, helped,
        tokenize = 'unicode61 remove_diacritics 2'
    )""",
    """CREATE TRIGGER lesson_text_found AFTER INSERT ON lesson_text BEGIN
        INSERT INTO lesson_index (lesson_id, title, tags, situation, lesson, helped)
        VALUES (new.lesson_id, new.title, new.tags, new.situation, new.lesson, new.helped);
    END""",
    """CREATE TRIGGER lesson_text_changed AFTER UPDATE ON lesson_text BEGIN
        DELETE FROM lesson_index WHERE lesson_id = old.lesson_id;
        INSERT INTO lesson_index (lesson_id, title, tags, situation, lesson, helped)
        VALUES (new.lesson_id, new.title, new.tags, new.situation, new.lesson, new.helped);
        INSERT INTO lesson_index (lesson_index) VALUES ('optimize');
    END""",
    """CREATE TRIGGER lesson_text_forgotten AFTER DELETE ON lesson_text BEGIN
        DELETE FROM lesson_index WHERE lesson_id = old.lesson_id;
        INSERT INTO lesson_index (lesson_index) VALUES ('optimize');
    END""",
)
#: Letters as somebody in a hurry types them.
MARKED = "àáâãäåāăąçćčďèéêëēęěğìíîïīıłñńňòóôõöøōőŕřśşšßťùúûüūůűýÿźżž"
PLAIN = "aaaaaaaaacccdeeeeeeegiiiiiilnnnoooooooorrsssstuuuuuuuyyzzz"
WEIGHTS = {"title": "A", "tags": "A", "situation": "B", "lesson": "C", "helped": "D"}


def found() -> str:
    """Return what is searched of a row: each text as it stands, and by the rules of its language."""
    parts = []
    for column, weight in WEIGHTS.items():
        told = f"translate(lower({column}), '{MARKED}', '{PLAIN}')"
        own = (
            f"CASE language WHEN 'de' THEN to_tsvector('german', {told})"
            f" WHEN 'en' THEN to_tsvector('english', {told})"
            f" ELSE to_tsvector('dutch', {told}) END"
        )
        parts += [f"setweight(to_tsvector('simple', {told}), '{weight}')"]
        parts += [f"setweight({own}, '{weight}')"]
    return " || ".join(parts)


def key(table: str, column: str, known: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{known}.id"], name=op.f(f"fk_{table}_{column}"))


def within(table: str, column: str, values: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({values})", name=op.f(f"ck_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "lesson",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("checker_id", ID, nullable=False),
        sa.Column("once", ID, nullable=False),
        sa.Column("origin", sa.String(32), nullable=False),
        sa.Column("language", sa.String(32), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("standing", sa.String(32), nullable=False),
        sa.Column("stands_since", sa.Date(), nullable=False),
        sa.Column("confirmed", sa.JSON(), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("lesson", sa.LargeBinary(), nullable=False),
        sa.Column("situation", sa.LargeBinary(), nullable=True),
        sa.Column("helped", sa.LargeBinary(), nullable=True),
        sa.Column("tags", sa.LargeBinary(), nullable=True),
        sa.Column("because", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(within("lesson", column, values) for column, values in VALUES.items()),
        sa.CheckConstraint("checker_id <> author_id", name=op.f("ck_lesson_second_person")),
        key("lesson", "author_id", "user_account"),
        key("lesson", "checker_id", "user_account"),
        key("lesson", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_lesson_author_id_once")),
    )
    for column in ("organisation_id", "checker_id", "stands_since"):
        op.create_index(op.f(f"ix_lesson_{column}"), "lesson", [column], unique=False)
    op.create_table(
        "lesson_text",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("lesson_id", ID, nullable=False),
        sa.Column("language", sa.String(32), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("lesson", sa.String(2000), nullable=False),
        sa.Column("situation", sa.String(600), nullable=False),
        sa.Column("helped", sa.String(600), nullable=False),
        sa.Column("tags", sa.String(192), nullable=False),
        within("lesson_text", "language", TONGUES),
        key("lesson_text", "lesson_id", "lesson"),
        key("lesson_text", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("lesson_id", name=op.f("pk_lesson_text")),
    )
    op.create_index(
        op.f("ix_lesson_text_organisation_id"), "lesson_text", ["organisation_id"], unique=False
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in ON_SQLITE:
            op.execute(sa.DDL(statement))
        return
    for table in ("lesson", "lesson_text"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")
    op.execute(
        f"ALTER TABLE lesson_text ADD COLUMN found tsvector GENERATED ALWAYS AS ({found()}) STORED"
    )
    op.execute("CREATE INDEX ix_lesson_text_found ON lesson_text USING gin (found)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE lesson_index")
    op.drop_table("lesson_text")
    op.drop_table("lesson")
