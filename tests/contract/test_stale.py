"""Two tabs: whoever saves second gets both texts, and nothing is overwritten.

Every form that changes a row with a version is posted as it stood before somebody else saved.
"""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.access_requests import service as access_requests
from kinderwerk.access_requests.models import AccessRequest
from kinderwerk.access_requests.rules import Receipt
from kinderwerk.accounts.models import User
from kinderwerk.activities.models import Activity
from kinderwerk.audit import service as audit
from kinderwerk.core import clock, ids
from kinderwerk.council.models import CouncilPoint
from kinderwerk.families.models import Care, Carer, Child
from kinderwerk.goals import service as goals
from kinderwerk.goals.models import Goal, Grant, PolicyGoal
from kinderwerk.goals.rules import GrantWish, PolicyGoalWish
from kinderwerk.holidays.models import Holiday
from kinderwerk.ideas import service as ideas
from kinderwerk.ideas.models import ChildBoard, Idea, WorryList
from kinderwerk.ideas.rules import Decision as IdeaDecision
from kinderwerk.ideas.rules import Saying
from kinderwerk.learning.consulting.models import Consultation, ConsultationSeat
from kinderwerk.learning.consulting.rules import Part, Standing
from kinderwerk.learning.library import service as lessons
from kinderwerk.learning.library.models import Lesson
from kinderwerk.learning.library.rules import Origin, Tongue
from kinderwerk.learning.library.rules import Wish as LessonWish
from kinderwerk.learning.library.rules import Words as LessonWords
from kinderwerk.learning.reviews import service as reviews
from kinderwerk.learning.reviews.models import LearningReview
from kinderwerk.learning.reviews.rules import Level as Lies
from kinderwerk.learning.reviews.rules import Trigger
from kinderwerk.learning.reviews.rules import Wish as ReviewWish
from kinderwerk.learning.reviews.rules import Words as ReviewWords
from kinderwerk.measuring.models import Question, Reading
from kinderwerk.measuring.rules import Instrument
from kinderwerk.notes.models import CareNote
from kinderwerk.partners.models import Partner
from kinderwerk.places.models import Neighbourhood, Venue
from kinderwerk.privacy.models import Rule
from kinderwerk.referrals import service as referrals
from kinderwerk.referrals.models import Referral
from kinderwerk.referrals.rules import Consent, ConsentMethod, Kind, Prepare
from kinderwerk.referrals.rules import Subject as Whom
from kinderwerk.registers.models import Register
from kinderwerk.reporting_code import service as code
from kinderwerk.reporting_code.models import CodeCase, CodeChild
from kinderwerk.reporting_code.rules import Beginning
from kinderwerk.reports.models import Edition
from kinderwerk.safety import service as safety
from kinderwerk.safety.models import DataBreach, Incident
from kinderwerk.safety.rules import Capture as IncidentWish
from kinderwerk.safety.rules import IncidentKind, Severity
from kinderwerk.signals import service as signals
from kinderwerk.signals.models import Signal
from kinderwerk.signals.rules import Area, Capture, Level, Note, NoteKind, Subject
from kinderwerk.storage.base import Base, Versioned
from kinderwerk.storage.work import unit_of_work
from kinderwerk.stories import service as stories
from kinderwerk.stories.models import Story
from kinderwerk.stories.rules import Telling
from kinderwerk.support import service as support
from kinderwerk.support.models import Aim, Trajectory
from kinderwerk.support.rules import AimWish, Start, Topic
from kinderwerk.team import service as team
from kinderwerk.team.models import StaffRecord
from kinderwerk.team.rules import Kind as Works
from kinderwerk.team.rules import Wish as StaffWish
from tests.conftest import engine_of, in_turn, lasting, of_all_workers, serving
from tests.make import Make, all_seeing

PARSER: Final = html5lib.HTMLParser(namespaceHTMLElements=False)


