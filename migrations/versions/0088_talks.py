"""Talks that children ask for in confidence, who is there for them, and who hears of danger."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0088_talks"
down_revision = "0087_learning_review"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
AT = sa.DateTime(timezone=True)
#: Tables that name what can be taken away as a whole.
NAMING = ("erasure", "legal_hold")
#: In the order in which they are made.
TABLES = (
    "talk_office", "talk_keeper", "talk_duty", "talk", "talk_message", "talk_alert", "talk_told",
)  # fmt: skip
INDEXES = {
    "talk_keeper": ("user_id",),
    "talk_duty": ("user_id",),
    "talk": ("neighbourhood_id", "keeper_id", "second_id", "last_at", "waiting_since"),
    "talk_message": ("talk_id",),
    "talk_alert": ("talk_id", "next_at"),
}
STAYS = "id, created_at, organisation_id, talk_id, by_id, once, tells"
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""
LISTED = "EXISTS (SELECT 1 FROM erasure e WHERE e.subject_id = OLD.talk_id)"
SQLITE = (
    """CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {stays} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} only grows'); END""",
    """CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT {listed}
BEGIN SELECT RAISE(ABORT, '{table} only grows'); END""",
    """CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, '{table} only grows'); END""",
)
POSTGRES = (
    """CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE '{table} only grows'; END $$""",
    """CREATE TRIGGER {table}_only_grows BEFORE UPDATE OF {stays} OR TRUNCATE ON {table}
EXECUTE FUNCTION {table}_only_grows()""",
    """CREATE FUNCTION {table}_lets_go() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN IF {listed} THEN RETURN OLD; END IF; RAISE '{table} only grows'; END $$""",
    """CREATE TRIGGER {table}_lets_go BEFORE DELETE ON {table} FOR EACH ROW
EXECUTE FUNCTION {table}_lets_go()""",
)


def upgrade() -> None:
    with _triggers_kept():
        for table in NAMING:
            _name(table, [*_named(table), "talk"])
    op.create_table(
        "talk_office",
        *_first("talk_office"),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("read_within", sa.Integer(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=True),
        sa.Column("assessed_by_id", ID, nullable=True),
        sa.Column("danger_words", sa.JSON(), nullable=False),
        _key("talk_office", "assessed_by_id", "user_account"),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_talk_office_organisation_id")),
    )
    op.create_table(
        "talk_keeper",
        *_first("talk_keeper"),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("trained_on", sa.Date(), nullable=True),
        sa.Column("first_name", sa.String(40), nullable=False),
        sa.Column("picture", sa.String(32), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        _key("talk_keeper", "user_id", "user_account"),
        sa.UniqueConstraint(
            "organisation_id", "user_id", name=op.f("uq_talk_keeper_organisation_id_user_id")
        ),
    )
    op.create_table(
        "talk_duty",
        *_first("talk_duty"),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_talk_duty_day_of_week")),
        sa.CheckConstraint(
            "begins >= 0 AND begins < ends AND ends <= 1440", name=op.f("ck_talk_duty_in_order")
        ),
        _key("talk_duty", "user_id", "user_account"),
    )
    _make_talk()
    op.create_table(
        "talk_message",
        *_first("talk_message"),
        sa.Column("talk_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("once", ID, nullable=False),
        sa.Column("tells", sa.Boolean(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("meeting", sa.LargeBinary(), nullable=True),
        _key("talk_message", "talk_id", "talk"),
        _key("talk_message", "by_id", "user_account"),
        sa.UniqueConstraint("talk_id", "once", name=op.f("uq_talk_message_talk_id_once")),
    )
    op.create_table(
        "talk_alert",
        *_first("talk_alert"),
        sa.Column("talk_id", ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("next_at", AT, nullable=False),
        sa.Column("seen_at", AT, nullable=True),
        sa.Column("seen_by_id", ID, nullable=True),
        sa.CheckConstraint("kind IN ('danger', 'unread')", name=op.f("ck_talk_alert_kind")),
        _key("talk_alert", "talk_id", "talk"),
        _key("talk_alert", "seen_by_id", "user_account"),
    )
    op.create_table(
        "talk_told",
        sa.Column("alert_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        _key("talk_told", "alert_id", "talk_alert"),
        _key("talk_told", "user_id", "user_account"),
        _key("talk_told", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("alert_id", "user_id", name=op.f("pk_talk_told")),
    )
    op.create_table(
        "talk_day_key",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_talk_day_key")),
    )
    op.create_table(
        "talk_try",
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("window_start", AT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", "window_start", name=op.f("pk_talk_try")),
    )
    for table in TABLES:
        for column in ("organisation_id", *INDEXES.get(table, ())):
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    for guard in SQLITE if _on_sqlite() else POSTGRES:
        op.execute(guard.format(table="talk_message", stays=STAYS, listed=LISTED))
    if not _on_sqlite():
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")


def downgrade() -> None:
    for table in ("talk_try", "talk_day_key", *reversed(TABLES)):
        op.drop_table(table)
    if not _on_sqlite():
        op.execute("DROP FUNCTION talk_message_only_grows()")
        op.execute("DROP FUNCTION talk_message_lets_go()")
    with _triggers_kept():
        for table in NAMING:
            rows = sa.table(table, sa.column("kind"))
            op.execute(rows.delete().where(rows.c.kind == "talk"))
            _name(table, [one for one in _named(table) if one != "talk"])


def _make_talk() -> None:
    op.create_table(
        "talk",
        *_first("talk"),
        sa.Column("neighbourhood_id", ID, nullable=False),
        sa.Column("keeper_id", ID, nullable=False),
        sa.Column("second_id", ID, nullable=False),
        sa.Column("key_tag", sa.String(64), nullable=False),
        sa.Column("last_at", AT, nullable=False),
        sa.Column("waiting_since", AT, nullable=True),
        sa.Column("past_line", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(32), nullable=True),
        sa.Column("about_id", ID, nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("passed_on_at", AT, nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        sa.CheckConstraint("keeper_id != second_id", name=op.f("ck_talk_two_people")),
        sa.CheckConstraint("NOT past_line OR why IS NOT NULL", name=op.f("ck_talk_why_past_line")),
        sa.CheckConstraint(
            "why IN ('about_staff', 'somebody_else', 'not_right')", name=op.f("ck_talk_why")
        ),
        _key("talk", "neighbourhood_id", "neighbourhood"),
        _key("talk", "keeper_id", "user_account"),
        _key("talk", "second_id", "user_account"),
        _key("talk", "about_id", "user_account"),
        sa.UniqueConstraint(
            "organisation_id", "key_tag", name=op.f("uq_talk_organisation_id_key_tag")
        ),
    )


def _first(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        _key(table, "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _key(table: str, column: str, known: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{known}.id"], name=op.f(f"fk_{table}_{column}"))


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _named(table: str) -> list[str]:
    """Return what may be named now: other steps may have added to it."""
    checks = sa.inspect(op.get_bind()).get_check_constraints(table)
    told = next(one["sqltext"] for one in checks if one["name"] == f"ck_{table}_kind")
    return re.findall(r"'(\w+)'", told)


def _name(table: str, known: Sequence[str]) -> None:
    listed = ", ".join(f"'{one}'" for one in known)
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_kind"), type_="check")
        batch.create_check_constraint(op.f(f"ck_{table}_kind"), f"kind IN ({listed})")


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
    for _, sql in found:
        op.execute(sa.text(sql.replace(":", r"\:")))
