"""Archives of everything an organisation owns, until they are fetched."""

import sqlalchemy as sa
from alembic import op

revision = "0093_archive"
down_revision = "0092_rights"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
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
        "archive",
        *_owned(),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("agreed_by_id", ID, nullable=True),
        sa.Column("why", sa.String(32), nullable=False),
        sa.Column("told", sa.String(300), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "why IN ('leaving', 'moving', 'handing_over', 'own_copy')",
            name=op.f("ck_archive_why"),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'agreed', 'made', 'impossible')", name=op.f("ck_archive_state")
        ),
        _key("archive", "asked_by_id", "user_account"),
        _key("archive", "agreed_by_id", "user_account"),
        _key("archive", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive")),
    )
    op.create_table(
        "archive_piece",
        *_owned(),
        sa.Column("archive_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("locked", sa.LargeBinary(), nullable=False),
        _key("archive_piece", "archive_id", "archive", ondelete="CASCADE"),
        _key("archive_piece", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_piece")),
        sa.UniqueConstraint(
            "archive_id", "number", name=op.f("uq_archive_piece_archive_id_number")
        ),
    )
    op.create_index(op.f("ix_archive_until"), "archive", ["until"], unique=False)
    for table in ("archive", "archive_piece"):
        op.create_index(
            op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"], unique=False
        )
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")


def downgrade() -> None:
    op.drop_table("archive_piece")
    op.drop_table("archive")


def _owned() -> list[sa.Column[object]]:
    return [
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
    ]


def _key(
    table: str, column: str, known: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{known}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )
