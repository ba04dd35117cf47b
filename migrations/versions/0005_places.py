"""Districts, neighbourhoods with key figures, venues."""

import sqlalchemy as sa
from alembic import op

revision = "0005_places"
down_revision = "0004_facts"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")


def upgrade() -> None:
    op.create_table(
        "district",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_id", ID, nullable=False),
        sa.Column("scheme", sa.String(32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "scheme IN ('nl_cbs', 'de_ags', 'free')", name=op.f("ck_district_scheme")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_district_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district")),
        sa.UniqueConstraint(
            "municipality_id", "code", name=op.f("uq_district_municipality_id_code")
        ),
    )
    op.create_index(
        op.f("ix_district_municipality_id"), "district", ["municipality_id"], unique=False
    )
    op.create_table(
        "neighbourhood",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_id", ID, nullable=False),
        sa.Column("district_id", ID, nullable=False),
        sa.Column("scheme", sa.String(32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("outline", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "scheme IN ('nl_cbs', 'de_ags', 'free')", name=op.f("ck_neighbourhood_scheme")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_neighbourhood_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_neighbourhood_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_neighbourhood")),
        sa.UniqueConstraint(
            "municipality_id", "code", name=op.f("uq_neighbourhood_municipality_id_code")
        ),
    )
    op.create_index(
        op.f("ix_neighbourhood_district_id"), "neighbourhood", ["district_id"], unique=False
    )
    op.create_index(
        op.f("ix_neighbourhood_municipality_id"), "neighbourhood", ["municipality_id"], unique=False
    )
    op.create_table(
        "key_figure",
        sa.Column("neighbourhood_id", ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("age_from", sa.Integer(), nullable=True),
        sa.Column("age_to", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_key_figure_neighbourhood_id")
        ),
        sa.PrimaryKeyConstraint("neighbourhood_id", "year", "name", name=op.f("pk_key_figure")),
    )
    op.create_table(
        "venue",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=16), nullable=False),
        sa.Column("town", sa.String(length=80), nullable=False),
        sa.Column("neighbourhood_id", ID, nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("wheelchair", sa.Boolean(), nullable=True),
        sa.Column("toilet", sa.Boolean(), nullable=True),
        sa.Column("outdoors", sa.Boolean(), nullable=False),
        sa.Column("accessibility", sa.String(length=400), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("website", sa.String(length=200), nullable=False),
        sa.Column("source_key", sa.String(length=64), nullable=True),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_venue_whole_point")
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_venue_neighbourhood_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_venue_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
        sa.UniqueConstraint(
            "organisation_id", "source_key", name=op.f("uq_venue_organisation_id_source_key")
        ),
    )
    op.create_index(op.f("ix_venue_neighbourhood_id"), "venue", ["neighbourhood_id"], unique=False)
    op.create_index(op.f("ix_venue_organisation_id"), "venue", ["organisation_id"], unique=False)
    op.create_table(
        "place_import",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("outlines", sa.LargeBinary(), nullable=False),
        sa.Column("figures", sa.LargeBinary(), nullable=True),
        sa.Column("scheme", sa.String(32), nullable=False),
        sa.Column("columns", sa.String(length=400), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "scheme IN ('nl_cbs', 'de_ags', 'free')", name=op.f("ck_place_import_scheme")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_place_import_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_place_import_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_import")),
    )
    op.create_index(
        op.f("ix_place_import_municipality_id"), "place_import", ["municipality_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("place_import")
    op.drop_table("venue")
    op.drop_table("key_figure")
    op.drop_table("neighbourhood")
    op.drop_table("district")
