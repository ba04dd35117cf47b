"""Tablets on which children answer by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0084_kiosk"
down_revision = "0083_stories"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
KNOWN = {
    "occurrence_id": "occurrence", "question_id": "question", "user_id": "user_account",
    "membership_id": "membership", "organisation_id": "organisation",
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
    op.create_table(
        "kiosk",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("question_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("membership_id", ID, nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=True),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key_hash", sa.String(64), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *(_key("kiosk", column, known) for column, known in KNOWN.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_kiosk_code_hash")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_kiosk_key_hash")),
    )
    for column in ("organisation_id", "occurrence_id", "user_id"):
        op.create_index(op.f(f"ix_kiosk_{column}"), "kiosk", [column], unique=False)
    op.create_table(
        "kiosk_heard",
        sa.Column("kiosk_id", ID, nullable=False),
        sa.Column("once", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        _key("kiosk_heard", "kiosk_id", "kiosk"),
        _key("kiosk_heard", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("kiosk_id", "once", name=op.f("pk_kiosk_heard")),
    )
    op.create_index(op.f("ix_kiosk_heard_organisation_id"), "kiosk_heard", ["organisation_id"])
    if op.get_bind().dialect.name == "postgresql":
        for table in ("kiosk", "kiosk_heard"):
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")


def downgrade() -> None:
    op.drop_table("kiosk_heard")
    op.drop_table("kiosk")


def _key(table: str, column: str, known: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{known}.id"], name=op.f(f"fk_{table}_{column}"))
