"""The database shows the counts of an organisation to nobody beyond it.

A goal report counts for all organisations of a municipality; it says so for that one reading.
"""

from alembic import op

revision = "0085_cells_in_reach"
down_revision = "0084_kiosk"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP POLICY open ON cell")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE POLICY open ON cell FOR SELECT USING (true)")
