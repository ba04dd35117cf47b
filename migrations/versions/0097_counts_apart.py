"""Exact counts behind a report belong to the organisation that counted them; so do goals and grants.

What a report was made from moves out of it, a row for each organisation, which only that one
reaches; who counts for all of them says so for that one reading. A report is reached in its own
municipality, and by those who read for it once it is released. Goals are reached at home, and
where a published activity names them; grants at home, and by who reads for the municipality.
"""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0097_counts_apart"
down_revision = "0096_lesson"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
ALL = "all"
#: SQLite makes the table anew, and writes what it read of these otherwise.
EMPTY = ("asked", "reaction", "reason")
NAMED = "(SELECT current_setting('kinderwerk.organisations', true))"
HOUSES = f"""((
    SELECT string_to_array(nullif(nullif({NAMED}, ''), '*'), ',')::uuid[]
)::uuid[])"""
REACHED = f"({NAMED} = '*' OR organisation_id = ANY {HOUSES})"
SELF = "(SELECT nullif(current_setting('kinderwerk.person', true), '')::uuid)"
#: The municipalities for which this person reads reports.
TOWNS = f"""(
    SELECT m.municipality_id FROM membership m
    WHERE m.user_id = {SELF} AND m.role = 'municipality' AND m.ended_at IS NULL
)"""  # noqa: S608 (nobody says any of it)
IN_TOWN = f"municipality_id IN {TOWNS}"
AT_HOME = f"""(
    {NAMED} = '*' OR municipality_id IN (
        SELECT o.municipality_id FROM organisation o WHERE o.id = ANY {HOUSES}
    )
)"""  # noqa: S608 (as above)
IN_THE_PROGRAMME = """EXISTS (
    SELECT 1 FROM activity_goal g JOIN activity a ON a.id = g.activity_id
    WHERE g.goal_id = goal.id AND a.state = 'published'
)"""
EDITION = sa.table(
    "report_edition", sa.column("id", ID), sa.column("content", sa.JSON()),
    sa.column("counted", sa.JSON()),
)  # fmt: skip
COUNTS = sa.table(
    "report_count", sa.column("edition_id", ID), sa.column("organisation_id", ID),
    sa.column("counted", sa.JSON()),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "report_count",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("edition_id", ID, nullable=False),
        sa.Column("counted", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["report_edition.id"], name=op.f("fk_report_count_edition_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_report_count_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "edition_id", name=op.f("pk_report_count")),
    )  # fmt: skip
    op.create_index(op.f("ix_report_count_edition_id"), "report_count", ["edition_id"])
    rows = op.get_bind().execute(sa.select(EDITION)).all()
    apart = [one for row in rows for one in _apart(row.id, _read(row.content), _read(row.counted))]
    if apart:
        op.get_bind().execute(COUNTS.insert(), apart)
    op.drop_column("report_edition", "counted")
    if op.get_bind().dialect.name == "postgresql":
        _hold()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _let_go()
    op.add_column(
        "report_edition", sa.Column("counted", sa.JSON(), server_default="{}", nullable=False)
    )
    together: dict[Any, dict[str, Any]] = {}
    for row in op.get_bind().execute(sa.select(COUNTS)).all():
        _add(together.setdefault(row.edition_id, {}), str(_id(row)), _read(row.counted))
    for edition_id, counted in together.items():
        op.execute(EDITION.update().where(EDITION.c.id == edition_id).values(counted=counted))
    op.drop_table("report_count")
    with op.batch_alter_table("report_edition") as table:
        table.alter_column("counted", server_default=None)
        for name in EMPTY:
            table.alter_column(name, server_default="")


def _hold() -> None:
    op.execute("ALTER TABLE report_count ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE report_count FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY reached ON report_count USING {REACHED}")
    op.execute("ALTER TABLE report_edition ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE report_edition FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY reached ON report_edition USING {AT_HOME}")
    op.execute(
        f"CREATE POLICY town ON report_edition USING (released_at IS NOT NULL AND {IN_TOWN})"
    )
    op.execute("DROP POLICY open ON goal")
    op.execute(f"CREATE POLICY open ON goal FOR SELECT USING ({IN_THE_PROGRAMME})")
    op.execute("DROP POLICY open ON subsidy")
    op.execute(f"CREATE POLICY town ON subsidy FOR SELECT USING ({IN_TOWN})")


def _let_go() -> None:
    op.execute("DROP POLICY town ON subsidy")
    op.execute("CREATE POLICY open ON subsidy FOR SELECT USING (true)")
    op.execute("DROP POLICY open ON goal")
    op.execute("CREATE POLICY open ON goal FOR SELECT USING (true)")
    op.execute("DROP POLICY town ON report_edition")
    op.execute("DROP POLICY reached ON report_edition")
    op.execute("ALTER TABLE report_edition NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE report_edition DISABLE ROW LEVEL SECURITY")


def _read(told: Any) -> Any:
    return json.loads(told) if isinstance(told, str) else told


def _id(row: Any) -> UUID:
    found = row.organisation_id
    return found if isinstance(found, UUID) else UUID(bytes=found)


def _apart(edition_id: Any, content: Any, counted: Any) -> Iterator[dict[str, Any]]:
    """Yield what each organisation counted: its own work, and that for its goals."""
    server = op.get_bind().dialect.name == "postgresql"
    for house in content.get("organisations", ()):
        theirs = {house["id"]}
        theirs |= {one["id"] for one in content["goals"] if one["organisation"] == house["id"]}
        id = UUID(house["id"])
        yield {
            "edition_id": edition_id, "organisation_id": id if server else id.bytes,
            "counted": {
                measure: {
                    area: {work: n for work, n in by_work.items() if work in theirs}
                    for area, by_work in by_area.items()
                }
                for measure, by_area in counted.items()
            },
        }  # fmt: skip


def _add(whole: dict[str, Any], house: str, counted: Any) -> None:
    for measure, by_area in counted.items():
        for area, by_work in by_area.items():
            there = whole.setdefault(measure, {}).setdefault(area, {})
            there |= by_work
            there[ALL] = there.get(ALL, 0) + by_work[house]
