"""What children proposed and what became of it, and a board with posts at every point."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from kinderwerk.activities.models import Activity, ActivityStaff, Occurrence
from kinderwerk.activities.rules import PRIVATE, AgeBand, Format
from kinderwerk.audit import service as audit
from kinderwerk.core import clock, ids
from kinderwerk.council import service as councils
from kinderwerk.council.rules import Point
from kinderwerk.demo.chapters.story import Story
from kinderwerk.ideas import moderating, posting, rules
from kinderwerk.ideas import service as ideas
from kinderwerk.ideas.models import ChildBoard, Idea
from kinderwerk.ideas.rules import Answer, Decision, How, Kind, Post, Reading, Saying
from kinderwerk.ideas.said import Why
from kinderwerk.ideas.votes.models import Choice, Vote
from kinderwerk.measuring.models import Measurement
from kinderwerk.places.models import Neighbourhood
from kinderwerk.places.opening import Opening
from kinderwerk.registers.models import Register

#: How many days ago, what was said, how old; what was decided, and why; and how it was told back.
SAID: Final = (
    (40, "Een doel met een net, dan hoef je de bal niet steeds te halen.", AgeBand.UP_TO_9,
     ("We hangen een net in het doel op het plein.", "Twaalf kinderen vroegen erom."), How.SESSION),
    (24, "Ook eens op zaterdag koken, dan kan mijn oma mee.", AgeBand.UP_TO_12,
     ("In de wintervakantie proberen we één zaterdag.", "Er is een vrijwilliger die dan kan."),
     None),
    (9, "Dat de grote jongens niet altijd het veld hebben.", AgeBand.UP_TO_9, None, None),
    (3, "Kunnen we een keer buiten slapen?", AgeBand.UP_TO_12, None, None),
)  # fmt: skip


#: So many days before the end of each half-year that a report is about.
EARLIER: Final = (
    (70, "Een bankje bij het speelveld voor de moeders.", AgeBand.UP_TO_9,
     ("De gemeente zet er een neer.", "Vier kinderen vroegen het, en het past."), How.WALL),
    (50, "Een keer koken met wat in de tuin groeit.", AgeBand.UP_TO_12,
     ("Dat doen we elke laatste woensdag.", "De tuin geeft meer dan we opkrijgen."), How.SESSION),
    (30, "Een zwembad.", AgeBand.UP_TO_9,
     ("Dat kan niet, maar er komt een middag met water.", "Een zwembad is te duur."), None),
)  # fmt: skip


def earlier(story: Story) -> None:
    """Before the reports: what children proposed in the half-years that they are about."""
    for period in (story.calendar.finished.previous, story.calendar.finished):
        _said(story, EARLIER, period.ends)


def voices(story: Story) -> None:
    _said(story, SAID, story.today)


def _said(story: Story, said: Sequence[Any], until: date) -> None:
    for days, words, band, decided, how in said:
        day = until - timedelta(days=days)
        with story.on(day, 17):
            saying = Saying(
                words=words, band=band, once=ids.confidential(),
                occurrence_id=_last_held(story),
            )  # fmt: skip
            idea = ideas.write_down(story.session, story.actor("sanne"), saying)
        if decided:
            with story.on(day + timedelta(days=5), 17):
                wish = Decision(decision=decided[0], because=decided[1])
                ideas.decide(story.session, story.actor("sanne"), idea.id, None, wish)
        if how:
            on = day + timedelta(days=7)
            with story.on(on, 17):
                ideas.tell_back(
                    story.session, story.actor("sanne"), idea.id, None, Answer(how=how, on=on)
                )


#: Days ago, kind, words, name; what the reader did with it, with the words as they then stood.
POSTS: Final = (
    (27, Kind.IDEA, "Een hut van takken in het park.", "tree bird", "approve", ""),
    (26, Kind.IDEA, "Pannenkoeken bakken voor de hele buurt.", "spoon sun", "approve", ""),
    (25, Kind.IDEA, "Een spelletjesmiddag met de opa's en oma's.", "chair cup", "approve", ""),
    (12, Kind.DREAM, "Ik droomde dat ons plein een zwembad was met een glijbaan van regenboog.",
     "rainbow whale", "approve", ""),
    (11, Kind.POEM, "De bal rolt, de zon lacht,\nwij spelen tot de nacht.", "ball sun",
     "approve", ""),
    (10, Kind.COMPLAINT, "Bij de schommel ligt altijd glas.", "frog key", "answer", ""),
    (8, Kind.QUESTION, "Ik durf niet in het diepe. Wie weet hoe je dat leert?", "fish boat",
     "approve", ""),
    (6, Kind.IDEA, "Een moestuin achter het buurthuis. Mijn nummer is 06 12345678.",
     "carrot bee", "edit", "Een moestuin achter het buurthuis."),
    (5, Kind.IDEA, "Jullie zijn allemaal stom.", "snail box", "decline", ""),
    (3, Kind.IDEA, "Een disco voor kinderen van groep 5 en 6.", "star clock", "approve", ""),
    (0, Kind.DREAM, "Dat mijn oma bij ons in de straat komt wonen.", "apple moon", "", ""),
    (0, Kind.COMPLAINT, "De grote kinderen pakken steeds onze goal.", "mouse drum", "", ""),
)  # fmt: skip
ANSWER: Final = "Ik ging eerst aan de kant staan met mijn voeten in het water. Dat hielp."
MENDED: Final = Decision(
    decision="De gemeente ruimt nu elke maandag en donderdag op.",
    because="Glas is gevaarlijk, en jullie zijn met velen.",
)


def board(story: Story) -> None:
    """Open a board in the neighbourhood of the worker, with posts at every point of their way."""
    session, area = story.session, _area(story)
    with story.on(story.today - timedelta(days=28), 10):
        opened = moderating.open_board(session, story.actor("marleen"), area, Opening())
        board_id = opened.id
    for days, kind, words, name, deed, left in POSTS:
        with story.on(story.today - timedelta(days=days), 15):
            _send(story, board_id, Post(
                kind=kind, words=words, pseudonym=_known(name), band=AgeBand.UP_TO_9,
                once=ids.confidential(),
            ))  # fmt: skip
            idea = _newest(story)
            _read(story, idea, deed, left or words)
            if kind is Kind.QUESTION:
                _send(story, board_id, Post(
                    kind=Kind.ANSWER, words=ANSWER, pseudonym=_known("duck bath"), band=None,
                    once=ids.confidential(), parent_id=idea,
                ))  # fmt: skip
                _read(story, _newest(story), "approve", ANSWER)


#: How many stickers the ideas got on which children voted, and how many children had a turn.
STUCK: Final = (7, 9, 4)
TURNS: Final = 11


def vote(story: Story) -> None:
    """Let the children of the last session that was large enough have voted on three ideas."""
    area = _area(story)
    chosen = story.session.scalars(
        select(Idea)
        .where(Idea.neighbourhood_id == area, Idea.on_board, Idea.kind == Kind.IDEA)
        .order_by(Idea.created_at, Idea.id)
        .limit(len(STUCK))
    ).all()
    held = story.session.execute(
        select(Measurement.occurrence_id, Measurement.held_on)
        .where(Measurement.neighbourhood_id == area, Measurement.asked >= TURNS,
               Measurement.organisation_id == story.actor("sanne").organisation_id,
               Measurement.held_on > max(one.said_on for one in chosen))
        .order_by(Measurement.held_on.desc(), Measurement.id)
    ).first()  # fmt: skip
    if held is None or len(chosen) < len(STUCK):
        return
    with story.on(held.held_on, 17):
        here = chosen[0].organisation_id
        made = Vote(
            organisation_id=here, occurrence_id=held.occurrence_id, stickers=2, turns=TURNS,
            until=clock.now(), closed_at=clock.now(),
            choices=[
                Choice(place=place, idea_id=one.id, organisation_id=here, n=STUCK[place])
                for place, one in enumerate(chosen)
            ],
        )  # fmt: skip
        story.session.add(made)
        story.session.flush()
        audit.record(story.session, story.actor("sanne"), "vote.closed", made.id)


#: What a council talked about at its last session; what was decided, and why, if it was.
COUNCIL: Final = (
    ("Het veldje is 's avonds te donker.", "De gemeente hangt voor de winter twee lampen op.",
     "Vijftien kinderen willen er na school spelen, en zonder licht is het niet veilig."),
    ("Een eigen plank voor spelletjes in het buurthuis.", "Er komt een plank bij de deur.",
     "Dan hoef je niet steeds te vragen waar alles ligt."),
    ("Wie mag de muziek kiezen op de disco?", "", ""),
)  # fmt: skip


def council(story: Story) -> None:
    """Fill the agenda of the last council: decided and told back, decided, and still open."""
    held = story.session.scalars(
        select(Occurrence)
        .join(Occurrence.activity)
        .where(
            Activity.format == Format.CHILD_COUNCIL,
            Occurrence.starts_at < clock.now(),
            Occurrence.cancelled_at.is_(None),
        )
        .order_by(Occurrence.starts_at.desc(), Occurrence.id)
    ).first()
    if held is None:
        return
    here, day = held.id, clock.to_wall(held.starts_at).date()
    for number, (title, decision, because) in enumerate(COUNCIL):
        with story.on(day, 16, number):
            actor = story.actor("marleen")
            point = Point(title=title, idea_id=None, once=ids.confidential())
            point_id = councils.put_on(story.session, actor, here, point).id
            if decision:
                wish = Decision(decision=decision, because=because)
                councils.decide(story.session, actor, point_id, None, wish)
            if number == 0:
                told = Answer(how=How.COUNCIL, on=clock.today())
                councils.tell_back(story.session, actor, point_id, None, told)


def _area(story: Story) -> UUID:
    wanted = select(Idea.neighbourhood_id).where(Idea.neighbourhood_id.is_not(None)).limit(1)
    found = story.session.scalar(wanted)
    return found or story.session.scalars(select(Neighbourhood.id).limit(1)).one()


def _known(name: str) -> str:
    """Return that name if it is made of our pictures, else another one."""
    return name if rules.is_pseudonym(name) else "cat dog"


def _send(story: Story, board_id: UUID, post: Post) -> None:
    board = story.session.get_one(ChildBoard, board_id)
    posting.send(story.session, board, post, f"demo {post.once}", "")


def _newest(story: Story) -> UUID:
    newest = select(Idea.id).where(Idea.author_id.is_(None))
    return story.session.scalars(newest.order_by(Idea.created_at.desc(), Idea.id.desc())).first()  # type: ignore[return-value]


def _read(story: Story, idea_id: UUID, deed: str, words: str) -> None:
    session, reader = story.session, story.actor("sanne")
    if deed == "decline":
        moderating.decline(session, reader, idea_id, None, Why.HURTS)
    elif deed:
        reading = Reading(words=words, band=AgeBand.UP_TO_9)
        moderating.approve(session, reader, idea_id, None, reading)
    if deed == "answer":
        ideas.decide(session, reader, idea_id, None, MENDED)
        ideas.tell_back(session, reader, idea_id, None, Answer(how=How.WALL, on=clock.today()))


def _last_held(story: Story) -> UUID | None:
    """Return the last session that she had run by then."""
    return story.session.scalar(
        select(Occurrence.id)
        .join(Occurrence.activity)
        .join(Register, Register.occurrence_id == Occurrence.id)
        .where(
            Activity.format.not_in(PRIVATE),
            Activity.staff.any(ActivityStaff.user_id == story.people["sanne"].id),
            Occurrence.ends_at < clock.now(),
        )
        .order_by(Occurrence.starts_at.desc(), Occurrence.id)
    )
