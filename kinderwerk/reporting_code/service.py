"""Beginning a case, writing down what was done, weighing, deciding, and closing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts import shares
from kinderwerk.accounts.away import reached
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.accounts.shares import LetIn
from kinderwerk.audit import service as audit
from kinderwerk.audit.service import Sealed
from kinderwerk.core import clock
from kinderwerk.core.errors import Stale, Withheld
from kinderwerk.families.models import Child
from kinderwerk.messages import service as messages
from kinderwerk.reporting_code import queries, rules, weighing
from kinderwerk.reporting_code.models import (
    OF_CHILD,
    OF_ENTRY,
    CodeCase,
    CodeChild,
    CodeDecision,
    CodeEntry,
    CodeSecond,
    CodeShare,
    CodeWeighing,
)
from kinderwerk.reporting_code.queries import Written
from kinderwerk.reporting_code.rules import (
    Beginning,
    ChildTold,
    Closing,
    Decision,
    Entry,
    EntryKind,
    Status,
)
from kinderwerk.reporting_code.weighing import Weighed
from kinderwerk.signals import rules as signal_rules
from kinderwerk.signals.models import Signal, SignalNote
from kinderwerk.signals.rules import Status as SignalStatus
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import revise, unit_of_work

Texts = Mapping[UUID, Mapping[str, str | None]]
CASE: Final = Resource.CODE_CASE


@dataclass(frozen=True, slots=True)
class Reading:
    """A case for one reading: what stands in it, and its words by row."""

    written: Written
    notes: Sequence[SignalNote]
    words: Texts


def begin(session: Session, actor: Actor, wish: Beginning) -> CodeCase:
    """Begin a case about what a signal is about; whoever begins it carries it."""
    with unit_of_work(session):
        demand(actor, Action.CREATE, CASE)
        signal = session.get_one(Signal, wish.signal_id, with_for_update={"of": Signal})
        demand(actor, Action.EDIT, Resource.SIGNAL, signal.facts)
        case = _begun(session, actor, signal)
        demand(actor, Action.EDIT, CASE, case.facts)
        named = {signal.child_id, *wish.child_ids}
        for child in queries.children_of(session, case.family_id):
            if child.id in named:
                _take_up(case, child)
        signal.status, signal.version = SignalStatus.IN_CODE, signal.version + 1
        session.flush()
        audit.record(
            session, actor, "code_case.begun", case.id, protocol=case.protocol.value,
            version=case.protocol_version, signal=signal.id,
            also=[signal.id, *(one.id for one in case.children)],
        )  # fmt: skip
        for person in _watching(session, case, actor.id):
            _tell(session, case, person, "begun")
    return case


def _watching(session: Session, case: CodeCase, *but: UUID | None) -> Sequence[User]:
    """Return the officers, or who stands in for them today; but for who did it themselves."""
    there = reached(session, case.organisation_id, queries.officers(session, case))
    return [one for one in there if one.id not in but]


def _begun(session: Session, actor: Actor, signal: Signal) -> CodeCase:
    family = signal.child.family if signal.child else signal.family
    if family is None:
        raise rules.NobodyNamed
    if signal.status in signal_rules.CLOSED:
        raise rules.SignalIsClosed
    if queries.runs(session, signal.id):
        raise rules.RunsAlready
    if actor.id is None:
        raise Withheld("a case is begun by somebody")
    protocol = queries.in_force(session, signal.organisation_id)
    today = clock.today()
    case = CodeCase(
        organisation_id=signal.organisation_id, author_id=actor.id, owner_id=actor.id,
        family=family, neighbourhood=signal.neighbourhood, signal_id=signal.id,
        protocol=protocol.name, protocol_version=protocol.version, begun_on=today,
        review_on=today + timedelta(days=rules.REVIEW_DAYS),
    )  # fmt: skip
    session.add(case)
    session.flush()
    return case


def _take_up(case: CodeCase, child: Child) -> None:
    case.children.append(CodeChild(organisation_id=case.organisation_id, case=case, child=child))


def take_up(session: Session, actor: Actor, case_id: UUID, child_ids: Sequence[UUID]) -> None:
    """Take up brothers and sisters too."""
    with unit_of_work(session):
        case = _running(session, actor, case_id)
        known = {one.child_id for one in case.children}
        for child in queries.children_of(session, case.family_id):
            if child.id in child_ids and child.id not in known:
                _take_up(case, child)
        session.flush()
        rows = [one.id for one in case.children]
        audit.record(session, actor, "code_case.children", case.id, also=rows)


def read(session: Session, actor: Actor, case_id: UUID, deed: str = "code_case.read") -> Reading:
    """Open what was written; the reading is on record before the words are shown."""
    demand(actor, Action.VIEW, CASE, queries.by_id(session, case_id).facts)
    case = queries.by_id(session, case_id)
    stands = queries.written(session, case)
    notes = queries.notes(session, case)
    wanted: list[tuple[type[Any], Sequence[Any], tuple[str, ...]]] = [
        (CodeCase, [case], ("why_closed",)),
        (CodeChild, case.children, OF_CHILD),
        (CodeEntry, stands.entries, OF_ENTRY),
        (CodeWeighing, stands.answers, ("motive",)),
        (CodeDecision, stands.decisions, ("motive",)),
        (CodeSecond, stands.seconds, ("words",)),
        (SignalNote, notes, ("text", "source")),
    ]
    words = audit.disclose_together(
        session, actor, deed, case_id,
        *(Sealed(kind, [row.id for row in rows], columns) for kind, rows, columns in wanted),
    )  # fmt: skip
    case = queries.by_id(session, case_id)  # what was read before it was on record is forgotten
    return Reading(queries.written(session, case), queries.notes(session, case), words)


def write_down(session: Session, actor: Actor, case_id: UUID, wish: Entry) -> CodeEntry:
    """Write down what was done, or why it was not; nobody takes it back."""
    with unit_of_work(session):
        case = _running(session, actor, case_id)
        always = queries.protocol_of(case).nameless
        names = queries.names_of(session, case.family_id)
        rules.check_entry(wish, clock.today(), names, always_nameless=always)
        entry = CodeEntry(
            organisation_id=case.organisation_id, case_id=case.id, by_id=_who(actor),
            kind=wish.kind, day=wish.day, held=wish.held or wish.kind not in rules.MAY_FAIL,
            whom=wish.whom, nameless=rules.is_nameless(wish, always=always), finding=wish.finding,
            children_count=wish.children_count, care_shared=wish.care_shared,
            parents_told=wish.parents_told, review_on=wish.review_on,
        )  # fmt: skip
        words = {name: getattr(wish.words, name) or None for name in OF_ENTRY}
        seal(session, entry, **words | {"said": wish.words.said})
        session.add(entry)
        if wish.kind is EntryKind.REPORT:
            case.reported_on = case.reported_on or wish.day
        if wish.kind is EntryKind.FOLLOW_UP:
            case.review_on = wish.review_on
        case.version += 1
        session.flush()
        audit.record(
            session, actor, "code_case.written", case.id, kind=wish.kind.value, also=[entry.id]
        )
    return entry


def weigh(session: Session, actor: Actor, case_id: UUID, wish: Weighed) -> None:
    """Answer one of the five questions; an answer that changes is one more answer."""
    with unit_of_work(session):
        case = _running(session, actor, case_id)
        known = queries.written(session, case)
        weighing.check(known.given, wish, clock.today())
        answer = CodeWeighing(
            organisation_id=case.organisation_id, case_id=case.id, by_id=_who(actor),
            place=len(known.answers) + 1, question=wish.question, reply=wish.reply,
            unsafety=wish.unsafety, term_on=wish.term_on,
        )  # fmt: skip
        seal(session, answer, motive=wish.motive)
        session.add(answer)
        case.version += 1
        session.flush()
        audit.record(
            session, actor, "code_case.weighed", case.id, question=wish.question.value,
            reply=wish.reply.value, also=[answer.id],
        )  # fmt: skip


def decide(session: Session, actor: Actor, case_id: UUID, wish: Decision) -> CodeDecision:
    """Take one of the two decisions; where the organisation says so, somebody else agrees."""
    with unit_of_work(session):
        case = _running(session, actor, case_id)
        known = queries.written(session, case)
        rules.check_decision(known.decided.keys(), wish)
        decider = _colleague(session, case, wish.decider_id)
        second = queries.house(session, case.organisation_id).second_person
        decision = CodeDecision(
            organisation_id=case.organisation_id, case_id=case.id, by_id=_who(actor),
            place=len(known.decisions) + 1, decider_id=decider.id, about=wish.about, yes=wish.yes,
            second=second,
        )  # fmt: skip
        seal(session, decision, motive=wish.motive)
        session.add(decision)
        case.version += 1
        session.flush()
        audit.record(
            session, actor, "code_case.decided", case.id, about=wish.about.value, yes=wish.yes,
            decider=decider.id, also=[decision.id],
        )  # fmt: skip
        if second:
            for person in _watching(session, case, actor.id, decider.id):
                _tell(session, case, person, f"second:{decision.place}")
    return decision


def agree(
    session: Session, actor: Actor, case_id: UUID, decision_id: UUID, *, agrees: bool, words: str
) -> None:
    """Say as the second person whether a decision stands."""
    with unit_of_work(session):
        case = _running(session, actor, case_id)
        known = queries.written(session, case)
        decision = next((one for one in known.decisions if one.id == decision_id), None)
        if decision is None or not decision.second:
            raise Withheld("no decision of this case that waits for somebody")
        rules.check_second(actor.id, decision.by_id, decision.decider_id)
        if decision.id in known.agreed:
            raise rules.SaidAlready
        second = CodeSecond(
            organisation_id=case.organisation_id, case_id=case.id, decision_id=decision.id,
            by_id=_who(actor), agrees=agrees,
        )  # fmt: skip
        seal(session, second, words=words or None)
        session.add(second)
        case.version += 1
        session.flush()
        audit.record(session, actor, "code_case.second", case.id, agrees=agrees, also=[second.id])


def tell_child(
    session: Session, actor: Actor, case_id: UUID, child_id: UUID, version: int | None,
    wish: ChildTold,
) -> None:  # fmt: skip
    """Note what was done for the child itself, or why not."""
    try:
        with unit_of_work(session):
            case = _running(session, actor, case_id)
            row = _about(case, child_id)
            revise(
                row, version, informed_on=wish.informed_on, choice=wish.choice,
                outcome_told_on=wish.outcome_told_on,
            )  # fmt: skip
            seal(session, row, **{name: wish.words.get(name) or None for name in OF_CHILD})
            audit.record(session, actor, "code_case.child", case.id, also=[row.id])
    except Stale as stale:
        words = read(session, actor, case_id).words
        row_id = _about(queries.by_id(session, case_id), child_id).id
        told: Mapping[str, Any] = {name: words[row_id][name] for name in OF_CHILD}
        raise Stale({**stale.theirs, **told}, stale.version) from None


def set_course(
    session: Session, actor: Actor, case_id: UUID, version: int | None, owner_id: UUID,
    review_on: date | None,
) -> None:  # fmt: skip
    """Say who carries it, and when somebody looks again."""
    rules.check_review(review_on, clock.today())
    with unit_of_work(session):
        case = _running(session, actor, case_id)
        owner = _colleague(session, case, owner_id)
        moved = case.owner_id != owner.id
        revise(case, version, owner_id=owner.id, review_on=review_on)
        audit.record(
            session, actor, "code_case.course_set", case.id, owner=owner.id, review=review_on
        )
        for person in reached(session, case.organisation_id, [owner] if moved else []):
            _tell(session, case, person, f"carry:{case.version}")


def share(session: Session, actor: Actor, case_id: UUID, wish: LetIn) -> None:
    """Let a colleague in, until a day, for a reason that everybody who reads it sees."""
    shares.check(wish, clock.today())
    with unit_of_work(session):
        case = _running(session, actor, case_id)
        colleague = _colleague(session, case, wish.user_id)
        if colleague.id not in case.facts.readers:
            shares.let_in(session, case, CodeShare, wish, _who(actor))
            _tell(session, case, colleague, f"share:{wish.until}")
        audit.record(
            session, actor, "code_case.shared", case.id, reader=colleague.id, until=wish.until
        )


def unshare(session: Session, actor: Actor, case_id: UUID, user_id: UUID) -> None:
    with unit_of_work(session):
        case = _locked(session, actor, case_id)
        shares.let_out(case, user_id)
        audit.record(session, actor, "code_case.unshared", case.id, reader=user_id)


def close(
    session: Session, actor: Actor, case_id: UUID, version: int | None, wish: Closing
) -> None:
    """Close it with a reason; what is still missing is no obstacle for who knows of it."""
    with unit_of_work(session):
        case = _running(session, actor, case_id)
        steps = queries.due_of(session, case, queries.written(session, case))
        missing = [one.key for one in steps if not one.done]
        if missing and not wish.knows_missing:
            raise rules.StillMissing
        revise(
            case, version, status=Status.CLOSED, ending=wish.ending, closed_at=clock.now(),
            review_on=None,
        )  # fmt: skip
        seal(session, case, why_closed=wish.why)
        signal = _back_to_signal(session, case)
        audit.record(
            session, actor, "code_case.closed", case.id, ending=wish.ending.value,
            missing=missing, also=[signal.id] if signal else [],
        )  # fmt: skip


def _back_to_signal(session: Session, case: CodeCase) -> Signal | None:
    """Let somebody look at the signal again: a case that ends does not end it."""
    if case.signal_id is None:
        return None
    signal = session.get_one(Signal, case.signal_id, with_for_update={"of": Signal})
    if signal.status is not SignalStatus.IN_CODE:
        return None
    signal.status, signal.version = SignalStatus.MONITORED, signal.version + 1
    signal.review_on = clock.today() + rules.AFTER_CLOSING
    return signal


def reopen(session: Session, actor: Actor, case_id: UUID) -> None:
    with unit_of_work(session):
        case = _locked(session, actor, case_id)
        if case.status is Status.CLOSED:
            if case.signal_id and queries.runs(session, case.signal_id):
                raise rules.RunsAlready
            revise(
                case, None, status=Status.OPEN, ending=None, closed_at=None,
                review_on=clock.today() + timedelta(days=rules.REVIEW_DAYS),
            )  # fmt: skip
        audit.record(session, actor, "code_case.reopened", case.id)


def set_rules(
    session: Session, actor: Actor, organisation_id: UUID, *, second_person: bool
) -> None:
    """Say whether a second person agrees with each decision."""
    with unit_of_work(session):
        here = session.get_one(Organisation, organisation_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.ORGANISATION, here.facts)
        here.second_person = second_person
        audit.record(session, actor, "organisation.changed", here.id, second_person=second_person)


def remind(session: Session) -> None:
    """Tell owner and officers of each step that is overdue, once for each step and term."""
    yesterday = clock.today() - timedelta(days=1)
    with unit_of_work(session):
        for organisation_id in queries.running_in(session):
            for late in queries.waiting_in(session, organisation_id, yesterday):
                case, mark = late.case, f"late:{late.due.key}:{late.due.by}"
                owner = session.get_one(User, case.owner_id)
                officers = queries.officers(session, case)
                for person in reached(session, organisation_id, (owner, *officers)):
                    _tell(session, case, person, mark)


def _who(actor: Actor) -> UUID:
    if actor.id is None:
        raise Withheld("it is done by somebody")
    return actor.id


def _locked(session: Session, actor: Actor, case_id: UUID) -> CodeCase:
    """Return the case under its lock, if this actor may still change it."""
    case = session.get_one(CodeCase, case_id, with_for_update={"of": CodeCase})
    demand(actor, Action.EDIT, CASE, case.facts)
    return case


def _running(session: Session, actor: Actor, case_id: UUID) -> CodeCase:
    case = _locked(session, actor, case_id)
    if case.status is Status.CLOSED:
        raise rules.IsClosed
    return case


def _about(case: CodeCase, child_id: UUID) -> CodeChild:
    """Return what is kept of this child in the case; any other child is not there."""
    for row in case.children:
        if row.child_id == child_id:
            return row
    raise Withheld("not a child of this case")


def _colleague(session: Session, case: CodeCase, user_id: UUID) -> User:
    """Return a colleague who may carry or read this; anybody else is not there."""
    for colleague in queries.colleagues(session, case):
        if colleague.id == user_id:
            return colleague
    raise Withheld("not a colleague who may read this")


def _tell(session: Session, case: CodeCase, person: User, why: str) -> None:
    """Tell that something waits, never what; only ids go along."""
    messages.tell(
        session, key=f"code:{case.id}:{person.id}:{why}", template="code_waits",
        address=person.email, language=person.language, organisation_id=case.organisation_id,
        case_id=case.id,
    )  # fmt: skip
