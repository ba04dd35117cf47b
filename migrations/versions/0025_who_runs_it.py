"""Who runs a published activity stands on its page, for everybody."""

from alembic import op

revision = "0025_who_runs_it"
down_revision = "0024_passkeys"

PUBLISHED = "EXISTS (SELECT 1 FROM activity a WHERE a.id = activity_id AND a.state = 'published')"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE POLICY open ON activity_staff FOR SELECT USING ({PUBLISHED})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP POLICY open ON activity_staff")
