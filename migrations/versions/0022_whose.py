"""Parts of goals and activities say for themselves to which organisation they belong."""

import sqlalchemy as sa
from alembic import op

revision = "0022_whose"
down_revision = "0021_erasure"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
#: The part, the whole, and the column by which the part names it.
PARTS = (
    ("activity_goal", "activity", "activity_id"),
    ("activity_staff", "activity", "activity_id"),
    ("goal_area", "goal", "goal_id"),
    ("indicator", "goal", "goal_id"),
)
#: Read by whoever reads the programme or a goal report; who runs an activity is not.
READABLE = ("activity_goal", "goal_area", "indicator")
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""


def upgrade() -> None:
    for part, whole, named in PARTS:
        op.add_column(part, sa.Column("organisation_id", ID, nullable=True))
        row, owner = (
            sa.table(part, sa.column(named), sa.column("organisation_id")),
            sa.table(whole, sa.column("id"), sa.column("organisation_id")),
        )
        its = sa.select(owner.c.organisation_id).where(owner.c.id == row.c[named])
        op.execute(row.update().values(organisation_id=its.scalar_subquery()))
        with op.batch_alter_table(part) as table:
            table.alter_column("organisation_id", existing_type=ID, nullable=False)
            table.create_foreign_key(
                op.f(f"fk_{part}_organisation_id"), "organisation", ["organisation_id"], ["id"]
            )
            table.create_index(op.f(f"ix_{part}_organisation_id"), ["organisation_id"])
    if op.get_bind().dialect.name != "postgresql":
        return
    for part, _whole, _named in PARTS:
        op.execute(f"ALTER TABLE {part} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {part} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON {part} USING {REACHED}")
    for part in READABLE:
        op.execute(f"CREATE POLICY open ON {part} FOR SELECT USING (true)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for part in READABLE:
            op.execute(f"DROP POLICY open ON {part}")
        for part, _whole, _named in PARTS:
            op.execute(f"DROP POLICY reached ON {part}")
            op.execute(f"ALTER TABLE {part} NO FORCE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {part} DISABLE ROW LEVEL SECURITY")
    for part, _whole, _named in reversed(PARTS):
        with op.batch_alter_table(part) as table:
            table.drop_index(op.f(f"ix_{part}_organisation_id"))
            table.drop_constraint(op.f(f"fk_{part}_organisation_id"), type_="foreignkey")
            table.drop_column("organisation_id")