class Made(NamedTuple):
    """Where one of everything stands, who are there, and what it is called in `EDITS`."""

    url: str
    people: dict[Role, UUID]
    rows: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A form that changes a row: where it is, and what each of the two puts into it.

    Every field for free text is filled in besides, by both and differently.
    """

    model: type[Base]
    page: str
    theirs: Mapping[str, str] = field(default_factory=dict)
    mine: Mapping[str, str] = field(default_factory=dict)
    shown: tuple[str, ...] = ()  # of theirs, in the words of the page
    plain: tuple[str, ...] = ()  # fields of text that hold no free text
    other: str = ""  # the form by which the other person was faster, if it is another
    role: Role = Role.COORDINATOR


UNTIL: Final = {"closes_0": "12:00"}
EDITS: Final[Mapping[str, Edit]] = {
    "access_requests.handle": Edit(
        model=AccessRequest, page="/access-requests/{access_request}",
        role=Role.PROTECTION_OFFICER, theirs={"identity": "known"}, mine={"identity": "called"},
        shown=("We kennen ze van gezicht",),
    ),
    "activities.edit": Edit(
        model=Activity, page="/activities/{activity}/edit", plain=("price", "skipped", "extra"),
        theirs={"age_from": "5"}, mine={"age_from": "6"}, shown=("5",),
    ),
    "activities.words": Edit(model=Activity, page="/activities/{activity}/words"),
    "activities.photo": Edit(
        model=Activity, page="/activities/{activity}/photo", theirs={"seen": "nobody"},
        mine={"seen": "agreed"},
    ),
    "custody.change": Edit(
        model=Care, page="/children/care/{care}", theirs={"has_custody": "yes"},
        mine={"has_custody": "no"}, shown=("Ja",),
    ),
    "custody.correct": Edit(model=Carer, page="/children/care/{care}/who"),
    "custody.court_note": Edit(model=Care, page="/children/care/{care}/court-note"),
    "families.edit": Edit(
        model=Child, page="/children/{child}/edit", theirs={"goes_home_alone": "alone"},
        mine={"goes_home_alone": "picked_up"}, shown=("Mag alleen naar huis",),
    ),
    "families.edit_own": Edit(
        model=Child, page="/family/children/{child}", role=Role.GUARDIAN,
    ),
    "goals.edit": Edit(
        model=Goal, page="/goals/{goal}/edit", theirs={"target_visits": "77"},
        mine={"target_visits": "66"}, shown=("77",),
    ),
    "goals.edit_policy_goal": Edit(model=PolicyGoal, page="/policy/goals/{policy_goal}/edit"),
    "goals.edit_grant": Edit(
        model=Grant, page="/policy/grants/{grant}/edit", theirs={"agreed_hours": "77"},
        mine={"agreed_hours": "66"}, shown=("77",),
    ),
    "holidays.edit": Edit(
        model=Holiday, page="/holidays/{holiday}/edit", theirs={"kind": "public"},
        mine={"last_on": "2031-05-30"}, shown=("Feestdag",),
    ),
    "logbook.log": Edit(model=Register, page="/sessions/{occurrence}/log"),
    "measuring.edit": Edit(
        model=Question, page="/measuring/questions/{question}", plain=("options",),
        theirs={"audience": "adults"}, shown=("Ouders en andere volwassenen",),
    ),
    "measuring.read": Edit(model=Reading, page="/measuring/goals/{measured}/reading/2031"),
    "notes.own": Edit(
        model=CareNote, page="/family/children/{child}/notes", role=Role.GUARDIAN,
        theirs={"agreed": "y", "food": "nuts"}, mine={"agreed": "y", "food": "fish"},
        shown=("Noten",),
    ),
    "own.correct": Edit(model=Carer, page="/family/me/{here}", role=Role.GUARDIAN),
    "partners.edit": Edit(
        model=Partner, page="/partners/{partner}/edit", plain=("latitude", "longitude"),
        theirs={"neighbourhood_id": "{area}"}, mine={"age_from": "4"}, shown=("{area_name}",),
    ),
    "places.edit_venue": Edit(
        model=Venue, page="/venues/{venue}/edit", plain=("latitude", "longitude"),
        theirs={"neighbourhood_id": "{area}"}, shown=("{area_name}",),
    ),
    "privacy.term": Edit(
        model=Rule, page="/privacy/terms/child", role=Role.PRIVACY_OFFICER,
        theirs={"amount": "17"}, mine={"amount": "23"}, shown=("17",),
    ),
    "referrals.edit": Edit(model=Referral, page="/referrals/{referral}/edit"),
    "referrals.consent": Edit(
        model=Referral, page="/referrals/{referral}/consent",
        theirs={"consent": "oral", "holders": "{carer}"},
        mine={"consent": "paper", "holders": "{carer}"},
        plain=("consent_reason", "missing_reason"), shown=("Mondeling",),
    ),
    "referrals.step": Edit(
        model=Referral, page="/referrals/{referral}/step/sent", other="/referrals/{referral}/edit",
    ),
    "referrals.hand_over": Edit(
        model=Referral, page="/referrals/{referral}/hand-over", other="/referrals/{referral}/edit",
        mine={"owner_id": "{colleague}"},
    ),
    "referrals.show": Edit(
        model=Referral, page="/referrals/{referral}/show", theirs={"how": "not"},
        mine={"how": "not"},
    ),
    "referrals.helped": Edit(
        model=Referral, page="/referrals/{referral}/helped", theirs={"helped": "yes"},
        mine={"helped": "no"}, shown=("Ja",),
    ),
    "team.edit": Edit(
        model=StaffRecord, page="/team/{member}/edit", theirs={"kind": "intern"},
        mine={"kind": "staff"}, plain=("register_number",), shown=("Stagiair",),
    ),
    "reporting_code.child": Edit(
        model=CodeChild, page="/reporting-code/{case}/children/{child}",
        theirs={"choice": "alone"}, mine={"choice": "not"}, shown=("Alleen met ons praten",),
    ),
    "reporting_code.course": Edit(
        model=CodeCase, page="/reporting-code/{case}/course",
        theirs={"review_on": "2031-07-01"}, mine={"owner_id": "{colleague}"},
    ),
    "reporting_code.close": Edit(
        model=CodeCase, page="/reporting-code/{case}/close", other="/reporting-code/{case}/course",
        mine={"ending": "safe", "knows_missing": "y"},
    ),
    "reports.dialogue": Edit(model=Edition, page="/reports/{edition}/dialogue"),
    "safety.complete": Edit(
        model=Incident, page="/incidents/{incident}/complete", theirs={"help": "doctor"},
        mine={"help": "ambulance"}, shown=("Een arts",),
    ),
    "safety.complete_boundary": Edit(
        model=Incident, page="/boundaries/{boundary}/complete", role=Role.CONFIDANT,
    ),
    "safety.breach": Edit(
        model=DataBreach, page="/data-breaches/{breach}", role=Role.PRIVACY_OFFICER,
        theirs={"risk": "some"}, mine={"risk": "high"}, shown=("Een risico",),
    ),
    "signals.course": Edit(
        model=Signal, page="/signals/{signal}/course", theirs={"status": "monitored"},
        mine={"status": "consulted"}, shown=("We houden het in de gaten",),
    ),
    "signals.close": Edit(
        model=Signal, page="/signals/{signal}/close", other="/signals/{signal}/course",
        theirs={"status": "monitored"}, mine={"status": "closed_resolved"},
        shown=("We houden het in de gaten",),
    ),
    "consulting.change": Edit(
        model=Consultation, page="/consultations/{consultation}/plan", plain=("held_at",),
        theirs={"held_at": "2031-07-01T10:00"}, mine={"held_at": "2031-08-01T10:00"},
    ),
    "consulting.bring": Edit(model=Consultation, page="/consultations/{consultation}/case"),
    "consulting.step": Edit(
        model=Consultation, page="/consultations/{finished}/step",
        theirs={"first_step_on": "2031-07-01"}, mine={"first_step_on": "2031-08-01"},
    ),
    "reviews.edit": Edit(
        model=LearningReview, page="/learning-reviews/{review}/edit", theirs={"level": "local"},
        mine={"level": "organisation"}, shown=("Wat er in de buurt en de stad is",),
        plain=("child_view", "parent_view"),  # in which children and parents here are called so
    ),
    "reviews.look": Edit(
        model=LearningReview, page="/learning-reviews/{review}/look",
        other="/learning-reviews/{review}/edit", mine={"verdict": "works"},
        theirs={"level": "local"}, plain=("child_view", "parent_view"),
    ),
    "library.edit": Edit(
        model=Lesson, page="/library/{lesson}/edit", theirs={"origin": "work"},
        mine={"origin": "review"}, shown=("Uit het werk zelf",), plain=("title", "tags"),
    ),
    "ideas.board": Edit(
        model=ChildBoard, page="/ideas/boards/{board}", theirs={"opens_0": "10:00"} | UNTIL,
        mine={"opens_0": "11:00"} | UNTIL,
    ),
    "ideas.words": Edit(model=WorryList, page="/ideas/boards/{board}/words/de"),
    "ideas.read": Edit(model=Idea, page="/ideas/{idea}/read"),
    "ideas.describe": Edit(model=Idea, page="/ideas/{idea}/space"),
    "ideas.correct": Edit(model=Idea, page="/ideas/{idea}/words"),
    "ideas.decide": Edit(model=Idea, page="/ideas/{idea}/decision"),
    "ideas.tell_back": Edit(
        model=Idea, page="/ideas/{idea}/told-back", other="/ideas/{idea}/words",
        mine={"told_back_how": "wall"},
    ),
    "council.decide": Edit(model=CouncilPoint, page="/council/{point}"),
    "council.tell_back": Edit(
        model=CouncilPoint, page="/council/{point}/told", other="/council/{point}",
        mine={"told_back_how": "wall"},
    ),
    "stories.correct": Edit(model=Story, page="/stories/{story}/words"),
    "support.change_aim": Edit(model=Aim, page="/support/{trajectory}/aims/{aim}"),
    "support.course": Edit(
        model=Trajectory, page="/support/{trajectory}/course", theirs={"topic": "money"},
        mine={"topic": "stress"}, shown=("Geld en formulieren",),
    ),
    "support.end": Edit(
        model=Trajectory, page="/support/{trajectory}/end", other="/support/{trajectory}/course",
        theirs={"topic": "money"}, mine={"status": "ended"},
    ),
}  # fmt: skip
#: Rows with a version that no form changes, and why.
UNCHANGED: Final[Mapping[type[Base], str]] = {}
#: Posts that change such a row without anything typed: they set a state, or add to what is there.
PRESSED: Final = frozenset(
    {
        "activities.change_dates", "activities.keep_as_template",
        "activities.publish", "activities.withdraw", "activities.end",
        "activities.remove_photo", "partners.retire",
        "partners.add_contact", "partners.remove_contact", "places.retire", "signals.reopen",
        "team.train", "team.refuse", "team.screening",
        "signals.note", "signals.share", "signals.unshare", "signals.take_on",
        "signals.complete", "signals.signs", "signals.on_paper", "signals.join", "signals.part",
        "support.reopen", "support.talk", "support.aim", "support.share", "support.unshare",
        "support.name_carer", "support.unname_carer", "plan.agree", "plan.settle",
        "concern.check", "concern.into_signal",
        "plan.settle_own", "plan.answer",
        "referrals.share", "referrals.unshare", "referrals.reopen", "referrals.pdf",
        "referrals.name_carer", "referrals.unname_carer",
        "measuring.new",
        "logbook.draft", "logbook.photo", "logbook.remove_photo",
        "registers.close", "registers.reopen", "registers.recount", "registers.mark",
        "registers.rest", "registers.count", "registers.numbers", "registers.search",
        "ideas.remove", "stories.read", "stories.release", "stories.refuse", "stories.remove",
        "consulting.live", "consulting.answer", "consulting.say", "consulting.take_back",
        "consulting.choose", "consulting.begin", "consulting.move_on", "consulting.extend",
        "consulting.end", "consulting.take_chair", "consulting.cancel", "consulting.done",
        "consulting.leave", "consulting.on_paper",
        "library.release", "library.send_back", "library.withdraw", "library.remove",
        "ideas.decline", "ideas.worry", "ideas.archive", "ideas.on_paper",
        "council.agenda", "council.take_off",
        "access_requests.limit", "access_requests.lift",
        "registers.estimate", "registers.leave", "registers.hand_over",
        "reporting_code.write", "reporting_code.weigh", "reporting_code.decide",
        "reporting_code.second", "reporting_code.children", "reporting_code.share",
        "reporting_code.unshare", "reporting_code.reopen",
        "safety.close", "safety.reopen", "safety.close_boundary", "safety.reopen_boundary",
        "reports.agree", "reports.correct", "reports.count_again", "reports.drop",
        "families.move", "families.move_own",
        "notes.keep", "notes.withdraw", "notes.from_paper", "holidays.remove",
        "custody.end", "custody.begin_again", "custody.invite",
        "custody.confirm_address", "custody.add", "custody.decline", "custody.ask",
    }
)  # fmt: skip


def test_every_row_with_a_version_has_a_form_that_is_tried() -> None:
    versioned = {
        each.class_ for each in Base.registry.mappers if issubclass(each.class_, Versioned)
    }
    assert versioned == {each.model for each in EDITS.values()} | set(UNCHANGED)


def test_every_post_about_one_row_of_these_features_is_known(app: Flask) -> None:
    features = {endpoint.split(".")[0] for endpoint in (*EDITS, *PRESSED)}
    posts = {
        rule.endpoint for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and "id" in rule.arguments
        and rule.endpoint.split(".")[0] in features
    }  # fmt: skip
    known = set(EDITS) | PRESSED | OTHERS
    assert sorted(posts - known) == [], "does it change a row with a version? Then put it in EDITS"
    assert sorted(known - posts) == [], "no longer there"


#: Posts about one row without a version.
OTHERS: Final = frozenset(
    {
        "reporting_code.settings", "referrals.our_side",
        "custody.accept", "families.add_own", "own.copy", "own.erase_all", "own.erase_child",
        "own.on_paper",
        "places.confirm", "places.discard", "registers.counting",
        "privacy.forget", "privacy.hold", "privacy.keep", "privacy.let_go",
        "measuring.ask", "measuring.back", "measuring.numbers", "measuring.on_paper",
        "privacy.lift", "support.correct_contact",
        "reports.react", "support.remove_contact",
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def made(
    migrated: str,
    compiled: FileSystemBytecodeCache,
    spoken: Engine,
    tmp_path_factory: pytest.TempPathFactory,
) -> Made:
    """A database with one of everything, of which each test gets a copy."""
    home = of_all_workers(tmp_path_factory) / "versions"
    with in_turn(home):
        known = home / "made"
        if not known.is_file():
            url = lasting(migrated, home)
            with (
                serving(url, home, compiled, spoken) as app, all_seeing(engine_of(app)) as session,
            ):  # fmt: skip
                make = Make(session)
                people = some_people(make)
                rows = one_of_everything(session, make, people)
                made = Made(url, {role: each.id for role, each in people.items()}, rows)
            known.write_bytes(pickle.dumps(made))
    found: Made = pickle.loads(known.read_bytes())  # noqa: S301
    return found


@pytest.fixture(scope="module")
def source(made: Made) -> str:
    return made.url


@pytest.fixture
def rows(made: Made) -> dict[str, object]:
    return made.rows


@pytest.fixture
def people(made: Made, session: Session) -> dict[Role, User]:
    return {role: session.get_one(User, id) for role, id in made.people.items()}


def some_people(make: Make) -> dict[Role, User]:
    here = make.organisation()
    people = {
        role: make.user(role, organisation=here)
        for role in (
            Role.COORDINATOR, Role.PROTECTION_OFFICER, Role.PRIVACY_OFFICER, Role.CONFIDANT,
        )
    }  # fmt: skip
    return people | {Role.GUARDIAN: make.parent()}


def one_of_everything(session: Session, make: Make, people: dict[Role, User]) -> dict[str, object]:
    """Make one of everything that has a version, carried by the coordinator."""
    coordinator = people[Role.COORDINATOR]
    here = coordinator.current_memberships[0].organisation
    assert here
    actor, today = coordinator.actor(), clock.today()
    colleague = make.worker(organisation=here)
    area = make.neighbourhood()
    child = make.child(make.family(here, people[Role.GUARDIAN]))
    activity = make.activity(coordinator, starts_at=clock.now(), title="As it was")
    make.photo(activity)
    begins, ends = today, today + timedelta(days=90)
    policy_goal = goals.add_policy_goal(
        session, actor,
        PolicyGoalWish(reference="P1", title="As it was", begins_on=begins, ends_on=ends),
    )  # fmt: skip
    grant = goals.add_grant(
        session, actor,
        GrantWish(
            reference="G1", begins_on=begins, ends_on=ends, agreed_hours=None,
            agreed_activities=None, agreed_children=None,
        ),
    )  # fmt: skip
    trajectory = support.begin(
        session, actor,
        Start(
            family_id=child.family_id, topic=Topic.SLEEP, question="As it was", began_on=today,
            follow_up_on=today + timedelta(days=7), once=ids.confidential(),
            aim=AimWish(text="As it was", scale_start=None),
        ),
    )  # fmt: skip
    referral = referrals.prepare(
        session, actor,
        Prepare(
            partner_id=make.partner(here).id, kind=Kind.WARM, subject=Whom.CHILD,
            child_id=child.id, note="As it was",
            consent=Consent(
                method=ConsentMethod.ORAL, parents=True, young=True, by="Both", on=today
            ),
        ),
    )  # fmt: skip
    noticed = Capture(
        subject=Subject.CHILD,
        child_id=child.id,
        family_id=None,
        neighbourhood_id=None,
        area=Area.SOCIAL,
        level=Level.CONCERN,
        fact=Note(kind=NoteKind.FACT_OWN, text="As it was", observed_on=today),
    )
    signal = signals.write_down(session, actor, noticed)
    grave = signals.write_down(session, actor, replace(noticed, level=Level.SERIOUS))
    case = code.begin(session, actor, Beginning(signal_id=grave.id))
    happened = IncidentWish(
        kind=IncidentKind.DATA_BREACH, severity=Severity.PLASTER, happened_at=clock.now(),
        what="As it was", once=ids.confidential(),
    )  # fmt: skip
    incident = safety.write_down(session, actor, happened)
    past_line = replace(
        happened, once=ids.confidential(), by_staff=True, kind=IncidentKind.BOUNDARY
    )
    boundary = safety.write_down(session, actor, past_line)
    edition = make.save(
        Edition(
            municipality=here.municipality, period="2025-H1", made_by_id=coordinator.id,
            content={"organisations": [], "told": {}}, digest="",
        )
    )  # fmt: skip
    asked = access_requests.receive(
        session, actor, Receipt(family_id=child.family_id, asked_by="As it was", received_on=today)
    )
    measured = make.goal(here)
    asked_of_all = make.save(
        Question(
            organisation_id=here.id, goal=measured, text="As it was", instrument=Instrument.AGAIN
        )
    )
    make.save(Reading(organisation_id=here.id, goal=measured, period="2031", means="As it was"))
    board = make.save(ChildBoard(organisation_id=here.id, neighbourhood=area))
    make.save(WorryList(organisation_id=here.id, language="de", phrases="As it was"))
    idea = ideas.write_down(
        session, actor, Saying(words="As it was", band=None, once=ids.confidential())
    )
    ideas.decide(
        session, actor, idea.id, None, IdeaDecision(decision="As it was", because="As it was")
    )
    story = stories.write_down(
        session, actor, Telling(words="As it was", child_id=child.id, once=ids.confidential())
    )
    consultations = [
        make.save(
            Consultation(
                organisation_id=here.id,
                author_id=coordinator.id,
                held_at=clock.now(),
                standing=standing,
                seats=[
                    ConsultationSeat(
                        organisation_id=here.id, user_id=coordinator.id, part=Part.BRINGER
                    ),
                    ConsultationSeat(
                        organisation_id=here.id, user_id=colleague.id, part=Part.MODERATOR
                    ),
                ],
            )
        )
        for standing in (Standing.PLANNED, Standing.FINISHED)
    ]
    review = reviews.write(
        session, actor,
        ReviewWish(
            trigger=Trigger.NEAR_MISS, level=Lies.CASE, traps=(), near_side=None, far_side=None,
            snag=None, owner_id=coordinator.id, check_on=today,
            words=ReviewWords(timeline="As it was", change="As it was"),
        ),
        ids.confidential(),
    )  # fmt: skip
    point = make.save(
        CouncilPoint(
            organisation_id=here.id, author_id=coordinator.id, once=ids.confidential(),
            occurrence_id=activity.occurrences[0].id, held_on=today, neighbourhood_id=area.id,
            title="As it was", decision="As it was", because="As it was", decided_on=today,
        )
    )  # fmt: skip
    lesson = lessons.write(
        session, actor,
        LessonWish(
            origin=Origin.CONSULTATION, language=Tongue.NL, areas=(), checker_id=colleague.id,
            words=LessonWords(title="As it was", lesson="As it was"),
        ),
        ids.confidential(),
    )  # fmt: skip
    with unit_of_work(session):
        audit.record(session, actor, "idea.moved", idea.id)
        session.get_one(Idea, idea.id).neighbourhood = session.get_one(Neighbourhood, area.id)
    member = colleague.current_memberships[0].id
    team.write(session, actor, member, StaffWish(kind=Works.VOLUNTEER), None)
    return {
        "member": member, "question": asked_of_all.id, "measured": measured.id,
        "activity": activity.id, "occurrence": activity.occurrences[0].id, "child": child.id,
        "goal": make.goal(here).id, "policy_goal": policy_goal.id, "grant": grant.id,
        "partner": make.partner(here).id, "venue": make.venue(here).id, "referral": referral.id,
        "edition": edition.id, "care": child.cares[0].id, "signal": signal.id,
        "carer": child.cares[0].carer_id,
        "trajectory": trajectory.id, "aim": session.scalars(select(Aim.id)).one(),
        "colleague": colleague.id, "holiday": make.holiday(here).id,
        "case": case.id, "idea": idea.id, "story": story.id,
        "review": review.id, "consultation": consultations[0].id, "finished": consultations[1].id,
        "board": board.id, "lesson": lesson.id, "point": point.id,
        "access_request": asked.id, "incident": incident.id, "boundary": boundary.id,
        "breach": session.scalars(select(DataBreach.id)).one(),
        "area": area.id, "area_name": area.name, "here": here.id,
    }  # fmt: skip


def forms(client: FlaskClient, path: str) -> dict[str, Element]:
    """Return the forms on a page by where they go."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    root = PARSER.parse(answer.text)
    return {form.get("action") or "": form for form in root.iter("form")}


