"""What was written down after sessions, the hours of everybody, and what went wrong.

It takes its chances by itself, so that what the chapters before it made stays the same.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import selectinload

from kinderwerk.access.vocabulary import SYSTEM, Resource
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import PRIVATE, Format
from kinderwerk.audit import service as audit
from kinderwerk.core import clock, ids
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.rules import WEEK
from kinderwerk.demo.town.people import WING
from kinderwerk.facts import service as facts
from kinderwerk.facts.rules import nothing, total
from kinderwerk.logbook import queries
from kinderwerk.logbook.models import GoalSeen, HourEntry, SessionLog
from kinderwerk.logbook.rules import HourKind, Seen, proposed
from kinderwerk.registers import service as registering
from kinderwerk.registers.models import Register
from kinderwerk.registers.rules import Crowd, Number
from kinderwerk.safety import service as safety
from kinderwerk.safety.rules import Capture, Cause, Completion, Help, IncidentKind, Severity, Words

#: How far back there are logs.
SINCE: Final = 8 * WEEK
SENTENCES: Final = (
    "Rustige middag; de nieuwe kinderen werden meteen meegenomen in het spel.",
    "Druk! Twee vaders hielpen spontaan met opruimen.",
    "Minder kinderen dan anders door de regen, maar wel een fijn gesprek aan tafel.",
    "Het recept was te moeilijk; volgende keer beginnen we met iets zonder oven.",
    "Iedereen wilde door toen het tijd was. Goed teken.",
)
STORY: Final = (
    "Een meisje dat eerst alleen keek, legde vandaag aan een jongen van zes uit hoe je de deeg"
    " kneedt. 'Zo deed mijn oma het ook', zei ze."
)
CART: Final = "De bakfiets rolde bijna van de stoep met twee kinderen erin; Aylin hield hem tegen."
#: Besides sessions, on each weekday from Monday on: what somebody does, and for how many minutes.
BESIDES: Final = (
    (0, HourKind.ADMINISTRATION, 150), (0, HourKind.NETWORK, 60), (1, HourKind.OUTREACH, 120),
    (2, HourKind.ADMINISTRATION, 60), (3, HourKind.PARENTS, 90), (3, HourKind.TRAVEL, 30),
    (4, HourKind.TRAINING, 60),
)  # fmt: skip
WORKERS: Final = ("sanne", "koen", "aylin", "jurre", "ruud", "marleen", "hanneke")


def earlier_hours(story: Story) -> None:
    """Before the reports: the hours of the half-years that they are about, and of until now."""
    since, until = story.calendar.begins, story.today - SINCE
    held = _held(story, since, until)
    hours = [*_at_sessions(held), *_besides(story, Random("hours"), since, until)]
    _count(story, hours)
    audit.record(story.session, SYSTEM, "log.finished", story.municipality.id)


def logs(story: Story) -> None:
    """Log what was held, but for yesterday and today: that is still to be done."""
    chance = Random("logs")
    since = story.today - SINCE
    held = _held(story, since)
    hours = [*_at_sessions(held), *_besides(story, chance, _monday(story.today) - SINCE)]
    session = story.session
    session.execute(
        insert(SessionLog), [_log(one, number) for number, one in enumerate(held)],
        execution_options={"audited": "log.finished"},
    )  # fmt: skip
    session.execute(insert(GoalSeen), list(_seen(held, chance)))
    _count(story, hours)
    for number, one in enumerate(held):
        session.execute(
            update(Register)
            .where(Register.occurrence_id == one.id)
            .values(note=SENTENCES[number % len(SENTENCES)], version=2),
            execution_options={"audited": "log.finished", "synchronize_session": False},
        )
    ids_of = [one.id for one in held]
    audit.record(session, SYSTEM, "log.finished", story.municipality.id, also=ids_of)


def _count(story: Story, hours: Sequence[dict[str, Any]]) -> None:
    session = story.session
    session.execute(insert(HourEntry), hours)
    since = min(one["day"] for one in hours)
    written = {one["id"] for one in hours}
    entries = session.scalars(select(HourEntry).where(HourEntry.day >= since)).all()
    mine = [one for one in entries if one.id in written]
    facts.replace(session, nothing(), total(queries.counted(session, mine)))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _held(story: Story, since: date, until: date | None = None) -> Sequence[Occurrence]:
    until = until or story.today - timedelta(days=1)
    return story.session.scalars(
        select(Occurrence)
        .join(Occurrence.activity)
        .join(Register, Register.occurrence_id == Occurrence.id)
        .where(
            Activity.format.not_in(PRIVATE), Register.closed_at.is_not(None),
            Occurrence.starts_at >= clock.midnight(since),
            Occurrence.ends_at < clock.midnight(until),
        )
        .options(
            selectinload(Occurrence.activity).options(
                selectinload(Activity.staff), selectinload(Activity.goals),
                selectinload(Activity.venue),
            )
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    ).all()  # fmt: skip


def crowd(story: Story) -> None:
    """On the square so many came at once last time that nobody could count them all."""
    held = [
        one for one in _held(story, story.today - SINCE) if one.activity.format is Format.OUTREACH
    ]
    if held:
        last, actor = held[-1], story.actor("jurre")
        guess = Crowd(estimated=Number(0, 15), contacts=Number(0, 6))
        with clock.stopped(last.ends_at + timedelta(hours=1)):
            registering.reopen(story.session, actor, last.id)
            registering.estimate(story.session, actor, last.id, guess)
            registering.close(story.session, actor, last.id)


def _log(held: Occurrence, number: int) -> dict[str, Any]:
    activity = held.activity
    by = min((one.user_id for one in activity.staff), default=activity.author_id)
    return {
        "occurrence_id": held.id, "organisation_id": held.organisation_id,
        "held_on": clock.to_wall(held.starts_at).date(), "story": STORY if number == 0 else "",
        "finished_at": held.ends_at + timedelta(minutes=20), "finished_by_id": by,
    }  # fmt: skip


def _seen(held: Sequence[Occurrence], chance: Random) -> Iterator[dict[str, Any]]:
    for one in held:
        for goal in one.activity.goals:
            answer = chance.choices((Seen.YES, Seen.A_LITTLE, Seen.NO), (60, 30, 10))[0]
            yield {
                "occurrence_id": one.id, "goal_id": goal.goal_id, "seen": answer,
                "organisation_id": one.organisation_id,
            }  # fmt: skip


def _at_sessions(held: Sequence[Occurrence]) -> Iterator[dict[str, Any]]:
    for one in held:
        activity, venue = one.activity, one.activity.venue
        people = sorted({each.user_id for each in activity.staff}) or [activity.author_id]
        spent = proposed(activity.format, one.ends_at - one.starts_at, people)
        for each, minutes in spent.items():
            yield _hours(
                one.organisation_id, each.user_id, clock.to_wall(one.starts_at).date(), each.kind,
                minutes, one.id, venue.neighbourhood_id if venue else None,
            )  # fmt: skip


def _besides(
    story: Story, chance: Random, since: date, until: date | None = None
) -> Iterator[dict[str, Any]]:
    until = until or story.today
    monday, first = _monday(until), _monday(since)
    for key in WORKERS:
        here, person = story.house_of(key).id, story.people[key].id
        known = _known(story, person)
        for week in range((monday - first) // WEEK):
            for weekday, kind, minutes in BESIDES:
                day = monday - week * WEEK + timedelta(days=weekday)
                if since <= day < until and (day, kind) not in known:
                    usual = minutes + 15 * chance.randint(-2, 2)
                    yield _hours(here, person, day, kind, max(15, usual), None, None)


def _known(story: Story, person: UUID) -> set[tuple[date, HourKind]]:
    """Return for which days hours came with something else already."""
    found = story.session.execute(
        select(HourEntry.day, HourEntry.kind).where(
            HourEntry.user_id == person, HourEntry.occurrence_id.is_(None)
        )
    )
    return {(day, kind) for day, kind in found}


def _hours(
    here: Any, person: Any, day: date, kind: HourKind, minutes: int, occurrence_id: Any, area: Any
) -> dict[str, Any]:
    return {
        "id": ids.sortable(), "created_at": clock.now(), "organisation_id": here,
        "user_id": person, "day": day, "kind": kind, "minutes": minutes,
        "occurrence_id": occurrence_id, "neighbourhood_id": area, "changed_at": clock.now(),
    }  # fmt: skip


def incidents(story: Story) -> None:
    """What went wrong: two falls, a lost telephone, and what is for one person only."""
    chance = Random("incidents")
    venue = story.activities["kookclub"].venue if "kookclub" in story.activities else None
    child = chance.choice(story.children[WING])
    fall = _written(
        story, "sanne", 9, kind=IncidentKind.INJURY, severity=Severity.DOCTOR,
        what="Gleed uit over water bij de gootsteen en viel op haar pols.", help=Help.DOCTOR,
        child_ids=(child.id,), venue_id=venue.id if venue else None, parents_told=True,
        first_aid="Sanne",
    )  # fmt: skip
    with story.on(story.today - timedelta(days=8), 9):
        _looked_into(story, fall)
    near = _written(
        story, "aylin", 6, kind=IncidentKind.NEAR_MISS, severity=Severity.PLASTER, what=CART,
        child_ids=(child.id,), first_aid="Aylin",
    )  # fmt: skip
    with story.on(story.today - timedelta(days=5), 10):
        _seen_to(story, near)
    _written(
        story, "koen", 1, kind=IncidentKind.DATA_BREACH, severity=Severity.PLASTER,
        what="Telefoon van het werk in de tram laten liggen; hij was vergrendeld.",
    )  # fmt: skip
    _written(
        story, "youssef", 4, kind=IncidentKind.BOUNDARY, severity=Severity.FIRST_AID,
        what="Een begeleider trok een kind hard aan de arm mee en schold daarbij.", by_staff=True,
    )  # fmt: skip


def _written(story: Story, by: str, days: int, **given: Any) -> Any:
    day = story.today - timedelta(days=days)
    with story.on(day, 16, 30):
        wish = Capture(happened_at=clock.now(), once=ids.confidential(), **given)
        return safety.write_down(story.session, story.actor(by), wish)


def _seen_to(story: Story, near: Any) -> None:
    wish = Completion(
        severity=Severity.PLASTER, help=Help.NONE, cause=Cause.THING, parents_at=None,
        insurer_on=None, owner_id=story.people["aylin"].id,
        check_on=story.today + timedelta(days=2),
        words=Words(
            what=CART, injury="", first_aid="Aylin", parents_by="",
            measure="Bakfiets niet meer mee tot de rem is gemaakt.",
        ),
    )  # fmt: skip
    safety.complete(story.session, story.actor("aylin"), near.id, Resource.INCIDENT, None, wish)


def _looked_into(story: Story, fall: Any) -> None:
    wish = Completion(
        severity=Severity.DOCTOR, help=Help.DOCTOR, cause=Cause.GROUND,
        parents_at=fall.parents_at, insurer_on=None, owner_id=story.people["sanne"].id,
        check_on=story.today + timedelta(days=5),
        words=Words(
            what="Gleed uit over water bij de gootsteen en viel op haar pols.",
            injury="Linkerpols, gekneusd", first_aid="Sanne", parents_by="Sanne, aan de deur",
            measure="Mat bij de gootsteen, en een kind dat dweilt.",
        ),
    )  # fmt: skip
    safety.complete(story.session, story.actor("sanne"), fall.id, Resource.INCIDENT, None, wish)
