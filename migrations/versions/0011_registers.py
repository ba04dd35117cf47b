"""Attendance by name and by count."""

import sqlalchemy as sa
from alembic import op

revision = "0011_registers"
down_revision = "0010_signups"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")


def upgrade() -> None:
    op.create_table(
        "attendance",
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("child_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("presence", sa.String(32), nullable=False),
        sa.Column("neighbourhood_id", ID, nullable=True),
        sa.Column("marked_by_id", ID, nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "presence IN ('present', 'absent', 'excused')", name=op.f("ck_attendance_presence")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_attendance_child_id")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_attendance_neighbourhood_id")
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_attendance_occurrence_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_attendance_organisation_id")
        ),
        sa.PrimaryKeyConstraint("occurrence_id", "child_id", name=op.f("pk_attendance")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_attendance_child_id"), "attendance", ["child_id"], unique=False)
    op.create_table(
        "register",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("goal_ids", sa.JSON(), nullable=False),
        sa.Column("neighbourhood_id", ID, nullable=True),
        sa.Column("first_marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_register_neighbourhood_id")
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_register_occurrence_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_register_organisation_id")
        ),
        sa.PrimaryKeyConstraint("occurrence_id", name=op.f("pk_register")),
    )
    op.create_index(
        op.f("ix_register_organisation_id"), "register", ["organisation_id"], unique=False
    )
    op.create_table(
        "tally",
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("band", sa.String(32), nullable=False),
        sa.Column("known", sa.String(32), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "band IN ('0-3', '4-6', '7-9', '10-12', '13-15', '16-17', '18-23', 'adult')",
            name=op.f("ck_tally_band"),
        ),
        sa.CheckConstraint("known IN ('known', 'new', 'unasked')", name=op.f("ck_tally_known")),
        sa.CheckConstraint("n >= 0", name=op.f("ck_tally_not_negative")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_tally_occurrence_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_tally_organisation_id")
        ),
        sa.PrimaryKeyConstraint("occurrence_id", "band", "known", name=op.f("pk_tally")),
    )


def downgrade() -> None:
    op.drop_table("tally")
    op.drop_table("register")
    op.drop_table("attendance")
