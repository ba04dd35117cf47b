"""A copy of a case is not made when what it tells was changed since somebody looked at it."""

import sqlalchemy as sa
from alembic import op

revision = "0081_paper_changed"
down_revision = "0080_walking"

KNOWN = "'gone', 'no_pango'"


def upgrade() -> None:
    _why(f"{KNOWN}, 'changed'")


def downgrade() -> None:
    op.execute(sa.text("UPDATE paper SET why = 'gone' WHERE why = 'changed'"))
    _why(KNOWN)


def _why(known: str) -> None:
    with op.batch_alter_table("paper") as table:
        table.drop_constraint(op.f("ck_paper_why"), type_="check")
        table.create_check_constraint(op.f("ck_paper_why"), f"why IN ({known})")
