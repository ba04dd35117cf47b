"""How colleagues learned from each other: a consultation that was held, and one to come."""

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
