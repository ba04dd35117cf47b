"""What a dossier tells of the referrals that came of a signal."""

from collections.abc import Iterator
from uuid import uuid5

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.core import clock
from kinderwerk.core.words import N_
from kinderwerk.dossiers.rules import Passage, Section
from kinderwerk.dossiers.sections import section
from kinderwerk.referrals import queries, service
from kinderwerk.referrals.models import Referral
from kinderwerk.referrals.service import Words
from kinderwerk.signals.models import Signal


@section("signal")
def told(session: Session, actor: Actor, signal: Signal, deed: str) -> Section:
    passages: list[Passage] = []
    for id in [line.id for line in queries.of_signal(session, actor, signal)]:
        words = service.read(session, actor, queries.by_id(session, id), f"referral.{deed}")
        referral = queries.by_id(session, id)
        passages += _written(session, referral, words)
        passages += _became(session, referral, words)
    return Section(_("Referrals"), passages)


def _written(session: Session, referral: Referral, words: Words) -> Iterator[Passage]:
    """Yield what went to the partner, and why it went as it did."""
    wrote = queries.people(session, [referral.author_id])[referral.author_id]
    since = clock.to_wall(referral.created_at).date()
    why = {
        "consent": (N_("Why it goes without consent:"), words.reason, since),
        "unseen": (N_("Why the parents did not see it first:"), words.unseen, since),
        "helped": (N_("What the family said later:"), words.helped, referral.helped_on or since),
    }
    yield Passage(
        id=referral.id, on=referral.sent_on or since, label=N_("Handover note"), text=words.note,
        source=referral.partner.name, author=wrote,
    )  # fmt: skip
    for part, (before, text, on) in why.items():
        if text:
            yield Passage(
                id=uuid5(referral.id, part), on=on, label=N_("Referral"), before=before,
                text=text, source=referral.partner.name, author=wrote,
            )  # fmt: skip


def _became(session: Session, referral: Referral, words: Words) -> Iterator[Passage]:
    """Yield what became of it; what the partner let be heard is the partner's own word."""
    steps = queries.steps(session, referral.id)
    people = queries.people(session, [one.by_id for one in steps])
    for one in steps:
        if text := words.steps.get(one.id):
            yield Passage(
                id=one.id, on=clock.to_wall(one.created_at).date(), label=one.status.label,
                text=text, source=referral.partner.name if one.by_partner else None,
                author=people.get(one.by_id) if one.by_id else None,
            )  # fmt: skip
