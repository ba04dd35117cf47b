"""Families who ask what is kept of them."""

import sqlalchemy as sa
from alembic import op

revision = "0067_access_request"
down_revision = "0066_signal_notes"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""
CHOICES = {
    "identity": "'not_yet', 'known', 'document', 'called'",
    "safety": "'open', 'safe', 'partly', 'unsafe'",
    "decision": "'open', 'given', 'partly', 'refused'",
}


def upgrade() -> None:
    op.create_table(
        "access_request",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("family_id", ID, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.String(length=32), nullable=False) for name in CHOICES),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("asked_by", sa.LargeBinary(), nullable=False),
        sa.Column("why_longer", sa.LargeBinary(), nullable=True),
        sa.Column("why_safety", sa.LargeBinary(), nullable=True),
        sa.Column("given", sa.LargeBinary(), nullable=True),
        sa.Column("withheld", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.CheckConstraint(f"{name} IN ({known})", name=op.f(f"ck_access_request_{name}"))
            for name, known in CHOICES.items()
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_access_request_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_access_request_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_access_request_family_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"],
            name=op.f("fk_access_request_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_request")),
    )  # fmt: skip
    for column in ("organisation_id", "family_id"):
        op.create_index(
            op.f(f"ix_access_request_{column}"), "access_request", [column], unique=False
        )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE access_request ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE access_request FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON access_request USING {REACHED}")


def downgrade() -> None:
    op.drop_table("access_request")
