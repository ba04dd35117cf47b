"""Flask extensions, made once and bound to an app by the factory."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from flask import current_app
from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kinderwerk.config import REPORTS, Settings
from kinderwerk.storage import reach
from kinderwerk.storage.base import Base

log: Final = logging.getLogger(__name__)

# Models derive from Base, not from db.Model: type checkers understand the one and not the other,
# and db.Model would drop the base's dataclass flags. Only the metadata is shared.
db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)
login_manager = LoginManager()
login_manager.login_message = None
csrf = CSRFProtect()
babel = Babel()


def session() -> Session:
    """Return the database session of this request or command."""
    return db.session()


@contextmanager
def reading() -> Iterator[Session]:
    """Yield a session for what takes long to count, which reaches what this request reaches.

    It reads at the copy for reports, where there is one: that may be moments behind. If the copy
    does not answer, it is the session of this request.
    """
    copy = db.engines.get(REPORTS)
    if copy is not None:
        with Session(copy) as reader:
            reader.info[reach.SAID] = session().info.get(reach.SAID, reach.NOTHING)
            try:
                reader.connection()
            except OperationalError:
                log.warning("the copy for reports does not answer")
            else:
                yield reader
                return
    yield session()


def as_system() -> Session:
    """Return the same session for the system itself, which reaches every row there is."""
    return reach.say(session(), reach.EVERYTHING)


def settings() -> Settings:
    """Return the settings this application was made with."""
    made: Settings = current_app.extensions["kinderwerk_settings"]
    return made
