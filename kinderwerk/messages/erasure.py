"""Forgetting what was sent, and to whom."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_
from sqlalchemy.orm import Session

from kinderwerk.messages.models import Mailbox, Message
from kinderwerk.storage.erasing import remove


def forget_sent(session: Session, organisation_id: UUID | None, before: datetime) -> None:
    """Take away messages whose fate was sealed before that moment."""
    over = func.coalesce(Message.sent_at, Message.failed_at, Message.dropped_at)
    here = Message.organisation_id == organisation_id
    remove(session, Message, here, over < before)
    if organisation_id:
        remove(
            session, Mailbox, Mailbox.organisation_id == organisation_id, Mailbox.last_at < before
        )


def forget_readers(
    session: Session,
    organisations: Select[Any],
    readers: Select[Any],
    addresses: Collection[str | None],
) -> None:
    """Take away what was told to people who are forgotten, and what is known of their addresses."""
    theirs = or_(Message.reader_id.in_(readers), Message.address.in_(addresses))
    remove(session, Message, Message.organisation_id.in_(organisations), theirs)
    remove(
        session, Mailbox,
        Mailbox.organisation_id.in_(organisations), Mailbox.address.in_(addresses),
    )  # fmt: skip


def forget_about_accounts(session: Session, addresses: Collection[str]) -> None:
    """Take away what was told to people about their account, which is no organisation's."""
    remove(session, Message, Message.organisation_id.is_(None), Message.address.in_(addresses))
