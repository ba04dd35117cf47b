"""Keys that seal, wrapped by those of the environment; and sealing anew what only grows."""

import sqlalchemy as sa
from alembic import op

revision = "0017_data_keys"
down_revision = "0016_demo"

#: A step of a referral stays as it is, but for the key under which its note lies.
STAYS = "id, created_at, organisation_id, referral_id, status, by_id"
SQLITE = "BEGIN SELECT RAISE(ABORT, 'referral_step only grows'); END"
POSTGRES = "ON referral_step EXECUTE FUNCTION referral_step_only_grows()"


def upgrade() -> None:
    op.create_table(
        "data_key",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_data_key")),
    )
    _guard(f"UPDATE OF {STAYS}")


def downgrade() -> None:
    _guard("UPDATE")
    op.drop_table("data_key")


def _guard(update: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER referral_step_no_update")
        op.execute(
            f"CREATE TRIGGER referral_step_no_update BEFORE {update} ON referral_step\n{SQLITE}"
        )
    else:
        op.execute("DROP TRIGGER referral_step_only_grows ON referral_step")
        op.execute(
            "CREATE TRIGGER referral_step_only_grows "
            f"BEFORE {update} OR DELETE OR TRUNCATE {POSTGRES}"
        )
