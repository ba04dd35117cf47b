"""The letter of a referral as a PDF, made for whoever may read it; it goes with no mail."""

from typing import Final

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.core import clock
from kinderwerk.core.words import N_, STAFF_LANGUAGES
from kinderwerk.papers.kinds import KINDS, Words, paper
from kinderwerk.papers.rules import Order
from kinderwerk.referrals import queries, service
from kinderwerk.referrals.models import Referral

NAME: Final = "referral"


@paper(
    NAME, N_("Letter of a referral"), "referrals/letter_pdf.html", Action.VIEW, Resource.REFERRAL,
    subject=queries.by_id, languages=STAFF_LANGUAGES, proved=True,
)  # fmt: skip
def letter(session: Session, asker: Actor, referral: Referral, order: Order) -> Words:
    id = referral.id
    words = service.read(session, asker, referral, "referral.printed")
    again = queries.by_id(session, id)
    house, person = queries.contact(session, again)
    return {
        "referral": again, "words": words, "house": house, "person": person,
        "day": again.sent_on or clock.today(), "asker": asker,
    }  # fmt: skip


LETTER: Final = KINDS[NAME]
