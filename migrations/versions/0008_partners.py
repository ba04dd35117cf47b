"""The directory of partners."""

import sqlalchemy as sa
from alembic import op

revision = "0008_partners"
down_revision = "0007_families"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")


def upgrade() -> None:
    op.create_table(
        "partner",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("help_system", sa.String(32), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("website", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("neighbourhood_id", ID, nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("works_in", sa.String(length=160), nullable=False),
        sa.Column("age_from", sa.Integer(), nullable=True),
        sa.Column("age_to", sa.Integer(), nullable=True),
        sa.Column("how_to_reach", sa.String(length=1000), nullable=False),
        sa.Column("waiting_weeks", sa.Integer(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("source_key", sa.String(length=64), nullable=True),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("age_to >= age_from", name=op.f("ck_partner_ages")),
        sa.CheckConstraint(
            "help_system IN ('youth_help', 'education', 'health', 'disability', 'justice')",
            name=op.f("ck_partner_help_system"),
        ),
        sa.CheckConstraint(
            "kind IN ('primary_school', 'childcare_bso', 'youth_work', 'sport_club', 'culture_library', 'playground_org', 'neighbourhood_team', 'cjg_okt', 'school_social_work', 'jgz_ggd', 'gp', 'youth_care', 'veilig_thuis', 'police', 'housing_corp', 'poverty_fund', 'debt_help', 'refugee_support', 'faith_org', 'volunteer_centre', 'municipality', 'justice_probation', 'disability_services', 'other')",
            name=op.f("ck_partner_kind"),
        ),
        sa.CheckConstraint(
            "waiting_weeks IS NULL OR checked_on IS NOT NULL",
            name=op.f("ck_partner_waiting_checked"),
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_partner_whole_point")
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_partner_neighbourhood_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_partner_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint(
            "organisation_id", "source_key", name=op.f("uq_partner_organisation_id_source_key")
        ),
    )
    op.create_index(
        op.f("ix_partner_neighbourhood_id"), "partner", ["neighbourhood_id"], unique=False
    )
    op.create_index(
        op.f("ix_partner_organisation_id"), "partner", ["organisation_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("partner")
