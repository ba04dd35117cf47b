"""A report that is out can be corrected: the next version says which one it corrects, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0091_correction"
down_revision = "0090_conversations"

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
ONE_EACH = "uq_report_edition_municipality_id_period"
#: SQLite makes the table anew, and writes what it read of these otherwise.
EMPTY = ("asked", "reaction")


def upgrade() -> None:
    with op.batch_alter_table("report_edition") as table:
        table.add_column(sa.Column("number", sa.Integer(), server_default="1", nullable=False))
        table.add_column(sa.Column("corrects_id", ID, nullable=True))
        table.add_column(sa.Column("reason", sa.String(500), server_default="", nullable=False))
        table.create_foreign_key(
            op.f("fk_report_edition_corrects_id"), "report_edition", ["corrects_id"], ["id"]
        )
        table.drop_constraint(op.f(ONE_EACH), type_="unique")
        table.create_unique_constraint(
            op.f(f"{ONE_EACH}_number"), ["municipality_id", "period", "number"]
        )
        table.create_index(op.f("ix_report_edition_corrects_id"), ["corrects_id"])
        for name in EMPTY:
            table.alter_column(name, server_default="")


def downgrade() -> None:
    edition = sa.table("report_edition", sa.column("id", ID), sa.column("number", sa.Integer()))
    agreement = sa.table("report_agreement", sa.column("edition_id", ID))
    newer = sa.select(edition.c.id).where(edition.c.number > 1)
    op.execute(agreement.delete().where(agreement.c.edition_id.in_(newer)))
    op.execute(edition.delete().where(edition.c.number > 1))
    with op.batch_alter_table("report_edition") as table:
        table.drop_index(op.f("ix_report_edition_corrects_id"))
        table.drop_constraint(op.f(f"{ONE_EACH}_number"), type_="unique")
        table.create_unique_constraint(op.f(ONE_EACH), ["municipality_id", "period"])
        table.drop_constraint(op.f("fk_report_edition_corrects_id"), type_="foreignkey")
        for name in ("reason", "corrects_id", "number"):
            table.drop_column(name)
        for name in EMPTY:
            table.alter_column(name, server_default="")
