"""The reporting code: a case that has just begun, with what was done in it until now."""

from datetime import date, timedelta

from sqlalchemy import select

from kinderwerk.demo.chapters.story import Story
from kinderwerk.reporting_code import queries, service
from kinderwerk.reporting_code.rules import (
    Beginning,
    ChildTold,
    Choice,
    Entry,
    EntryKind,
    Whom,
    Words,
)
from kinderwerk.reporting_code.weighing import Question, Reply, Weighed
from kinderwerk.signals.models import Signal
from kinderwerk.signals.rules import Level, Status

BY = "aylin"
ASKED = Words(
    who="Medewerker advies",
    said="Een meisje kromp in elkaar toen zij werd opgehaald. Wat kunnen we nu het beste doen?",
    answer="Praat eerst met moeder, zonder vader erbij. Vraag wie er nog meer helpt.",
    agreed="Na het gesprek bellen we weer.",
)
TALKED = Words(
    who="Het kind en Aylin",
    said="Ik zag dat je schrok toen je werd gehaald. Ik wil graag weten hoe het met je gaat.",
    answer="'Papa schreeuwt soms heel hard. Dan ga ik onder mijn bed.'",
    agreed="Ze wil morgen met Aylin tekenen, en dan verder praten.",
)


def codes(story: Story) -> None:
    signal = story.session.scalars(
        select(Signal).where(
            Signal.owner_id == story.people[BY].id, Signal.level == Level.SERIOUS,
            Signal.status == Status.OPEN,
        )
    ).first()  # fmt: skip
    if signal is None:
        return
    session, actor = story.session, story.actor(BY)
    begun, talked = story.today - timedelta(days=2), story.today - timedelta(days=1)
    with story.on(begun, 18):
        children = queries.children_of(session, signal.child.family_id) if signal.child else []
        wish = Beginning(signal_id=signal.id, child_ids=tuple(one.id for one in children))
        case = service.begin(session, actor, wish)
        service.share(session, actor, case.id, story.lets_in("marleen"))
        service.write_down(session, actor, case.id, _asked(begun))
    with story.on(talked, 16):
        service.write_down(session, actor, case.id, _talked(talked))
        for row in case.children[:1]:
            told = ChildTold(
                informed_on=talked, choice=Choice.ALONE, words={"view": "Ik wil dat het stil is."}
            )
            service.tell_child(session, actor, case.id, row.child_id, None, told)
        motive = "Ze kromp in elkaar, en zegt zelf dat ze bang is."
        answer = Weighed(question=Question.SUSPICION, reply=Reply.YES, motive=motive)
        service.weigh(session, actor, case.id, answer)


def _asked(day: date) -> Entry:
    return Entry(
        kind=EntryKind.CONSULTATION, day=day, whom=Whom.ADVISER, nameless=True, words=ASKED
    )


def _talked(day: date) -> Entry:
    return Entry(kind=EntryKind.TALK_CHILD, day=day, words=TALKED)
