"""Presences by child instead of by goal, and cells that are read from their index alone.

The code before this one cannot save who came: this upgrade needs a pause.
"""

import sqlalchemy as sa
from alembic import op

revision = "0095_counting"
down_revision = "0094_council"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
CELL = "organisation_id, measure, period, level, area_id, goal_id"
WHO = ("organisation_id", "child_id", "quarter", "neighbourhood_id", "district_id")
WHO_AND_WHY = ("organisation_id", "child_id", "quarter", "goal_id", "neighbourhood_id",
               "district_id")  # fmt: skip
#: The id of a goal, written in digits.
TOLD = {
    "sqlite": "json_group_object(lower(hex(goal_id)), visits)",
    "postgresql": "json_object_agg(replace(goal_id::text, '-', ''), visits)",
}
UNTOLD = {
    "sqlite": "goal.id, told.value FROM presence_before, json_each(visits) AS told"
    " JOIN presence_goal AS goal ON goal.digits = told.key",
    "postgresql": "told.key::uuid, told.value::int FROM presence_before,"
    " json_each_text(visits) AS told",
}
WITHOUT = " WITHOUT ROWID"


def upgrade() -> None:
    told = TOLD[_dialect()]
    whose = ", ".join(WHO)
    _set_aside()
    if _server():
        op.drop_column("presence", "goal_id")
        op.drop_column("presence", "visits")
        op.add_column("presence", sa.Column("visits", sa.JSON(), nullable=False))
        op.create_primary_key("pk_presence", "presence", WHO)
    else:
        _create(WHO, sa.JSON(), sqlite_with_rowid=False)
    op.execute(
        f"INSERT INTO presence ({whose}, visits)"  # noqa: S608
        f" SELECT {whose}, {told} FROM presence_before GROUP BY {whose}"
    )
    _done()
    _cells(" INCLUDE (n)", WITHOUT)


def downgrade() -> None:
    whose = ", ".join(WHO)
    _set_aside()
    if _server():
        op.drop_column("presence", "visits")
        op.add_column("presence", sa.Column("goal_id", ID, nullable=False))
        op.add_column("presence", sa.Column("visits", sa.Integer(), nullable=False))
        op.create_primary_key("pk_presence", "presence", WHO_AND_WHY)
    else:
        _create(WHO_AND_WHY, sa.Integer())
        _read_goals()
    op.execute(
        f"INSERT INTO presence ({whose}, goal_id, visits) SELECT {whose}, {UNTOLD[_dialect()]}"
    )
    _done()
    if not _server():
        op.execute("DROP TABLE presence_goal")
    _cells("", "")


def _dialect() -> str:
    return op.get_bind().dialect.name


def _server() -> bool:
    return _dialect() == "postgresql"


def _set_aside() -> None:
    """Take the rows out of the table, past the rule that shows those of one organisation only."""
    if not _server():
        op.rename_table("presence", "presence_before")
        return
    op.execute("ALTER TABLE presence NO FORCE ROW LEVEL SECURITY")
    op.execute("CREATE TABLE presence_before AS SELECT * FROM presence")
    op.execute("DELETE FROM presence")
    op.drop_constraint("pk_presence", "presence")


def _done() -> None:
    op.drop_table("presence_before")
    if _server():
        op.execute("ALTER TABLE presence FORCE ROW LEVEL SECURITY")


def _read_goals() -> None:
    """Tell SQLite, which writes digits and cannot read them, the id of each goal."""
    bind = op.get_bind()
    bind.execute(sa.text("CREATE TEMPORARY TABLE presence_goal (digits PRIMARY KEY, id)"))
    used = "SELECT DISTINCT told.key FROM presence_before, json_each(visits) AS told"
    for digits in bind.scalars(sa.text(used)).all():
        known = {"digits": digits, "id": bytes.fromhex(digits)}
        bind.execute(sa.text("INSERT INTO presence_goal VALUES (:digits, :id)"), known)


def _create(key: tuple[str, ...], visits: sa.types.TypeEngine[object], **more: bool) -> None:
    op.create_table(
        "presence",
        *(sa.Column(name, sa.String(8) if name == "quarter" else ID, nullable=False)
          for name in key),
        sa.Column("visits", visits, nullable=False),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_presence")),
        **more,
    )  # fmt: skip


def _cells(included: str, without: str) -> None:
    """Write the table anew as it is, but for how its rows are kept."""
    if _server():
        op.execute("ALTER TABLE cell DROP CONSTRAINT pk_cell")
        op.execute(f"ALTER TABLE cell ADD CONSTRAINT pk_cell PRIMARY KEY ({CELL}){included}")
        return
    was = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'cell'"
    columns = op.get_bind().scalar(sa.text(was)).removesuffix(WITHOUT).partition("(")[2]
    op.execute("ALTER TABLE cell RENAME TO cell_before")
    op.execute(f"CREATE TABLE cell ({columns}{without}")
    op.execute(f"INSERT INTO cell ({CELL}, n) SELECT {CELL}, n FROM cell_before")  # noqa: S608
    op.execute("DROP TABLE cell_before")
    op.execute("CREATE INDEX ix_cell_miscounted ON cell (n) WHERE n < 0")
