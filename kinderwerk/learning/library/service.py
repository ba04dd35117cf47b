"""Writing lessons, and letting them into the library: by somebody else than who wrote them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.once import sent_before
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Stale, Withheld
from kinderwerk.learning import known
from kinderwerk.learning.library import queries, rules
from kinderwerk.learning.library.models import SEALED, Lesson, LessonText
from kinderwerk.learning.library.rules import Check, Standing, Wish, Words
from kinderwerk.learning.rules import check_nameless
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import revise, unit_of_work


def write(session: Session, actor: Actor, wish: Wish, once: UUID) -> Lesson:
    """Write a lesson down for a second person; the same form sent twice is one lesson."""
    with unit_of_work(session):
        held = demand(actor, Action.CREATE, Resource.LESSON)
        if actor.id is None or held.organisation_id is None:
            raise Withheld("people of an organisation learn from what they did")
        if written := sent_before(session, Lesson, actor.id, once):
            return written
        _check(session, held.organisation_id, actor.id, wish)
        lesson = Lesson(
            organisation_id=held.organisation_id, author_id=actor.id, once=once,
            checker_id=wish.checker_id, origin=wish.origin, language=wish.language,
            areas=[one.value for one in wish.areas], stands_since=clock.today(),
        )  # fmt: skip
        _put_down(session, lesson, wish.words)
        session.add(lesson)
        session.flush()
        audit.record(session, actor, "lesson.written", lesson.id)
    return lesson


def change(
    session: Session, actor: Actor, lesson_id: UUID, version: int | None, wish: Wish
) -> None:
    """Put other words; a second person looks at them anew."""
    try:
        with unit_of_work(session):
            lesson = _locked(session, actor, lesson_id, Action.EDIT)
            if lesson.standing is Standing.RELEASED:
                raise rules.InLibrary
            _check(session, lesson.organisation_id, lesson.author_id, wish)
            revise(
                lesson, version, origin=wish.origin, language=wish.language,
                areas=[one.value for one in wish.areas], checker_id=wish.checker_id,
            )  # fmt: skip
            lesson.standing, lesson.stands_since = Standing.WAITING, clock.today()
            _put_down(session, lesson, wish.words)
            seal(session, lesson, because=None)
            audit.record(session, actor, "lesson.changed", lesson.id)
    except Stale as stale:
        theirs, _ = read(session, actor, queries.by_id(session, lesson_id))
        told = {name: getattr(theirs, name) for name in SEALED}
        raise Stale({**told, **stale.theirs}, stale.version) from None


def release(
    session: Session, actor: Actor, lesson_id: UUID, version: int, confirmed: Collection[Check]
) -> None:
    """Let a lesson into the library, as a second person who has just read these words."""
    with unit_of_work(session):
        lesson = _waiting(session, actor, lesson_id, version)
        rules.check_confirmed(confirmed)
        words, _ = read(session, actor, lesson)
        names = known.names(session, lesson.organisation_id)
        check_nameless([getattr(words, name) for name in SEALED], names, only_words=True)
        lesson.confirmed = [one.value for one in Check]
        _stands(lesson, Standing.RELEASED)
        session.add(
            LessonText(
                organisation_id=lesson.organisation_id, lesson_id=lesson.id,
                language=lesson.language, **{name: getattr(words, name) for name in SEALED},
            )
        )  # fmt: skip
        audit.record(session, actor, "lesson.released", lesson.id, confirmed=lesson.confirmed)


def send_back(session: Session, actor: Actor, lesson_id: UUID, version: int, because: str) -> None:
    """Say what is still to be changed before it can be let in."""
    with unit_of_work(session):
        lesson = _waiting(session, actor, lesson_id, version)
        _stands(lesson, Standing.RETURNED)
        seal(session, lesson, because=because)
        audit.record(session, actor, "lesson.sent_back", lesson.id)


def withdraw(session: Session, actor: Actor, lesson_id: UUID, because: str) -> None:
    """Take a lesson out, as anybody may who reads it: its words are searched no more."""
    with unit_of_work(session):
        lesson = _locked(session, actor, lesson_id, Action.VIEW)
        if lesson.standing is not Standing.RELEASED:
            raise rules.NotInLibrary
        session.execute(delete(LessonText).where(LessonText.lesson_id == lesson.id))
        _stands(lesson, Standing.WITHDRAWN)
        lesson.confirmed = []
        seal(session, lesson, because=because)
        audit.record(session, actor, "lesson.withdrawn", lesson.id)


def remove(session: Session, actor: Actor, lesson_id: UUID) -> None:
    """Throw away what one wrote oneself and what does not stand in the library."""
    with unit_of_work(session):
        lesson = _locked(session, actor, lesson_id, Action.EDIT)
        if lesson.standing is Standing.RELEASED:
            raise rules.InLibrary
        session.delete(lesson)
        audit.record(session, actor, "lesson.removed", lesson_id)


def read(session: Session, actor: Actor, lesson: Lesson) -> tuple[Words, str]:
    """Open what is not in the library, and why it came back; that it was read is on record."""
    lesson_id = lesson.id
    told = audit.disclose(
        session, actor, "lesson.read", lesson_id, Lesson, [lesson_id], *SEALED, "because"
    )[lesson_id]
    return Words(**{name: told[name] or "" for name in SEALED}), told["because"] or ""


def _check(session: Session, here: UUID, author_id: UUID, wish: Wish) -> None:
    rules.check_second(author_id, wish.checker_id)
    if wish.checker_id not in {id for id, _ in queries.choices(session, here, author_id)}:
        raise Withheld("somebody who does not work here")
    texts = [getattr(wish.words, name) for name in SEALED]
    check_nameless(texts, known.names(session, here), only_words=wish.only_words)


def _put_down(session: Session, lesson: Lesson, words: Words) -> None:
    told = {name: getattr(words, name) or None for name in SEALED}
    tags = rules.tidy(words.tags) or None
    seal(session, lesson, **told | {"title": words.title, "lesson": words.lesson, "tags": tags})


def _stands(lesson: Lesson, standing: Standing) -> None:
    lesson.standing, lesson.stands_since = standing, clock.today()
    lesson.version += 1


def _waiting(session: Session, actor: Actor, lesson_id: UUID, version: int) -> Lesson:
    """Return what waits, and only in the words that the second person had before them."""
    lesson = _locked(session, actor, lesson_id, Action.RELEASE)
    if lesson.standing is not Standing.WAITING:
        raise rules.NotWaiting
    if lesson.version != version:
        raise Stale({}, lesson.version)
    return lesson


def _locked(session: Session, actor: Actor, lesson_id: UUID, action: Action) -> Lesson:
    lesson = session.get_one(Lesson, lesson_id, with_for_update={"of": Lesson})
    demand(actor, action, Resource.LESSON, lesson.facts)
    return lesson
