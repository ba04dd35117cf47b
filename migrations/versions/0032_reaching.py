"""Messages know their way, their reader and what they are about; which addresses do not arrive."""

import sqlalchemy as sa
from alembic import op

revision = "0032_reaching"
down_revision = "0031_signup_window"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""
CHANNELS = "channel IN ('mail', 'sms')"
NEW = ("bounced_at", "held_at", "about_id", "reader_id", "channel")


def upgrade() -> None:
    with op.batch_alter_table("message") as batch:
        batch.add_column(
            sa.Column(
                "channel", sa.String(length=32), server_default=sa.text("'mail'"), nullable=False
            )
        )
        batch.add_column(sa.Column("reader_id", ID, nullable=True))
        batch.add_column(sa.Column("about_id", ID, nullable=True))
        batch.add_column(sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_check_constraint(op.f("ck_message_channel"), CHANNELS)
    op.create_index(op.f("ix_message_reader_id"), "message", ["reader_id"], unique=False)
    op.create_index(op.f("ix_message_about_id"), "message", ["about_id"], unique=False)
    op.create_table(
        "mailbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("bounces", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("silent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_mailbox_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
        sa.UniqueConstraint(
            "organisation_id", "address", name=op.f("uq_mailbox_organisation_id_address")
        ),
    )
    op.create_index(
        op.f("ix_mailbox_organisation_id"), "mailbox", ["organisation_id"], unique=False
    )
    with op.batch_alter_table("carer") as batch:
        batch.add_column(
            sa.Column(
                "channel", sa.String(length=32), server_default=sa.text("'mail'"), nullable=False
            )
        )
        batch.add_column(
            sa.Column("only_needed", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch.create_check_constraint(op.f("ck_carer_channel"), CHANNELS)
    op.add_column(
        "occurrence", sa.Column("moved", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_table(
        "plan_change",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("activity_id", ID, nullable=False),
        sa.Column("was", sa.JSON(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_plan_change_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_plan_change_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_change")),
    )
    op.create_index(
        op.f("ix_plan_change_organisation_id"), "plan_change", ["organisation_id"], unique=False
    )
    op.create_index(
        "uq_plan_change_untold", "plan_change", ["activity_id"], unique=True,
        sqlite_where=sa.text("told_at IS NULL"), postgresql_where=sa.text("told_at IS NULL"),
    )  # fmt: skip
    if op.get_bind().dialect.name == "postgresql":
        for table in ("mailbox", "plan_change"):
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")


def downgrade() -> None:
    op.drop_table("plan_change")
    op.drop_column("occurrence", "moved")
    with op.batch_alter_table("carer") as batch:
        batch.drop_constraint(op.f("ck_carer_channel"), type_="check")
        batch.drop_column("only_needed")
        batch.drop_column("channel")
    op.drop_table("mailbox")
    op.drop_index(op.f("ix_message_about_id"), table_name="message")
    op.drop_index(op.f("ix_message_reader_id"), table_name="message")
    with op.batch_alter_table("message") as batch:
        batch.drop_constraint(op.f("ck_message_channel"), type_="check")
        for column in NEW:
            batch.drop_column(column)
