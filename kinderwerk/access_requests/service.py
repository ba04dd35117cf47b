"""Writing down that a family asked, and what came of it."""

from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.access_requests import queries, rules
from kinderwerk.access_requests.models import SEALED, AccessRequest
from kinderwerk.access_requests.rules import Decision, Handling, Receipt
from kinderwerk.accounts.away import reached
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Stale, Withheld
from kinderwerk.families.models import Family
from kinderwerk.messages.service import tell
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import revise, unit_of_work


def receive(session: Session, actor: Actor, wish: Receipt) -> AccessRequest:
    """Write down that somebody asked; the protection officer sees to it from there."""
    rules.check_receipt(wish, clock.today())
    with unit_of_work(session):
        held = demand(actor, Action.CREATE, Resource.ACCESS_REQUEST)
        family = session.get_one(Family, wish.family_id)
        if actor.id is None or family.organisation_id != held.organisation_id:
            raise Withheld("a family elsewhere")
        demand(actor, Action.VIEW, Resource.FAMILY, family.facts)
        request = AccessRequest(
            organisation_id=family.organisation_id, author_id=actor.id, family=family,
            received_on=wish.received_on,
        )  # fmt: skip
        seal(session, request, asked_by=wish.asked_by)
        session.add(request)
        session.flush()
        audit.record(session, actor, "access_request.received", request.id)
        _tell(session, actor, request)
    return request


def _tell(session: Session, actor: Actor, request: AccessRequest) -> None:
    """Tell who answers it today that it waits: a month is soon over."""
    here = request.organisation_id
    for person in reached(session, here, queries.officers(session, request)):
        if person.id not in {actor.id, *request.facts.family}:
            tell(
                session, key=f"access request:{request.id}:{person.id}", address=person.email,
                template="access_request_waits", language=person.language, organisation_id=here,
                access_request_id=request.id,
            )  # fmt: skip


def read(session: Session, actor: Actor, request_id: UUID) -> dict[str, str]:
    """Open what was asked and written about it."""
    request = queries.by_id(session, request_id)
    demand(actor, Action.VIEW, Resource.ACCESS_REQUEST, request.facts)
    words = audit.disclose(
        session, actor, "access_request.read", request_id, AccessRequest, [request_id],
        "asked_by", *SEALED,
    )[request_id]  # fmt: skip
    return {name: text or "" for name, text in words.items()}


def handle(
    session: Session, actor: Actor, request_id: UUID, version: int | None, wish: Handling
) -> None:
    """Note how far it is: who they are, whether it is safe, what is given, and when it was sent."""
    try:
        with unit_of_work(session):
            request = session.get_one(
                AccessRequest, request_id, with_for_update={"of": AccessRequest}
            )
            demand(actor, Action.EDIT, Resource.ACCESS_REQUEST, request.facts)
            rules.check_handling(wish, request.received_on, clock.today())
            revise(
                request, version, identity=wish.identity, extended=wish.extended,
                safety=wish.safety, decision=wish.decision, sent_on=wish.sent_on,
            )  # fmt: skip
            request.decided_by_id = None if wish.decision is Decision.OPEN else actor.id
            seal(session, request, **{name: getattr(wish, name) or None for name in SEALED})
            audit.record(
                session, actor, "access_request.handled", request.id, decision=wish.decision
            )
    except Stale as stale:
        words = read(session, actor, request_id)
        theirs = {name: words[name] for name in SEALED}
        raise Stale(theirs | stale.theirs, stale.version) from None
