"""All that somebody may ask about their own details, and children whose use is limited."""

import sqlalchemy as sa
from alembic import op

revision = "0092_rights"
down_revision = "0091_correction"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
RIGHTS = "'access', 'correction', 'erasure', 'restriction', 'portability', 'objection'"
ASKERS = "'parent', 'young', 'other'"
BEFORE = "'not_yet', 'known', 'document', 'called'"
NOW = "'not_yet', 'signed_in', 'known', 'document', 'called', 'not_them'"
OPEN = {"author_id": ID, "family_id": ID, "asked_by": sa.LargeBinary()}
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""


def upgrade() -> None:
    with op.batch_alter_table("access_request") as table:
        table.add_column(sa.Column("asks", sa.String(32), server_default="access", nullable=False))
        table.add_column(sa.Column("asker", sa.String(32), server_default="parent", nullable=False))
        table.add_column(sa.Column("told_longer_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("words", sa.LargeBinary(), nullable=True))
        for name, kind in OPEN.items():
            table.alter_column(name, existing_type=kind, nullable=True)
        table.create_check_constraint(op.f("ck_access_request_asks"), f"asks IN ({RIGHTS})")
        table.create_check_constraint(op.f("ck_access_request_asker"), f"asker IN ({ASKERS})")
        _identities(table, NOW)
    op.execute("UPDATE access_request SET told_longer_on = received_on WHERE extended")
    op.create_table(
        "child_limit",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("child_id", ID, nullable=False),
        sa.Column("how", sa.String(32), nullable=False),
        sa.CheckConstraint("how IN ('uncounted', 'kept_only')", name=op.f("ck_child_limit_how")),
        sa.ForeignKeyConstraint(
            ["child_id"], ["child.id"], name=op.f("fk_child_limit_child_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_child_limit_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_limit")),
        sa.UniqueConstraint("child_id", name=op.f("uq_child_limit_child_id")),
    )
    op.create_index(op.f("ix_child_limit_organisation_id"), "child_limit", ["organisation_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE child_limit ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE child_limit FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON child_limit USING {REACHED}")


def downgrade() -> None:
    op.drop_table("child_limit")
    op.execute(
        "DELETE FROM access_request"
        " WHERE author_id IS NULL OR family_id IS NULL OR asked_by IS NULL OR asks <> 'access'"
    )
    op.execute(
        "UPDATE access_request SET identity = 'not_yet' WHERE identity IN ('signed_in', 'not_them')"
    )
    with op.batch_alter_table("access_request") as table:
        _identities(table, BEFORE)
        for name in ("asker", "asks"):
            table.drop_constraint(op.f(f"ck_access_request_{name}"), type_="check")
        for name, kind in OPEN.items():
            table.alter_column(name, existing_type=kind, nullable=False)
        for name in ("words", "told_longer_on", "asker", "asks"):
            table.drop_column(name)


def _identities(table: object, known: str) -> None:
    table.drop_constraint(op.f("ck_access_request_identity"), type_="check")  # type: ignore[attr-defined]
    table.create_check_constraint(  # type: ignore[attr-defined]
        op.f("ck_access_request_identity"), f"identity IN ({known})"
    )
