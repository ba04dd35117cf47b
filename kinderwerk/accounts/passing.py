"""Counting how much comes from one address in a day, without knowing tomorrow which address it was.

The address is hashed with a key that lives for a day. Limits are generous: a school shares one.
"""

import hashlib
import hmac
import secrets
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import DayKey
from kinderwerk.accounts.service.attempts import INSERT, count
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_
from kinderwerk.storage.work import unit_of_work

LENGTH: Final = 32


class Crowded(Refusal):
    message = N_(
        "Very much came from this place today. Nothing is wrong with you: try again tomorrow, or"
        " tell it to somebody who works here."
    )


def passing(session: Session, what: str, address: str, most: int) -> None:
    """Count one more of this kind from an address today; refuse when it is too many."""
    with unit_of_work(session):
        told = hmac.digest(_key_of_today(session), f"{what} {address}".encode(), hashlib.sha256)
        many = count(session, told.hex(), clock.midnight(clock.today()))
    if many > most:
        raise Crowded


def _key_of_today(session: Session) -> bytes:
    insert: Any = INSERT[session.get_bind().dialect.name](DayKey)
    fresh = {"day": clock.today(), "key": secrets.token_bytes(LENGTH)}
    session.execute(insert.values(**fresh).on_conflict_do_nothing())
    return session.scalars(select(DayKey.key).where(DayKey.day == clock.today())).one()
