"""What a worker says to all families of one date."""

import sqlalchemy as sa
from alembic import op

revision = "0035_bulletin"
down_revision = "0034_consents"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""
WORDS = (
    "word IN ('inside', 'boots', 'water', 'swim', 'later_15', 'later_30', 'later_60', 'earlier', "
    "'own')"
)


def upgrade() -> None:
    op.create_table(
        "bulletin",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("word", sa.String(length=32), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("form_id", ID, nullable=False),
        sa.CheckConstraint(WORDS, name=op.f("ck_bulletin_word")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_bulletin_occurrence_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_bulletin_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
        sa.UniqueConstraint("form_id", name=op.f("uq_bulletin_form_id")),
    )
    op.create_index(op.f("ix_bulletin_occurrence_id"), "bulletin", ["occurrence_id"], unique=False)
    op.create_index(
        op.f("ix_bulletin_organisation_id"), "bulletin", ["organisation_id"], unique=False
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE bulletin ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE bulletin FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON bulletin USING {REACHED}")


def downgrade() -> None:
    op.drop_table("bulletin")
