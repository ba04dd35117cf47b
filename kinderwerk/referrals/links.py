"""The link by which a partner answers without an account: made, renewed, and proved.

What the address proves is computed from the row and until when it holds, and is kept nowhere. It
says nothing by itself of the family: the note opens only with a code that somebody read out by
telephone to a person they named.
"""

import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor, Membership, Role
from kinderwerk.accounts.rules import GoneLink
from kinderwerk.accounts.tokens import signer
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.messages.service import tell
from kinderwerk.partners.models import Partner
from kinderwerk.referrals import queries
from kinderwerk.referrals.models import Referral, ReferralLink

LASTS: Final = timedelta(days=30)
PURPOSE: Final = "referral answer"
CODE: Final = "referral code"
SIGNS: Final = 8
#: After so many wrong codes somebody has to call again.
MOST_TRIES: Final = 5


def renew(session: Session, actor: Actor, referral: Referral) -> ReferralLink | None:
    """Mail the partner a link that holds from now; the one before opens nothing any more.

    In the unit of work of whoever sends or reminds. Without an address there is only the letter.
    """
    partner = session.get_one(Partner, referral.partner_id)
    if not partner.email:
        return None
    link = queries.link(session, referral.id)
    until = clock.now() + LASTS
    if link is None:
        link = ReferralLink(
            organisation_id=referral.organisation_id, referral_id=referral.id,
            address=partner.email, expires_at=until,
        )  # fmt: skip
        session.add(link)
    link.address, link.expires_at = partner.email, until
    audit.record(session, actor, "referral.link_sent", referral.id, also=[link.id])
    tell(
        session, key=f"referral link:{link.id}:{until.timestamp():.0f}", template="referral_link",
        address=link.address, language=queries.tongue(session, referral.organisation_id),
        organisation_id=referral.organisation_id, link_id=link.id,
    )  # fmt: skip
    return link


def token(link: ReferralLink) -> str:
    return signer.token(link.id, PURPOSE, link.expires_at)


def proved(session: Session, link_id: UUID, proof: str, *, lock: bool = False) -> ReferralLink:
    """Return the link of this address, if it still holds; a wrong, old or unknown one is gone."""
    link = session.get(ReferralLink, link_id, with_for_update=lock or None)
    if (
        link is None
        or link.expires_at <= clock.now()
        or not signer.fits(proof, link.id, PURPOSE, link.expires_at)
    ):
        raise GoneLink
    return link


def new_code(link: ReferralLink, to: str) -> str:
    """Return a code to read out; the one before it opens nothing any more."""
    code = "".join(secrets.choice("0123456789") for _ in range(SIGNS))
    link.code_hash, link.code_to, link.tries = stands_for(link, code), to, 0
    return code


def fits(link: ReferralLink, typed: str) -> bool:
    """Tell whether this is the code, and count the try."""
    digits = "".join(sign for sign in typed if sign.isdigit())
    link.tries += 1
    right = secrets.compare_digest(link.code_hash or "", stands_for(link, digits))
    return right and link.tries <= MOST_TRIES


def stands_for(link: ReferralLink, code: str) -> str:
    return signer.disguise(CODE, f"{link.id} {code}")


def partner_of(referral: Referral) -> Actor:
    """Return as whom a partner acts: nobody whom we know, about a row of this organisation."""
    return Actor(None, Membership(Role.VISITOR, organisation_id=referral.organisation_id))
