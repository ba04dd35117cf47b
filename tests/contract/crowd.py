"""A small world in which every relation between a person and a row occurs."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any, ClassVar
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import HELD, NOBODY, SYSTEM, Actor, Resource, Role
from kinderwerk.access_requests.models import AccessRequest
from kinderwerk.accounts.models import Away, FactorReset, Membership, Organisation, User
from kinderwerk.activities.models import ActivityStaff
from kinderwerk.activities.rules import AgeBand, Format, State
from kinderwerk.archives.models import Archive
from kinderwerk.archives.rules import Why as WhyArchive
from kinderwerk.audit import service as audit
from kinderwerk.audit.models import AuditEntry
from kinderwerk.confided.models import Confided
from kinderwerk.confided.rules import Kind as Confides
from kinderwerk.confided.rules import Way
from kinderwerk.conversations.models import Conversation
from kinderwerk.conversations.rules import Channel as Spoken
from kinderwerk.conversations.rules import Pointed, Serious
from kinderwerk.conversations.themes import Theme
from kinderwerk.core import clock
from kinderwerk.council.models import CouncilPoint
from kinderwerk.families.models import Child, Family, Residence
from kinderwerk.families.rules import ParentsSee, Relation
from kinderwerk.goals.models import Grant, PolicyGoal
from kinderwerk.ideas.models import ChildBoard, Idea
from kinderwerk.ideas.rules import State as Read
from kinderwerk.imports.models import BroughtIn
from kinderwerk.learning.consulting.models import Consultation, ConsultationSeat
from kinderwerk.learning.consulting.rules import Part
from kinderwerk.learning.library.models import Lesson, LessonText
from kinderwerk.learning.library.rules import Origin, Tongue
from kinderwerk.learning.library.rules import Standing as Stands
from kinderwerk.learning.reviews.models import LearningReview
from kinderwerk.learning.reviews.rules import Level as Lies
from kinderwerk.learning.reviews.rules import Trigger
from kinderwerk.messages import service
from kinderwerk.messages.models import Message
from kinderwerk.papers.models import Paper
from kinderwerk.referrals.models import Referral, ReferralShare, ReferralStep
from kinderwerk.referrals.rules import Kind
from kinderwerk.reporting_code.models import (
    CodeCase,
    CodeChild,
    CodeDecision,
    CodeEntry,
    CodeSecond,
    CodeShare,
    CodeWeighing,
)
from kinderwerk.reporting_code.rules import About, EntryKind, ProtocolName
from kinderwerk.reporting_code.weighing import Question, Reply
from kinderwerk.reports.models import Edition
from kinderwerk.safety.models import DataBreach, Incident, IncidentChild, IncidentStaff
from kinderwerk.safety.rules import IncidentKind, Severity
from kinderwerk.signals.models import Signal, SignalLink, SignalShare
from kinderwerk.signals.rules import Area, Level, Subject
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import unit_of_work
from kinderwerk.stories.models import Story
from kinderwerk.support.models import Contact, Trajectory, TrajectoryShare
from kinderwerk.support.rules import Channel, Helped, Topic
from kinderwerk.talks.models import Talk, TalkAlert, TalkTold
from kinderwerk.talks.rules import AlertKind, Why
from kinderwerk.trail.models import BreakGlass, TrailFinding
from kinderwerk.trail.rules import Need, Rule
from tests.make import A_WEDNESDAY, Make

#: From when until when somebody is away, in days from today, by when that is for who stands in.
#: On the day after it is the same, for whoever runs this at midnight.
STANDING = {"before": (2, 5), "during": (0, 1), "after": (-5, -1)}
#: For whom.
CARRYING = (Role.WORKER, Role.COORDINATOR, Role.PROTECTION_OFFICER)


def ends() -> tuple[date | None, ...]:
    """Until when somebody reads along: for good, up to and including today, and no longer."""
    today = clock.today()
    return None, today, today - timedelta(days=1)


class Crowd:
    """Two organisations, and of each role somebody inside, outside and in one neighbourhood.

    A feature that lists rows teaches the crowd how to make them: `Crowd.makers[Resource.X]`
    returns rows of every kind (own, other's, shared, of the own family, elsewhere).
    """

    makers: ClassVar[dict[Resource, Callable[["Crowd"], Sequence[Any]]]] = {}

    def __init__(self, session: Session, make: Make) -> None:
        self.session = session
        self.make = make
        self.here, self.there = make.organisation(), make.organisation()
        self.elsewhere = make.organisation(municipality=make.municipality())
        self.park, self.harbour = make.neighbourhood(), make.neighbourhood()
        self.people = self.known()
        self.deputies = {when: make.worker(organisation=self.here) for when in STANDING}

    def known(self) -> dict[Role, list[User]]:
        people = {
            role: [
                self.make.user(role, organisation=self.here),
                self.make.user(role, organisation=self.there),
                self.make.user(role, organisation=self.here, neighbourhood_id=self.park.id),
            ]
            for role in HELD
        }
        return people | {Role.GUARDIAN: [self.make.parent(), self.make.parent()]}

    def rows(self, resource: Resource) -> Sequence[Any]:
        return self.makers[resource](self)

    def actors(self, role: Role) -> list[Actor]:
        if role in (Role.VISITOR, Role.SYSTEM):
            return [NOBODY]
        return [person.actor() for person in self.people[role]]


def members(crowd: Crowd) -> Sequence[Any]:
    return crowd.session.scalars(select(Membership)).all()


def resets(crowd: Crowd) -> Sequence[Any]:
    """Asked by and about everybody who could agree, here and elsewhere."""
    admins, coordinators = crowd.people[Role.ADMIN], crowd.people[Role.COORDINATOR]
    pairs = [(admins[0], coordinators[0]), (coordinators[0], admins[0]), (admins[2], admins[0])]
    pairs += [(admins[0], crowd.people[Role.WORKER][0]), (admins[1], coordinators[1])]
    return [
        crowd.make.save(
            FactorReset(
                user_id=about.id, asked_by_id=by.id,
                organisation_id=by.current_memberships[0].organisation_id,
            )
        )
        for by, about in pairs
    ]  # fmt: skip


def messages(crowd: Crowd) -> Sequence[Any]:
    for organisation in (crowd.here, crowd.there, None):
        with unit_of_work(crowd.session):
            service.tell(
                crowd.session, key=str(organisation and organisation.id), template="test",
                address="somebody@example.org",
                organisation_id=organisation.id if organisation else None,
            )  # fmt: skip
    return crowd.session.scalars(select(Message)).all()


Crowd.makers |= {
    Resource.MEMBER: members, Resource.FACTOR_RESET: resets, Resource.MESSAGE: messages,
}  # fmt: skip


def absences(crowd: Crowd) -> Sequence[Any]:
    """Of somebody in every role here, of others elsewhere, with and without who stands in.

    And for some in whose place colleagues stood, stand and will stand.
    """
    deputy, today = crowd.people[Role.WORKER][0], clock.today()
    standing = [
        crowd.make.save(
            Away(
                organisation_id=crowd.here.id, user_id=person.id, by_id=person.id,
                first_day=today + timedelta(days=STANDING[when][0]),
                last_day=today + timedelta(days=STANDING[when][1]), deputy_id=instead.id,
            )
        )
        for when, instead in crowd.deputies.items()
        for person in (crowd.people[role][0] for role in CARRYING)
    ]  # fmt: skip
    return standing + [
        crowd.make.save(
            Away(
                organisation_id=held.organisation_id, user_id=held.user_id, by_id=held.user_id,
                first_day=today + timedelta(days=30), last_day=today + timedelta(days=40),
                deputy_id=deputy.id if deputy.id != held.user_id else None,
            )
        )
        for role in HELD
        for person in crowd.people[role]
        for held in person.current_memberships
        if held.organisation_id
    ]  # fmt: skip


Crowd.makers[Resource.ABSENCE] = absences


def places(crowd: Crowd) -> Sequence[Any]:
    far = crowd.make.district(municipality_id=crowd.elsewhere.municipality_id)
    return [crowd.park, crowd.harbour, crowd.make.neighbourhood(district=far)]


def venues(crowd: Crowd) -> Sequence[Any]:
    return [
        crowd.make.venue(organisation, neighbourhood=area)
        for organisation in (crowd.here, crowd.there, crowd.elsewhere)
        for area in (crowd.park, crowd.harbour, None)
    ]


Crowd.makers |= {Resource.PLACE: places, Resource.VENUE: venues}


def households(make: Make, organisation: Organisation, parent: User) -> tuple[Any, ...]:
    """A child who lives elsewhere too, its other homes, and one with which it has no tie.

    The parent is one of those who care for it, but not in the home under which it is known.
    """
    child = make.child(make.family(organisation))
    others = make.cared_for_by(child, parent, make.parent())
    return child, child.family, *others, make.family(organisation)


def signals(crowd: Crowd) -> list[Signal]:
    """Of each: mine, a colleague's, shared, passed on, of the own family, elsewhere."""
    make, here = crowd.make, crowd.here
    stranger = make.worker(organisation=here)
    rows = []

    def one(
        organisation: Organisation, owner: User, until: date | None = None, **given: Any
    ) -> Signal:
        signal = Signal(
            organisation_id=organisation.id, author_id=owner.id, owner_id=owner.id,
            subject=given.pop("subject", Subject.GROUP), area=Area.SOCIAL, level=Level.CONCERN,
            observed_on=clock.today(), review_on=clock.today(),
            neighbourhood=given.pop("neighbourhood", None),
            child=given.pop("child", None), family=given.pop("family", None),
        )  # fmt: skip
        signal.shares = [
            SignalShare(
                user_id=user.id, organisation_id=organisation.id, by_id=owner.id, until=until
            )
            for user in given.pop("shared_with", ())
        ]
        rows.append(make.save(signal))
        return signal

    for role in (Role.WORKER, Role.COORDINATOR, Role.PROTECTION_OFFICER):
        for person in crowd.people[role]:
            place = crowd.park if person is crowd.people[role][2] else None
            organisation = person.current_memberships[0].organisation
            assert organisation is not None
            one(organisation, person, neighbourhood=place)
            for until in ends():
                one(here, stranger, until, shared_with=[person], neighbourhood=crowd.park)
            own = make.family(organisation, person)
            child = make.child(own)
            one(organisation, person, subject=Subject.CHILD, child=child)
            one(organisation, person, subject=Subject.FAMILY, family=own, shared_with=[person])
            shared, *others = households(make, organisation, person)
            one(organisation, person, subject=Subject.CHILD, child=shared)
            for family in others:
                one(organisation, person, subject=Subject.FAMILY, family=family)
    for deputy in crowd.deputies.values():
        absent = crowd.people[Role.WORKER][0]
        one(here, absent, subject=Subject.FAMILY, family=make.family(here, deputy))
    one(here, stranger)
    one(here, stranger, neighbourhood=crowd.harbour)
    one(here, stranger, subject=Subject.CHILD, child=make.child(make.family(here)))
    one(crowd.elsewhere, make.worker(organisation=crowd.elsewhere))
    return rows


def joined(crowd: Crowd) -> Sequence[Any]:
    """The same, and in each organisation two that belong together."""
    rows = signals(crowd)
    for organisation in (crowd.here, crowd.there, crowd.elsewhere):
        here = select(Signal.id).where(Signal.organisation_id == organisation.id)
        two = sorted(crowd.session.scalars(here.limit(2)))
        owner = crowd.people[Role.PROTECTION_OFFICER][0]
        if len(two) == 2:
            link = SignalLink(
                organisation_id=organisation.id, one_id=two[0], other_id=two[1], by_id=owner.id
            )
            seal(crowd.session, link, why="?")
            crowd.make.save(link)
    return rows


Crowd.makers[Resource.SIGNAL] = signals
Crowd.makers[Resource.SIGNAL_LINK] = joined


def referrals(crowd: Crowd) -> list[Referral]:
    """Of each: mine, a colleague's, shared, of the own family or child, in reach and elsewhere."""
    make, here = crowd.make, crowd.here
    stranger = make.worker(organisation=here)
    rows = []

    def one(
        family: Family, owner: User, *readers: User, until: date | None = None, **given: Any
    ) -> None:
        referral = Referral(
            organisation_id=family.organisation_id, author_id=owner.id, owner_id=owner.id,
            family=family, kind=Kind.WARM,
            partner=make.partner(crowd.session.get_one(Organisation, family.organisation_id)),
            **given,
        )  # fmt: skip
        seal(crowd.session, referral, note="Because.")
        referral.steps = [
            ReferralStep(
                organisation_id=family.organisation_id, referral=referral, status=referral.status,
                by_id=owner.id,
            )
        ]  # fmt: skip
        referral.shares = [
            ReferralShare(user_id=user.id, organisation_id=here.id, by_id=owner.id, until=until)
            for user in readers
        ]
        rows.append(make.save(referral))

    for role in (Role.WORKER, Role.COORDINATOR, Role.PROTECTION_OFFICER):
        for person in crowd.people[role]:
            organisation = person.current_memberships[0].organisation
            assert organisation is not None
            for place in (crowd.park, crowd.harbour, None):
                one(make.family(organisation), person, neighbourhood=place)
            for until in ends():
                one(make.family(here), stranger, person, until=until, neighbourhood=crowd.park)
            own = make.family(organisation, person)
            one(own, person, neighbourhood=crowd.park)
            one(own, stranger, person, child=make.child(own), neighbourhood=crowd.park)
            shared, *others = households(make, organisation, person)
            one(shared.family, person, child=shared, neighbourhood=crowd.park)
            for family in others:
                one(family, person, neighbourhood=crowd.park)
    for deputy in crowd.deputies.values():
        one(make.family(here, deputy), crowd.people[Role.WORKER][0])
    one(make.family(here), stranger)
    one(make.family(crowd.elsewhere), make.worker(organisation=crowd.elsewhere))
    return rows


Crowd.makers[Resource.REFERRAL] = referrals


def contacts(crowd: Crowd) -> Sequence[Any]:
    """One's own and those of others, in the neighbourhood, in another one, and nowhere."""
    writers = [*crowd.people[Role.WORKER], *crowd.people[Role.COORDINATOR]]
    writers += [crowd.make.worker(organisation=crowd.elsewhere)]
    return [
        crowd.make.save(
            Contact(
                organisation_id=writer.current_memberships[0].held.organisation_id,
                author_id=writer.id, held_on=clock.today(), topic=Topic.SLEEP,
                channel=Channel.STREET, helped=Helped.LISTENED, minutes=10, neighbourhood=place,
            )
        )
        for writer in writers
        for place in (crowd.park, crowd.harbour, None)
    ]  # fmt: skip


def conversations(crowd: Crowd) -> Sequence[Any]:
    """One's own and those of others, in the neighbourhood, in another one, and nowhere."""
    writers = [*crowd.people[Role.WORKER], *crowd.people[Role.PROTECTION_OFFICER]]
    writers += [crowd.make.worker(organisation=crowd.elsewhere)]
    return [
        crowd.make.save(
            Conversation(
                organisation_id=writer.current_memberships[0].held.organisation_id,
                author_id=writer.id, once=uuid4(), held_on=clock.today(), channel=Spoken.SPOKEN,
                theme=Theme.SCHOOL, band=AgeBand.UP_TO_9, serious=Serious.YES,
                pointed=Pointed.NOBODY, minutes=10, neighbourhood_id=place.id if place else None,
            )
        )
        for writer in writers
        for place in (crowd.park, crowd.harbour, None)
    ]  # fmt: skip


def points(crowd: Crowd) -> Sequence[Any]:
    """Of councils here and elsewhere, in the neighbourhood, in another one, and nowhere."""
    writers = [*crowd.people[Role.WORKER], crowd.make.worker(organisation=crowd.elsewhere)]
    return [
        crowd.make.save(
            CouncilPoint(
                organisation_id=writer.current_memberships[0].held.organisation_id,
                author_id=writer.id, once=uuid4(), held_on=clock.today(), title="A goal",
                occurrence_id=crowd.make.activity(writer).occurrences[0].id,
                neighbourhood_id=place.id if place else None,
            )
        )
        for writer in writers
        for place in (crowd.park, crowd.harbour, None)
    ]  # fmt: skip


def ideas(crowd: Crowd) -> Sequence[Any]:
    """Of colleagues here and elsewhere, in the neighbourhood, in another one, and nowhere."""
    writers = [*crowd.people[Role.WORKER], crowd.make.worker(organisation=crowd.elsewhere)]
    return [
        crowd.make.save(
            Idea(
                organisation_id=writer.current_memberships[0].held.organisation_id,
                author_id=writer.id, said_on=clock.today(), words="A goal with a net.",
                band=AgeBand.UP_TO_9, neighbourhood=place, decision="We buy one.",
                because="Many asked.", decided_on=clock.today(),
            )
        )
        for writer in writers
        for place in (crowd.park, crowd.harbour, None)
    ] + [
        crowd.make.save(
            Idea(
                organisation_id=crowd.here.id, said_on=clock.today(), words="", band=None,
                neighbourhood=place, state=Read.NEEDS_ADULT, pseudonym="cat dog",
            )
        )
        for place in (crowd.park, crowd.harbour)
    ]  # fmt: skip


def stories(crowd: Crowd) -> Sequence[Any]:
    """Begun by one and put in other words by another, here and elsewhere."""
    made = []
    for house in (crowd.here, crowd.there, crowd.elsewhere):
        child = crowd.make.child(crowd.make.family(house))
        writers = [
            one
            for one in (*crowd.people[Role.WORKER], *crowd.people[Role.COORDINATOR])
            if one.current_memberships[0].organisation_id == house.id
        ] or [crowd.make.worker(organisation=house)]
        made += [
            crowd.make.save(
                Story(
                    organisation_id=house.id,
                    child_id=child.id,
                    author_id=author.id,
                    written_by_id=writer.id,
                    told_on=clock.today(),
                    words="It laughed.",
                )
            )
            for author, writer in ((one, other) for one in writers for other in writers[:2])
        ]
    return made


def boards(crowd: Crowd) -> Sequence[Any]:
    places = [(crowd.here, crowd.park), (crowd.here, crowd.harbour), (crowd.elsewhere, crowd.park)]
    return [
        crowd.make.save(ChildBoard(organisation_id=here.id, neighbourhood=place))
        for here, place in places
    ]


def trajectories(crowd: Crowd) -> list[Trajectory]:
    """Of each: mine, a colleague's, shared, of the own family and of households around it."""
    make, here, rows = crowd.make, crowd.here, []

    def one(
        family: Family, owner: User, *readers: User, place: Any = None, until: date | None = None
    ) -> None:
        trajectory = Trajectory(
            organisation_id=family.organisation_id, family=family, author_id=owner.id,
            owner_id=owner.id, topic=Topic.SLEEP, began_on=clock.today(),
            follow_up_on=clock.today(), neighbourhood=place,
        )  # fmt: skip
        seal(crowd.session, trajectory, question="?")
        trajectory.shares = [
            TrajectoryShare(user_id=user.id, organisation_id=here.id, by_id=owner.id, until=until)
            for user in readers
        ]
        rows.append(make.save(trajectory))

    stranger = make.worker(organisation=here)
    for person in (*crowd.people[Role.WORKER], *crowd.people[Role.COORDINATOR]):
        organisation = person.current_memberships[0].organisation
        assert organisation is not None
        for place in (crowd.park, crowd.harbour, None):
            one(make.family(organisation), person, place=place)
        for until in ends():
            one(make.family(here), stranger, person, place=crowd.park, until=until)
        one(make.family(organisation, person), person, place=crowd.park)
        one(make.family(organisation, person), stranger, person, place=crowd.park)
        _, *homes = households(make, organisation, person)
        for family in homes:
            one(family, person, place=crowd.park)
    one(make.family(here), stranger)
    readers = (Role.PROTECTION_OFFICER, Role.VOLUNTEER, Role.ADMIN)
    others = [(make.family(here), stranger, crowd.people[role][0]) for role in readers]
    absent = crowd.people[Role.WORKER][0]
    others += [(make.family(here, one), absent, absent) for one in crowd.deputies.values()]
    for family, owner, reader in others:
        one(family, owner, reader)
    one(make.family(crowd.elsewhere), make.worker(organisation=crowd.elsewhere))
    for parent in crowd.people[Role.GUARDIAN]:
        family = make.child(make.family(here, parent)).family
        one(family, stranger, place=crowd.harbour)
        one(family, stranger, place=crowd.park)
        _confided(crowd, rows[-1])
    return rows


def _confided(crowd: Crowd, trajectory: Trajectory) -> None:
    (carer,) = trajectory.family.carers
    crowd.make.save(
        Confided(
            organisation_id=trajectory.organisation_id, kind=Confides.SUPPORT,
            record_id=trajectory.id, family=trajectory.family, carer=carer, way=Way.IN_PERSON,
            epoch=carer.epoch, confirmed_by_id=trajectory.owner_id, confirmed_on=clock.today(),
        )
    )  # fmt: skip


def consultations(crowd: Crowd) -> Sequence[Any]:
    """Each with one person who was invited, and one to which only others were."""
    sitters = [one for role in CARRYING for one in crowd.people[role]]
    sitters += [*crowd.people[Role.ADMIN], *crowd.people[Role.VOLUNTEER]]
    made = []
    for person in sitters:
        for house in (crowd.here, crowd.there):
            for who in (person, crowd.make.worker(organisation=house)):
                row = Consultation(
                    organisation_id=house.id, author_id=person.id, held_at=clock.now(),
                    first_step_on=clock.today(),
                )  # fmt: skip
                row.seats = [
                    ConsultationSeat(organisation_id=house.id, user_id=who.id, part=Part.ADVISER)
                ]
                made.append(crowd.make.save(row))
    apart = crowd.make.worker(organisation=crowd.elsewhere)
    row = Consultation(organisation_id=crowd.elsewhere.id, author_id=apart.id, held_at=clock.now())
    return [*made, crowd.make.save(row)]


Crowd.makers[Resource.CONSULTATION] = consultations


def reviews(crowd: Crowd) -> Sequence[Any]:
    """Written by each, to be seen to by each and by whom they stand in for, here and elsewhere."""
    made = []
    for house in (crowd.here, crowd.there):
        stranger = crowd.make.worker(organisation=house)
        known = [one for role in CARRYING for one in crowd.people[role]]
        people = [one for one in known if one.current_memberships[0].organisation_id == house.id]
        pairs = [(one, stranger) for one in people] + [(stranger, one) for one in people]
        pairs += [(stranger, one) for one in crowd.deputies.values() if house is crowd.here]
        for author, owner in pairs:
            row = LearningReview(
                organisation_id=house.id, author_id=author.id, owner_id=owner.id,
                reviewed_on=clock.today(), trigger=Trigger.GOOD_COURSE, level=Lies.CASE,
            )  # fmt: skip
            seal(crowd.session, row, timeline="?")
            made.append(crowd.make.save(row))
    return made


Crowd.makers[Resource.LEARNING_REVIEW] = reviews


def lessons(crowd: Crowd) -> Sequence[Any]:
    """Written by each, to be looked at by each, and let in by others, here and elsewhere."""
    made = []
    for house in (crowd.here, crowd.there, crowd.elsewhere):
        one, two = (crowd.make.worker(organisation=house) for _ in range(2))
        known = [person for role in CARRYING for person in crowd.people[role]]
        people = [person for person in known if works_at(person, house)]
        pairs = [pair for person in people for pair in ((person, one), (one, person))]
        for standing in (Stands.WAITING, Stands.RELEASED):
            for author, checker in [*pairs, (one, two)]:
                row = Lesson(
                    organisation_id=house.id, author_id=author.id, checker_id=checker.id,
                    origin=Origin.WORK, language=Tongue.NL, standing=standing,
                    stands_since=clock.today(),
                )  # fmt: skip
                seal(crowd.session, row, title="?", lesson="?")
                made.append(crowd.make.save(row))
                if standing is Stands.RELEASED:
                    crowd.make.save(
                        LessonText(
                            organisation_id=house.id, lesson_id=row.id, language=Tongue.NL,
                            title="?", lesson="?",
                        )
                    )  # fmt: skip
    return made


def works_at(person: User, house: Organisation) -> bool:
    return person.current_memberships[0].organisation_id == house.id


Crowd.makers[Resource.LESSON] = lessons
Crowd.makers |= {Resource.IDEA: ideas, Resource.BOARD: boards, Resource.STORY: stories}
Crowd.makers |= {Resource.CONVERSATION: conversations, Resource.COUNCIL: points}
Crowd.makers |= {Resource.SUPPORT_CONTACT: contacts, Resource.SUPPORT: trajectories}


def registers(crowd: Crowd) -> Sequence[Any]:
    """Sessions of activities that somebody made, helps to run, or has nothing to do with."""
    made = []
    for place in (0, 1):
        author = crowd.people[Role.WORKER][place]
        helper = crowd.people[Role.VOLUNTEER][place]
        goal = crowd.make.goal((crowd.here, crowd.there)[place])
        made += [
            crowd.make.activity(author, goal=goal),
            crowd.make.activity(author, goal=goal, staff=[ActivityStaff(user_id=helper.id)]),
            crowd.make.activity(crowd.people[Role.COORDINATOR][place], goal=goal, staff=[]),
        ]
    return [one for activity in made for one in activity.occurrences]


Crowd.makers[Resource.REGISTER] = registers


def papers(crowd: Crowd) -> Sequence[Any]:
    """Asked for by people at work in a role, by parents in none, and by nobody in particular."""
    made = []
    for organisation in (crowd.here, crowd.there, crowd.elsewhere):
        worker = crowd.make.worker(organisation=organisation)
        activity = crowd.make.activity(worker, goal=crowd.make.goal(organisation))
        asked = [(worker.id, worker.current_memberships[0].id), (None, None)]
        for asker, membership in (*asked, (crowd.people[Role.GUARDIAN][0].id, None)):
            made.append(
                crowd.make.save(
                    Paper(
                        organisation_id=organisation.id, mark=f"{next(crowd.make.numbers)}",
                        kind="poster", subject_id=activity.id, language="nl", choices={},
                        asked_by_id=asker, membership_id=membership, asked_at=clock.now(),
                        until=clock.now() + timedelta(days=1),
                    )
                )
            )  # fmt: skip
    return made


Crowd.makers[Resource.PAPER] = papers


def partners(crowd: Crowd) -> Sequence[Any]:
    return [
        crowd.make.partner(organisation, neighbourhood=area, retired=retired)
        for organisation in (crowd.here, crowd.there, crowd.elsewhere)
        for area in (crowd.park, None)
        for retired in (False, True)
    ]


Crowd.makers[Resource.PARTNER] = partners


def holidays(crowd: Crowd) -> Sequence[Any]:
    return [crowd.make.holiday(owner) for owner in (crowd.here, crowd.there, crowd.elsewhere)]


Crowd.makers[Resource.HOLIDAY] = holidays


def goals(crowd: Crowd) -> Sequence[Any]:
    return [crowd.make.goal(owner) for owner in (crowd.here, crowd.there, crowd.elsewhere)]


def policy_goals(crowd: Crowd) -> Sequence[Any]:
    period = {"begins_on": date(2031, 1, 1), "ends_on": date(2031, 12, 31)}
    return [
        crowd.make.save(
            PolicyGoal(municipality_id=owner.municipality_id, reference="1", title="1", **period)
        )
        for owner in (crowd.here, crowd.elsewhere)
    ]


def grants(crowd: Crowd) -> Sequence[Any]:
    period = {"begins_on": date(2031, 1, 1), "ends_on": date(2031, 12, 31)}
    return [
        crowd.make.save(
            Grant(
                organisation_id=owner.id, municipality_id=owner.municipality_id, reference="1",
                **period,
            )
        )
        for owner in (crowd.here, crowd.there, crowd.elsewhere)
    ]  # fmt: skip


Crowd.makers |= {
    Resource.GOAL: goals, Resource.POLICY_GOAL: policy_goals, Resource.GRANT: grants,
}  # fmt: skip


def children(crowd: Crowd) -> Sequence[Any]:
    """In every neighbourhood and organisation; with carers let in, shut out, ended, and staff."""
    made = []
    parents = [*crowd.people[Role.GUARDIAN], crowd.people[Role.WORKER][0]]
    for organisation in (crowd.here, crowd.there, crowd.elsewhere):
        for parent in parents:
            family = crowd.make.family(organisation, parent)
            made += [
                crowd.make.child(family, neighbourhood=area)
                for area in (crowd.park, crowd.harbour, None)
            ]
            made += [crowd.make.child(family, **care) for care in CARES]
        made.append(_moving(crowd, organisation))
        made += _young(crowd, organisation)
    return made


def children_of_staff(crowd: Crowd) -> Sequence[Any]:
    """Of parents, and of people who work here: whose own family it is may not merge them."""
    made = [*children(crowd)]
    for role in (Role.WORKER, Role.COORDINATOR):
        for person in crowd.people[role]:
            organisation = person.current_memberships[0].organisation
            assert organisation is not None
            own = crowd.make.family(organisation, person)
            made.append(crowd.make.child(own, neighbourhood=crowd.park))
            made.append(households(crowd.make, organisation, person)[0])
    return made


#: Ways in which a carer does not see a child any more, or sees it but not the other way round.
CARES: tuple[dict[str, Any], ...] = (
    {"care": {"portal_access": False}},
    {"care": {"contact_allowed": False}},
    {"care": {"ended_at": A_WEDNESDAY}},
    {"care": {"held_at": A_WEDNESDAY}},
)


def _young(crowd: Crowd, organisation: Organisation) -> list[Child]:
    """From sixteen on: with each thing that one can say, with nothing said, and not yet sixteen."""
    made = []
    for years, said in ((17, None), *((17, each) for each in ParentsSee), (15, ParentsSee.ALL)):
        parent, oneself = crowd.people[Role.GUARDIAN][0], crowd.people[Role.GUARDIAN][-1]
        born = clock.today() - timedelta(days=years * 365 + 10)
        child = crowd.make.child(crowd.make.family(organisation, parent), born_on=born)
        own = {"relation": Relation.SELF, "parents_see": said}
        crowd.make.cared_for_by(child, oneself, **own)
        made.append(child)
    return made


def cares(crowd: Crowd) -> Sequence[Any]:
    """Of all these children, and of some of colleagues."""
    own = [
        crowd.make.child(crowd.make.family(crowd.here, crowd.people[role][0]))
        for role in (Role.COORDINATOR, Role.PROTECTION_OFFICER)
    ]
    return [care for child in (*children(crowd), *own) for care in child.cares]


def _moving(crowd: Crowd, organisation: Organisation) -> Child:
    """Lived in the park, lives at the harbour, and will live in the park again."""
    child = crowd.make.child(crowd.make.family(organisation), neighbourhood=crowd.park)
    with unit_of_work(crowd.session):
        for days, area in ((-30, crowd.harbour), (30, crowd.park)):
            child.residences.append(
                Residence(
                    organisation_id=organisation.id, neighbourhood_id=area.id,
                    since=clock.today() + timedelta(days=days),
                )
            )  # fmt: skip
        audit.record(crowd.session, SYSTEM, "test.made", child.id)
    return child


def families(crowd: Crowd) -> Sequence[Any]:
    """With children, with none, and with children whom their only parent does not see."""
    made = []
    for organisation in (crowd.here, crowd.there):
        for parent in (*crowd.people[Role.GUARDIAN], crowd.people[Role.COORDINATOR][0]):
            childless, open_to, shut = (crowd.make.family(organisation, parent) for _ in range(3))
            crowd.make.child(open_to)
            crowd.make.child(shut, **CARES[0])
            made += [childless, open_to, shut]
    return made


def signups(crowd: Crowd) -> Sequence[Any]:
    """One of each child, at the organisation that knows it."""
    made = []
    clubs = {
        organisation.id: crowd.make.activity(crowd.make.worker(organisation=organisation))
        for organisation in (crowd.here, crowd.there, crowd.elsewhere)
    }
    for number, child in enumerate(children(crowd)):
        standing = list(Standing)[number % len(Standing)]
        signup = Signup(
            organisation_id=child.organisation_id, activity=clubs[child.organisation_id],
            child=child, standing=standing, queue=number, made_by_id=None,
        )  # fmt: skip
        made.append(crowd.make.save(signup))
    return made


Crowd.makers |= {
    Resource.CHILD: children,
    Resource.CARE: cares,
    Resource.COURT_NOTE: cares,
    Resource.DOUBLE: children_of_staff,
    Resource.FAMILY: families,
    Resource.SIGNUP: signups,
}


def activities(crowd: Crowd) -> Sequence[Any]:
    """In every organisation: own, run by somebody else, drafts, and visits to one family."""
    rows = []
    for organisation in (crowd.here, crowd.there, crowd.elsewhere):
        author = crowd.make.worker(organisation=organisation)
        rows += [
            crowd.make.activity(author, state=state, format=kind, venue=None)
            for state, kind in (
                (State.PUBLISHED, Format.CLUB),
                (State.DRAFT, Format.CLUB),
                (State.ENDED, Format.EVENT),
                (State.DRAFT, Format.HOME_VISIT),
                (State.DRAFT, Format.NETWORK),
            )
        ]
        for shown in rows[-5:-3]:
            crowd.make.photo(shown)
    for people in (crowd.people[role] for role in (Role.VOLUNTEER, Role.WORKER)):
        rows += [
            crowd.make.activity(
                crowd.people[Role.COORDINATOR][0], state=State.DRAFT, format=Format.ONE_TO_ONE,
                staff=[ActivityStaff(user_id=person.id)],
            )
            for person in people
        ]  # fmt: skip
        rows += [crowd.make.activity(person) for person in people]
    return rows


Crowd.makers |= {
    Resource.ACTIVITY: activities,
    Resource.PROGRAMME: activities,
}


def editions(crowd: Crowd) -> list[Edition]:
    """Released and not, here and elsewhere."""
    officer = crowd.people[Role.COORDINATOR][0]
    rows = []
    for place in (crowd.here.municipality, crowd.elsewhere.municipality):
        for number, released in enumerate((None, clock.now())):
            edition = Edition(
                municipality=place, period=f"203{number}", made_by_id=officer.id, content={},
                digest="", released_at=released,
            )  # fmt: skip
            rows.append(crowd.make.save(edition))
    return rows


Crowd.makers[Resource.REPORT] = editions
Crowd.makers[Resource.REACTION] = lambda crowd: crowd.rows(Resource.REPORT)


def entries(crowd: Crowd) -> Sequence[Any]:
    """What was recorded here, elsewhere and by the system, which belongs nowhere."""
    with unit_of_work(crowd.session):
        for person in (*crowd.people[Role.WORKER], *crowd.people[Role.PRIVACY_OFFICER]):
            audit.record(crowd.session, person.actor(), "test.made", person.id)
    return crowd.session.scalars(select(AuditEntry)).all()


def findings(crowd: Crowd) -> Sequence[Any]:
    roles = (Role.WORKER, Role.PROTECTION_OFFICER, Role.PRIVACY_OFFICER)
    return [
        crowd.make.save(
            TrailFinding(
                organisation_id=one.id, week=clock.today(), rule=Rule.AT_NIGHT,
                person_id=crowd.people[role][0].id, times=1,
            )
        )
        for one in (crowd.here, crowd.there, crowd.elsewhere)
        for role in roles
    ]  # fmt: skip


def emergencies(crowd: Crowd) -> Sequence[Any]:
    """Of each: running and over, here and elsewhere, about another family and the own."""
    make, rows = crowd.make, []
    for role in (Role.WORKER, Role.COORDINATOR, Role.PROTECTION_OFFICER, Role.VOLUNTEER):
        for person in crowd.people[role]:
            for organisation in (crowd.here, crowd.elsewhere):
                own, *_ = households(make, organisation, person)
                children = [make.child(make.family(organisation)), own]
                children += [make.child(make.family(organisation, person))]
                for child, hours in product(children, (-1, 1)):
                    broken = BreakGlass(
                        organisation_id=organisation.id, user_id=person.id, child=child,
                        family=child.family, need=Need.DANGER,
                        until=clock.now() + timedelta(hours=hours),
                    )  # fmt: skip
                    seal(crowd.session, broken, reason="?")
                    rows.append(make.save(broken))
    return rows


def access_requests(crowd: Crowd) -> Sequence[Any]:
    """About another family and the own, here and elsewhere."""
    make, rows = crowd.make, []
    answering = (*crowd.people[Role.PROTECTION_OFFICER], *crowd.people[Role.PRIVACY_OFFICER])
    for person in answering:
        for organisation in (crowd.here, crowd.there, crowd.elsewhere):
            for parent in (None, person):
                family = make.family(organisation, parent)
                asked = AccessRequest(
                    organisation_id=organisation.id, author_id=person.id, family=family,
                    received_on=clock.today(),
                )  # fmt: skip
                seal(crowd.session, asked, asked_by="?")
                rows.append(make.save(asked))
    return rows


Crowd.makers[Resource.ACCESS_REQUEST] = access_requests


def archives(crowd: Crowd) -> Sequence[Any]:
    """Asked for by each administrator, and once by a protection officer who was one."""
    people = [*crowd.people[Role.ADMIN], crowd.people[Role.PROTECTION_OFFICER][0]]
    return [
        crowd.make.save(
            Archive(
                organisation_id=person.current_memberships[0].organisation_id,
                asked_by_id=person.id, why=WhyArchive.MOVING, told="?",
                until=clock.now() + timedelta(days=1),
            )
        )
        for person in people
    ]  # fmt: skip


Crowd.makers[Resource.ARCHIVE] = archives


def imports(crowd: Crowd) -> Sequence[Any]:
    return [
        crowd.make.save(
            BroughtIn(
                organisation_id=person.current_memberships[0].organisation_id, by_id=person.id,
                made=[], n=0, until=clock.now() + timedelta(days=1),
            )
        )
        for role in (Role.COORDINATOR, Role.WORKER)
        for person in crowd.people[role]
    ]  # fmt: skip


Crowd.makers[Resource.IMPORT] = imports
Crowd.makers |= {
    Resource.TRAIL: entries, Resource.FINDING: findings, Resource.EMERGENCY: emergencies,
}  # fmt: skip


def incidents(crowd: Crowd) -> list[Incident]:
    """Of each: mine, a colleague's, that I see to, of the own family; past the line, about me."""
    make, rows = crowd.make, []

    def one(organisation: Organisation, author: User, **given: Any) -> None:
        child, accused = given.pop("child", None), given.pop("accused", None)
        incident = Incident(
            organisation_id=organisation.id, author_id=author.id,
            owner_id=given.pop("owner_id", None), kind=given.pop("kind", IncidentKind.INJURY),
            severity=Severity.PLASTER, happened_at=clock.now(), **given,
        )  # fmt: skip
        here = {"organisation_id": organisation.id}
        incident.children = [IncidentChild(child=child, **here)] if child else []
        incident.staff = [IncidentStaff(user_id=accused.id, **here)] if accused else []
        seal(crowd.session, incident, what="Fell.")
        rows.append(make.save(incident))

    strangers = {each.id: make.worker(organisation=each) for each in (crowd.here, crowd.there)}
    roles = (Role.WORKER, Role.COORDINATOR, Role.CONFIDANT, Role.PRIVACY_OFFICER, Role.VOLUNTEER)
    for person in (person for role in roles for person in crowd.people[role]):
        organisation = person.current_memberships[0].organisation
        assert organisation is not None
        stranger = strangers[organisation.id]
        own = make.child(make.family(organisation, person))
        for past_line in (False, True):
            one(organisation, person, past_line=past_line)
            one(organisation, stranger, owner_id=person.id, past_line=past_line)
            one(organisation, stranger, child=own, owner_id=person.id, past_line=past_line)
            one(organisation, stranger, accused=person, past_line=past_line)
    for deputy in crowd.deputies.values():
        own = make.child(make.family(crowd.here, deputy))
        absent = crowd.people[Role.WORKER][0]
        one(crowd.here, strangers[crowd.here.id], child=own, owner_id=absent.id)
    one(crowd.elsewhere, make.worker(organisation=crowd.elsewhere))
    return rows


def breaches(crowd: Crowd) -> list[DataBreach]:
    rows = []
    for organisation in (crowd.here, crowd.there, crowd.elsewhere):
        incident = Incident(
            organisation_id=organisation.id, owner_id=None, kind=IncidentKind.DATA_BREACH,
            author_id=crowd.make.worker(organisation=organisation).id,
            severity=Severity.PLASTER, happened_at=clock.now(),
        )  # fmt: skip
        seal(crowd.session, incident, what="A telephone was lost.")
        crowd.make.save(incident)
        breach = DataBreach(organisation_id=organisation.id, incident=incident)
        rows.append(crowd.make.save(breach))
    return rows


Crowd.makers |= {
    Resource.INCIDENT: incidents, Resource.BOUNDARY: incidents, Resource.DATA_BREACH: breaches,
}  # fmt: skip


def code_cases(crowd: Crowd) -> list[CodeCase]:
    """Of each: mine, a colleague's, shared, of the own family, elsewhere; something in each."""
    make, here = crowd.make, crowd.here
    stranger = make.worker(organisation=here)
    rows = []

    def one(family: Family, owner: User, until: date | None = None, **given: Any) -> None:
        ours = {"organisation_id": family.organisation_id}
        case = CodeCase(
            **ours, author_id=owner.id, owner_id=owner.id, family=family, signal_id=None,
            protocol=ProtocolName.NL_MELDCODE, protocol_version=1, begun_on=clock.today(),
            review_on=clock.today(), neighbourhood=given.pop("neighbourhood", None),
        )  # fmt: skip
        case.shares = [
            CodeShare(**ours, user_id=user.id, by_id=owner.id, until=until)
            for user in given.pop("shared_with", ())
        ]
        rows.append(make.save(case))
        _done_in(crowd, case)

    for role in (Role.WORKER, Role.COORDINATOR, Role.PROTECTION_OFFICER):
        for person in crowd.people[role]:
            organisation = person.current_memberships[0].organisation
            assert organisation is not None
            place = crowd.park if person is crowd.people[role][2] else None
            one(make.family(organisation), person, neighbourhood=place)
            for until in ends():
                family = make.family(here)
                one(family, stranger, until, shared_with=[person], neighbourhood=crowd.park)
            one(make.family(organisation, person), person, shared_with=[person])
            for family in households(make, organisation, person)[1:]:
                one(family, person)
    for deputy in crowd.deputies.values():
        one(make.family(here, deputy), crowd.people[Role.WORKER][0])
    one(make.family(here), stranger, neighbourhood=crowd.harbour)
    one(make.family(crowd.elsewhere), make.worker(organisation=crowd.elsewhere))
    return rows


def _done_in(crowd: Crowd, case: CodeCase) -> None:
    ours = {"organisation_id": case.organisation_id, "case_id": case.id, "by_id": case.owner_id}
    child = crowd.make.child(case.family)
    crowd.make.save(CodeChild(organisation_id=case.organisation_id, case=case, child=child))
    entry = CodeEntry(**ours, kind=EntryKind.CONSULTATION, day=clock.today())
    answer = CodeWeighing(**ours, place=1, question=Question.SUSPICION, reply=Reply.NO)
    decision = CodeDecision(
        **ours, place=1, decider_id=case.owner_id, about=About.REPORT, yes=False, second=True
    )
    second = CodeSecond(**ours, decision_id=decision.id, agrees=True)
    seal(crowd.session, entry, said="Asked.")
    for row in (answer, decision):
        seal(crowd.session, row, motive="Because.")
    for row in (entry, answer, decision, second):
        crowd.make.save(row)


Crowd.makers[Resource.CODE_CASE] = code_cases


def talks(crowd: Crowd) -> list[Talk]:
    """Kept, read along, alerted, about oneself, past the line and not, here and elsewhere."""
    make = crowd.make
    rows: list[Talk] = []
    for house, area in ((crowd.here, crowd.park), (crowd.there, crowd.harbour)):
        stranger, other = make.worker(organisation=house), make.worker(organisation=house)
        people = [one for role in (*CARRYING, Role.CONFIDANT) for one in crowd.people[role]]
        for person, past_line in product(people, (False, True)):
            for keeper, second, about in (
                (person, stranger, None), (stranger, person, None), (person, stranger, person),
                (stranger, other, None),
            ):  # fmt: skip
                rows.append(
                    Talk(
                        organisation_id=house.id, neighbourhood_id=area.id, keeper_id=keeper.id,
                        second_id=second.id, key_tag=f"{len(rows)}", last_at=A_WEDNESDAY,
                        past_line=past_line, why=Why.NOT_RIGHT if past_line else None,
                        about_id=about.id if about else None,
                    )
                )  # fmt: skip
                alert = TalkAlert(
                    organisation_id=house.id, talk=rows[-1], kind=AlertKind.DANGER,
                    next_at=A_WEDNESDAY, seen_at=A_WEDNESDAY if about else None,
                )  # fmt: skip
                alert.told = [TalkTold(user_id=person.id, organisation_id=house.id, at=A_WEDNESDAY)]
                make.save(rows[-1], alert)
    apart = [make.worker(organisation=crowd.elsewhere) for _ in range(2)]
    rows.append(
        Talk(
            organisation_id=crowd.elsewhere.id, neighbourhood_id=crowd.harbour.id,
            keeper_id=apart[0].id, second_id=apart[1].id, key_tag="elsewhere", last_at=A_WEDNESDAY,
        )
    )  # fmt: skip
    make.save(rows[-1])
    return rows


Crowd.makers[Resource.TALK] = talks
