"""Parenting support: short contacts and trajectories."""

import sqlalchemy as sa
from alembic import op

revision = "0013_support"
down_revision = "0012_signals"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")


def upgrade() -> None:
    op.create_table(
        "support_contact",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("once", ID, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("helped", sa.String(32), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("neighbourhood_id", ID, nullable=True),
        sa.CheckConstraint(
            "channel IN ('at_activity', 'street', 'school', 'home', 'phone', 'office')",
            name=op.f("ck_support_contact_channel"),
        ),
        sa.CheckConstraint(
            "helped IN ('listened', 'advice', 'information', 'practical', 'pointed_on')",
            name=op.f("ck_support_contact_helped"),
        ),
        sa.CheckConstraint(
            "topic IN ('sleep', 'behaviour', 'school', 'screens', 'money', 'separation', 'growing_up', 'stress', 'playing', 'other')",
            name=op.f("ck_support_contact_topic"),
        ),
        sa.CheckConstraint("minutes BETWEEN 1 AND 480", name=op.f("ck_support_contact_minutes")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_support_contact_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["neighbourhood.id"],
            name=op.f("fk_support_contact_neighbourhood_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_support_contact_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_contact")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_support_contact_author_id_once")),
    )
    op.create_index(
        op.f("ix_support_contact_organisation_id"),
        "support_contact",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "support_trajectory",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("family_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("once", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("neighbourhood_id", ID, nullable=True),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'running') = (follow_up_on IS NOT NULL)",
            name=op.f("ck_support_trajectory_running_is_followed_up"),
        ),
        sa.CheckConstraint(
            "status IN ('running', 'ended', 'stopped', 'passed_on')",
            name=op.f("ck_support_trajectory_status"),
        ),
        sa.CheckConstraint(
            "topic IN ('sleep', 'behaviour', 'school', 'screens', 'money', 'separation', 'growing_up', 'stress', 'playing', 'other')",
            name=op.f("ck_support_trajectory_topic"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_support_trajectory_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_support_trajectory_family_id")
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["neighbourhood.id"],
            name=op.f("fk_support_trajectory_neighbourhood_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_support_trajectory_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_support_trajectory_owner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_trajectory")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_support_trajectory_author_id_once")),
    )
    op.create_index(
        op.f("ix_support_trajectory_family_id"), "support_trajectory", ["family_id"], unique=False
    )
    op.create_index(
        op.f("ix_support_trajectory_organisation_id"),
        "support_trajectory",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_support_trajectory_owner_id"), "support_trajectory", ["owner_id"], unique=False
    )
    op.create_index(
        op.f("ix_support_trajectory_status"), "support_trajectory", ["status"], unique=False
    )
    op.create_table(
        "support_aim",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("trajectory_id", ID, nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("scale_start", sa.Integer(), nullable=True),
        sa.Column("scale_end", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("scale_end BETWEEN 0 AND 10", name=op.f("ck_support_aim_scale_end")),
        sa.CheckConstraint("scale_start BETWEEN 0 AND 10", name=op.f("ck_support_aim_scale_start")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_support_aim_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["trajectory_id"], ["support_trajectory.id"], name=op.f("fk_support_aim_trajectory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_aim")),
    )
    op.create_index(
        op.f("ix_support_aim_organisation_id"), "support_aim", ["organisation_id"], unique=False
    )
    op.create_index(
        op.f("ix_support_aim_trajectory_id"), "support_aim", ["trajectory_id"], unique=False
    )
    op.create_table(
        "support_note",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("trajectory_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("once", ID, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("agreed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "channel IN ('at_activity', 'street', 'school', 'home', 'phone', 'office')",
            name=op.f("ck_support_note_channel"),
        ),
        sa.CheckConstraint("minutes BETWEEN 1 AND 480", name=op.f("ck_support_note_minutes")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_support_note_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_support_note_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["trajectory_id"], ["support_trajectory.id"], name=op.f("fk_support_note_trajectory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_note")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_support_note_author_id_once")),
    )
    op.create_index(
        op.f("ix_support_note_organisation_id"), "support_note", ["organisation_id"], unique=False
    )
    op.create_index(
        op.f("ix_support_note_trajectory_id"), "support_note", ["trajectory_id"], unique=False
    )
    op.create_table(
        "support_share",
        sa.Column("trajectory_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_support_share_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_support_share_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["trajectory_id"],
            ["support_trajectory.id"],
            name=op.f("fk_support_share_trajectory_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_support_share_user_id")
        ),
        sa.PrimaryKeyConstraint("trajectory_id", "user_id", name=op.f("pk_support_share")),
    )


def downgrade() -> None:
    op.drop_table("support_share")
    op.drop_table("support_note")
    op.drop_table("support_aim")
    op.drop_table("support_trajectory")
    op.drop_table("support_contact")