def filled_in(form: Element) -> dict[str, list[str]]:
    """Return what a browser would send if nobody touched the form."""
    sent: dict[str, list[str]] = {}
    for one in form.iter():
        name, kind = one.get("name"), one.get("type")
        if not name or kind == "submit" or one.tag == "button":
            continue
        if one.tag == "input" and (kind not in ("radio", "checkbox") or "checked" in one.attrib):
            sent.setdefault(name, []).append(one.get("value") or "")
        elif one.tag == "textarea":
            sent.setdefault(name, []).append((one.text or "").strip())
        elif one.tag == "select":
            chosen = [each for each in one.iter("option") if "selected" in each.attrib]
            first = chosen or list(one.iter("option"))[:1]
            sent.setdefault(name, []).extend(each.get("value") or "" for each in first)
    return sent


def texts(form: Element, edit: Edit) -> list[str]:
    """Name the fields into which people write freely."""
    found = [one.get("name") or "" for one in form.iter("textarea")]
    found += [one.get("name") or "" for one in form.iter("input") if one.get("type") == "text"]
    return [name for name in found if name not in edit.plain]


def written(session: Session, model: type[Base]) -> list[dict[str, Any]]:
    """Return every column of that table as it stands, what is sealed too."""
    table = inspect(model).local_table
    return [dict(row._mapping) for row in session.execute(select(table))]


