"""Places can be drawn: the draw, its tickets, and children who are in it."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0039_draws"
down_revision = "0038_care_notes"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
BEFORE = "standing IN ('placed', 'offered', 'waiting', 'cancelled')"
AFTER = "standing IN ('entered', 'placed', 'offered', 'waiting', 'cancelled')"
NUMBERS = (
    "draw_reserved", "draw_near", "draw_new", "draw_unlucky", "draw_months", "reserved_taken",
    "entered",
)  # fmt: skip
OURS = ("draw", "draw_ticket")
SHOWN = "EXISTS (SELECT 1 FROM activity a WHERE a.id = draw.activity_id AND a.state = 'published')"
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
        "activity", sa.Column("draw_closes_at", sa.DateTime(timezone=True), nullable=True)
    )
    for name in NUMBERS:
        op.add_column(
            "activity", sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)
        )
    op.add_column("activity", sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "signup", sa.Column("reserved", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    with _unguarded():
        _check(AFTER)
    _tables()
    if not _on_sqlite():
        for table in OURS:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")
        op.execute(f"CREATE POLICY open ON draw FOR SELECT USING ({SHOWN})")


def downgrade() -> None:
    op.drop_table("draw_ticket")
    op.drop_table("draw")
    with _unguarded():
        op.execute("UPDATE signup SET standing = 'waiting' WHERE standing = 'entered'")
        op.execute("UPDATE signup_step SET standing = 'waiting' WHERE standing = 'entered'")
        _check(BEFORE)
    op.drop_column("signup", "reserved")
    for name in ("drawn_at", *reversed(NUMBERS), "draw_closes_at"):
        op.drop_column("activity", name)


def _tables() -> None:
    op.create_table(
        "draw",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("activity_id", ID, nullable=False),
        sa.Column("seed_hash", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("list_hash", sa.String(length=64), nullable=True),
        sa.Column("holders_hash", sa.String(length=64), nullable=True),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "seed IS NULL OR closed_at IS NOT NULL", name=op.f("ck_draw_closed_before_drawn")
        ),
        sa.CheckConstraint("(seed IS NULL) = (line IS NULL)", name=op.f("ck_draw_drawn_at_once")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_draw_activity_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_draw_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("activity_id", name=op.f("uq_draw_activity_id")),
    )
    op.create_index(op.f("ix_draw_organisation_id"), "draw", ["organisation_id"], unique=False)
    op.create_table(
        "draw_ticket",
        sa.Column("draw_id", ID, nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("party", ID, nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_ticket_draw_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_draw_ticket_organisation_id")
        ),
        sa.PrimaryKeyConstraint("draw_id", "number", name=op.f("pk_draw_ticket")),
    )
    op.create_index(op.f("ix_draw_ticket_party"), "draw_ticket", ["party"], unique=False)
    op.create_index(
        op.f("ix_draw_ticket_organisation_id"), "draw_ticket", ["organisation_id"], unique=False
    )


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _check(rule: str) -> None:
    for table in ("signup", "signup_step"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_standing"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_standing"), rule)


@contextmanager
def _unguarded() -> Iterator[None]:
    """Let go of what keeps the history as it is; SQLite makes the tables anew meanwhile."""
    if not _on_sqlite():
        op.execute("ALTER TABLE signup_step DISABLE TRIGGER USER")
        yield
        op.execute("ALTER TABLE signup_step ENABLE TRIGGER USER")
        return
    triggers = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = op.get_bind().execute(triggers).all()
    for name, _sql in found:
        op.execute(f"DROP TRIGGER {name}")
    yield
    for _name, sql in found:
        op.execute(sa.text(sql.replace(":", r"\:")))
