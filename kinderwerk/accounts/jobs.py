"""What the worker does about people, by itself."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Attempt, Link
from kinderwerk.core import clock
from kinderwerk.messages.work import register
from kinderwerk.storage.work import unit_of_work

KEPT = timedelta(days=1)


@register("accounts.tidy", every=timedelta(hours=6))
def tidy(session: Session, subject: str) -> None:
    """Forget links that no longer work, and tries that no longer count."""
    before = clock.now() - KEPT
    with unit_of_work(session):
        session.execute(delete(Link).where(Link.expires_at < before))
        session.execute(delete(Attempt).where(Attempt.window_start < before))
