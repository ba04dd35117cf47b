"""A place that came free is offered to a family, which says yes or no until a moment that is told."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0026_offers"
down_revision = "0025_who_runs_it"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
BEFORE = "standing IN ('placed', 'waiting', 'cancelled')"
AFTER = "standing IN ('placed', 'offered', 'waiting', 'cancelled')"
#: SQLite rebuilds a table to change a check, and its triggers go with it.
GUARDS = (
    """CREATE TRIGGER signup_step_no_update BEFORE UPDATE ON signup_step
BEGIN SELECT RAISE(ABORT, 'signup_step only grows'); END""",
    """CREATE TRIGGER signup_step_no_delete BEFORE DELETE ON signup_step
WHEN NOT EXISTS (SELECT 1 FROM erasure e JOIN signup s
 ON e.subject_id IN (s.id, s.child_id) WHERE s.id = OLD.signup_id)
BEGIN SELECT RAISE(ABORT, 'signup_step only grows'); END""",
    """CREATE TRIGGER signup_step_no_replace BEFORE INSERT ON signup_step
WHEN EXISTS (SELECT 1 FROM signup_step WHERE id = NEW.id OR rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'signup_step only grows'); END""",
)


def upgrade() -> None:
    op.add_column(
        "signup", sa.Column("together", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("signup", sa.Column("offer_id", ID, nullable=True))
    op.add_column("signup", sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "signup", sa.Column("missed", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.create_index(op.f("ix_signup_offer_id"), "signup", ["offer_id"], unique=False)
    with unguarded():
        _check(AFTER)


def downgrade() -> None:
    with unguarded():
        op.execute("UPDATE signup SET standing = 'placed' WHERE standing = 'offered'")
        op.execute("UPDATE signup_step SET standing = 'placed' WHERE standing = 'offered'")
        _check(BEFORE)
    op.drop_index(op.f("ix_signup_offer_id"), table_name="signup")
    for column in ("missed", "offered_until", "offer_id", "together"):
        op.drop_column("signup", column)


@contextmanager
def unguarded() -> Iterator[None]:
    """Let go of what keeps the history as it is, while its table is put into other words."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE signup_step DISABLE TRIGGER USER")
        yield
        op.execute("ALTER TABLE signup_step ENABLE TRIGGER USER")
        return
    for name in ("no_update", "no_delete", "no_replace"):
        op.execute(f"DROP TRIGGER signup_step_{name}")
    yield
    for guard in GUARDS:
        op.execute(guard)


def _check(rule: str) -> None:
    for table in ("signup", "signup_step"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_standing"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_standing"), rule)
