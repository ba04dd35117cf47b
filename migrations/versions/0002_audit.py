"""The audit trail, which can only grow."""

import sqlalchemy as sa
from alembic import op

revision = "0002_audit"
down_revision = "0001_accounts"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

GROWS_ONLY = ("audit_entry",)
#: The third refuses REPLACE, which deletes without a trigger unless recursive_triggers is on.
SQLITE = (
    """CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} only grows'); END""",
    """CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} only grows'); END""",
    """CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, '{table} only grows'); END""",
)
POSTGRES = (
    """CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE '{table} only grows'; END $$""",
    """CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
EXECUTE FUNCTION {table}_only_grows()""",
)


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("deed", sa.String(length=64), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "role IN ('visitor', 'guardian', 'volunteer', 'worker', 'coordinator', 'protection_officer', 'confidant', 'privacy_officer', 'municipality', 'admin', 'system')",
            name=op.f("ck_audit_entry_role"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_actor_id"), "audit_entry", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)
    op.create_index(
        op.f("ix_audit_entry_organisation_id"), "audit_entry", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_audit_entry_subject_id"), "audit_entry", ["subject_id"], unique=False)

    guards = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES
    for table in GROWS_ONLY:
        for guard in guards:
            op.execute(guard.format(table=table))


def downgrade() -> None:
    op.drop_table("audit_entry")

    if op.get_bind().dialect.name == "postgresql":
        for table in GROWS_ONLY:
            op.execute(f"DROP FUNCTION {table}_only_grows()")
