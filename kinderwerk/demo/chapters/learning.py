"""How colleagues learned from each other: consultations, and what went well and what did not."""

from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from kinderwerk.core import clock, ids
from kinderwerk.demo.chapters.story import Story
from kinderwerk.learning.consulting import queries
from kinderwerk.learning.consulting import service as consulting
from kinderwerk.learning.consulting.rules import (
    Bringing,
    Kind,
    Phase,
    Planning,
    Saying,
    Step,
)
from kinderwerk.learning.library import service as library
from kinderwerk.learning.library.rules import Check, Origin, Tongue
from kinderwerk.learning.library.rules import Wish as LessonWish
from kinderwerk.learning.library.rules import Words as LessonWords
from kinderwerk.learning.reviews import service as learned
from kinderwerk.learning.reviews.rules import Level, Outcome, Snag, Trap, Trigger, Wish, Words
from kinderwerk.partners.rules import HelpSystem
from kinderwerk.signals.rules import Area

CASE: Final = (
    "K1 (9) komt sinds de zomer elke week, maar doet bijna niet meer mee. K1 zit aan de kant en"
    " zegt dat het thuis druk is met de baby. O1 brengt K1 op tijd en is vriendelijk, maar loopt"
    " meteen door. Ik heb drie keer gevraagd of we even konden praten. Elke keer kwam er iets"
    " tussen. K1 zelf zegt: ‘Ik wil wel, maar ik ben moe.’"
)
QUESTION: Final = "Hoe begin ik een gesprek met O1 zonder dat het als verwijt klinkt?"
#: Who said what in which phase; a feeling comes before its sentence.
WORDS: Final = (
    (Phase.FEELINGS, "koen", "Onrust", "Ik merk dat ik meteen iets wil oplossen."),
    (Phase.FEELINGS, "aylin", "Warmte", "K1 zegt zelf heel duidelijk wat er is."),
    (Phase.FEELINGS, "femke", "Twijfel", "Ik vraag me af wat O1 hoort als wij iets vragen."),
    (Phase.QUESTIONS, "aylin", "", "Wie slaapt er bij wie op de kamer?"),
    (Phase.QUESTIONS, "koen", "", "Wanneer is O1 wel even blijven staan?"),
    (Phase.HYPOTHESES, "koen", "", "K1 helpt ’s nachts mee met de baby en slaapt te kort."),
    (Phase.HYPOTHESES, "femke", "", "O1 verwacht dat een gesprek alleen over problemen gaat."),
    (Phase.HYPOTHESES, "jurre", "", "K1 is bang de plek bij de club te verliezen."),
    (Phase.RESPONSE, "sanne", "", "Dat O1 bang is voor een verwijt, dat raakt me. Ik ook."),
    (Phase.SOLUTIONS, "aylin", "", "Begin met iets wat goed ging, en laat K1 dat vertellen."),
    (Phase.SOLUTIONS, "femke", "", "Vraag O1 om raad: wat helpt K1 om mee te doen?"),
    (Phase.SOLUTIONS, "jurre", "", "Loop een stukje mee naar huis in plaats van aan tafel."),
    (Phase.CLOSING, "koen", "", "Fijn dat we de oplossingen even lieten wachten."),
)  # fmt: skip
ANSWERS: Final = ("Dat weet ik niet. Dat ga ik vragen.", "Toen K1 een tekening liet zien.")
STEP: Final = "Ik laat O1 vrijdag de tekening van K1 zien en loop een stukje mee."
CHOSEN: Final = ("femke", "jurre")

LATE: Final = Words(
    timeline="Week 1: K1 wordt opgehaald door een onbekende buur. Week 2: weer. Week 3: op school"
    " blijkt dat O1 in het ziekenhuis ligt. Wij hoorden het als laatste.",
    helped="De buur bleef steeds even staan en vertelde het zelf.",
    hindered="Iedereen dacht dat een ander het wist. Niemand belde.",
    child_view="‘Ik dacht dat jullie het wel wisten.’",
    parent_view="O1 had graag gehad dat iemand even belde.",
    lesson="Wie een kind twee keer door een ander ziet ophalen, vraagt het kind hoe het thuis is.",
    change="Bij de tweede keer bellen we naar huis, en spreken we met school af wie dat doet.",
)
WELL: Final = Words(
    timeline="K1 wilde stoppen met de club. We vroegen K1 waarom, en K1 tekende de kleedkamer."
    " De volgende week mocht K1 zich thuis omkleden. K1 bleef.",
    helped="Eerst K1 vragen, en pas daarna O1.",
    child_view="‘Nu hoef ik niet meer te haasten.’",
    lesson="Vraag een kind dat wil stoppen eerst om een tekening van de plek.",
    change="Potloden liggen klaar bij elk gesprek over stoppen.",
)

