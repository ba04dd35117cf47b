"""The page that becomes the PDF: what goes out, for whom, made by whom and when."""

from collections.abc import Sequence
from hmac import compare_digest
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.accounts.tokens import signer
from kinderwerk.core import clock
from kinderwerk.dossiers.rules import Covering, Section, as_seen, outgoing
from kinderwerk.dossiers.sections import collected
from kinderwerk.papers.kinds import Words
from kinderwerk.papers.rules import Order, Overtaken


def words(session: Session, asker: Actor, case: str, subject: Any, order: Order) -> Words:
    """Open the case as a print, and return what the paper tells."""
    covering = Covering.read(order.choices)
    here = subject.organisation_id
    sections = collected(session, asker, case, subject, "printed")
    demand_seen(sections, covering)
    return told(sections, covering) | {
        "reader": session.scalar(select(User.name).where(User.id == asker.id)),
        "organisation": session.get_one(Organisation, here).name,
        "now": clock.now(),
    }


def mark(sections: Sequence[Section], along: frozenset[UUID]) -> str:
    """Return what stands for the text of what goes along, and tells nothing of it."""
    return signer.disguise("dossier", as_seen(sections, along))


def demand_seen(sections: Sequence[Section], covering: Covering) -> None:
    """Refuse what was changed since somebody looked at what goes out, covered as it was then."""
    seen = (covering.seen or "").encode()
    if not compare_digest(seen, mark(sections, covering.along).encode()):
        raise Overtaken


def told(sections: Sequence[Section], covering: Covering) -> dict[str, Any]:
    """Return what goes out, the same for the preview as for the paper."""
    return {"sections": outgoing(sections, covering), "audience": covering.audience}
