"""What goes along with a referral, who saw it first, and a partner that answers by a link."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0064_referral_answers"
down_revision = "0063_method"

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
CHECKS = {
    "shown": "shown IN ('page', 'together', 'not')",
    "helped": "helped IN ('yes', 'some', 'no')",
    "watched_while_waiting": "status != 'waiting_list' OR watched_by IS NOT NULL",
    "reason_unseen": "shown != 'not' OR shown_reason IS NOT NULL",
}
COLUMNS = (
    ("agreed", sa.JSON(), "[]"), ("parts", sa.JSON(), "[]"), ("shown", sa.String(32), None),
    ("shown_on", sa.Date(), None), ("shown_reason", sa.LargeBinary(), None),
    ("sheet", sa.LargeBinary(), None), ("asked_at", MOMENT, None), ("reminded", sa.Integer(), sa.text("0")),
    ("watched_by", sa.String(120), None), ("helped", sa.String(32), None),
    ("helped_on", sa.Date(), None), ("helped_words", sa.LargeBinary(), None),
)  # fmt: skip


def upgrade() -> None:
    for name, kind, default in COLUMNS:
        op.add_column(
            "referral",
            sa.Column(name, kind, server_default=default, nullable=default is None),
        )
    op.execute("UPDATE referral SET asked_at = sent_at")
    op.execute(
        "UPDATE referral SET watched_by = (SELECT name FROM user_account WHERE id = owner_id)"
        " WHERE status = 'waiting_list'"
    )
    with _triggers_kept(), op.batch_alter_table("referral") as table:
        for name, told in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_referral_{name}"), told)
    op.add_column(
        "referral_step",
        sa.Column("by_partner", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("referral_step", sa.Column("once", ID, nullable=True))
    op.create_index(
        "uq_referral_step_referral_id_once", "referral_step", ["referral_id", "once"], unique=True
    )
    _make_link()


def downgrade() -> None:
    op.drop_table("referral_link")
    op.drop_index("uq_referral_step_referral_id_once", "referral_step")
    op.drop_column("referral_step", "once")
    op.drop_column("referral_step", "by_partner")
    with _triggers_kept(), op.batch_alter_table("referral") as table:
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck_referral_{name}"), type_="check")
        for name, _kind, _default in reversed(COLUMNS):
            table.drop_column(name)


def _make_link() -> None:
    op.create_table(
        "referral_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("referral_id", ID, nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("code_hash", sa.String(64), nullable=True),
        sa.Column("code_to", sa.String(120), server_default="", nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_referral_link_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_referral_link_referral_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_link")),
        sa.UniqueConstraint("referral_id", name=op.f("uq_referral_link_referral_id")),
    )
    op.create_index(
        op.f("ix_referral_link_organisation_id"), "referral_link", ["organisation_id"], unique=False
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE referral_link ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE referral_link FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON referral_link USING {REACHED}")


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
