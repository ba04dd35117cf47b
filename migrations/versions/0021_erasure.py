"""What was erased and why; what stays of it in the counts; terms, holds and wishes.

What only grows may lose a row whose subject is on the list of what was erased, and no other. A
consent outlives the child to which it was given: it names both by ids that mean nothing then.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021_erasure"
down_revision = "0020_reach"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

#: Reached like every table of an organisation; what went with nobody's is the system's own.
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""
CLOSED = ("residue", "erasure", "erasure_wish", "legal_hold", "retention_rule")

LISTED = "EXISTS (SELECT 1 FROM erasure e WHERE e.subject_id = OLD.{column})"
#: Which subject must be on the list before a row of a table may go.
GOES_WITH = {
    "consent": LISTED.format(column="child_id"),
    "signup_step": """EXISTS (SELECT 1 FROM erasure e JOIN signup s
 ON e.subject_id IN (s.id, s.child_id) WHERE s.id = OLD.signup_id)""",
    "referral_step": LISTED.format(column="referral_id"),
}
#: Which columns of a table never change; none named: all of them.
STAYS = {"referral_step": " OF id, created_at, organisation_id, referral_id, status, by_id"}
NO_REPLACE = """CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"""
NO_UPDATE = """CREATE TRIGGER {table}_no_update BEFORE UPDATE{stays} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"""
NO_DELETE = """CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}{when}
BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"""
ONLY_GROWS = """CREATE TRIGGER {table}_only_grows BEFORE UPDATE{stays}{delete} OR TRUNCATE ON {table}
EXECUTE FUNCTION {table}_only_grows()"""
FUNCTION = """CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE '{table} only grows'; END $$"""
LETS_GO = """CREATE FUNCTION {table}_lets_go() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN IF {listed} THEN RETURN OLD; END IF; RAISE '{table} only grows'; END $$"""
LET_GO = """CREATE TRIGGER {table}_lets_go BEFORE DELETE ON {table} FOR EACH ROW
EXECUTE FUNCTION {table}_lets_go()"""


def upgrade() -> None:
    op.create_table(
        "residue",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("measure", sa.String(32), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("level", sa.String(32), nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("goal_id", ID, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "level IN ('neighbourhood', 'district', 'whole')", name=op.f("ck_residue_level")
        ),
        sa.CheckConstraint(
            "measure IN ('sessions', 'visits_named', 'visits_tally', 'children', 'signals', 'support_contacts', 'support_families', 'referrals')",
            name=op.f("ck_residue_measure"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id",
            "measure",
            "period",
            "level",
            "area_id",
            "goal_id",
            name=op.f("pk_residue"),
        ),
    )
    op.create_table(
        "erasure",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("line", sa.String(32), nullable=True),
        sa.CheckConstraint(
            "kind IN ('signup', 'child', 'family', 'consent', 'signal', 'support', 'referral', 'account')",
            name=op.f("ck_erasure_kind"),
        ),
        sa.CheckConstraint(
            "line IN ('signup_open', 'child', 'medical', 'guardian', 'signal_low', 'signal_high', 'case_unreported', 'case_reported', 'referral', 'support', 'consent', 'incident_minor', 'incident_serious', 'staff', 'criminal_record', 'photo', 'child_voice', 'letterbox', 'conversation', 'peer', 'learning', 'partner_link', 'draft', 'offline', 'outbox', 'import_undo', 'invitation', 'trail_sensitive', 'trail', 'backup')",
            name=op.f("ck_erasure_line"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_erasure_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index(
        op.f("ix_erasure_organisation_id"), "erasure", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_erasure_subject_id"), "erasure", ["subject_id"], unique=False)

    op.create_table(
        "erasure_wish",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("family_id", ID, nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reason IN ('asked', 'mistake', 'twice')", name=op.f("ck_erasure_wish_reason")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_erasure_wish_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_erasure_wish_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_wish")),
    )
    op.create_index(op.f("ix_erasure_wish_family_id"), "erasure_wish", ["family_id"], unique=False)
    op.create_index(
        op.f("ix_erasure_wish_organisation_id"), "erasure_wish", ["organisation_id"], unique=False
    )

    op.create_table(
        "legal_hold",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('signup', 'child', 'family', 'consent', 'signal', 'support', 'referral', 'account')",
            name=op.f("ck_legal_hold_kind"),
        ),
        sa.CheckConstraint(
            "reason IN ('complaint', 'claim', 'inspection', 'family', 'help')",
            name=op.f("ck_legal_hold_reason"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_legal_hold_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_legal_hold_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(
        op.f("ix_legal_hold_organisation_id"), "legal_hold", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_legal_hold_subject_id"), "legal_hold", ["subject_id"], unique=False)

    op.create_table(
        "retention_rule",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("line", sa.String(32), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("ending", sa.String(32), nullable=False),
        sa.Column("confirmed_by_id", ID, nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ending IN ('delete', 'anonymise', 'review')", name=op.f("ck_retention_rule_ending")
        ),
        sa.CheckConstraint(
            "line IN ('signup_open', 'child', 'medical', 'guardian', 'signal_low', 'signal_high', 'case_unreported', 'case_reported', 'referral', 'support', 'consent', 'incident_minor', 'incident_serious', 'staff', 'criminal_record', 'photo', 'child_voice', 'letterbox', 'conversation', 'peer', 'learning', 'partner_link', 'draft', 'offline', 'outbox', 'import_undo', 'invitation', 'trail_sensitive', 'trail', 'backup')",
            name=op.f("ck_retention_rule_line"),
        ),
        sa.CheckConstraint("unit IN ('days', 'months')", name=op.f("ck_retention_rule_unit")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_retention_rule_not_negative")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user_account.id"], name=op.f("fk_retention_rule_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_retention_rule_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "line", name=op.f("pk_retention_rule")),
    )
    op.add_column(
        "register", sa.Column("erased", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    with op.batch_alter_table("consent") as batch:
        batch.drop_constraint("fk_consent_carer_id", type_="foreignkey")
        batch.drop_constraint("fk_consent_child_id", type_="foreignkey")
    if _on_sqlite():
        _guard_sqlite("erasure", "")
        op.execute(NO_REPLACE.format(table="consent"))
        op.execute(NO_UPDATE.format(table="consent", stays=""))
        for table, listed in GOES_WITH.items():
            if table != "consent":
                op.execute(f"DROP TRIGGER {table}_no_delete")
            op.execute(NO_DELETE.format(table=table, when=f" WHEN NOT {listed}"))
        return
    op.execute(FUNCTION.format(table="erasure"))
    op.execute(ONLY_GROWS.format(table="erasure", stays="", delete=" OR DELETE"))
    for table, listed in GOES_WITH.items():
        stays = STAYS.get(table, "")
        op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")
        op.execute(ONLY_GROWS.format(table=table, stays=stays, delete=""))
        op.execute(LETS_GO.format(table=table, listed=listed))
        op.execute(LET_GO.format(table=table))
    for table in CLOSED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")


def downgrade() -> None:
    if _on_sqlite():
        for table in GOES_WITH:
            op.execute(f"DROP TRIGGER {table}_no_delete")
    else:
        for table in GOES_WITH:
            stays = STAYS.get(table, "")
            op.execute(f"DROP TRIGGER {table}_lets_go ON {table}")
            op.execute(f"DROP FUNCTION {table}_lets_go()")
            op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")
            op.execute(ONLY_GROWS.format(table=table, stays=stays, delete=" OR DELETE"))
    with op.batch_alter_table("consent") as batch:
        batch.create_foreign_key("fk_consent_child_id", "child", ["child_id"], ["id"])
        batch.create_foreign_key("fk_consent_carer_id", "carer", ["carer_id"], ["id"])
    if _on_sqlite():
        op.execute(NO_REPLACE.format(table="consent"))
        op.execute(NO_UPDATE.format(table="consent", stays=""))
        for table in GOES_WITH:
            op.execute(NO_DELETE.format(table=table, when=""))
    op.drop_column("register", "erased")
    for table in ("retention_rule", "legal_hold", "erasure_wish", "erasure", "residue"):
        op.drop_table(table)
    if not _on_sqlite():
        op.execute("DROP FUNCTION erasure_only_grows()")


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _guard_sqlite(table: str, when: str) -> None:
    op.execute(NO_REPLACE.format(table=table))
    op.execute(NO_UPDATE.format(table=table, stays=""))
    op.execute(NO_DELETE.format(table=table, when=when))
