"""Activities, their goals, staff and dates."""

import sqlalchemy as sa
from alembic import op

revision = "0009_activities"
down_revision = "0008_partners"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("description", sa.String(length=4000), nullable=False),
        sa.Column("format", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("age_from", sa.Integer(), nullable=False),
        sa.Column("age_to", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("signup", sa.String(32), nullable=False),
        sa.Column("register", sa.String(32), nullable=False),
        sa.Column("drawing", sa.String(32), nullable=False),
        sa.Column("venue_id", ID, nullable=True),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("discount", sa.Boolean(), nullable=False),
        sa.Column("bring", sa.String(length=300), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "format IN ('dropin', 'club', 'course', 'holiday', 'camp', 'outing', 'event', 'outreach', 'school_lesson', 'homework', 'one_to_one', 'home_visit', 'parent_course', 'child_council', 'network')",
            name=op.f("ck_activity_format"),
        ),
        sa.CheckConstraint(
            "drawing IN ('ball', 'pan', 'brush', 'book', 'tent', 'tree', 'drum', 'table', 'puzzle', 'street')",
            name=op.f("ck_activity_drawing"),
        ),
        sa.CheckConstraint(
            "register IN ('tally', 'headcount', 'named', 'mixed', 'hours')",
            name=op.f("ck_activity_register"),
        ),
        sa.CheckConstraint(
            "signup IN ('none', 'series', 'per_day', 'class')", name=op.f("ck_activity_signup")
        ),
        sa.CheckConstraint(
            "state != 'published' OR format NOT IN ('home_visit', 'network', 'one_to_one')",
            name=op.f("ck_activity_private_format"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'ended')", name=op.f("ck_activity_state")
        ),
        sa.CheckConstraint(
            "venue_id IS NULL OR format NOT IN ('home_visit', 'one_to_one')",
            name=op.f("ck_activity_private_place"),
        ),
        sa.CheckConstraint("age_from >= 0 AND age_to >= age_from", name=op.f("ck_activity_ages")),
        sa.CheckConstraint(
            "capacity IS NULL OR capacity > 0", name=op.f("ck_activity_capacity_positive")
        ),
        sa.CheckConstraint(
            "capacity IS NULL OR taken <= capacity", name=op.f("ck_activity_never_oversold")
        ),
        sa.CheckConstraint("ends_on >= begins_on", name=op.f("ck_activity_ends_after_begin")),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_activity_taken_not_negative")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_activity_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_activity_organisation_id")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_activity_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    op.create_index(
        op.f("ix_activity_organisation_id"), "activity", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_activity_state"), "activity", ["state"], unique=False)
    op.create_index(op.f("ix_activity_venue_id"), "activity", ["venue_id"], unique=False)
    op.create_table(
        "activity_goal",
        sa.Column("activity_id", ID, nullable=False),
        sa.Column("goal_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.CheckConstraint("position BETWEEN 0 AND 2", name=op.f("ck_activity_goal_at_most_three")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_activity_goal_activity_id")
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_activity_goal_goal_id")),
        sa.PrimaryKeyConstraint("activity_id", "goal_id", name=op.f("pk_activity_goal")),
        sa.UniqueConstraint(
            "activity_id", "position", name=op.f("uq_activity_goal_activity_id_position")
        ),
    )
    op.create_table(
        "activity_staff",
        sa.Column("activity_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_activity_staff_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_activity_staff_user_id")
        ),
        sa.PrimaryKeyConstraint("activity_id", "user_id", name=op.f("pk_activity_staff")),
    )
    op.create_table(
        "occurrence",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("activity_id", ID, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "capacity IS NULL OR taken <= capacity", name=op.f("ck_occurrence_never_oversold")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_occurrence_ends_after_start")),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_occurrence_taken_not_negative")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_occurrence_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_occurrence_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint(
            "activity_id", "starts_at", name=op.f("uq_occurrence_activity_id_starts_at")
        ),
    )
    op.create_index(op.f("ix_occurrence_activity_id"), "occurrence", ["activity_id"], unique=False)
    op.create_index(
        "ix_occurrence_coming",
        "occurrence",
        ["starts_at"],
        unique=False,
        sqlite_where=sa.text("cancelled_at IS NULL"),
        postgresql_where=sa.text("cancelled_at IS NULL"),
    )
    op.create_index(
        op.f("ix_occurrence_organisation_id"), "occurrence", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_occurrence_starts_at"), "occurrence", ["starts_at"], unique=False)


def downgrade() -> None:
    op.drop_table("occurrence")
    op.drop_table("activity_staff")
    op.drop_table("activity_goal")
    op.drop_table("activity")
