"""Families, their adults and children, and where those live."""

import sqlalchemy as sa
from alembic import op

revision = "0007_families"
down_revision = "0006_goals"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

GROWS_ONLY = ("consent",)
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
        "family",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_family_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family")),
    )
    op.create_index(op.f("ix_family_organisation_id"), "family", ["organisation_id"], unique=False)
    op.create_table(
        "carer",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("family_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_carer_family_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_carer_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_carer_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carer")),
        sa.UniqueConstraint("family_id", "user_id", name=op.f("uq_carer_family_id_user_id")),
    )
    op.create_index(op.f("ix_carer_family_id"), "carer", ["family_id"], unique=False)
    op.create_index(op.f("ix_carer_organisation_id"), "carer", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_carer_user_id"), "carer", ["user_id"], unique=False)
    op.create_table(
        "child",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("family_id", ID, nullable=False),
        sa.Column("first_name", sa.String(length=80), nullable=False),
        sa.Column("surname", sa.String(length=80), nullable=False),
        sa.Column("name_key", sa.String(length=400), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("emergency_name", sa.String(length=120), nullable=False),
        sa.Column("emergency_phone", sa.String(length=32), nullable=False),
        sa.Column("goes_home_alone", sa.Boolean(), nullable=False),
        sa.Column("picked_up_by", sa.String(length=200), nullable=False),
        sa.Column("photos", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "photos IN ('none', 'internal_album', 'group_print', 'website', 'social_media', 'press')",
            name=op.f("ck_child_photos"),
        ),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_child_family_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_child_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child")),
    )
    op.create_index("ix_child_alike", "child", ["organisation_id", "born_on", "name_key"])
    op.create_index(op.f("ix_child_family_id"), "child", ["family_id"], unique=False)
    op.create_index(op.f("ix_child_organisation_id"), "child", ["organisation_id"], unique=False)
    op.create_table(
        "care",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("child_id", ID, nullable=False),
        sa.Column("carer_id", ID, nullable=False),
        sa.Column("relation", sa.String(32), nullable=False),
        sa.Column("has_custody", sa.Boolean(), nullable=True),
        sa.Column("portal_access", sa.Boolean(), nullable=False),
        sa.Column("contact_allowed", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "relation IN ('mother', 'father', 'parent', 'stepparent', 'foster_parent', 'grandparent', 'guardian', 'other')",
            name=op.f("ck_care_relation"),
        ),
        sa.ForeignKeyConstraint(["carer_id"], ["carer.id"], name=op.f("fk_care_carer_id")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_care_child_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_care_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care")),
        sa.UniqueConstraint("child_id", "carer_id", name=op.f("uq_care_child_id_carer_id")),
    )
    op.create_index(op.f("ix_care_carer_id"), "care", ["carer_id"], unique=False)
    op.create_index(op.f("ix_care_child_id"), "care", ["child_id"], unique=False)
    op.create_index(op.f("ix_care_organisation_id"), "care", ["organisation_id"], unique=False)
    op.create_table(
        "residence",
        sa.Column("child_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("neighbourhood_id", ID, nullable=True),
        sa.CheckConstraint("since >= '1990-01-01'", name=op.f("ck_residence_plausible")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_residence_child_id")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_residence_neighbourhood_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_residence_organisation_id")
        ),
        sa.PrimaryKeyConstraint("child_id", "since", name=op.f("pk_residence")),
    )
    op.create_index(
        op.f("ix_residence_organisation_id"), "residence", ["organisation_id"], unique=False
    )
    op.create_table(
        "consent",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("child_id", ID, nullable=False),
        sa.Column("carer_id", ID, nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("method", sa.String(32), nullable=False),
        sa.Column("noted_by_id", ID, nullable=True),
        sa.CheckConstraint("purpose IN ('registration')", name=op.f("ck_consent_purpose")),
        sa.CheckConstraint("answer IN ('given', 'withdrawn')", name=op.f("ck_consent_answer")),
        sa.CheckConstraint("method IN ('portal', 'oral', 'paper')", name=op.f("ck_consent_method")),
        sa.ForeignKeyConstraint(["carer_id"], ["carer.id"], name=op.f("fk_consent_carer_id")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_consent_child_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_consent_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_child_id"), "consent", ["child_id"], unique=False)
    op.create_index(
        op.f("ix_consent_organisation_id"), "consent", ["organisation_id"], unique=False
    )

    guards = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES
    for table in GROWS_ONLY:
        for guard in guards:
            op.execute(guard.format(table=table))


def downgrade() -> None:
    op.drop_table("consent")
    op.drop_table("residence")
    op.drop_table("care")
    op.drop_table("child")
    op.drop_table("carer")
    op.drop_table("family")

    if op.get_bind().dialect.name == "postgresql":
        for table in GROWS_ONLY:
            op.execute(f"DROP FUNCTION {table}_only_grows()")
