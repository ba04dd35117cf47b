"""Parents have erased what is kept of them: one child, or themselves as a carer."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0040_erase_oneself"
down_revision = "0039_draws"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
KINDS = (
    "'signup', 'child', 'family', 'consent', 'signal', 'support', 'referral', 'account', 'photo',"
    " 'care_note'"
)
#: Tables that name what can be taken away as a whole.
NAMING = ("erasure", "legal_hold")


def upgrade() -> None:
    with _triggers_kept():
        _name_kinds(f"{KINDS}, 'carer'")
        with op.batch_alter_table("erasure_wish") as table:
            table.alter_column("asked_by_id", existing_type=ID, nullable=True)
            table.add_column(sa.Column("child_id", ID, nullable=True))
            table.add_column(sa.Column("carer_id", ID, nullable=True))


def downgrade() -> None:
    with _triggers_kept():
        for name in NAMING:
            rows = sa.table(name, sa.column("kind"))
            op.execute(rows.delete().where(rows.c.kind == "carer"))
        _name_kinds(KINDS)
        wishes = sa.table("erasure_wish", sa.column("asked_by_id"))
        op.execute(wishes.delete().where(wishes.c.asked_by_id.is_(None)))
        with op.batch_alter_table("erasure_wish") as table:
            table.drop_column("carer_id")
            table.drop_column("child_id")
            table.alter_column("asked_by_id", existing_type=ID, nullable=False)


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
