"""Referrals and their steps."""

import sqlalchemy as sa
from alembic import op

revision = "0014_referrals"
down_revision = "0013_support"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")

GROWS_ONLY = ("referral_step",)
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
        "referral",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("once", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("family_id", ID, nullable=False),
        sa.Column("child_id", ID, nullable=True),
        sa.Column("neighbourhood_id", ID, nullable=True),
        sa.Column("partner_id", ID, nullable=False),
        sa.Column("signal_id", ID, nullable=True),
        sa.Column("trajectory_id", ID, nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("consent", sa.String(32), nullable=False),
        sa.Column("parents_agreed", sa.Boolean(), nullable=False),
        sa.Column("young_agreed", sa.Boolean(), nullable=False),
        sa.Column("consent_on", sa.Date(), nullable=True),
        sa.Column("consent_by", sa.String(length=120), nullable=False),
        sa.Column("consent_reason", sa.LargeBinary(), nullable=True),
        sa.Column("parents_told", sa.Boolean(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_over_by", sa.String(length=120), nullable=True),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "consent != 'without' OR consent_reason IS NOT NULL",
            name=op.f("ck_referral_reason_without_consent"),
        ),
        sa.CheckConstraint(
            "consent IN ('oral', 'paper', 'portal', 'without', 'pending')",
            name=op.f("ck_referral_consent"),
        ),
        sa.CheckConstraint(
            "kind IN ('information', 'signposting', 'cold', 'warm', 'accompanied', 'joint_support')",
            name=op.f("ck_referral_kind"),
        ),
        sa.CheckConstraint(
            "outcome IN ('help_started', 'help_not_needed', 'refused', 'moved', 'unknown')",
            name=op.f("ck_referral_outcome"),
        ),
        sa.CheckConstraint(
            "status != 'closed' OR outcome IS NOT NULL",
            name=op.f("ck_referral_closed_with_outcome"),
        ),
        sa.CheckConstraint(
            "status != 'taken_over' OR taken_over_by IS NOT NULL",
            name=op.f("ck_referral_taken_over_by_name"),
        ),
        sa.CheckConstraint(
            "status IN ('prepared', 'consent_pending', 'sent', 'received', 'first_contact_made', 'taken_over', 'declined_by_family', 'declined_by_partner', 'waiting_list', 'not_reached', 'ended', 'feedback_received', 'closed')",
            name=op.f("ck_referral_status"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_referral_author_id")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_referral_child_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_referral_family_id")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_referral_neighbourhood_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_referral_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_referral_owner_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_referral_partner_id")
        ),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_referral_signal_id")),
        sa.ForeignKeyConstraint(
            ["trajectory_id"], ["support_trajectory.id"], name=op.f("fk_referral_trajectory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_referral_author_id_once")),
    )
    op.create_index(op.f("ix_referral_child_id"), "referral", ["child_id"], unique=False)
    op.create_index(op.f("ix_referral_family_id"), "referral", ["family_id"], unique=False)
    op.create_index(
        op.f("ix_referral_organisation_id"), "referral", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_referral_owner_id"), "referral", ["owner_id"], unique=False)
    op.create_index(op.f("ix_referral_partner_id"), "referral", ["partner_id"], unique=False)
    op.create_index(op.f("ix_referral_signal_id"), "referral", ["signal_id"], unique=False)
    op.create_index(op.f("ix_referral_status"), "referral", ["status"], unique=False)
    op.create_index(op.f("ix_referral_trajectory_id"), "referral", ["trajectory_id"], unique=False)
    op.create_table(
        "referral_share",
        sa.Column("referral_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_referral_share_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_referral_share_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_referral_share_referral_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_referral_share_user_id")
        ),
        sa.PrimaryKeyConstraint("referral_id", "user_id", name=op.f("pk_referral_share")),
    )
    op.create_table(
        "referral_step",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("referral_id", ID, nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "status IN ('prepared', 'consent_pending', 'sent', 'received', 'first_contact_made', 'taken_over', 'declined_by_family', 'declined_by_partner', 'waiting_list', 'not_reached', 'ended', 'feedback_received', 'closed')",
            name=op.f("ck_referral_step_status"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_referral_step_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_referral_step_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_referral_step_referral_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_step")),
    )
    op.create_index(
        op.f("ix_referral_step_organisation_id"), "referral_step", ["organisation_id"], unique=False
    )
    op.create_index(
        op.f("ix_referral_step_referral_id"), "referral_step", ["referral_id"], unique=False
    )

    guards = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES
    for table in GROWS_ONLY:
        for guard in guards:
            op.execute(guard.format(table=table))


def downgrade() -> None:
    op.drop_table("referral_step")
    op.drop_table("referral_share")
    op.drop_table("referral")

    if op.get_bind().dialect.name == "postgresql":
        for table in GROWS_ONLY:
            op.execute(f"DROP FUNCTION {table}_only_grows()")
