"""Making editions, agreeing with them, and letting them go out."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Municipality
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.core.periods import Period
from kinderwerk.disclosure import bounds
from kinderwerk.files.bounded import Bounds, Unanswered, ask
from kinderwerk.messages import service as messages
from kinderwerk.reports import besides, correcting, meeting, queries, rules
from kinderwerk.reports.models import Agreement, Count, Edition
from kinderwerk.reports.rules import Made, Told
from kinderwerk.storage.integrity import violated
from kinderwerk.storage.reach import reaching
from kinderwerk.storage.work import revise, unit_of_work

#: The work that makes the PDF of a released edition.
PDF: Final = "report.pdf"
#: What the last look at a report may use; that at a whole city needs a tenth of it.
LAST_LOOK: Final = Bounds(memory=4 * 2**30, computing=120, seconds=120.0, answer=2**20)
#: Who agrees waits for the other; whoever only names the municipality in a new row does not.
LOCKED: Final = {"key_share": True}
#: What a correction tells anew beside the counts of cells; all else stays as it was.
TOLD_ANEW: Final = ("methods", "besides")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """What people say about the figures: what we see, think, agree, and ask."""

    seen: str
    thought: str
    agreed: str
    asked: str = ""


def make(session: Session, actor: Actor, period: Period) -> Edition:
    """Make the edition of a period that is over, for the municipality of whoever asks."""
    rules.check_over(period, clock.today())
    membership = demand(actor, Action.CREATE, Resource.REPORT)
    if actor.id is None or membership.municipality_id is None:
        raise Withheld("an edition is made by someone, for a municipality")
    known = queries.periods(session, membership.municipality_id)
    if period in known:
        raise rules.MadeAlready
    rules.check_order(period, known)
    made = _count(session, membership.municipality_id, period, None)
    try:
        with unit_of_work(session):
            demand(actor, Action.CREATE, Resource.REPORT)
            place = session.get_one(Municipality, membership.municipality_id)
            edition = Edition(
                municipality=place, period=str(period), made_by_id=actor.id,
                content=dict(made.held), digest=rules.digest(made.held),
            )  # fmt: skip
            session.add(edition)
            _keep_counts(session, edition, made)
            audit.record(session, actor, "report.made", edition.id, period=str(period))
    except IntegrityError as error:
        if violated(error) == "uq_report_edition_municipality_id_period_number":
            raise rules.MadeAlready from error
        raise
    return edition


def correct(session: Session, actor: Actor, edition: Edition, reason: str) -> Edition:
    """Begin the next version of a report that is out, and say to everybody why.

    What went out stays. The new version is counted, looked at and agreed to like any other.
    """
    demand(actor, Action.RELEASE, Resource.REPORT, edition.facts)
    if actor.id is None or actor.organisation_id is None:
        raise Withheld("a report is corrected by someone of an organisation")
    if edition.released_at is None:
        raise correcting.NotOut
    reason = reason.strip()
    correcting.check_reason(reason, edition.content, queries.names(session, actor.organisation_id))
    if queries.versions(session, edition)[0].id != edition.id:
        raise correcting.CorrectedAlready
    made = _count(session, edition.municipality_id, Period.read(edition.period), edition, reason)
    try:
        with unit_of_work(session):
            edition = session.get_one(Edition, edition.id, with_for_update=True)
            demand(actor, Action.RELEASE, Resource.REPORT, edition.facts)
            new = Edition(
                municipality=edition.municipality, period=edition.period,
                number=edition.number + 1, corrects_id=edition.id, reason=reason,
                made_by_id=actor.id, content=dict(made.held),
                digest=rules.digest(made.held), seen=edition.seen, thought=edition.thought,
                agreed=edition.agreed, asked=edition.asked,
            )  # fmt: skip
            session.add(new)
            _keep_counts(session, new, made)
            audit.record(session, actor, "report.corrected", new.id, number=new.number)
    except IntegrityError as error:
        if violated(error) == "uq_report_edition_municipality_id_period_number":
            raise correcting.CorrectedAlready from error
        raise
    return new


def drop(session: Session, actor: Actor, edition: Edition) -> None:
    """Leave a correction that is not out: the version before it stays the newest."""
    with unit_of_work(session):
        edition = _open(session, actor, edition.id, Action.RELEASE)
        if edition.corrects_id is None:
            raise correcting.NoCorrection
        audit.record(session, actor, "report.dropped", edition.id, number=edition.number)
        session.delete(edition)


def count_again(session: Session, actor: Actor, edition: Edition) -> None:
    """Count an edition anew; whoever had agreed is asked again."""
    before = session.get_one(Edition, edition.corrects_id) if edition.corrects_id else None
    period = Period.read(edition.period)
    made = _count(session, edition.municipality_id, period, before, edition.reason)
    with unit_of_work(session):
        edition = _open(session, actor, edition.id, Action.EDIT)
        edition.content = dict(made.held)
        _keep_counts(session, edition, made)
        edition.digest = rules.digest(edition.content)
        edition.agreements = []
        edition.version += 1
        audit.record(session, actor, "report.counted", edition.id)


def write(
    session: Session, actor: Actor, edition: Edition, version: int | None, words: Dialogue
) -> None:
    with unit_of_work(session):
        edition = _open(session, actor, edition.id, Action.EDIT)
        revise(edition, version, seen=words.seen, thought=words.thought, agreed=words.agreed,
               asked=words.asked)  # fmt: skip
        audit.record(session, actor, "report.written", edition.id)


def agree(session: Session, actor: Actor, edition: Edition, digest: str) -> bool:
    """Agree, for one's organisation, that exactly these figures go out; tell whether they do.

    An edition goes out once every organisation in it has agreed. `digest` is of what was on the
    screen: if it was counted again meanwhile, that is refused. The municipality is locked first,
    so that no two editions go out at once, each fit only without the other. The solver looks at it
    before, in a process of its own, so that nobody waits behind the lock for it.
    """
    looked_at = _looked_at(session, actor, edition)
    with unit_of_work(session):
        session.get_one(Municipality, edition.municipality_id, with_for_update=LOCKED)
        edition = _open(session, actor, edition.id, Action.RELEASE)
        if actor.id is None or actor.organisation_id is None:
            raise Withheld("an organisation agrees through someone")
        if digest != edition.digest:
            raise rules.Changed
        _check_fit(session, edition)
        if actor.organisation_id not in _agreed(edition):
            edition.agreements.append(
                Agreement(organisation_id=actor.organisation_id, by_id=actor.id, at=clock.now())
            )
        audit.record(session, actor, "report.agreed", edition.id)
        houses = {UUID(house["id"]) for house in edition.content["organisations"]}
        out = houses <= _agreed(edition)
        if out:
            if looked_at != edition.digest:
                raise rules.NotLooked
            _tell_stories(session, edition)
            _take_answer_along(session, edition)
            edition.released_at = clock.now()
            audit.record(session, actor, "report.released", edition.id, digest=edition.digest)
            messages.ask_for(session, PDF, edition.id)
            _tell(session, edition)
        edition.version += 1
    return out


def react(session: Session, actor: Actor, edition: Edition, words: str) -> None:
    """Answer a released report for the municipality, once; the teams see it on their page."""
    with unit_of_work(session):
        edition = session.get_one(Edition, edition.id, with_for_update=True)
        demand(actor, Action.CREATE, Resource.REACTION, edition.facts)
        if edition.reacted_at is not None:
            raise rules.AnsweredAlready
        if queries.superseded(session, edition):
            raise correcting.CorrectedAlready
        edition.reaction, edition.reacted_at = words, clock.now()
        audit.record(session, actor, "report.answered", edition.id)


def keep_pdf(session: Session, actor: Actor, edition_id: UUID, pdf: bytes) -> None:
    with unit_of_work(session):
        edition = session.get_one(Edition, edition_id, with_for_update=True)
        edition.pdf, edition.pdf_made_at = pdf, clock.now()
        audit.record(session, actor, "report.printed", edition.id)


def _tell(session: Session, edition: Edition) -> None:
    """Write to those who read reports for the municipality that there is one."""
    for person in queries.readers(session, edition.municipality_id):
        messages.tell(
            session, key=f"report:{edition.id}:{person.id}", template="report.released",
            address=person.email, language=person.language, edition_id=edition.id,
        )  # fmt: skip


def _tell_stories(session: Session, edition: Edition) -> None:
    """Take in the stories that may be told at this moment; with them the edition is frozen."""
    held = edition.content
    found = [
        Told(
            str(one.id), str(one.organisation_id), one.words, one.goal.title if one.goal else "",
            one.goal.theme.code.value if one.goal else "",
        )
        for one in queries.stories_of(session, held)
    ]  # fmt: skip
    back = queries.stories_taken_back(session, edition.municipality_id, held)
    edition.content = rules.with_stories(held, found, back)
    edition.digest = rules.digest(edition.content)


def _keep_counts(session: Session, edition: Edition, made: Made) -> None:
    """Keep what the edition was made from, of each organisation for itself."""
    session.flush()
    parts = rules.apart(made)
    with reaching(session, parts):
        session.execute(delete(Count).where(Count.edition_id == edition.id))
        session.add_all(
            Count(edition_id=edition.id, organisation_id=id, counted=counted)
            for id, counted in parts.items()
        )
        session.flush()


def _take_answer_along(session: Session, edition: Edition) -> None:
    """What the municipality answered to the version before is no less true of this one."""
    if edition.corrects_id:
        before = session.get_one(Edition, edition.corrects_id)
        edition.reaction, edition.reacted_at = before.reaction, before.reacted_at


def _open(session: Session, actor: Actor, edition_id: UUID, action: Action) -> Edition:
    """Return the edition under its lock, as long as it is not released."""
    edition = session.get_one(Edition, edition_id, with_for_update=True)
    demand(actor, action, Resource.REPORT, edition.facts)
    if edition.released_at is not None:
        raise rules.Released
    return edition


def _agreed(edition: Edition) -> set[UUID]:
    return {agreement.organisation_id for agreement in edition.agreements}


def _check_fit(session: Session, edition: Edition) -> None:
    earlier = _others(session, edition)
    counts = queries.counts(session, rules.frame_of(edition.content))
    rules.check_fit(queries.made(session, [edition])[0], counts, earlier)


def _looked_at(session: Session, actor: Actor, edition: Edition) -> str:
    """Let linear programming look at what would go out, and return its digest.

    Nothing is returned where it does not go out yet, or not like this.
    """
    houses = {UUID(house["id"]) for house in edition.content["organisations"]}
    earlier = _others(session, edition)
    last = houses <= {*_agreed(edition), actor.organisation_id}
    if edition.released_at or not last or edition.content["earlier"] != rules.fingerprint(earlier):
        return ""
    counts = queries.counts(session, rules.frame_of(edition.content))
    system = rules.as_system(queries.made(session, [edition])[0], counts, earlier)
    digest = edition.digest
    try:
        tight, _ = ask(bounds.__name__, bounds.asked(system), [], LAST_LOOK)
    except Unanswered as error:
        raise rules.NotLooked from error
    if tight:
        raise rules.NotSafe
    return digest


def _others(session: Session, edition: Edition) -> list[Made]:
    period = Period.read(edition.period)
    return queries.out_before(session, edition.municipality_id, period, edition.number)


def _count(
    session: Session, municipality_id: UUID, period: Period, before: Edition | None,
    reason: str = "",
) -> Made:  # fmt: skip
    """Count and protect; that takes a while, so it is done before a unit of work begins.

    What goes out meanwhile is noticed before this one does.
    """
    about = queries.frame(session, municipality_id, period)
    number = before.number + 1 if before else 1
    earlier = queries.out_before(session, municipality_id, period, number)
    if before:
        about = correcting.frame(about, before.content)
    counts = queries.counts(session, about)
    houses = [id for id, _name in about.organisations]
    beside = besides.told(session, houses, period) | meeting.told(session, houses, period)
    if before:
        then = queries.made(session, [before])[0]
        made = correcting.make(about, counts, earlier, then)
        made = correcting.with_changes(made, then.held, before.digest, reason)
        beside = {
            name: told if name in TOLD_ANEW else then.held.get(name, told)
            for name, told in beside.items()
        }
    else:
        made = rules.make(about, counts, earlier)
    made = Made(dict(made.held) | beside, made.counted)
    return rules.with_before(made, queries.out_of(session, municipality_id, period.previous))