def typed(given: Mapping[str, str], rows: Mapping[str, object]) -> dict[str, str]:
    return {name: value.format(**rows) for name, value in given.items()}


@pytest.mark.parametrize("endpoint", EDITS)
def test_who_saves_second_gets_both_texts_and_overwrites_nothing(
    app: Flask, client: FlaskClient, session: Session, people: dict[Role, User],
    rows: dict[str, object], endpoint: str,
) -> None:  # fmt: skip
    edit = EDITS[endpoint]
    client.sign_in(people[edit.role])
    page, target = edit.page.format(**rows), edit.page.format(**rows)
    mine_form = forms(client, page)[target]
    faster = edit.other.format(**rows) or target
    theirs_form = forms(client, edit.other.format(**rows) or page)[faster]
    with app.test_request_context(target, method="POST") as context:
        assert context.request.endpoint == endpoint
    theirs = filled_in(theirs_form) | typed(edit.theirs, rows)
    mine = filled_in(mine_form) | typed(edit.mine, rows)
    for name in texts(theirs_form, edit):
        theirs[name] = f"Theirs {name}"
    for name in texts(mine_form, edit):
        mine[name] = f"Mine {name}"
    assert client.post(faster, data=theirs).status_code == 303
    before = written(session, edit.model)
    session.rollback()

    stale = client.post(target, data=mine)

    assert stale.status_code == 409
    assert written(session, edit.model) == before
    summary, again = shown(stale.text, target)
    for name in texts(mine_form, edit):
        assert again[name] == [f"Mine {name}"], "what was typed is lost"
        assert edit.other or f"Theirs {name}" in summary, "what stands now is not shown"
    for words in edit.shown:
        assert words.format(**rows) in summary
    assert {name: again[name] for name in edit.mine} == {
        name: [value] for name, value in typed(edit.mine, rows).items()
    }
    assert not {"None", "True", "False"} & set(summary.split())


