"""Partners: agreements to share data, languages, several people to ask for, German kinds."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0068_partner_agreements"
down_revision = "0067_access_request"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
MOMENT = sa.DateTime(timezone=True)
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""
KINDS = (
    "'primary_school', 'childcare_bso', 'youth_work', 'sport_club', 'culture_library', "
    "'playground_org', 'neighbourhood_team', 'cjg_okt', 'school_social_work', 'jgz_ggd', 'gp', "
    "'youth_care', 'veilig_thuis', 'police', 'housing_corp', 'poverty_fund', 'debt_help', "
    "'refugee_support', 'faith_org', 'volunteer_centre', 'municipality', 'justice_probation', "
    "'disability_services'"
)
GERMAN = "'jugendamt', 'kinderschutz_zentrum', 'erziehungsberatung', 'fruehe_hilfen'"


def upgrade() -> None:
    op.add_column("partner", sa.Column("languages", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("partner", sa.Column("agreed_from", sa.Date(), nullable=True))
    op.add_column("partner", sa.Column("agreed_until", sa.Date(), nullable=True))
    with _triggers_kept(), op.batch_alter_table("partner") as table:
        table.add_column(sa.Column("agreement", sa.String(200), server_default="", nullable=False))
        table.drop_constraint(op.f("ck_partner_kind"), type_="check")
        table.create_check_constraint(
            op.f("ck_partner_kind"), f"kind IN ({KINDS}, {GERMAN}, 'other')"
        )
        table.create_check_constraint(
            op.f("ck_partner_agreement_days"),
            "agreed_until IS NULL OR (agreed_from IS NOT NULL AND agreed_until >= agreed_from)",
        )
    op.create_table(
        "partner_contact",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("partner_id", ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("role", sa.String(120), nullable=False),
        sa.Column("phone", sa.String(32), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_partner_contact_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_partner_contact_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_contact")),
    )
    for column in ("organisation_id", "partner_id"):
        op.create_index(
            op.f(f"ix_partner_contact_{column}"), "partner_contact", [column], unique=False
        )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE partner_contact ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE partner_contact FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON partner_contact USING {REACHED}")


def downgrade() -> None:
    op.drop_table("partner_contact")
    op.execute(f"UPDATE partner SET kind = 'other' WHERE kind IN ({GERMAN})")  # noqa: S608
    with _triggers_kept(), op.batch_alter_table("partner") as table:
        table.drop_constraint(op.f("ck_partner_agreement_days"), type_="check")
        table.drop_constraint(op.f("ck_partner_kind"), type_="check")
        table.create_check_constraint(op.f("ck_partner_kind"), f"kind IN ({KINDS}, 'other')")
        for column in ("agreement", "agreed_until", "agreed_from", "languages"):
            table.drop_column(column)


@contextmanager
def _triggers_kept() -> Iterator[None]:
    """SQLite makes the table anew: every trigger that names it steps aside meanwhile."""
    if op.get_bind().dialect.name == "postgresql":
        yield
        return
    found = (
        op.get_bind()
        .execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        .all()
    )
    for name, _sql in found:
        op.execute(f"DROP TRIGGER {name}")
    yield
    for _name, sql in found:
        op.execute(sa.text(sql.replace(":", r"\:")))
