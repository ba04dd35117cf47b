"""Consent for each purpose by itself: which words, in which language, from whom, at what age.

Where photos of a child may be shown follows from that; no page ever set it by itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations.base import BatchOperations

revision = "0034_consents"
down_revision = "0033_calendar_key"

PURPOSES = (
    "purpose IN ('registration', 'photo_album', 'photo_print', 'photo_website', 'photo_social',"
    " 'photo_press', 'news', 'health')"
)
SCOPES = "photos IN ('none', 'internal_album', 'group_print', 'website', 'social_media', 'press')"
ADDED = ("version", "language", "capacity", "age")


def upgrade() -> None:
    with _triggers_kept():
        with op.batch_alter_table("consent") as table:
            table.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
            table.add_column(sa.Column("language", sa.String(8), nullable=True))
            table.add_column(
                sa.Column("capacity", sa.String(32), server_default="parent", nullable=False)
            )
            table.add_column(sa.Column("age", sa.Integer(), nullable=True))
            table.create_check_constraint(
                op.f("ck_consent_capacity"), "capacity IN ('parent', 'child', 'both')"
            )
            table.alter_column("carer_id", nullable=True)
            _checks(table, PURPOSES, "answer IN ('given', 'refused', 'withdrawn')")
        with op.batch_alter_table("child") as table:
            table.drop_constraint(op.f("ck_child_photos"), type_="check")
            table.drop_column("photos")


def downgrade() -> None:
    consent = sa.table("consent", sa.column("purpose"), sa.column("carer_id"))
    with _triggers_kept():
        op.execute(
            consent.delete().where(
                sa.or_(consent.c.purpose != "registration", consent.c.carer_id.is_(None))
            )
        )
        op.execute("UPDATE consent SET answer = 'withdrawn' WHERE answer = 'refused'")
        with op.batch_alter_table("child") as table:
            table.add_column(
                sa.Column("photos", sa.String(32), server_default="none", nullable=False)
            )
            table.create_check_constraint(op.f("ck_child_photos"), SCOPES)
        with op.batch_alter_table("child") as table:
            table.alter_column("photos", server_default=None)
        with op.batch_alter_table("consent") as table:
            table.drop_constraint(op.f("ck_consent_capacity"), type_="check")
            for column in ADDED:
                table.drop_column(column)
            table.alter_column("carer_id", nullable=False)
            _checks(table, "purpose IN ('registration')", "answer IN ('given', 'withdrawn')")


def _checks(table: BatchOperations, purposes: str, answers: str) -> None:
    for column, rule in (("purpose", purposes), ("answer", answers)):
        name = op.f(f"ck_consent_{column}")
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, rule)


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