def shown(text: str, target: str) -> tuple[str, dict[str, list[str]]]:
    """Return what a page tells of the other person, and what its form holds."""
    root = PARSER.parse(text)
    conflict = [one for one in root.iter("section") if "kw-conflict" in (one.get("class") or "")]
    (form,) = [one for one in root.iter("form") if one.get("action") == target]
    return " ".join(text for one in conflict for text in one.itertext()), filled_in(form)


@pytest.mark.sqlite  # refused before the database is asked to write
@pytest.mark.parametrize("endpoint", EDITS)
def test_whoever_sends_no_version_overwrites_nothing(
    client: FlaskClient, session: Session, people: dict[Role, User], rows: dict[str, object],
    endpoint: str,
) -> None:  # fmt: skip
    edit = EDITS[endpoint]
    client.sign_in(people[edit.role])
    page, target = edit.page.format(**rows), edit.page.format(**rows)
    form = forms(client, page)[target]
    sent = filled_in(form) | typed(edit.theirs, rows) | typed(edit.mine, rows)
    for name in texts(form, edit):
        sent[name] = f"Mine {name}"
    if edit.model in (Rule, Register, CareNote):  # begins with the first that is saved
        assert client.post(target, data=sent).status_code == 303
    del sent["version"]
    assert client.post(target, data=sent).status_code == 409
