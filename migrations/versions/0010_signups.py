"""Sign-ups and their history."""

import sqlalchemy as sa
from alembic import op

revision = "0010_signups"
down_revision = "0009_activities"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

GROWS_ONLY = ("signup_step",)
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
        "signup",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("activity_id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=True),
        sa.Column("child_id", ID, nullable=False),
        sa.Column("standing", sa.String(32), nullable=False),
        sa.Column("queue", sa.Integer(), nullable=False),
        sa.Column("made_by_id", ID, nullable=True),
        sa.Column("form_id", ID, nullable=True),
        sa.CheckConstraint(
            "standing IN ('placed', 'waiting', 'cancelled')", name=op.f("ck_signup_standing")
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_signup_activity_id")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_signup_child_id")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_signup_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_signup_occurrence_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_signup_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signup")),
    )
    op.create_index(op.f("ix_signup_child_id"), "signup", ["child_id"], unique=False)
    op.create_index(op.f("ix_signup_organisation_id"), "signup", ["organisation_id"], unique=False)
    op.create_index(
        "ix_signup_waiting",
        "signup",
        ["activity_id", "occurrence_id", "queue"],
        unique=False,
        sqlite_where=sa.text("standing = 'waiting'"),
        postgresql_where=sa.text("standing = 'waiting'"),
    )
    op.create_index("uq_signup_queue_occurrence", "signup", ["occurrence_id", "queue"], unique=True)
    op.create_index(
        "uq_signup_queue_series",
        "signup",
        ["activity_id", "queue"],
        unique=True,
        sqlite_where=sa.text("occurrence_id IS NULL"),
        postgresql_where=sa.text("occurrence_id IS NULL"),
    )
    op.create_index(
        "uq_signup_occurrence",
        "signup",
        ["occurrence_id", "child_id"],
        unique=True,
        sqlite_where=sa.text("standing != 'cancelled'"),
        postgresql_where=sa.text("standing != 'cancelled'"),
    )
    op.create_index(
        "uq_signup_series",
        "signup",
        ["activity_id", "child_id"],
        unique=True,
        sqlite_where=sa.text("standing != 'cancelled' AND occurrence_id IS NULL"),
        postgresql_where=sa.text("standing != 'cancelled' AND occurrence_id IS NULL"),
    )
    op.create_table(
        "signup_step",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("signup_id", ID, nullable=False),
        sa.Column("standing", sa.String(32), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.CheckConstraint(
            "standing IN ('placed', 'waiting', 'cancelled')", name=op.f("ck_signup_step_standing")
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_signup_step_signup_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signup_step")),
    )
    op.create_index(
        op.f("ix_signup_step_organisation_id"), "signup_step", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_signup_step_signup_id"), "signup_step", ["signup_id"], unique=False)

    op.create_table(
        "cancellation",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("activity_id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_cancellation_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_cancellation_occurrence_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_cancellation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cancellation")),
    )
    op.create_index(
        op.f("ix_cancellation_activity_id"), "cancellation", ["activity_id"], unique=False
    )
    op.create_index(
        op.f("ix_cancellation_organisation_id"), "cancellation", ["organisation_id"], unique=False
    )

    guards = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES
    for table in GROWS_ONLY:
        for guard in guards:
            op.execute(guard.format(table=table))


def downgrade() -> None:
    op.drop_table("cancellation")
    op.drop_table("signup_step")
    op.drop_table("signup")

    if op.get_bind().dialect.name == "postgresql":
        for table in GROWS_ONLY:
            op.execute(f"DROP FUNCTION {table}_only_grows()")
