"""The page that becomes the PDF: what goes out, for whom, made by whom and when."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.core import clock
from kinderwerk.dossiers.rules import Covering, Section, outgoing
from kinderwerk.dossiers.sections import collected
from kinderwerk.papers.kinds import Words
from kinderwerk.papers.rules import Order


def words(session: Session, asker: Actor, case: str, subject: Any, order: Order) -> Words:
    """Open the case as a print, and return what the paper tells."""
    covering = Covering.read(order.choices)
    here = subject.organisation_id
    sections = collected(session, asker, case, subject, "printed")
    return told(sections, covering) | {
        "reader": session.scalar(select(User.name).where(User.id == asker.id)),
        "organisation": session.get_one(Organisation, here).name,
        "now": clock.now(),
    }


def told(sections: Sequence[Section], covering: Covering) -> dict[str, Any]:
    """Return what goes out, the same for the preview as for the paper."""
    return {"sections": outgoing(sections, covering), "audience": covering.audience}
