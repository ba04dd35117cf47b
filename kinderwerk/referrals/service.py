"""Preparing referrals, sending them, and writing down what became of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts import shares
from kinderwerk.accounts.away import reached
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.accounts.once import sent_before
from kinderwerk.accounts.shares import LetIn
from kinderwerk.audit import service as audit
from kinderwerk.audit.service import Sealed
from kinderwerk.confided import service as confided
from kinderwerk.confided.rules import Kind as Confiding
from kinderwerk.confided.rules import Wish
from kinderwerk.confided.service import Record
from kinderwerk.core import clock
from kinderwerk.core.errors import Stale, Withheld
from kinderwerk.facts import service as facts
from kinderwerk.families.models import Child, Family
from kinderwerk.families.rules import age_on
from kinderwerk.messages import service as messages
from kinderwerk.partners.models import Partner
from kinderwerk.partners.rules import HelpSystem
from kinderwerk.places.located import located
from kinderwerk.places.models import Neighbourhood
from kinderwerk.referrals import links, queries, rules, sheets
from kinderwerk.referrals.models import Referral, ReferralShare, ReferralStep
from kinderwerk.referrals.rules import (
    Change,
    Consent,
    ConsentMethod,
    Helped,
    Part,
    Prepare,
    Showing,
    Status,
    Step,
    Subject,
)
from kinderwerk.referrals.sheets import Sheet
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import revise, unit_of_work

SEALED: Final = ("note", "consent_reason", "shown_reason", "helped_words", "sheet")


@dataclass(frozen=True, slots=True)
class Words:
    """What is sealed of a referral, for one reading; `steps` by the id of the step."""

    note: str
    reason: str | None
    unseen: str | None
    helped: str | None
    sheet: Sheet
    steps: dict[UUID, str]


def prepare(session: Session, actor: Actor, wish: Prepare) -> Referral:
    """Prepare a referral; whoever does so carries it until a colleague or the partner does."""
    rules.check_subject(wish)
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.REFERRAL)
        if actor.id is None or actor.organisation_id is None:
            raise Withheld("a referral is made by somebody of an organisation")
        if prepared := sent_before(session, Referral, actor.id, wish.once):
            return prepared
        referral = _begun(session, actor, actor.id, actor.organisation_id, wish)
        _agree(session, referral, wish.consent)
        session.flush()  # so that its facts know the neighbourhood
        demand(actor, Action.EDIT, Resource.REFERRAL, referral.facts)
        _step(session, actor, referral, referral.status)
        audit.record(
            session, actor, "referral.prepared", referral.id, kind=wish.kind.value,
            consent=wish.consent.method.value, partner=wish.partner_id,
        )  # fmt: skip
    return referral


def read(session: Session, actor: Actor, referral: Referral, deed: str = "referral.read") -> Words:
    """Open what was written; the reading is on record before the words are shown."""
    demand(actor, Action.VIEW, Resource.REFERRAL, referral.facts)
    id, noted = referral.id, queries.noted(session, referral.id)
    opened = audit.disclose_together(
        session, actor, deed, id, Sealed(Referral, [id], SEALED),
        Sealed(ReferralStep, noted, ("note",)),
    )  # fmt: skip
    words, again = opened[id], queries.by_id(session, id)
    return Words(
        words["note"] or "", words["consent_reason"], words["shown_reason"], words["helped_words"],
        sheets.read(words["sheet"]) if words["sheet"] else sheets.draft(again, again.neighbourhood),
        {step_id: opened[step_id]["note"] or "" for step_id in noted},
    )  # fmt: skip


def change(
    session: Session, actor: Actor, referral: Referral, version: int | None, wish: Change
) -> None:
    """Change to whom it goes and what it says, until it is sent."""
    try:
        with unit_of_work(session):
            referral = _locked(session, actor, referral.id)
            _unsent(referral)
            partner = _partner(session, referral.organisation_id, wish.partner_id)
            revise(
                referral, version, partner_id=partner.id, kind=wish.kind, parts=_parts(wish.parts)
            )
            _unshown(session, referral)
            before, referral.status = referral.status, rules.ready(referral.consent, wish.kind)
            if referral.status is not before:
                _step(session, actor, referral, referral.status)
            seal(session, referral, note=wish.note)
            audit.record(session, actor, "referral.changed", referral.id, partner=partner.id)
    except Stale as stale:
        stale.theirs["note"] = read(session, actor, referral).note
        raise


def record_consent(
    session: Session, actor: Actor, referral: Referral, version: int | None, consent: Consent
) -> None:
    """Note who agreed, or why it goes without; only then can it be sent."""
    try:
        with unit_of_work(session):
            referral = _locked(session, actor, referral.id)
            _unsent(referral)
            revise(
                referral, version, consent=consent.method, parents_agreed=consent.parents,
                young_agreed=consent.young, consent_by=consent.by, consent_on=consent.on,
                parents_told=consent.parents_told, agreed=_ids(consent.agreed),
            )  # fmt: skip
            before = referral.status
            _agree(session, referral, consent)
            if referral.status is not before:
                _step(session, actor, referral, referral.status)
            audit.record(
                session, actor, "referral.consent", referral.id, consent=consent.method.value
            )
    except Stale as stale:
        stale.theirs["consent_reason"] = read(session, actor, referral).reason
        raise


def go_on(
    session: Session, actor: Actor, referral: Referral, version: int | None, step: Step
) -> None:
    """Write down what became of it, which nobody can take back."""
    with unit_of_work(session):
        referral = _locked(session, actor, referral.id)
        revise(referral, version, status=referral.status)
        rules.check_step(referral.status, referral.consent, step, referral.kind)
        place = located(session, [referral.neighbourhood_id]).get(
            referral.neighbourhood_id  # type: ignore[arg-type]
        )
        before = queries.contribution(referral, place)
        referral.status = step.status
        if step.status is Status.SENT:
            _send(session, actor, referral)
        note_down(referral, step)
        facts.replace(session, before, queries.contribution(referral, place))
        _step(session, actor, referral, step.status, step.note)
        audit.record(session, actor, "referral.went_on", referral.id, status=step.status.value)


def note_down(referral: Referral, step: Step) -> None:
    """Put on a referral what a step tells, in the unit of work of whoever tells it."""
    referral.status = step.status
    if step.status is Status.TAKEN_OVER:
        referral.taken_over_by = step.taken_over_by
    if step.status is Status.WAITING_LIST:
        referral.watched_by = step.watched_by
    if step.status in (Status.FEEDBACK, Status.CLOSED):
        referral.outcome = step.outcome or referral.outcome


def show(
    session: Session, actor: Actor, referral: Referral, version: int | None, showing: Showing
) -> None:
    """Note that the parents read what is sent, or why not."""
    try:
        with unit_of_work(session):
            referral = _locked(session, actor, referral.id)
            _unsent(referral)
            revise(referral, version, shown=showing.how, shown_on=showing.on or clock.today())
            rules.check_showing(showing, clock.today())
            seal(session, referral, shown_reason=showing.reason or None)
            audit.record(session, actor, "referral.shown", referral.id, how=showing.how.value)
    except Stale as stale:
        stale.theirs["shown_reason"] = read(session, actor, referral).unseen
        raise


def reopen(
    session: Session, actor: Actor, referral: Referral, version: int | None, reason: str
) -> None:
    """Go on with what was closed. They are asked again before anything goes to the partner."""
    with unit_of_work(session):
        referral = _locked(session, actor, referral.id)
        rules.check_reopening(referral.status, reason)
        pending = ConsentMethod.PENDING
        revise(referral, version, consent=pending, status=rules.ready(pending, referral.kind))
        referral.parents_agreed = referral.young_agreed = False
        referral.agreed, referral.asked_at, referral.reminded = [], None, 0
        referral.taken_over_by = referral.watched_by = referral.outcome = None
        _unshown(session, referral)
        seal(session, referral, sheet=None)
        _step(session, actor, referral, referral.status, reason)
        audit.record(session, actor, "referral.reopened", referral.id)


def note_helped(
    session: Session, actor: Actor, referral: Referral, version: int | None, helped: Helped,
    words: str,
) -> None:  # fmt: skip
    """Write down what the family says of it, once somebody asked."""
    try:
        with unit_of_work(session):
            referral = _locked(session, actor, referral.id)
            revise(referral, version, helped=helped, helped_on=clock.today())
            seal(session, referral, helped_words=words or None)
            audit.record(session, actor, "referral.helped", referral.id, helped=helped.value)
    except Stale as stale:
        stale.theirs["helped_words"] = read(session, actor, referral).helped
        raise


def name_carer(session: Session, actor: Actor, referral: Referral, wish: Wish) -> None:
    """Let a carer of the family see what is sent, on their own page, and ask them to read it."""
    with unit_of_work(session):
        referral = _locked(session, actor, referral.id)
        named = confided.name(session, actor, _record(referral), wish)
        session.flush()
        key = f"{referral.id}:read:{referral.version}:{named.confirmed_on}"
        confided.tell_named(session, Confiding.REFERRAL, referral.id, key)


def unname_carer(session: Session, actor: Actor, referral: Referral, carer_id: UUID) -> None:
    with unit_of_work(session):
        referral = _locked(session, actor, referral.id)
        confided.unname(session, actor, _record(referral), carer_id)


def _record(referral: Referral) -> Record:
    return Record(Confiding.REFERRAL, referral.id, referral.family, referral.facts)


def _send(session: Session, actor: Actor, referral: Referral) -> None:
    """Let a referral go as it stands now: to somebody handed over, or only told to the family."""
    partner = _partner(session, referral.organisation_id, referral.partner_id)
    referral.sent_at, referral.asked_at = referral.sent_at or clock.now(), clock.now()
    if referral.kind not in rules.HANDED:
        return
    if not partner.agreed.holds:
        raise rules.NoAgreement
    reason = _excuse(session, actor, referral)
    rules.check_still(
        referral.consented(reason), referral.age, clock.today(), sheets.holders(referral)
    )
    silently = referral.consent is ConsentMethod.WITHOUT and not referral.parents_told
    if referral.shown is None and not silently:
        raise rules.NotShown
    seal(session, referral, sheet=sheets.draft(referral, referral.neighbourhood).written())
    links.renew(session, actor, referral)


def _excuse(session: Session, actor: Actor, referral: Referral) -> str | None:
    """Return why somebody was not asked, or that nobody was, if that was noted."""
    if not queries.excused(session, referral.id):
        return None
    column = "consent_reason"
    opened = audit.disclose(
        session, actor, "referral.read", referral.id, Referral, [referral.id], column
    )
    return opened[referral.id][column]


def _unshown(session: Session, referral: Referral) -> None:
    """What the parents saw is no longer what goes."""
    referral.shown = referral.shown_on = None
    seal(session, referral, shown_reason=None)


def _parts(parts: Sequence[Part]) -> list[str]:
    return [part.value for part in parts]


def _ids(agreed: Collection[UUID]) -> list[str]:
    return sorted(map(str, agreed))


def hand_over(
    session: Session, actor: Actor, referral: Referral, version: int | None, user_id: UUID
) -> None:
    """Let a colleague carry it from now on; it is never without somebody."""
    with unit_of_work(session):
        referral = _locked(session, actor, referral.id)
        _open(referral)
        colleague = _colleague(session, referral, user_id)
        moved = referral.owner_id != colleague.id
        revise(referral, version, owner_id=colleague.id)
        audit.record(session, actor, "referral.handed_over", referral.id, owner=colleague.id)
        for person in reached(session, referral.organisation_id, [colleague] if moved else []):
            _tell(session, referral, person)


def share(session: Session, actor: Actor, referral: Referral, wish: LetIn) -> None:
    """Let a colleague in, until a day, for a reason that everybody who reads it sees."""
    shares.check(wish, clock.today())
    with unit_of_work(session):
        referral = _locked(session, actor, referral.id)
        colleague = _colleague(session, referral, wish.user_id)
        if colleague.id not in referral.facts.readers and actor.id is not None:
            shares.let_in(session, referral, ReferralShare, wish, actor.id)
            _tell(session, referral, colleague)
        audit.record(
            session, actor, "referral.shared", referral.id, reader=colleague.id, until=wish.until
        )


def unshare(session: Session, actor: Actor, referral: Referral, user_id: UUID) -> None:
    with unit_of_work(session):
        referral = _locked(session, actor, referral.id)
        shares.let_out(referral, user_id)
        audit.record(session, actor, "referral.unshared", referral.id, reader=user_id)


def stand_in(session: Session, actor: Actor, organisation_id: UUID, system: HelpSystem) -> None:
    """Say in which help system the organisation itself works."""
    with unit_of_work(session):
        here = session.get_one(Organisation, organisation_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.ORGANISATION, here.facts)
        here.help_system = system.value
        audit.record(session, actor, "organisation.changed", here.id, help_system=system.value)


def _begun(
    session: Session, actor: Actor, author_id: UUID, organisation_id: UUID, wish: Prepare
) -> Referral:
    child, family = _whom(session, actor, wish)
    lives = child.neighbourhood_id if child else family.home
    referral = Referral(
        organisation_id=organisation_id, author_id=author_id, owner_id=author_id, once=wish.once,
        family=family, child=child if wish.subject is Subject.CHILD else None,
        neighbourhood=session.get_one(Neighbourhood, lives) if lives else None,
        partner=_partner(session, organisation_id, wish.partner_id), kind=wish.kind,
        signal_id=wish.signal_id, trajectory_id=wish.trajectory_id, parts=_parts(wish.parts),
    )  # fmt: skip
    seal(session, referral, note=wish.note)
    session.add(referral)
    return referral


def _whom(session: Session, actor: Actor, wish: Prepare) -> tuple[Child | None, Family]:
    """Return the child named, if one is, and its family; what cannot be seen is not there.

    Who may read a signal or a trajectory may refer the family that it is about.
    """
    begun = [
        queries.begun(session, actor, signal_id=wish.signal_id),
        queries.begun(session, actor, trajectory_id=wish.trajectory_id),
    ]
    open_to = {one.family.id: one.family for one in begun if one.family}
    child = session.get_one(Child, wish.child_id) if wish.child_id else None
    family = open_to.get(child.family_id if child else wish.family_id)  # type: ignore[arg-type]
    if family is None:
        family_id = None if child else wish.family_id
        found = queries.begun(session, actor, child_id=wish.child_id, family_id=family_id)
        child, family = found.child, found.family
    if family is None or family.organisation_id != actor.organisation_id:
        raise Withheld("somebody elsewhere")
    return child, family


def _partner(session: Session, organisation_id: UUID, partner_id: UUID) -> Partner:
    partner = session.get_one(Partner, partner_id)
    if partner.organisation_id != organisation_id:
        raise Withheld("a partner elsewhere")
    if partner.retired:
        raise rules.PartnerRetired
    return partner


def _agree(session: Session, referral: Referral, consent: Consent) -> None:
    """Put consent on a referral as far as it is enough, and say so by where it stands."""
    today = clock.today()
    born = referral.child.born_on if referral.child else None
    age = age_on(born, consent.on or today) if born else None
    known = sheets.holders(referral)
    if consent.parents and not consent.agreed:
        consent = replace(consent, agreed=known.known)
    rules.check_consent(consent, age, today, known)
    referral.agreed = _ids(consent.agreed)
    referral.consent = consent.method
    referral.parents_agreed, referral.young_agreed = consent.parents, consent.young
    referral.consent_by, referral.consent_on = consent.by, consent.on
    referral.parents_told = consent.parents_told
    seal(session, referral, consent_reason=consent.reason or None)
    referral.status = rules.ready(consent.method, referral.kind)


def _step(
    session: Session, actor: Actor, referral: Referral, status: Status, note: str | None = None
) -> None:
    step = ReferralStep(
        organisation_id=referral.organisation_id, referral=referral, status=status, by_id=actor.id
    )
    seal(session, step, note=note or None)
    session.add(step)


def _locked(session: Session, actor: Actor, referral_id: UUID) -> Referral:
    """Return the referral under its lock, if this actor may still change it."""
    referral = session.get_one(Referral, referral_id, with_for_update=True)
    demand(actor, Action.EDIT, Resource.REFERRAL, referral.facts)
    return referral


def _unsent(referral: Referral) -> None:
    _open(referral)
    if referral.status not in rules.UNSENT:
        raise rules.IsSent


def _open(referral: Referral) -> None:
    if referral.status is Status.CLOSED:
        raise rules.IsClosed


def _colleague(session: Session, referral: Referral, user_id: UUID) -> User:
    """Return a colleague who may carry or read this; anybody else is not there."""
    for colleague in queries.colleagues(session, referral):
        if colleague.id == user_id:
            return colleague
    raise Withheld("not a colleague who may read this")


def _tell(session: Session, referral: Referral, person: User) -> None:
    """Tell that something waits, never what; only ids go along."""
    messages.tell(
        session, key=f"referral:{referral.id}:{person.id}:{referral.version}",
        template="referral_waits", address=person.email, language=person.language,
        organisation_id=referral.organisation_id, referral_id=referral.id,
    )  # fmt: skip
