"""Cases of the reporting code, with what was said, weighed and decided in them."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0070_reporting_code"
down_revision = "0069_away"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
#: Tables that name what can be taken away as a whole.
NAMING = ("erasure", "legal_hold")
TABLES = (
    "code_case", "code_share", "code_child", "code_entry", "code_weighing", "code_decision",
    "code_second",
)  # fmt: skip
CHOICES = {
    "code_case": {
        "protocol": "'nl_meldcode', 'de_8a'",
        "status": "'open', 'closed'",
        "ending": "'no_suspicion', 'safe', 'taken_over', 'moved', 'other'",
    },
    "code_child": {"choice": "'alone', 'with_somebody', 'with_parents', 'not'"},
    "code_entry": {
        "kind": "'kindcheck', 'consultation', 'talk_parents', 'talk_child', 'assessment', "
        "'report', 'follow_up'",
        "whom": "'colleague', 'officer', 'adviser', 'expert'",
        "finding": "'no_concern', 'concern', 'unclear', 'refused', 'no_danger_no_need', "
        "'no_danger_but_need', 'latent_danger', 'acute_danger'",
    },
    "code_weighing": {
        "question": "'1', '2', '3', '4', '5'",
        "reply": "'yes', 'no', 'unclear'",
        "unsafety": "'acute', 'structural', 'disclosed'",
    },
    "code_decision": {"about": "'report', 'help'"},
}
#: What only grows, and which columns of it never change: what is sealed is sealed anew with keys.
GROWS_ONLY = {
    "code_entry": "kind, day, held, whom, nameless, finding, children_count, care_shared, "
    "parents_told, review_on",
    "code_weighing": "place, question, reply, unsafety, term_on",
    "code_decision": "place, decider_id, about, yes, second",
    "code_second": "decision_id, agrees",
}
ALWAYS = "id, created_at, organisation_id, case_id, by_id"
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""
LISTED = "EXISTS (SELECT 1 FROM erasure e WHERE e.subject_id = OLD.case_id)"
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
            _name(table, "kind", [*_named(table, "kind"), "code_case"])
        states = _named("signal", "status")
        states.insert(states.index("discussed_with_parent") + 1, "in_meldcode")
        _name("signal", "status", states)
    op.add_column(
        "organisation",
        sa.Column("second_person", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    _make_case()
    _make_share()
    _make_child()
    _make_entry()
    _make_weighing()
    _make_decision()
    _make_second()
    for table in TABLES:
        op.create_index(
            op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"], unique=False
        )
    for table, columns in GROWS_ONLY.items():
        for guard in SQLITE if _on_sqlite() else POSTGRES:
            op.execute(guard.format(table=table, stays=f"{ALWAYS}, {columns}", listed=LISTED))
    if not _on_sqlite():
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if not _on_sqlite():
        for table in GROWS_ONLY:
            op.execute(f"DROP FUNCTION {table}_only_grows()")
            op.execute(f"DROP FUNCTION {table}_lets_go()")
    op.drop_column("organisation", "second_person")
    with _triggers_kept():
        for table in NAMING:
            rows = sa.table(table, sa.column("kind"))
            op.execute(rows.delete().where(rows.c.kind == "code_case"))
            _name(table, "kind", [one for one in _named(table, "kind") if one != "code_case"])
        op.execute("UPDATE signal SET status = 'open' WHERE status = 'in_meldcode'")
        states = [one for one in _named("signal", "status") if one != "in_meldcode"]
        _name("signal", "status", states)


def _make_case() -> None:
    op.create_table(
        "code_case",
        *_first("code_case"),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("family_id", ID, nullable=False),
        sa.Column("neighbourhood_id", ID, nullable=True),
        sa.Column("signal_id", ID, nullable=True),
        sa.Column("protocol", sa.String(32), nullable=False),
        sa.Column("protocol_version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.String(32), nullable=True),
        sa.Column("why_closed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status != 'open' OR review_on IS NOT NULL", name=op.f("ck_code_case_open_has_review")
        ),
        sa.CheckConstraint(
            "(status = 'closed') = (ending IS NOT NULL)",
            name=op.f("ck_code_case_closed_has_ending"),
        ),
        _key("code_case", "author_id", "user_account"),
        _key("code_case", "owner_id", "user_account"),
        _key("code_case", "family_id", "family"),
        _key("code_case", "neighbourhood_id", "neighbourhood"),
        _key("code_case", "signal_id", "signal"),
    )
    for column in ("family_id", "owner_id", "signal_id", "status"):
        op.create_index(op.f(f"ix_code_case_{column}"), "code_case", [column], unique=False)


def _make_share() -> None:
    op.create_table(
        "code_share",
        *_first("code_share"),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        _key("code_share", "case_id", "code_case"),
        _key("code_share", "user_id", "user_account"),
        _key("code_share", "by_id", "user_account"),
        sa.UniqueConstraint("case_id", "user_id", name=op.f("uq_code_share_case_id_user_id")),
    )
    op.create_index(op.f("ix_code_share_user_id"), "code_share", ["user_id"], unique=False)


def _make_child() -> None:
    op.create_table(
        "code_child",
        *_first("code_child"),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("child_id", ID, nullable=False),
        sa.Column("informed_on", sa.Date(), nullable=True),
        sa.Column("choice", sa.String(32), nullable=True),
        sa.Column("outcome_told_on", sa.Date(), nullable=True),
        sa.Column("not_informed", sa.LargeBinary(), nullable=True),
        sa.Column("view", sa.LargeBinary(), nullable=True),
        sa.Column("choice_words", sa.LargeBinary(), nullable=True),
        sa.Column("not_told", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("code_child", "case_id", "code_case"),
        _key("code_child", "child_id", "child"),
        sa.UniqueConstraint("case_id", "child_id", name=op.f("uq_code_child_case_id_child_id")),
    )
    for column in ("case_id", "child_id"):
        op.create_index(op.f(f"ix_code_child_{column}"), "code_child", [column], unique=False)


def _make_entry() -> None:
    op.create_table(
        "code_entry",
        *_of_case("code_entry"),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("whom", sa.String(32), nullable=True),
        sa.Column("nameless", sa.Boolean(), nullable=False),
        sa.Column("finding", sa.String(32), nullable=True),
        sa.Column("children_count", sa.Integer(), nullable=True),
        sa.Column("care_shared", sa.Boolean(), nullable=True),
        sa.Column("parents_told", sa.Boolean(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("who", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("agreed", sa.LargeBinary(), nullable=True),
    )
    _index_case("code_entry")


def _make_weighing() -> None:
    op.create_table(
        "code_weighing",
        *_of_case("code_weighing"),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(32), nullable=False),
        sa.Column("reply", sa.String(32), nullable=False),
        sa.Column("unsafety", sa.String(32), nullable=True),
        sa.Column("term_on", sa.Date(), nullable=True),
        sa.Column("motive", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("case_id", "place", name=op.f("uq_code_weighing_case_id_place")),
    )
    _index_case("code_weighing")


def _make_decision() -> None:
    op.create_table(
        "code_decision",
        *_of_case("code_decision"),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("decider_id", ID, nullable=False),
        sa.Column("about", sa.String(32), nullable=False),
        sa.Column("yes", sa.Boolean(), nullable=False),
        sa.Column("second", sa.Boolean(), nullable=False),
        sa.Column("motive", sa.LargeBinary(), nullable=False),
        _key("code_decision", "decider_id", "user_account"),
        sa.UniqueConstraint("case_id", "place", name=op.f("uq_code_decision_case_id_place")),
    )
    _index_case("code_decision")


def _make_second() -> None:
    op.create_table(
        "code_second",
        *_of_case("code_second"),
        sa.Column("decision_id", ID, nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        _key("code_second", "decision_id", "code_decision"),
    )
    _index_case("code_second")
    op.create_index(
        op.f("ix_code_second_decision_id"), "code_second", ["decision_id"], unique=False
    )


def _first(table: str) -> list[sa.schema.SchemaItem]:
    """Return what every row with a page of its own has."""
    return [
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        *(
            sa.CheckConstraint(f"{name} IN ({known})", name=op.f(f"ck_{table}_{name}"))
            for name, known in CHOICES.get(table, {}).items()
        ),
        _key(table, "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _of_case(table: str) -> list[sa.schema.SchemaItem]:
    """Return what every row has that somebody added to a case."""
    return [
        *_first(table),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        _key(table, "case_id", "code_case"),
        _key(table, "by_id", "user_account"),
    ]


def _index_case(table: str) -> None:
    op.create_index(op.f(f"ix_{table}_case_id"), table, ["case_id"], unique=False)


def _key(table: str, column: str, known: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{known}.id"], name=op.f(f"fk_{table}_{column}"))


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _named(table: str, column: str) -> list[str]:
    """Return what a column may hold now: other steps may have added to it."""
    checks = sa.inspect(op.get_bind()).get_check_constraints(table)
    told = next(one["sqltext"] for one in checks if one["name"] == f"ck_{table}_{column}")
    return re.findall(r"'(\w+)'", told)


def _name(table: str, column: str, known: Sequence[str]) -> None:
    listed = ", ".join(f"'{one}'" for one in known)
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
        batch.create_check_constraint(op.f(f"ck_{table}_{column}"), f"{column} IN ({listed})")


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
