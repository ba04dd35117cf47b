"""Flask extensions, made once and bound to an app by the factory."""

from flask import current_app
from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session

from kinderwerk.config import Settings
from kinderwerk.storage import reach
from kinderwerk.storage.base import Base

# Models derive from Base, not from db.Model: type checkers understand the one and not the other,
# and db.Model would drop the base's dataclass flags. Only the metadata is shared.
db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)
migrate = Migrate(compare_type=True, render_as_batch=True)
login_manager = LoginManager()
login_manager.login_message = None
csrf = CSRFProtect()
babel = Babel()


def session() -> Session:
    """Return the database session of this request or command."""
    return db.session()


def as_system() -> Session:
    """Return the same session for the system itself, which reaches every row there is."""
    return reach.say(session(), reach.EVERYTHING)


def settings() -> Settings:
    """Return the settings this application was made with."""
    made: Settings = current_app.extensions["kinderwerk_settings"]
    return made
