"""The trail: the membership used, how long an entry stays, seals, and how far entries were let go.

Columns are added plainly: a rebuilt table would lose the triggers that keep it from being changed.
Entries from before have the longer term.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019_trail_seal"
down_revision = "0018_sign_in"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

GROWS_ONLY = ("trail_seal", "trail_horizon")
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
LET_GO = """OLD.id <= (SELECT max(s.last_id) FROM trail_horizon h JOIN trail_seal s ON s.id = h.seal_id
 WHERE s.sensitive = OLD.sensitive)"""
NEVER_SQLITE = """CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit_entry only grows'); END"""
OLD_SQLITE = f"""CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
WHEN NOT coalesce({LET_GO}, false)
BEGIN SELECT RAISE(ABORT, 'audit_entry only grows'); END"""
NEVER_POSTGRES = """CREATE TRIGGER audit_entry_only_grows
BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry EXECUTE FUNCTION audit_entry_only_grows()"""
OLD_POSTGRES = (
    """CREATE TRIGGER audit_entry_only_grows BEFORE UPDATE OR TRUNCATE ON audit_entry
EXECUTE FUNCTION audit_entry_only_grows()""",
    f"""CREATE FUNCTION audit_entry_let_go() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN IF coalesce({LET_GO}, false) THEN RETURN OLD; END IF;
RAISE 'audit_entry only grows'; END $$""",
    """CREATE TRIGGER audit_entry_let_go BEFORE DELETE ON audit_entry FOR EACH ROW
EXECUTE FUNCTION audit_entry_let_go()""",
)


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.add_column("audit_entry", sa.Column("membership_id", ID, nullable=True))
    op.add_column(
        "audit_entry",
        sa.Column("sensitive", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    op.create_index(
        "ix_audit_entry_sensitive", "audit_entry", ["id"], unique=False,
        sqlite_where=sa.text("sensitive = 1"), postgresql_where=sa.text("sensitive"),
    )  # fmt: skip
    op.create_table(
        "trail_key",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_key")),
    )
    op.create_table(
        "trail_seal",
        sa.Column("id", SERIAL, autoincrement=False, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", ID, nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch", sa.LargeBinary(), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_seal")),
    )
    op.create_table(
        "trail_horizon",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal_id", sa.BigInteger(), nullable=False),
        sa.Column("key_id", ID, nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_horizon")),
    )
    for table in GROWS_ONLY:
        for guard in SQLITE if on_sqlite else POSTGRES:
            op.execute(guard.format(table=table))
    if on_sqlite:
        op.execute("DROP TRIGGER audit_entry_no_delete")
        op.execute(OLD_SQLITE)
    else:
        op.execute("DROP TRIGGER audit_entry_only_grows ON audit_entry")
        for guard in OLD_POSTGRES:
            op.execute(guard)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_entry_no_delete")
        op.execute(NEVER_SQLITE)
    else:
        op.execute("DROP TRIGGER audit_entry_let_go ON audit_entry")
        op.execute("DROP FUNCTION audit_entry_let_go()")
        op.execute("DROP TRIGGER audit_entry_only_grows ON audit_entry")
        op.execute(NEVER_POSTGRES)
    for table in reversed(GROWS_ONLY):
        op.drop_table(table)
    op.drop_table("trail_key")
    op.drop_index("ix_audit_entry_sensitive", table_name="audit_entry")
    op.drop_column("audit_entry", "sensitive")
    op.drop_column("audit_entry", "membership_id")
    if op.get_bind().dialect.name == "postgresql":
        for table in GROWS_ONLY:
            op.execute(f"DROP FUNCTION {table}_only_grows()")
