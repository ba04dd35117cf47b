"""Runs migrations inside the app, as the role that owns the tables.

On SQLite foreign keys are off while tables are rebuilt. On PostgreSQL the role that serves gets
afterwards what it needs, if it is another one.
"""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Enum, TypeDecorator, create_engine, make_url

from kinderwerk.storage import roles
from kinderwerk.storage.base import Base
from kinderwerk.storage.types import Id


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Write our column types as the plain types underneath: migrations outlive our code."""
    if kind == "type" and isinstance(item, Id):
        return 'sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")'
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String({item.length})"
    return False


options = current_app.extensions["migrate"].configure_args
settings = current_app.extensions["kinderwerk_settings"]
serving = make_url(settings.database_url).username
owner = settings.owner_database_url
engine = (
    create_engine(owner, hide_parameters=True)
    if owner
    else current_app.extensions["migrate"].db.engine
)

with engine.connect() as connection:
    on_sqlite = connection.dialect.name == "sqlite"
    raw = connection.connection.driver_connection
    if on_sqlite:
        raw.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        transactional_ddl=True,
        **options,
    )
    with context.begin_transaction():
        if not on_sqlite:  # owners are held to row-level security too
            context.execute("SELECT set_config('kinderwerk.organisations', '*', true)")
        context.run_migrations()
        if engine.url.username != serving:
            roles.let_serve(connection, serving)
        if on_sqlite and (broken := raw.execute("PRAGMA foreign_key_check").fetchall()):
            raise RuntimeError(
                f"a migration left {len(broken)} dangling references, such as {broken[:3]}"
            )
    if on_sqlite:
        raw.execute("PRAGMA foreign_keys=ON")

if owner:
    engine.dispose()
