"""Devices that hold lists without network, and what each of them told."""

import sqlalchemy as sa
from alembic import op

revision = "0055_register_devices"
down_revision = "0054_work_key"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
MOMENT = sa.DateTime(timezone=True)
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""
TABLES = ("register_device", "register_change")
KINDS = "kind IN ('mark', 'leave', 'stay', 'count', 'walk_in')"
OUTCOMES = "outcome IN ('applied', 'same', 'overtaken', 'conflict', 'held', 'gone', 'refused')"


def upgrade() -> None:
    op.create_table(
        "register_device",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("membership_id", ID, nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("occurrence_id", ID, nullable=True),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("slow", sa.Integer(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        *_points(
            "register_device",
            user_id="user_account",
            membership_id="membership",
            occurrence_id="occurrence",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_device")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_register_device_key_hash")),
    )
    op.create_table(
        "register_change",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("device_id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", ID, nullable=True),
        sa.Column("child_id", ID, nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("why", sa.String(300), nullable=False),
        sa.Column("stood", sa.JSON(), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by_id", ID, nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_register_change_kind")),
        sa.CheckConstraint(OUTCOMES, name=op.f("ck_register_change_outcome")),
        *_points("register_change", device_id="register_device", occurrence_id="occurrence",
                 child_id="child"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_change")),
        sa.UniqueConstraint(
            "device_id", "client_id", name=op.f("uq_register_change_device_id_client_id")
        ),
    )  # fmt: skip
    indexes = [(table, "organisation_id") for table in TABLES]
    indexes += [("register_device", "user_id"), ("register_change", "occurrence_id"),
                ("register_change", "child_id")]  # fmt: skip
    for table, column in indexes:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _points(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, other in {"organisation_id": "organisation", **columns}.items()
    ]
