"""Themes, policy goals, grants, goals and indicators."""

import sqlalchemy as sa
from alembic import op

revision = "0006_goals"
down_revision = "0005_places"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")


def upgrade() -> None:
    op.create_table(
        "policy_goal",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_id", ID, nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= begins_on", name=op.f("ck_policy_goal_ends_after_begin")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_policy_goal_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_goal")),
        sa.UniqueConstraint(
            "municipality_id", "reference", name=op.f("uq_policy_goal_municipality_id_reference")
        ),
    )
    op.create_index(
        op.f("ix_policy_goal_municipality_id"), "policy_goal", ["municipality_id"], unique=False
    )
    op.create_table(
        "subsidy",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("municipality_id", ID, nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("agreed_hours", sa.Integer(), nullable=True),
        sa.Column("agreed_activities", sa.Integer(), nullable=True),
        sa.Column("agreed_children", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= begins_on", name=op.f("ck_subsidy_ends_after_begin")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_subsidy_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_subsidy_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subsidy")),
        sa.UniqueConstraint(
            "organisation_id", "reference", name=op.f("uq_subsidy_organisation_id_reference")
        ),
    )
    op.create_index(
        op.f("ix_subsidy_municipality_id"), "subsidy", ["municipality_id"], unique=False
    )
    op.create_index(
        op.f("ix_subsidy_organisation_id"), "subsidy", ["organisation_id"], unique=False
    )
    op.create_table(
        "theme",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "code IN ('talent', 'signalling', 'inclusion', 'participation', 'lifestyle', 'parenting', 'competence', 'encounter', 'play', 'safety', 'equal_chances', 'language')",
            name=op.f("ck_theme_code"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_theme_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
        sa.UniqueConstraint("organisation_id", "code", name=op.f("uq_theme_organisation_id_code")),
    )
    op.create_index(op.f("ix_theme_organisation_id"), "theme", ["organisation_id"], unique=False)
    op.create_table(
        "goal",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("theme_id", ID, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("target_visits", sa.Integer(), nullable=True),
        sa.Column("target_children", sa.Integer(), nullable=True),
        sa.Column("policy_goal_id", ID, nullable=True),
        sa.Column("grant_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= begins_on", name=op.f("ck_goal_ends_after_begin")),
        sa.ForeignKeyConstraint(["grant_id"], ["subsidy.id"], name=op.f("fk_goal_grant_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_goal_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_goal_id"], ["policy_goal.id"], name=op.f("fk_goal_policy_goal_id")
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_goal_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    op.create_index(op.f("ix_goal_organisation_id"), "goal", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_goal_theme_id"), "goal", ["theme_id"], unique=False)
    op.create_table(
        "goal_area",
        sa.Column("goal_id", ID, nullable=False),
        sa.Column("neighbourhood_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_area_goal_id")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_goal_area_neighbourhood_id")
        ),
        sa.PrimaryKeyConstraint("goal_id", "neighbourhood_id", name=op.f("pk_goal_area")),
    )
    op.create_table(
        "indicator",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("goal_id", ID, nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('reach', 'usefulness', 'goal_reached', 'dropout', 'satisfaction', 'observation', 'story', 'custom_0_10')",
            name=op.f("ck_indicator_kind"),
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_indicator_goal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
    )
    op.create_index(op.f("ix_indicator_goal_id"), "indicator", ["goal_id"], unique=False)


def downgrade() -> None:
    op.drop_table("indicator")
    op.drop_table("goal_area")
    op.drop_table("goal")
    op.drop_table("theme")
    op.drop_table("subsidy")
    op.drop_table("policy_goal")
