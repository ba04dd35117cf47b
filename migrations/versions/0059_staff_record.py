"""What is kept of somebody at work: that a certificate was seen, and what is still to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0059_staff_record"
down_revision = "0058_incidents"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
KINDS = (
    "'signup', 'child', 'family', 'consent', 'signal', 'support', 'referral', 'account', 'photo',"
    " 'care_note', 'carer', 'incident'"
)
#: Tables that name what can be taken away as a whole.
NAMING = ("erasure", "legal_hold")
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""


def upgrade() -> None:
    with _triggers_kept():
        _name_kinds(f"{KINDS}, 'staff_record'")
    op.add_column(
        "organisation",
        sa.Column("screening", sa.String(length=16), server_default="nl_vog", nullable=False),
    )
    op.create_table(
        "staff_record",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("register_number", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("of_age_on", sa.Date(), nullable=True),
        sa.Column("word", sa.String(length=32), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.Column("seen_by_id", ID, nullable=True),
        sa.Column("profile", sa.String(length=80), nullable=False),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("code_version", sa.String(length=40), nullable=False),
        sa.Column("code_signed_on", sa.Date(), nullable=True),
        sa.Column("confidant_known", sa.Boolean(), nullable=False),
        sa.Column("intake_on", sa.Date(), nullable=True),
        sa.Column("references_on", sa.Date(), nullable=True),
        sa.Column("contract_ends_on", sa.Date(), nullable=True),
        sa.Column("halves", sa.JSON(), nullable=False),
        sa.Column("away", sa.JSON(), nullable=False),
        sa.Column("trainings", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('staff', 'volunteer', 'intern')", name=op.f("ck_staff_record_kind")
        ),
        sa.CheckConstraint(
            "word IN ('missing', 'requested', 'seen', 'not_needed')",
            name=op.f("ck_staff_record_word"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_staff_record_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["seen_by_id"], ["user_account.id"], name=op.f("fk_staff_record_seen_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_staff_record_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_record")),
        sa.UniqueConstraint(
            "organisation_id", "user_id", name=op.f("uq_staff_record_organisation_id_user_id")
        ),
    )
    for column in ("organisation_id", "user_id"):
        op.create_index(op.f(f"ix_staff_record_{column}"), "staff_record", [column], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE staff_record ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE staff_record FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON staff_record USING {REACHED}")


def downgrade() -> None:
    op.drop_table("staff_record")
    op.drop_column("organisation", "screening")
    with _triggers_kept():
        for name in NAMING:
            rows = sa.table(name, sa.column("kind"))
            op.execute(rows.delete().where(rows.c.kind == "staff_record"))
        _name_kinds(KINDS)


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _name_kinds(kinds: str) -> None:
    for name in NAMING:
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"ck_{name}_kind"), type_="check")
            table.create_check_constraint(op.f(f"ck_{name}_kind"), f"kind IN ({kinds})")


@contextmanager
def _triggers_kept() -> Iterator[None]:
    """SQLite makes such tables anew: every trigger that names one steps aside meanwhile."""
    if not _on_sqlite():
        op.execute("ALTER TABLE erasure DISABLE TRIGGER USER")
        yield
        op.execute("ALTER TABLE erasure ENABLE TRIGGER USER")
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