#: What jammed again and again between us and the schools in the half-year that is reported.
JAMMED: Final = (
    Words(
        timeline="K1 bleef drie keer langer bij ons omdat niemand kwam. School dacht dat de opvang"
        " K1 haalde; de opvang dacht dat wij dat deden.",
        helped="K1 wist zelf het nummer van oma.",
        lesson="Spreek per kind af wie haalt, en schrijf het op één plek.",
    ),
    Words(
        timeline="School zag dat K1 moe was, wij ook. Beiden wachtten we tot de ander O1 belde.",
        helped="Bij het overleg legden we onze aantekeningen naast elkaar.",
        lesson="Wie het het eerst ziet, belt. Daarna horen de anderen het.",
    ),
)
JAMS: Final = 10

#: Who learned it, who looked at it, out of what, about what, and the lesson.
LESSONS: Final = (
    (
        "femke", "marleen", Origin.REVIEW, (Area.SOCIAL,),
        LessonWords(
            title="Vraag een kind dat wil stoppen eerst om een tekening van de plek",
            situation="Een kind wil ineens niet meer komen en zegt niet waarom.",
            lesson="Een kind tekent wat het niet zegt. Op de tekening staat vaak wat er schuurt:"
            " de kleedkamer, de gang, de weg ernaartoe. Daarna was de oplossing klein.",
            helped="Potloden klaar leggen, zelf ook tekenen, en pas daarna de ouders bellen.",
            tags="stoppen, tekenen, eerste gesprek",
        ),
    ),
    (
        "sanne", "koen", Origin.CONSULTATION, (Area.FAMILY,),
        LessonWords(
            title="Begin een gesprek met een ouder met een vraag om raad",
            situation="Een ouder is vriendelijk, maar heeft nooit tijd voor een gesprek.",
            lesson="Vraag de ouder om raad: wat helpt uw kind om mee te doen? Dan is het gesprek"
            " geen verwijt. Een stukje meelopen werkt beter dan een afspraak aan tafel.",
            helped="Iets laten zien wat het kind heeft gemaakt.",
            tags="ouders, eerste gesprek",
        ),
    ),
    (
        "marleen", "sanne", Origin.REVIEW, (Area.FAMILY, Area.SCHOOL_WORK),
        LessonWords(
            title="Spreek met school af wie er naar huis belt",
            situation="Er verandert iets rond een kind en iedereen denkt dat een ander het weet.",
            lesson="Wie een kind twee keer door een ander ziet ophalen, vraagt het kind hoe het"
            " thuis is. En één van ons belt: dat spreken we met school af.",
            helped="Een vaste beller, en een vaste dag om elkaar te spreken.",
            tags="school, afspraken, ophalen",
        ),
    ),
    (
        "koen", "aylin", Origin.WORK, (Area.HEALTH,),
        LessonWords(
            title="Een moe kind krijgt eerst rust en dan pas vragen",
            situation="Een kind zit aan de kant en doet niet mee.",
            lesson="Met een kussen in de hoek en iets te drinken komt het verhaal meestal zelf.",
            helped="Tien minuten wachten en in de buurt blijven zitten.",
            tags="rust, meedoen",
        ),
    ),
)  # fmt: skip
WAITING: Final = LessonWords(
    title="Laat kinderen zelf de regels van het plein maken",
    situation="Er is elke week ruzie over wie er mag voetballen.",
    lesson="Regels die kinderen zelf bedenken, houden ze elkaar voor. Wij schrijven ze alleen op.",
    helped="Niet meer dan vijf regels, met een tekening erbij.",
    tags="regels, plein",
)


def consultations(story: Story) -> None:
    held = story.today - timedelta(days=6)
    with story.on(held - timedelta(days=5), 16):
        done = _planned(story, held, "sanne", "marleen", ("koen", "aylin", "femke", "jurre"))
        bringing = Bringing(case_text=CASE, key_question=QUESTION)
        consulting.bring(story.session, story.actor("sanne"), done, None, bringing)
    with story.on(held, 14):
        consulting.begin(story.session, story.actor("marleen"), done)
    for number, phase in enumerate(Phase):
        _phase(story, done, phase, held, 5 * (number + 1))
    with story.on(story.today - timedelta(days=2), 11):
        _planned(
            story, story.today + timedelta(days=2), "koen", "sanne", ("aylin", "jurre", "marleen")
        )


