"""A parent reads what is sent about their family, stops it, and says whether it helped."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Membership, Resource, Role
from kinderwerk.accounts.models import User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.messages.service import tell
from kinderwerk.referrals import rules as referring
from kinderwerk.referrals import sheets
from kinderwerk.referrals.models import Referral, ReferralStep
from kinderwerk.referrals.own import queries, rules
from kinderwerk.referrals.rules import Helped, Shown, Status
from kinderwerk.referrals.sheets import Sheet
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import revise, unit_of_work


def read(session: Session, actor: Actor, referral: Referral) -> tuple[Sheet, str]:
    """Open what goes, or went, to the partner; the reading is on record first."""
    id = referral.id
    opened = audit.disclose(
        session, _parent(actor, referral), "referral.read_by_family", id, Referral, [id],
        "note", "sheet",
    )[id]  # fmt: skip
    again = queries.by_id(session, actor, id)
    told = opened["sheet"]
    sheet = sheets.read(told) if told else sheets.draft(again, again.neighbourhood)
    return sheet, opened["note"] or ""


def have_read(session: Session, actor: Actor, referral_id: UUID) -> None:
    """Note that they saw what is sent, on their own page."""
    with _locked(session, actor, referral_id) as referral:
        if referral.status not in referring.UNSENT:
            raise rules.SentAlready
        revise(referral, None, shown=Shown.PAGE, shown_on=clock.today())
        seal(session, referral, shown_reason=None)
        audit.record(session, _parent(actor, referral), "referral.shown", referral.id, how="page")


def stop(session: Session, actor: Actor, referral_id: UUID) -> None:
    """Take their consent back: the partner's link tells nothing from now on."""
    with _locked(session, actor, referral_id) as referral:
        if Status.DECLINED_BY_FAMILY not in referring.NEXT[referral.status]:
            raise rules.NotToStop
        revise(referral, None, status=Status.DECLINED_BY_FAMILY)
        session.add(
            ReferralStep(
                organisation_id=referral.organisation_id, referral=referral,
                status=referral.status, by_id=actor.id,
            )
        )  # fmt: skip
        audit.record(session, _parent(actor, referral), "referral.stopped", referral.id)
        owner = session.get_one(User, referral.owner_id)
        tell(
            session, key=f"referral stopped:{referral.id}:{referral.version}",
            template="referral_stopped", address=owner.email, language=owner.language,
            organisation_id=referral.organisation_id, referral_id=referral.id,
        )  # fmt: skip


def say_helped(
    session: Session, actor: Actor, referral_id: UUID, helped: Helped, words: str
) -> None:
    with _locked(session, actor, referral_id) as referral:
        if referral.status not in rules.ASKED:
            raise rules.TooEarly
        revise(referral, None, helped=helped, helped_on=clock.today())
        seal(session, referral, helped_words=words or None)
        audit.record(session, _parent(actor, referral), "referral.helped", referral.id)


@contextmanager
def _locked(session: Session, actor: Actor, referral_id: UUID) -> Iterator[Referral]:
    """Give the referral under its lock to somebody who is still named on it."""
    with unit_of_work(session):
        session.get_one(Referral, referral_id, with_for_update=True)
        demand(actor, Action.CREATE, Resource.FAMILY)
        yield queries.by_id(session, actor, referral_id)


def _parent(actor: Actor, referral: Referral) -> Actor:
    """Return as whom the trail of this organisation knows a parent."""
    return Actor(actor.id, Membership(Role.GUARDIAN, organisation_id=referral.organisation_id))
