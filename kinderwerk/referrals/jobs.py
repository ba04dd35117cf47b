"""What the worker does about referrals, by itself."""

from datetime import timedelta

from sqlalchemy.orm import Session

from kinderwerk.messages.work import register
from kinderwerk.referrals import reminding


@register("referrals.remind", every=timedelta(hours=6))
def remind(session: Session, subject: str) -> None:
    """Ask partners again that let nothing be heard, and families whether it helped."""
    reminding.remind(session)
    reminding.ask_whether_it_helped(session)
