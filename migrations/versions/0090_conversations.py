"""The register of talks with children, of whom nothing is known; counted too."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0090_conversations"
down_revision = "0089_board"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
MEASURES = (
    "'sessions', 'visits_named', 'visits_tally', 'children', 'signals', 'support_contacts', "
    "'support_families', 'referrals', 'minutes_contact', 'minutes_parents', "
    "'minutes_preparation', 'minutes_outreach', 'minutes_network', 'minutes_administration', "
    "'minutes_training', 'minutes_travel', 'measured', 'asked', 'answers'"
)
CHOICES = {
    "channel": "'spoken', 'phone', 'chat', 'letterbox'",
    "theme": (
        "'free_time', 'bullying', 'friends', 'sexuality', 'home', 'feelings', 'school', "
        "'violence', 'online', 'money', 'news', 'other'"
    ),
    "band": "'0-3', '4-6', '7-9', '10-12', '13-15', '16-17', '18-23', 'adult'",
    "serious": "'yes', 'no'",
    "pointed": "'nobody', 'colleague', 'helpline', 'help'",
}
KNOWN = {
    "author_id": "user_account", "neighbourhood_id": "neighbourhood",
    "organisation_id": "organisation",
}  # fmt: skip
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""


def upgrade() -> None:
    with _triggers_kept():
        _count(f"{MEASURES}, 'conversations'")
    op.create_table(
        "conversation",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("once", ID, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        *(sa.Column(column, sa.String(32), nullable=False) for column in CHOICES),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("neighbourhood_id", ID, nullable=True),
        sa.CheckConstraint("minutes BETWEEN 1 AND 480", name=op.f("ck_conversation_minutes")),
        *(
            sa.CheckConstraint(f"{column} IN ({known})", name=op.f(f"ck_conversation_{column}"))
            for column, known in CHOICES.items()
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{known}.id"], name=op.f(f"fk_conversation_{column}")
            )
            for column, known in KNOWN.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_conversation_author_id_once")),
    )
    op.create_index(op.f("ix_conversation_organisation_id"), "conversation", ["organisation_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE conversation ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE conversation FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON conversation USING {REACHED}")


def downgrade() -> None:
    op.drop_table("conversation")
    with _triggers_kept():
        for name in ("cell", "residue"):
            rows = sa.table(name, sa.column("measure"))
            op.execute(rows.delete().where(rows.c.measure == "conversations"))
        _count(MEASURES)


@contextmanager
def _triggers_kept() -> Iterator[None]:
    """SQLite makes such tables anew: every trigger that names one steps aside meanwhile."""
    if op.get_bind().dialect.name == "postgresql":
        yield
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


def _count(measures: str) -> None:
    for name in ("cell", "residue"):
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"ck_{name}_measure"), type_="check")
            table.create_check_constraint(op.f(f"ck_{name}_measure"), f"measure IN ({measures})")
