"""Editions of the goal report."""

import sqlalchemy as sa
from alembic import op

revision = "0015_reports"
down_revision = "0014_referrals"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")


def upgrade() -> None:
    op.create_table(
        "report_edition",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_id", ID, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("counted", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seen", sa.String(length=4000), nullable=False),
        sa.Column("thought", sa.String(length=4000), nullable=False),
        sa.Column("agreed", sa.String(length=4000), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.Column("pdf_made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_report_edition_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_report_edition_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_edition")),
        sa.UniqueConstraint(
            "municipality_id", "period", name=op.f("uq_report_edition_municipality_id_period")
        ),
    )
    op.create_index(
        op.f("ix_report_edition_municipality_id"),
        "report_edition",
        ["municipality_id"],
        unique=False,
    )
    op.create_table(
        "report_agreement",
        sa.Column("edition_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_report_agreement_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["report_edition.id"], name=op.f("fk_report_agreement_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_report_agreement_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("edition_id", "organisation_id", name=op.f("pk_report_agreement")),
    )


def downgrade() -> None:
    op.drop_table("report_agreement")
    op.drop_table("report_edition")
