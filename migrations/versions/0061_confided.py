"""Who of a family is named on a record, with a safe way to reach them."""

import sqlalchemy as sa
from alembic import op

revision = "0061_confided"
down_revision = "0060_local_line"

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
        "confided",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("family_id", ID, nullable=False),
        sa.Column("carer_id", ID, nullable=False),
        sa.Column("way", sa.String(32), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("confirmed_by_id", ID, nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.CheckConstraint("kind IN ('support', 'referral')", name=op.f("ck_confided_kind")),
        sa.CheckConstraint("way IN ('mail', 'phone', 'in_person')", name=op.f("ck_confided_way")),
        sa.ForeignKeyConstraint(
            ["carer_id"], ["carer.id"], name=op.f("fk_confided_carer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user_account.id"], name=op.f("fk_confided_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_confided_family_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_confided_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confided")),
        sa.UniqueConstraint("record_id", "carer_id", name=op.f("uq_confided_record_id_carer_id")),
    )
    for column in ("carer_id", "family_id", "organisation_id"):
        op.create_index(op.f(f"ix_confided_{column}"), "confided", [column], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE confided ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE confided FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON confided USING {REACHED}")


def downgrade() -> None:
    op.drop_table("confided")
