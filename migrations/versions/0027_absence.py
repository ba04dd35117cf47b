"""A child with a place in a series says that it cannot come once."""

import sqlalchemy as sa
from alembic import op

revision = "0027_absence"
down_revision = "0026_offers"

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
        "absence",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("signup_id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_absence_occurrence_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_absence_organisation_id")
        ),
        sa.ForeignKeyConstraint(["signup_id"], ["signup.id"], name=op.f("fk_absence_signup_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sa.UniqueConstraint(
            "signup_id", "occurrence_id", name=op.f("uq_absence_signup_id_occurrence_id")
        ),
    )
    op.create_index(op.f("ix_absence_occurrence_id"), "absence", ["occurrence_id"], unique=False)
    op.create_index(
        op.f("ix_absence_organisation_id"), "absence", ["organisation_id"], unique=False
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE absence ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE absence FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON absence USING {REACHED}")


def downgrade() -> None:
    op.drop_table("absence")
