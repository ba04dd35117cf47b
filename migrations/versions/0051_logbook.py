"""Logs of sessions, what was seen of goals, and hours by kind, which are counted too."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0051_logbook"
down_revision = "0050_repeating"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
MEASURES = (
    "'sessions', 'visits_named', 'visits_tally', 'children', 'signals', 'support_contacts', "
    "'support_families', 'referrals'"
)
MINUTES = (
    "'minutes_contact', 'minutes_parents', 'minutes_preparation', 'minutes_outreach', "
    "'minutes_network', 'minutes_administration', 'minutes_training', 'minutes_travel'"
)
KINDS = (
    "'contact', 'parents', 'preparation', 'outreach', 'network', 'administration', 'training', "
    "'travel'"
)
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""
TABLES = ("session_log", "goal_seen", "hour_entry")


def upgrade() -> None:
    with _triggers_kept():
        _measure(f"{MEASURES}, {MINUTES}")
        _purpose("'activity', 'log'")
    _make_log()
    op.create_table(
        "goal_seen",
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("goal_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("seen", sa.String(32), nullable=False),
        sa.CheckConstraint("seen IN ('yes', 'a_little', 'no')", name=op.f("ck_goal_seen_seen")),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_seen_goal_id")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_goal_seen_occurrence_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_goal_seen_organisation_id")
        ),
        sa.PrimaryKeyConstraint("occurrence_id", "goal_id", name=op.f("pk_goal_seen")),
    )
    op.create_table(
        "hour_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", ID, nullable=True),
        sa.Column("neighbourhood_id", ID, nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_hour_entry_kind")),
        sa.CheckConstraint("minutes BETWEEN 0 AND 1440", name=op.f("ck_hour_entry_within_a_day")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"],
            name=op.f("fk_hour_entry_neighbourhood_id"),
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_hour_entry_occurrence_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_hour_entry_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_hour_entry_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hour_entry")),
        sa.UniqueConstraint(
            "occurrence_id", "user_id", "kind",
            name=op.f("uq_hour_entry_occurrence_id_user_id_kind"),
        ),
    )  # fmt: skip
    op.create_index("ix_hour_entry_week", "hour_entry", ["user_id", "day"], unique=False)
    op.create_index(
        "uq_hour_entry_besides", "hour_entry", ["organisation_id", "user_id", "day", "kind"],
        unique=True, sqlite_where=sa.text("occurrence_id IS NULL"),
        postgresql_where=sa.text("occurrence_id IS NULL"),
    )  # fmt: skip
    for table in TABLES:
        op.create_index(
            op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"], unique=False
        )
    if not _on_sqlite():
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    with _triggers_kept():
        op.execute("DELETE FROM stored_file WHERE purpose = 'log'")
        for name in ("cell", "residue"):
            rows = sa.table(name, sa.column("measure"))
            op.execute(rows.delete().where(rows.c.measure.like("minutes%")))
        _purpose("'activity'")
        _measure(MEASURES)


def _make_log() -> None:
    op.create_table(
        "session_log",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("story", sa.String(length=2000), nullable=False),
        sa.Column("story_released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("page", ID, nullable=True),
        sa.Column("photo_id", ID, nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_session_log_occurrence_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_session_log_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["stored_file.id"], name=op.f("fk_session_log_photo_id")
        ),
        sa.PrimaryKeyConstraint("occurrence_id", name=op.f("pk_session_log")),
    )
    op.create_index(op.f("ix_session_log_photo_id"), "session_log", ["photo_id"], unique=False)


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _measure(measures: str) -> None:
    for name in ("cell", "residue"):
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"ck_{name}_measure"), type_="check")
            table.create_check_constraint(op.f(f"ck_{name}_measure"), f"measure IN ({measures})")


def _purpose(purposes: str) -> None:
    with op.batch_alter_table("stored_file") as table:
        table.drop_constraint(op.f("ck_stored_file_purpose"), type_="check")
        table.create_check_constraint(op.f("ck_stored_file_purpose"), f"purpose IN ({purposes})")


@contextmanager
def _triggers_kept() -> Iterator[None]:
    """SQLite makes such tables anew: every trigger that names one steps aside meanwhile."""
    if not _on_sqlite():
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
