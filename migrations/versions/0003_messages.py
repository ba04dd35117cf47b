"""Messages that wait to be sent, and work that is due."""

import sqlalchemy as sa
from alembic import op

revision = "0003_messages"
down_revision = "0002_audit"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "due_work",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_work")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_due_work_kind_subject")),
    )
    op.create_index(op.f("ix_due_work_run_at"), "due_work", ["run_at"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("subject_ids", sa.JSON(), nullable=False),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("key", name=op.f("uq_message_key")),
    )
    op.create_index(op.f("ix_message_due_at"), "message", ["due_at"], unique=False)
    op.create_index(
        op.f("ix_message_organisation_id"), "message", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_message_sent_at"), "message", ["sent_at"], unique=False)


def downgrade() -> None:
    op.drop_table("message")
    op.drop_table("due_work")
