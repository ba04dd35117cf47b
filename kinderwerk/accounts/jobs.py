"""What the worker does about people, by itself."""

from datetime import timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Attempt, Challenge, DayKey, Link, OutsideAnswer, SignIn
from kinderwerk.accounts.patience import patience
from kinderwerk.accounts.service import idling
from kinderwerk.core import clock
from kinderwerk.messages.work import register
from kinderwerk.storage.work import unit_of_work

KEPT = timedelta(days=1)


@register("accounts.tidy", every=timedelta(hours=6))
def tidy(session: Session, subject: str) -> None:
    """Forget links that no longer work, tries that no longer count, and who was signed in."""
    before = clock.now() - KEPT
    with unit_of_work(session):
        session.execute(delete(Link).where(Link.expires_at < before))
        session.execute(delete(SignIn).where(or_(SignIn.ended_at < before, SignIn.until < before)))
        session.execute(delete(Challenge).where(Challenge.expires_at < before))
        session.execute(delete(OutsideAnswer).where(OutsideAnswer.expires_at < before))
        session.execute(delete(Attempt).where(Attempt.window_start < before))


@register("accounts.idle", every=timedelta(days=1))
def lock_idle(session: Session, subject: str) -> None:
    """Warn who works here and did not come for long; lock who still did not come."""
    idling.watch(session, patience.days)


@register("accounts.forget_day", every=timedelta(hours=1))
def forget_day(session: Session, subject: str) -> None:
    """Destroy the keys of days that are over: what was counted with them is from nobody."""
    with unit_of_work(session):
        session.execute(delete(DayKey).where(DayKey.day < clock.today()))
