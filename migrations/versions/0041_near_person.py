"""Whom a family names for a child: to be called in an emergency, and to fetch it."""

import sqlalchemy as sa
from alembic import op

revision = "0041_near_person"
down_revision = "0040_erase_oneself"

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
        "near_person",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("child_id", ID, nullable=False),
        sa.Column("carer_id", ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("relation", sa.String(length=60), nullable=False),
        sa.Column("calls", sa.Boolean(), nullable=False),
        sa.Column("picks_up", sa.Boolean(), nullable=False),
        sa.Column("picks_up_until", sa.Date(), nullable=True),
        sa.CheckConstraint("calls OR picks_up", name=op.f("ck_near_person_for_something")),
        sa.ForeignKeyConstraint(["carer_id"], ["carer.id"], name=op.f("fk_near_person_carer_id")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_near_person_child_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_near_person_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_near_person")),
    )
    for column in ("carer_id", "child_id", "organisation_id"):
        op.create_index(op.f(f"ix_near_person_{column}"), "near_person", [column], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE near_person ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE near_person FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON near_person USING {REACHED}")


def downgrade() -> None:
    op.drop_table("near_person")
