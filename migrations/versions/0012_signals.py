"""Signals and what was written about them."""

import sqlalchemy as sa
from alembic import op

revision = "0012_signals"
down_revision = "0011_registers"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")


def upgrade() -> None:
    op.create_table(
        "signal",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("child_id", ID, nullable=True),
        sa.Column("family_id", ID, nullable=True),
        sa.Column("neighbourhood_id", ID, nullable=True),
        sa.Column("occurrence_id", ID, nullable=True),
        sa.Column("area", sa.String(32), nullable=False),
        sa.Column("level", sa.String(32), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(subject = 'child') = (child_id IS NOT NULL)", name=op.f("ck_signal_child_named")
        ),
        sa.CheckConstraint(
            "(subject = 'family') = (family_id IS NOT NULL)", name=op.f("ck_signal_family_named")
        ),
        sa.CheckConstraint(
            "area IN ('material', 'health', 'family', 'school_work', 'social')",
            name=op.f("ck_signal_area"),
        ),
        sa.CheckConstraint("level IN ('0', '1', '2', '3')", name=op.f("ck_signal_level")),
        sa.CheckConstraint(
            "status IN ('draft', 'open', 'consulted', 'discussed_with_parent', 'help_arranged', 'referred', 'monitored', 'closed_no_concern', 'closed_resolved', 'closed_moved', 'closed_reported')",
            name=op.f("ck_signal_status"),
        ),
        sa.CheckConstraint(
            "status LIKE 'closed%' OR (owner_id IS NOT NULL AND review_on IS NOT NULL)",
            name=op.f("ck_signal_open_is_owned"),
        ),
        sa.CheckConstraint(
            "subject IN ('child', 'family', 'group_of_children', 'place', 'unknown')",
            name=op.f("ck_signal_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_signal_author_id")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_signal_child_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_signal_family_id")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_signal_neighbourhood_id")
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_signal_occurrence_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_signal_organisation_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_signal_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
    )
    op.create_index(op.f("ix_signal_child_id"), "signal", ["child_id"], unique=False)
    op.create_index(op.f("ix_signal_family_id"), "signal", ["family_id"], unique=False)
    op.create_index(op.f("ix_signal_organisation_id"), "signal", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_signal_owner_id"), "signal", ["owner_id"], unique=False)
    op.create_index(op.f("ix_signal_status"), "signal", ["status"], unique=False)
    op.create_table(
        "signal_note",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("signal_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("factor", sa.String(32), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=True),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("cites_id", ID, nullable=True),
        sa.CheckConstraint("factor IN ('risk', 'protective')", name=op.f("ck_signal_note_factor")),
        sa.CheckConstraint(
            "kind != 'interpretation' OR cites_id IS NOT NULL",
            name=op.f("ck_signal_note_cites_a_fact"),
        ),
        sa.CheckConstraint(
            "kind IN ('fact_own', 'fact_other', 'statement_child', 'statement_parent', 'interpretation', 'agreement', 'correction', 'parent_reply')",
            name=op.f("ck_signal_note_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_signal_note_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["cites_id"], ["signal_note.id"], name=op.f("fk_signal_note_cites_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_signal_note_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signal.id"], name=op.f("fk_signal_note_signal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_note")),
    )
    op.create_index(
        op.f("ix_signal_note_organisation_id"), "signal_note", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_signal_note_signal_id"), "signal_note", ["signal_id"], unique=False)
    op.create_table(
        "signal_share",
        sa.Column("signal_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_signal_share_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_signal_share_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signal.id"], name=op.f("fk_signal_share_signal_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_signal_share_user_id")
        ),
        sa.PrimaryKeyConstraint("signal_id", "user_id", name=op.f("pk_signal_share")),
    )


def downgrade() -> None:
    op.drop_table("signal_share")
    op.drop_table("signal_note")
    op.drop_table("signal")
