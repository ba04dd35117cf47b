"""A series repeats by a rule, keeps holidays, and has dates put in by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0050_repeating"
down_revision = "0049_paper"

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
#: The weekday of a day, 0 for Monday.
ON_SQLITE = "(CAST(strftime('%w', begins_on) AS INTEGER) + 6) % 7"
ON_POSTGRES = "(CAST(extract(dow FROM begins_on) AS INTEGER) + 6) % 7"


def upgrade() -> None:
    new = (
        sa.Column("rule", sa.String(length=200), nullable=True),
        sa.Column("extra", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("closed", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("free_school", sa.String(length=16), server_default="", nullable=False),
        sa.Column("free_public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("weekdays", sa.Integer(), server_default=sa.text("0"), nullable=False),
    )
    for column in new:
        op.add_column("activity", column)
    for number, day in enumerate(DAYS):
        op.execute(
            f"UPDATE activity SET rule = 'FREQ=WEEKLY;BYDAY={day}', weekdays = {1 << number} "  # noqa: S608
            f"WHERE weekday = {number}"
        )
        op.execute(
            f"UPDATE activity SET weekdays = {1 << number} "  # noqa: S608
            f"WHERE weekday IS NULL AND {_weekday()} = {number}"
        )
    op.drop_column("activity", "weekday")


def downgrade() -> None:
    """Of several days in a week the first is left: there was no word for more."""
    op.add_column("activity", sa.Column("weekday", sa.Integer(), nullable=True))
    for number in reversed(range(len(DAYS))):
        op.execute(
            f"UPDATE activity SET weekday = {number} "  # noqa: S608
            f"WHERE rule IS NOT NULL AND (weekdays & {1 << number}) != 0"
        )
    for name in ("weekdays", "free_public", "free_school", "closed", "extra", "rule"):
        op.drop_column("activity", name)


def _weekday() -> str:
    return ON_POSTGRES if op.get_bind().dialect.name == "postgresql" else ON_SQLITE
