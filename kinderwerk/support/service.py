"""Writing down short contacts; beginning trajectories, carrying them on, ending them."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts import shares
from kinderwerk.accounts.away import reached
from kinderwerk.accounts.models import User
from kinderwerk.accounts.once import sent_before
from kinderwerk.accounts.shares import LetIn
from kinderwerk.audit import service as audit
from kinderwerk.audit.service import Sealed
from kinderwerk.confided import service as confided
from kinderwerk.confided.rules import Kind, Wish
from kinderwerk.confided.service import Record
from kinderwerk.core import clock
from kinderwerk.core.errors import Stale, Withheld
from kinderwerk.facts import service as facts
from kinderwerk.facts.rules import Contribution, Place, nothing
from kinderwerk.families.models import Family
from kinderwerk.logbook import service as logbook
from kinderwerk.logbook.rules import HourKind
from kinderwerk.messages import service as messages
from kinderwerk.places.located import located
from kinderwerk.places.models import Neighbourhood
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import revise, unit_of_work
from kinderwerk.support import queries, rules
from kinderwerk.support.concern import queries as concern
from kinderwerk.support.concern.models import Checked
from kinderwerk.support.concern.rules import WORRYING
from kinderwerk.support.models import Aim, Contact, Trajectory, TrajectoryNote, TrajectoryShare
from kinderwerk.support.plan import queries as plans
from kinderwerk.support.plan.agreeing import agree
from kinderwerk.support.plan.models import Agreed, Answer
from kinderwerk.support.rules import (
    AimWish,
    Channel,
    Course,
    Ending,
    ShortContact,
    Start,
    Status,
    Talk,
)


@dataclass(frozen=True, slots=True)
class OpenAim:
    """An aim in the words of the family, for one reading."""

    aim: Aim
    text: str


@dataclass(frozen=True, slots=True)
class OpenNote:
    note: TrajectoryNote
    text: str
    agreed: str | None


@dataclass(frozen=True, slots=True)
class OpenStep:
    """Something that was agreed."""

    agreement: Agreed
    text: str


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """What one carer said of the help."""

    answer: Answer
    words: str | None


@dataclass(frozen=True, slots=True)
class OpenCheck:
    """A child check, with its words."""

    check: Checked
    said: str
    ages: str | None

    @property
    def worries(self) -> bool:
        return self.check.finding in WORRYING


@dataclass(frozen=True, slots=True)
class Reading:
    """All the words of a trajectory, opened as one reading."""

    question: str
    aims: list[OpenAim]
    notes: list[OpenNote]
    steps: list[OpenStep]
    answers: list[OpenAnswer]
    checks: list[OpenCheck]

    @property
    def minutes(self) -> int:
        return sum(one.note.minutes for one in self.notes)


def write_contact(session: Session, actor: Actor, wish: ShortContact) -> Contact:
    """Write down a short contact; the same form sent twice is one contact."""
    rules.check_held(wish.held_on, clock.today())
    author_id, organisation_id = _someone(actor)
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.SUPPORT_CONTACT)
        if written := sent_before(session, Contact, author_id, wish.once):
            return written
        contact = Contact(
            organisation_id=organisation_id, author_id=author_id, once=wish.once,
            held_on=wish.held_on, topic=wish.topic, channel=wish.channel, helped=wish.helped,
            minutes=wish.minutes, neighbourhood=_neighbourhood(session, actor, wish),
        )  # fmt: skip
        session.add(contact)
        session.flush()
        demand(actor, Action.EDIT, Resource.SUPPORT_CONTACT, contact.facts)
        facts.replace(session, nothing(), _counted(session, contact))
        audit.record(session, actor, "support_contact.written", contact.id)
    return contact


def correct_contact(
    session: Session, actor: Actor, contact_id: UUID, wish: ShortContact
) -> Contact:
    """Put right what one wrote down oneself, while one still remembers."""
    rules.check_held(wish.held_on, clock.today())
    with unit_of_work(session):
        contact = _own_contact(session, actor, contact_id)
        before = _counted(session, contact)
        contact.held_on, contact.topic, contact.helped = wish.held_on, wish.topic, wish.helped
        contact.channel, contact.minutes = wish.channel, wish.minutes
        contact.neighbourhood = _neighbourhood(session, actor, wish)
        session.flush()
        facts.replace(session, before, _counted(session, contact))
        audit.record(session, actor, "support_contact.corrected", contact.id)
    return contact


def remove_contact(session: Session, actor: Actor, contact_id: UUID) -> None:
    """Take back what was never said, or was written down twice."""
    with unit_of_work(session):
        contact = _own_contact(session, actor, contact_id)
        facts.replace(session, _counted(session, contact), nothing())
        session.delete(contact)
        audit.record(session, actor, "support_contact.removed", contact.id)


def begin(session: Session, actor: Actor, wish: Start) -> Trajectory:
    """Begin a trajectory with a family; whoever does so carries it."""
    rules.check_begun(wish.began_on, clock.today())
    rules.check_follow_up(wish.follow_up_on, clock.today())
    author_id, organisation_id = _someone(actor)
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.SUPPORT)
        if written := sent_before(session, Trajectory, author_id, wish.once):
            return written
        family = session.get_one(Family, wish.family_id)
        if family.organisation_id != organisation_id:
            raise Withheld("a family elsewhere")
        trajectory = Trajectory(
            organisation_id=organisation_id, family=family, author_id=author_id,
            owner_id=author_id, once=wish.once, topic=wish.topic, began_on=wish.began_on,
            follow_up_on=wish.follow_up_on,
            neighbourhood=session.get(Neighbourhood, family.home) if family.home else None,
        )  # fmt: skip
        seal(session, trajectory, question=wish.question)
        session.add(trajectory)
        session.flush()  # only now its facts know where it lies
        demand(actor, Action.EDIT, Resource.SUPPORT, trajectory.facts)
        also = [_aim(session, trajectory, wish.aim).id] if wish.aim else []
        facts.replace(session, nothing(), _counted(session, trajectory))
        audit.record(session, actor, "support.begun", trajectory.id, also=also)
    return trajectory


def read(
    session: Session, actor: Actor, trajectory: Trajectory, deed: str = "support.read"
) -> Reading:
    """Open what was written; the reading is on record before the words are shown."""
    demand(actor, Action.VIEW, Resource.SUPPORT, trajectory.facts)
    id = trajectory.id
    words = audit.disclose_together(
        session, actor, deed, id,
        Sealed(Trajectory, [id], ["question"]),
        Sealed(Aim, [aim.id for aim in queries.aims(session, trajectory)], ["text"]),
        Sealed(
            TrajectoryNote, [note.id for note in queries.notes(session, trajectory)],
            ["text", "agreed"],
        ),
        Sealed(Agreed, [one.id for one in plans.agreements(session, id)], ["text"]),
        Sealed(Answer, [one.id for one in plans.answers(session, id)], ["words"]),
        Sealed(Checked, [one.id for one in concern.checks(session, id)], ["said", "ages"]),
    )  # fmt: skip
    return Reading(
        words[id]["question"] or "",
        [
            OpenAim(aim, words[aim.id]["text"] or "")
            for aim in queries.aims(session, trajectory)
            if aim.id in words
        ],
        [
            OpenNote(note, words[note.id]["text"] or "", words[note.id]["agreed"])
            for note in queries.notes(session, trajectory)
            if note.id in words
        ],
        steps_of(session, id, words),
        [
            OpenAnswer(one, words[one.id]["words"])
            for one in plans.answers(session, id)
            if one.id in words
        ],
        [
            OpenCheck(one, words[one.id]["said"] or "", words[one.id]["ages"])
            for one in concern.checks(session, id)
            if one.id in words
        ],
    )


def steps_of(
    session: Session, trajectory_id: UUID, words: Mapping[UUID, Mapping[str, str | None]]
) -> list[OpenStep]:
    return [
        OpenStep(one, words[one.id]["text"] or "")
        for one in plans.agreements(session, trajectory_id)
        if one.id in words
    ]


def read_aim(session: Session, actor: Actor, trajectory: Trajectory, aim_id: UUID) -> OpenAim:
    demand(actor, Action.VIEW, Resource.SUPPORT, trajectory.facts)
    aim = queries.aim(session, trajectory, aim_id)
    words = audit.disclose(session, actor, "support.read", trajectory.id, Aim, [aim_id], "text")
    return OpenAim(aim, words[aim_id]["text"] or "")


def add_talk(session: Session, actor: Actor, trajectory: Trajectory, wish: Talk) -> None:
    """Write down a talk, and when somebody asks again; the same form sent twice is one talk.

    What was agreed comes into the plan. The time counts among the writer's own hours with parents,
    unless it was at an activity, whose log counts it.
    """
    rules.check_held(wish.held_on, clock.today())
    rules.check_follow_up(wish.follow_up_on, clock.today())
    author_id, _ = _someone(actor)
    with unit_of_work(session):
        trajectory = running(session, actor, trajectory.id)
        if sent_before(session, TrajectoryNote, author_id, wish.once):
            return
        note = TrajectoryNote(
            organisation_id=trajectory.organisation_id, trajectory=trajectory,
            author_id=author_id, once=wish.once, held_on=wish.held_on, channel=wish.channel,
            minutes=wish.minutes,
        )  # fmt: skip
        seal(session, note, text=wish.text)
        session.add(note)
        also = [note.id]
        if wish.agreed:
            also.append(agree(session, trajectory, author_id, wish.promise).id)
        if wish.channel is not Channel.AT_ACTIVITY:
            logbook.add_hours(session, actor, wish.held_on, HourKind.PARENTS, wish.minutes)
        revise(trajectory, None, follow_up_on=wish.follow_up_on)
        audit.record(session, actor, "support.noted", trajectory.id, also=also)


def add_aim(session: Session, actor: Actor, trajectory: Trajectory, wish: AimWish) -> None:
    with unit_of_work(session):
        trajectory = running(session, actor, trajectory.id)
        aim = _aim(session, trajectory, wish)
        audit.record(session, actor, "support.aimed", trajectory.id, also=[aim.id])


def change_aim(
    session: Session, actor: Actor, trajectory: Trajectory, aim_id: UUID, version: int | None,
    wish: AimWish,
) -> None:  # fmt: skip
    """Put an aim into better words; whoever was slower sees what the other made of it."""
    try:
        with unit_of_work(session):
            trajectory = running(session, actor, trajectory.id)
            aim = queries.aim(session, trajectory, aim_id)
            revise(aim, version, scale_start=wish.scale_start)
            seal(session, aim, text=wish.text)
            audit.record(session, actor, "support.aim_changed", trajectory.id, also=[aim_id])
    except Stale as stale:
        theirs = read_aim(session, actor, trajectory, aim_id)
        raise Stale({"text": theirs.text} | stale.theirs, stale.version) from None


def set_course(
    session: Session, actor: Actor, trajectory: Trajectory, version: int | None, course: Course
) -> None:
    """Change what it is about, who carries it and when somebody asks again."""
    today = clock.today()
    rules.check_begun(course.began_on, today)
    rules.check_follow_up(course.follow_up_on, today)
    with unit_of_work(session):
        trajectory = running(session, actor, trajectory.id)
        owner = _colleague(session, trajectory, course.owner_id)
        moved, before = trajectory.owner_id != owner.id, _counted(session, trajectory)
        revise(
            trajectory, version, topic=course.topic, began_on=course.began_on,
            owner_id=owner.id, follow_up_on=course.follow_up_on,
        )  # fmt: skip
        facts.replace(session, before, _counted(session, trajectory))
        audit.record(
            session, actor, "support.course_set", trajectory.id, owner=owner.id,
            topic=course.topic.value, follow_up=course.follow_up_on,
        )  # fmt: skip
        if moved:
            shares.let_out(trajectory, owner.id)
        for person in reached(session, trajectory.organisation_id, [owner] if moved else []):
            _tell(session, trajectory, person)


def end(
    session: Session, actor: Actor, trajectory: Trajectory, version: int | None, ending: Ending
) -> None:
    """End it, with where the family stands now with each of its aims, and ask whether it helped."""
    with unit_of_work(session):
        trajectory = running(session, actor, trajectory.id)
        revise(trajectory, version, status=ending.status, ended_at=clock.now(), follow_up_on=None)
        aims = queries.aims(session, trajectory)
        for aim in aims:
            revise(aim, None, scale_end=ending.scales.get(aim.id))
        audit.record(
            session, actor, "support.ended", trajectory.id, status=ending.status.value,
            also=[aim.id for aim in aims],
        )  # fmt: skip
        confided.tell_named(session, Kind.SUPPORT, trajectory.id, f"ended {trajectory.version}")


def reopen(session: Session, actor: Actor, trajectory: Trajectory) -> None:
    """Go on with a family; if whoever carried it is gone, whoever opens it does."""
    with unit_of_work(session):
        trajectory = _locked(session, actor, trajectory.id)
        if trajectory.status is Status.RUNNING:
            return
        here = {colleague.id for colleague in queries.colleagues(session, trajectory)}
        owner_id = trajectory.owner_id if trajectory.owner_id in here else _someone(actor)[0]
        revise(
            trajectory, None, status=Status.RUNNING, ended_at=None, owner_id=owner_id,
            follow_up_on=rules.follow_up(clock.today()),
        )  # fmt: skip
        shares.let_out(trajectory, owner_id)
        audit.record(session, actor, "support.reopened", trajectory.id, owner=owner_id)


def share(session: Session, actor: Actor, trajectory: Trajectory, wish: LetIn) -> None:
    """Let a colleague in, until a day, for a reason that everybody who reads it sees."""
    shares.check(wish, clock.today())
    by_id, _ = _someone(actor)
    with unit_of_work(session):
        trajectory = _locked(session, actor, trajectory.id)
        colleague = _colleague(session, trajectory, wish.user_id)
        if colleague.id not in {*trajectory.facts.readers, trajectory.owner_id}:
            shares.let_in(session, trajectory, TrajectoryShare, wish, by_id)
            _tell(session, trajectory, colleague)
        audit.record(
            session, actor, "support.shared", trajectory.id, reader=colleague.id, until=wish.until
        )


def unshare(session: Session, actor: Actor, trajectory: Trajectory, user_id: UUID) -> None:
    with unit_of_work(session):
        trajectory = _locked(session, actor, trajectory.id)
        shares.let_out(trajectory, user_id)
        audit.record(session, actor, "support.unshared", trajectory.id, reader=user_id)


def name_carer(session: Session, actor: Actor, trajectory: Trajectory, wish: Wish) -> None:
    """Let a carer of the family see what was agreed, on their own page."""
    with unit_of_work(session):
        trajectory = running(session, actor, trajectory.id)
        confided.name(session, actor, _record(trajectory), wish)
        session.flush()
        confided.tell_named(session, Kind.SUPPORT, trajectory.id, f"{clock.today()}")


def unname_carer(session: Session, actor: Actor, trajectory: Trajectory, carer_id: UUID) -> None:
    with unit_of_work(session):
        trajectory = _locked(session, actor, trajectory.id)
        confided.unname(session, actor, _record(trajectory), carer_id)


def _record(trajectory: Trajectory) -> Record:
    return Record(Kind.SUPPORT, trajectory.id, trajectory.family, trajectory.facts)


def _someone(actor: Actor) -> tuple[UUID, UUID]:
    """Return who writes, and for which organisation."""
    if actor.id is None or actor.organisation_id is None:
        raise Withheld("somebody of an organisation writes this down")
    return actor.id, actor.organisation_id


def _neighbourhood(session: Session, actor: Actor, wish: ShortContact) -> Neighbourhood | None:
    """Return where it was; for who works in one neighbourhood it was there."""
    where = wish.neighbourhood_id or actor.neighbourhood_id
    place = session.get_one(Neighbourhood, where) if where else None
    if place and place.municipality_id != actor.municipality_id:
        raise Withheld("a neighbourhood elsewhere")
    return place


def _own_contact(session: Session, actor: Actor, contact_id: UUID) -> Contact:
    contact = session.get_one(Contact, contact_id, with_for_update=True)
    demand(actor, Action.EDIT, Resource.SUPPORT_CONTACT, contact.facts)
    rules.check_correctable(contact.created_at, clock.now())
    return contact


def _aim(session: Session, trajectory: Trajectory, wish: AimWish) -> Aim:
    aim = Aim(
        organisation_id=trajectory.organisation_id, trajectory=trajectory,
        scale_start=wish.scale_start,
    )  # fmt: skip
    seal(session, aim, text=wish.text)
    session.add(aim)
    return aim


def _locked(session: Session, actor: Actor, trajectory_id: UUID) -> Trajectory:
    """Return the trajectory under its lock, if this actor may still change it."""
    trajectory = session.get_one(Trajectory, trajectory_id, with_for_update=True)
    demand(actor, Action.EDIT, Resource.SUPPORT, trajectory.facts)
    return trajectory


def running(session: Session, actor: Actor, trajectory_id: UUID) -> Trajectory:
    trajectory = _locked(session, actor, trajectory_id)
    if trajectory.status in rules.OVER:
        raise rules.IsOver
    return trajectory


def _colleague(session: Session, trajectory: Trajectory, user_id: UUID) -> User:
    """Return a colleague who may carry or read this; anybody else is not there."""
    for colleague in queries.colleagues(session, trajectory):
        if colleague.id == user_id:
            return colleague
    raise Withheld("not a colleague who may read this")


def _counted(session: Session, row: Contact | Trajectory) -> Contribution:
    places = located(session, [row.neighbourhood_id])
    place: Place | None = places.get(row.neighbourhood_id) if row.neighbourhood_id else None
    if isinstance(row, Contact):
        return queries.of_contact(row, place)
    return queries.of_trajectory(row, place)


def _tell(session: Session, trajectory: Trajectory, person: User) -> None:
    """Tell that something waits, never what; only ids go along."""
    messages.tell(
        session, key=f"support:{trajectory.id}:{person.id}:{trajectory.version}",
        template="support_waits", address=person.email, language=person.language,
        organisation_id=trajectory.organisation_id, trajectory_id=trajectory.id,
    )  # fmt: skip
