"""What the role that serves may do in a database that another role owns."""

from typing import Any, Final

from sqlalchemy import Connection, Row, text

from kinderwerk.storage.base import SEALED, Base

CHANGES: Final = "SELECT, INSERT, UPDATE, DELETE"
GROWS: Final = "SELECT, INSERT"
#: What only grows is sealed anew when keys change, and stays as it is otherwise.
RESEALS: Final = GROWS + ", UPDATE ({})"
READS: Final = "SELECT"
#: The tool of the migrations keeps it; who serves only looks at which one was the last.
VERSION: Final = "alembic_version"
_TABLES: Final = text(
    "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
    " AND relnamespace = 'public'::regnamespace ORDER BY relname"
)
_SELF: Final = text(
    "SELECT rolname, rolsuper OR rolbypassrls AS unbound, EXISTS (SELECT 1 FROM pg_class"
    " WHERE relowner = pg_roles.oid AND relkind = 'r'"
    " AND relnamespace = 'public'::regnamespace) AS owns"
    " FROM pg_roles WHERE rolname = current_user"
)


def limited() -> dict[str, str]:
    """Return the rights to tables in which not everything may be changed."""
    found = {VERSION: READS}
    for mapper in Base.registry.mappers:
        if mapper.class_.__append_only__:
            table = Base.metadata.tables[mapper.class_.__tablename__]
            sealed = ", ".join(column.name for column in table.columns if column.info.get(SEALED))
            found[table.name] = RESEALS.format(sealed) if sealed else GROWS
            if mapper.class_.__lets_go__:
                found[table.name] += ", DELETE"
    return found


def let_serve(connection: Connection, role: str) -> None:
    """Grant that role what serving needs and nothing else; doing it again changes nothing.

    It cannot change the schema, nor empty a table at once, nor rewrite what only grows.
    """
    quoted = connection.dialect.identifier_preparer.quote_identifier
    who = quoted(role)
    less = limited()
    told = [
        f"GRANT USAGE ON SCHEMA public TO {who}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {who}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {who}",
    ]
    for table in connection.scalars(_TABLES):
        told.append(f"GRANT {less.get(table, CHANGES)} ON {quoted(table)} TO {who}")
    for rights, things in ((CHANGES, "TABLES"), ("USAGE", "SEQUENCES")):
        told.append(
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} ON {things} TO {who}"
        )
    for statement in told:
        connection.exec_driver_sql(statement)


def who_serves(connection: Connection) -> Row[Any]:
    """Return the `rolname` of this connection, whether it is `unbound` and whether it `owns`."""
    return connection.execute(_SELF).one()
