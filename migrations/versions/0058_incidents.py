"""Incidents, whom they are about, and the clock of a data breach."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0058_incidents"
down_revision = "0057_date_place"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
KINDS = (
    "'signup', 'child', 'family', 'consent', 'signal', 'support', 'referral', 'account', 'photo',"
    " 'care_note', 'carer'"
)
#: Tables that name what can be taken away as a whole.
NAMING = ("erasure", "legal_hold")
TABLES = ("incident", "incident_child", "incident_staff", "data_breach")
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""
CHOICES = {
    "kind": "'injury', 'near_miss', 'missing_child', 'aggression', 'bullying', "
    "'boundary_violation', 'property', 'medical', 'transport', 'data_breach'",
    "severity": "'1', '2', '3', '4'",
    "status": "'open', 'closed'",
    "cause": "'thing', 'ground', 'play', 'quarrel', 'supervision', 'traffic', 'weather', "
    "'health', 'way_of_working', 'other'",
    "help": "'none', 'doctor', 'ambulance'",
}
OF_BREACH = {
    "risk": "'unknown', 'none', 'some', 'high'",
    "people": "'not_yet', 'told', 'not_needed'",
    "decision": "'open', 'reported', 'not_reported'",
}


def upgrade() -> None:
    with _triggers_kept():
        _name_kinds(f"{KINDS}, 'incident'")
    _make_incident()
    for table, column, known in (
        ("incident_child", "child_id", "child"), ("incident_staff", "user_id", "user_account"),
    ):  # fmt: skip
        op.create_table(
            table,
            sa.Column("incident_id", ID, nullable=False),
            sa.Column(column, ID, nullable=False),
            sa.Column("organisation_id", ID, nullable=False),
            _key(table, column, known),
            _key(table, "incident_id", "incident"),
            _key(table, "organisation_id", "organisation"),
            sa.PrimaryKeyConstraint("incident_id", column, name=op.f(f"pk_{table}")),
        )
    op.create_index(
        op.f("ix_incident_child_child_id"), "incident_child", ["child_id"], unique=False
    )
    _make_breach()
    for table in TABLES:
        op.create_index(
            op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"], unique=False
        )
    if not _on_sqlite():
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    with _triggers_kept():
        for name in NAMING:
            rows = sa.table(name, sa.column("kind"))
            op.execute(rows.delete().where(rows.c.kind == "incident"))
        _name_kinds(KINDS)


def _key(table: str, column: str, known: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{known}.id"], name=op.f(f"fk_{table}_{column}"))


def _make_incident() -> None:
    op.create_table(
        "incident",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("once", ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("severity", sa.String(32), nullable=False),
        sa.Column("past_line", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurrence_id", ID, nullable=True),
        sa.Column("venue_id", ID, nullable=True),
        sa.Column("cause", sa.String(32), nullable=True),
        sa.Column("help", sa.String(32), nullable=False),
        sa.Column("parents_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("insurer_on", sa.Date(), nullable=True),
        sa.Column("check_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("what", sa.LargeBinary(), nullable=False),
        sa.Column("injury", sa.LargeBinary(), nullable=True),
        sa.Column("first_aid", sa.LargeBinary(), nullable=True),
        sa.Column("parents_by", sa.LargeBinary(), nullable=True),
        sa.Column("witness", sa.LargeBinary(), nullable=True),
        sa.Column("measure", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.CheckConstraint(f"{name} IN ({known})", name=op.f(f"ck_incident_{name}"))
            for name, known in CHOICES.items()
        ),
        _key("incident", "author_id", "user_account"),
        _key("incident", "occurrence_id", "occurrence"),
        _key("incident", "organisation_id", "organisation"),
        _key("incident", "owner_id", "user_account"),
        _key("incident", "venue_id", "venue"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_incident_author_id_once")),
    )
    for column in ("owner_id", "past_line", "venue_id"):
        op.create_index(op.f(f"ix_incident_{column}"), "incident", [column], unique=False)


def _make_breach() -> None:
    op.create_table(
        "data_breach",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.String(32), nullable=False),
        sa.Column("people", sa.String(32), nullable=False),
        sa.Column("decision", sa.String(32), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contained", sa.LargeBinary(), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.CheckConstraint(f"{name} IN ({known})", name=op.f(f"ck_data_breach_{name}"))
            for name, known in OF_BREACH.items()
        ),
        _key("data_breach", "incident_id", "incident"),
        _key("data_breach", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_breach")),
        sa.UniqueConstraint("incident_id", name=op.f("uq_data_breach_incident_id")),
    )


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