def earlier(story: Story) -> None:
    """What jammed often enough in the half-year that is reported to be told in it."""
    begins = story.calendar.finished.previous.begins
    for nth in range(JAMS):
        with story.on(begins + timedelta(days=20 + 13 * nth), 15):
            wish = Wish(
                trigger=Trigger.NEAR_MISS, level=Level.COOPERATION, traps=(),
                near_side=HelpSystem.YOUTH_HELP, far_side=HelpSystem.EDUCATION,
                snag=Snag.WHO_DOES_IT, owner_id=None, check_on=None,
                words=JAMMED[nth % len(JAMMED)],
            )  # fmt: skip
            learned.write(story.session, story.actor("marleen"), wish, ids.confidential())


def reviews(story: Story) -> None:
    """One of which the change is looked at today, one that went well and is done."""
    today, session = story.today, story.session
    with story.on(today - timedelta(days=30), 15):
        wish = Wish(
            trigger=Trigger.NEAR_MISS, level=Level.COOPERATION,
            traps=(Trap.HOPE, Trap.TOO_MANY_COOKS), near_side=HelpSystem.YOUTH_HELP,
            far_side=HelpSystem.EDUCATION, snag=Snag.WHO_DOES_IT,
            owner_id=story.people["sanne"].id, check_on=today, words=LATE,
        )  # fmt: skip
        learned.write(session, story.actor("marleen"), wish, ids.confidential())
    with story.on(today - timedelta(days=50), 15):
        wish = Wish(
            trigger=Trigger.GOOD_COURSE, level=Level.CASE, traps=(), near_side=None,
            far_side=None, snag=None, owner_id=story.people["femke"].id,
            check_on=today - timedelta(days=15), words=WELL,
        )  # fmt: skip
        done = learned.write(session, story.actor("femke"), wish, ids.confidential()).id
    with story.on(today - timedelta(days=15), 15):
        learned.look(session, story.actor("femke"), done, None, Outcome.WORKS, None)


def lessons(story: Story) -> None:
    """Some stand in the library, and one waits for its second person."""
    session = story.session
    for nth, (author, checker, origin, areas, words) in enumerate(LESSONS):
        day = story.today - timedelta(days=28 - 7 * nth)
        with story.on(day, 16):
            lesson = _lesson(story, author, checker, origin, areas, words)
        with story.on(day + timedelta(days=2), 11):
            library.release(session, story.actor(checker), lesson, 1, list(Check))
    with story.on(story.today - timedelta(days=1), 16):
        _lesson(story, "aylin", "sanne", Origin.WORK, (Area.SOCIAL,), WAITING)


def _lesson(
    story: Story, author: str, checker: str, origin: Origin, areas: tuple[Area, ...],
    words: LessonWords,
) -> UUID:  # fmt: skip
    wish = LessonWish(
        origin=origin, language=Tongue.NL, areas=areas, words=words,
        checker_id=story.people[checker].id,
    )  # fmt: skip
    return library.write(story.session, story.actor(author), wish, ids.confidential()).id


def _planned(
    story: Story, day: date, bringer: str, moderator: str, advisers: tuple[str, ...]
) -> UUID:
    wish = Planning(
        held_at=clock.from_wall(datetime.combine(day, time(14))), once=ids.confidential(),
        bringer_id=story.people[bringer].id, moderator_id=story.people[moderator].id,
        adviser_ids=[story.people[one].id for one in advisers], minutes_id=None, signal_id=None,
    )  # fmt: skip
    return consulting.plan(story.session, story.actor(bringer), wish).id


def _phase(story: Story, consultation_id: UUID, phase: Phase, day: date, minute: int) -> None:
    session = story.session
    words = [one for one in WORDS if one[0] is phase]
    for later, (_, who, feeling, text) in enumerate(words):
        with story.on(day, 14, minute + later):
            saying = Saying(phase=phase, text=text, feeling=feeling)
            consulting.say(session, story.actor(who), consultation_id, saying)
    with story.on(day, 14, minute + 4):
        if phase is Phase.QUESTIONS:
            _answered(story, consultation_id)
        if phase is Phase.CHOICE:
            _chosen(story, consultation_id)
        consulting.move_on(session, story.actor("marleen"), consultation_id, phase)


def _answered(story: Story, consultation_id: UUID) -> None:
    asked = [
        one.id for one in queries.said(story.session, consultation_id) if one.kind is Kind.QUESTION
    ]
    for question, words in zip(asked, ANSWERS, strict=True):
        consulting.answer(
            story.session, story.actor("sanne"), consultation_id, question, words, only_words=False
        )


def _chosen(story: Story, consultation_id: UUID) -> None:
    bringer = story.actor("sanne")
    takers = {story.people[one].id for one in CHOSEN}
    for one in queries.said(story.session, consultation_id):
        if one.kind is Kind.SOLUTION and one.author_id in takers:
            consulting.choose(story.session, bringer, consultation_id, one.id)
    step = Step(first_step=STEP, on=story.today + timedelta(days=3))
    consulting.set_step(story.session, bringer, consultation_id, None, step)
