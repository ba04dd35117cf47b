"""Opening a link, reading the note with a code, and writing down what a partner answers."""

from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import User
from kinderwerk.accounts.rules import Tried
from kinderwerk.accounts.service.attempts import attempt
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.messages.service import tell
from kinderwerk.referrals import links, sheets
from kinderwerk.referrals import queries as referrals
from kinderwerk.referrals import rules as referring
from kinderwerk.referrals.answers import queries, rules
from kinderwerk.referrals.answers.rules import NobodyCalled, NoLink, Spoken, Stopped, WrongCode
from kinderwerk.referrals.models import Referral, ReferralLink, ReferralStep
from kinderwerk.referrals.rules import Step
from kinderwerk.referrals.service import note_down
from kinderwerk.referrals.sheets import Sheet
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import revise, unit_of_work


def open_link(session: Session, link_id: UUID, proof: str, place: str) -> None:
    """Open a link with a button; whether it is wrong, old or unknown, the answer is the same."""
    attempt(session, Tried.PARTNER_LINK, str(link_id), place)
    with unit_of_work(session):
        link, referral = _locked(session, link_id, proof)
        if link.opened_at is None:
            link.opened_at = clock.now()
            audit.record(
                session, links.partner_of(referral), "referral.link_opened", referral.id,
                also=[link.id],
            )  # fmt: skip


def read(
    session: Session, link_id: UUID, proof: str, code: str, place: str
) -> tuple[Sheet, str]:  # fmt: skip
    """Open what was sent to whoever has the code; the reading is on record first."""
    attempt(session, Tried.PARTNER_CODE, str(link_id), place)
    with unit_of_work(session):
        link, referral = _locked(session, link_id, proof)
        right, stopped = links.fits(link, code), referral.status in referring.STOPPED
        link.read_at = clock.now() if right and not stopped else link.read_at
        id, partner = referral.id, links.partner_of(referral)
        deed = "referral.code_right" if right else "referral.code_wrong"
        audit.record(session, partner, deed, id, also=[link.id])
    if not right:
        raise WrongCode
    if stopped:
        raise Stopped
    opened = audit.disclose(
        session, partner, "referral.read_by_partner", id, Referral, [id], "note", "sheet"
    )[id]
    return sheets.read(opened["sheet"] or "[]"), opened["note"] or ""


def answer(session: Session, link_id: UUID, proof: str, step: Step) -> None:
    """Write down what the partner says. The same form twice is one answer."""
    with unit_of_work(session):
        link, referral = _locked(session, link_id, proof)
        if queries.said_before(session, referral, step.once):
            return
        rules.check(referral.status, step)
        again = step.status is referral.status
        if again and not step.note:
            return
        revise(referral, None, status=step.status)
        note_down(referral, step)
        partner = links.partner_of(referral)
        told = ReferralStep(
            organisation_id=referral.organisation_id, referral=referral, status=step.status,
            by_id=None, by_partner=True, once=step.once,
        )  # fmt: skip
        seal(session, told, note=step.note or None)
        session.add(told)
        audit.record(
            session, partner, "referral.answered", referral.id, status=step.status.value,
            also=[link.id],
        )  # fmt: skip
        owner = session.get_one(User, referral.owner_id)
        tell(
            session, key=f"referral answer:{told.id}", template="referral_answered",
            address=owner.email, language=owner.language,
            organisation_id=referral.organisation_id, referral_id=referral.id,
        )  # fmt: skip


def give_code(session: Session, actor: Actor, referral: Referral, to: str) -> Spoken:
    """Make a code to read out by telephone to somebody at the partner, who is named."""
    if not to:
        raise NobodyCalled
    with unit_of_work(session):
        link = _ours(session, actor, referral.id)
        code = links.new_code(link, to)
        audit.record(session, actor, "referral.code_given", link.referral_id, also=[link.id])
    return Spoken(code, to)


def send_again(session: Session, actor: Actor, referral: Referral) -> None:
    """Mail the link once more; the one before opens nothing any more."""
    with unit_of_work(session):
        link = _ours(session, actor, referral.id)
        links.renew(session, actor, session.get_one(Referral, link.referral_id))


def _ours(session: Session, actor: Actor, referral_id: UUID) -> ReferralLink:
    referral = session.get_one(Referral, referral_id, with_for_update=True)
    demand(actor, Action.EDIT, Resource.REFERRAL, referral.facts)
    if referral.status in referring.STOPPED:
        raise Stopped
    link = referrals.link(session, referral_id)
    if link is None:
        raise NoLink
    return link


def _locked(session: Session, link_id: UUID, proof: str) -> tuple[ReferralLink, Referral]:
    link = links.proved(session, link_id, proof, lock=True)
    return link, session.get_one(Referral, link.referral_id, with_for_update=True)
