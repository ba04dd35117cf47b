"""Writing down what somebody asked about what is kept of them, and what came of it."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand, permits
from kinderwerk.access.vocabulary import SYSTEM, Action, Actor, Resource
from kinderwerk.access_requests import queries, rules
from kinderwerk.access_requests.asking.rules import Question
from kinderwerk.access_requests.models import ASKED, SEALED, AccessRequest
from kinderwerk.access_requests.rules import Decision, Handling, Identity, Receipt, Standing
from kinderwerk.accounts.away import reached
from kinderwerk.accounts.models import Organisation
from kinderwerk.accounts.rules import Tried
from kinderwerk.accounts.service.attempts import attempt
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Stale, Withheld
from kinderwerk.families import limits
from kinderwerk.families import queries as families
from kinderwerk.families.limiting import Limit
from kinderwerk.families.models import Family
from kinderwerk.messages.service import tell
from kinderwerk.registers.recounting import recounted
from kinderwerk.storage.erasing import ERASED
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import revise, unit_of_work

WAITS = "access_request_waits"
DUE = "access_request_due"


def receive(session: Session, actor: Actor, wish: Receipt) -> AccessRequest:
    """Write down that somebody asked; whoever answers sees to it from there."""
    rules.check_receipt(wish.received_on, clock.today())
    with unit_of_work(session):
        held = demand(actor, Action.CREATE, Resource.ACCESS_REQUEST)
        family = session.get_one(Family, wish.family_id)
        if actor.id is None or family.organisation_id != held.organisation_id:
            raise Withheld("a family elsewhere")
        if not permits(actor, Action.LIST, Resource.ACCESS_REQUEST):
            demand(actor, Action.VIEW, Resource.FAMILY, family.facts)
        request = AccessRequest(
            organisation_id=family.organisation_id, author_id=actor.id, family=family,
            asks=wish.right, asker=wish.asker, received_on=wish.received_on,
        )  # fmt: skip
        _begin(session, actor, request, wish.asked_by, wish.words)
    return request


def ask(session: Session, actor: Actor, wish: Question, place: str) -> AccessRequest:
    """Ask on a page of ours. Whoever is signed in here is known; of anybody else nothing is, and
    nothing is told to them."""
    attempt(session, Tried.RIGHT, wish.asked_by, place)
    with unit_of_work(session):
        here = session.get_one(Organisation, wish.organisation_id)
        known = families.carer_here(session, actor.id, here.id) if actor.id else None
        request = AccessRequest(
            organisation_id=here.id, author_id=actor.id if known else None,
            family=known.family if known else None, asks=wish.right, asker=wish.asker,
            identity=Identity.SIGNED_IN if known else Identity.NOT_YET,
            received_on=clock.today(),
        )  # fmt: skip
        _begin(session, actor if known else SYSTEM, request, wish.asked_by, wish.words)
    return request


def _begin(
    session: Session, actor: Actor, request: AccessRequest, asked_by: str, words: str
) -> None:
    seal(session, request, asked_by=asked_by, words=words or None)
    session.add(request)
    session.flush()
    audit.record(session, actor, "access_request.received", request.id)
    _tell(session, actor, request, WAITS)


def _tell(session: Session, actor: Actor, request: AccessRequest, template: str) -> None:
    """Tell who answers it today that it waits, once: a month is soon over."""
    here = request.organisation_id
    for person in reached(session, here, queries.officers(session, request)):
        if person.id not in {actor.id, *request.facts.family}:
            tell(
                session, key=f"{template}:{request.id}:{person.id}", address=person.email,
                template=template, language=person.language, organisation_id=here,
                access_request_id=request.id,
            )  # fmt: skip


def read(session: Session, actor: Actor, request_id: UUID) -> dict[str, str]:
    """Open what was asked and written about it; why it is safe or not only for who weighs that."""
    request = queries.by_id(session, request_id)
    demand(actor, Action.VIEW, Resource.ACCESS_REQUEST, request.facts)
    weighs = permits(actor, Action.RELEASE, Resource.ACCESS_REQUEST, request.facts)
    opened = [name for name in (*ASKED, *SEALED) if weighs or name != "why_safety"]
    words = audit.disclose(
        session, actor, "access_request.read", request_id, AccessRequest, [request_id], *opened
    )[request_id]
    return {"why_safety": ""} | {name: text or "" for name, text in words.items()}


def handle(
    session: Session, actor: Actor, request_id: UUID, version: int | None, wish: Handling
) -> None:
    """Note how far it is: who they are, whether it is safe, what is done, and when it was told."""
    try:
        with unit_of_work(session):
            request = queries.locked(session, request_id)
            demand(actor, Action.EDIT, Resource.ACCESS_REQUEST, request.facts)
            if wish.safety is not None:
                demand(actor, Action.RELEASE, Resource.ACCESS_REQUEST, request.facts)
            rules.check_handling(wish, _standing(request), clock.today())
            _match(session, actor, request, wish)
            revise(
                request, version, identity=wish.identity, extended=wish.extended,
                told_longer_on=wish.told_longer_on if wish.extended else None,
                safety=request.safety if wish.safety is None else wish.safety,
                decision=wish.decision, sent_on=wish.sent_on,
            )  # fmt: skip
            request.decided_by_id = None if wish.decision is Decision.OPEN else actor.id
            written = [name for name in SEALED if wish.safety is not None or name != "why_safety"]
            seal(session, request, **{name: getattr(wish, name) or None for name in written})
            audit.record(
                session, actor, "access_request.handled", request.id, decision=wish.decision
            )
    except Stale as stale:
        words = read(session, actor, request_id)
        theirs = {name: words[name] for name in SEALED}
        raise Stale(theirs | stale.theirs, stale.version) from None


def _standing(request: AccessRequest) -> Standing:
    return Standing(
        right=request.asks,
        received_on=request.received_on,
        safety=request.safety,
        matched=request.family_id is not None,
    )


def _match(session: Session, actor: Actor, request: AccessRequest, wish: Handling) -> None:
    """Say which family asked, once; whoever handles it may not be one of them."""
    if request.family_id or not wish.family_id or wish.identity in rules.UNPROVED:
        return
    family = session.get_one(Family, wish.family_id)
    if family.organisation_id != request.organisation_id:
        raise Withheld("a family elsewhere")
    request.family = family
    demand(actor, Action.EDIT, Resource.ACCESS_REQUEST, request.facts)


def limit(
    session: Session, actor: Actor, request_id: UUID, wanted: Collection[UUID],
    limit: Limit | None, *, told: bool,
) -> None:  # fmt: skip
    """Limit the use of what is kept of children of this family, or lift that."""
    if limit is None:
        rules.check_lifting(told=told)
    with unit_of_work(session):
        request = queries.locked(session, request_id)
        demand(actor, Action.EDIT, Resource.ACCESS_REQUEST, request.facts)
        if request.family is None or request.identity in rules.UNPROVED:
            raise rules.NobodyKnown
        children = {child.id: child for child in request.children}
        chosen = rules.chosen(wanted, list(children))
        with recounted(session, chosen):
            limits.put(session, [children[id] for id in chosen], limit)
            audit.record(
                session, actor, "child.limited", request.id, also=chosen,
                limit=limit.value if limit else "lifted",
            )  # fmt: skip


def remind(session: Session) -> None:
    """Remind once of each answer that is due within a week, or was."""
    with unit_of_work(session):
        for request in queries.unanswered(session):
            if rules.reminded_on(request.due_on) <= clock.today():
                _tell(session, SYSTEM, request, DUE)


def tidy(session: Session) -> None:
    """Let go of what was asked by nobody whom we know, a while after the answer."""
    before = rules.STRANGERS.before(clock.today())
    with unit_of_work(session):
        session.execute(
            delete(AccessRequest).where(
                AccessRequest.family_id.is_(None), AccessRequest.sent_on <= before
            ),
            execution_options={"audited": ERASED, "synchronize_session": False},
        )
        audit.record(session, SYSTEM, ERASED, UUID(int=0))
