"""Writing learning reviews, and looking later whether what was agreed works."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.once import sent_before
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Stale, Withheld
from kinderwerk.learning import known
from kinderwerk.learning.reviews import queries, rules
from kinderwerk.learning.reviews.models import SEALED, LearningReview
from kinderwerk.learning.reviews.rules import Outcome, Wish, Words
from kinderwerk.learning.rules import check_nameless
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import revise, unit_of_work


def write(session: Session, actor: Actor, wish: Wish, once: UUID) -> LearningReview:
    """Write a review down; the same form sent twice is one review."""
    with unit_of_work(session):
        held = demand(actor, Action.CREATE, Resource.LEARNING_REVIEW)
        if actor.id is None or held.organisation_id is None:
            raise Withheld("people of an organisation learn from what they did")
        if written := sent_before(session, LearningReview, actor.id, once):
            return written
        _check(session, held.organisation_id, wish, known_day=None)
        review = LearningReview(
            organisation_id=held.organisation_id, author_id=actor.id, once=once,
            owner_id=wish.owner_id, reviewed_on=clock.today(), trigger=wish.trigger,
            level=wish.level, traps=[one.value for one in wish.traps], near_side=wish.near_side,
            far_side=wish.far_side, snag=wish.snag, check_on=wish.check_on,
        )  # fmt: skip
        _put_down(session, review, wish.words)
        session.add(review)
        session.flush()
        audit.record(session, actor, "learning_review.written", review.id)
    return review


def change(
    session: Session, actor: Actor, review_id: UUID, version: int | None, wish: Wish
) -> None:
    try:
        with unit_of_work(session):
            review = _locked(session, actor, review_id)
            _check(session, review.organisation_id, wish, known_day=review.check_on)
            revise(
                review, version, trigger=wish.trigger, level=wish.level,
                traps=[one.value for one in wish.traps], near_side=wish.near_side,
                far_side=wish.far_side, snag=wish.snag, owner_id=wish.owner_id,
                check_on=wish.check_on,
            )  # fmt: skip
            _put_down(session, review, wish.words)
            audit.record(session, actor, "learning_review.changed", review.id)
    except Stale as stale:
        theirs = read(session, actor, queries.by_id(session, review_id))
        told = {name: getattr(theirs, name) for name in SEALED}
        raise Stale({**told, **stale.theirs}, stale.version) from None


def _check(session: Session, here: UUID, wish: Wish, *, known_day: date | None) -> None:
    rules.check(wish, clock.today())
    rules.check_day(wish.check_on, known_day, clock.today())
    if wish.owner_id and wish.owner_id not in {id for id, _ in queries.choices(session, here)}:
        raise Withheld("somebody who does not work here")
    texts = [getattr(wish.words, name) for name in SEALED]
    check_nameless(texts, known.names(session, here), only_words=wish.only_words)


def _put_down(session: Session, review: LearningReview, words: Words) -> None:
    told = {name: getattr(words, name) or None for name in SEALED}
    seal(session, review, **told | {"timeline": words.timeline})


def look(
    session: Session, actor: Actor, review_id: UUID, version: int | None, outcome: Outcome,
    again_on: date | None,
) -> None:  # fmt: skip
    """Say whether the change works; what does not work yet is looked at again."""
    with unit_of_work(session):
        review = _locked(session, actor, review_id)
        if review.check_on is None:
            raise rules.NothingAgreed
        if outcome is not Outcome.WORKS and again_on is None:
            raise rules.WhoAndWhen
        rules.check_day(again_on, None, clock.today())
        revise(review, version, outcome=outcome)
        review.checked_on = clock.today()
        review.closed_at = clock.now() if outcome is Outcome.WORKS else None
        review.check_on = review.check_on if outcome is Outcome.WORKS else again_on
        audit.record(session, actor, "learning_review.looked", review.id, outcome=outcome)


def read(session: Session, actor: Actor, review: LearningReview) -> Words:
    """Open what stands in a review; that it was read is on record first."""
    review_id = review.id
    words = audit.disclose(
        session, actor, "learning_review.read", review_id, LearningReview, [review_id], *SEALED
    )[review_id]
    return Words(**{name: words[name] or "" for name in SEALED})


def _locked(session: Session, actor: Actor, review_id: UUID) -> LearningReview:
    review = session.get_one(LearningReview, review_id, with_for_update={"of": LearningReview})
    demand(actor, Action.EDIT, Resource.LEARNING_REVIEW, review.facts)
    return review
