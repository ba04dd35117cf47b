"""Referrals: prepared when somebody agreed, sent, and followed to what came of them."""

from datetime import timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import select

from kinderwerk.confided.rules import Way, Wish
from kinderwerk.demo.chapters.parents import carer
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.town.referrals import HANDOVERS, OFTEN, WHY_WITHOUT, Handover, Then
from kinderwerk.families.models import Child
from kinderwerk.families.rules import age_on
from kinderwerk.referrals import links, queries
from kinderwerk.referrals import service as referrals
from kinderwerk.referrals.answers import service as answers
from kinderwerk.referrals.models import Referral
from kinderwerk.referrals.rules import (
    Consent,
    ConsentMethod,
    Party,
    Prepare,
    Showing,
    Shown,
    Status,
    Step,
    Subject,
    asked,
)
from kinderwerk.signals import rules as signals
from kinderwerk.signals.models import Signal

#: Who hands over what is asked often.
BRINGING: Final = ("sanne", "koen", "aylin", "jurre")


def handovers(story: Story) -> None:
    for one in HANDOVERS:
        _handed_over(story, one)


def often(story: Story) -> None:
    """Hand over in the half-year that is reported what is asked often, so that it may be told.

    It takes its chances by itself, so that what the chapters after it make stays the same.
    """
    chance, period = Random("often"), story.calendar.finished.previous
    begins = (story.today - period.begins).days
    asked_for = [one for one in OFTEN for _ in range(one.times)]
    for number, one in enumerate(asked_for):
        by = BRINGING[number % len(BRINGING)]
        child = chance.choice(story.children[story.house_of(by).name])
        handover = Handover(
            by=by, to=one.to, days=begins - chance.randrange(7, 120), note=one.note, family=True,
            course=one.course,
        )  # fmt: skip
        _handed_over(story, handover, child)


def _handed_over(story: Story, one: Handover, child: Child | None = None) -> None:
    prepared = story.today - timedelta(days=one.days)
    actor = story.actor(one.by)
    with story.on(prepared, 15, 20):
        made = referrals.prepare(story.session, actor, _wish(story, one, child))
        if one.of:
            wish = Wish(carer_id=carer(story, one.of).id, way=Way.MAIL)
            referrals.name_carer(story.session, actor, made, wish)
        if one.shared_with:
            referrals.share(story.session, actor, made, story.lets_in(one.shared_with))
    for then in one.course:
        with story.on(prepared + timedelta(days=then.days), 16, 5):
            _went_on(story, one.by, made, then)


def _went_on(story: Story, by: str, referral: Referral, then: Then) -> None:
    step = Step(
        status=then.status, note=then.said, taken_over_by=then.by, outcome=then.outcome,
        watched_by=story.people[by].name if then.status is Status.WAITING_LIST else None,
    )  # fmt: skip
    if then.itself:
        _answered(story, referral, step)
        return
    if then.status is Status.SENT:
        seen = Showing(how=Shown.TOGETHER)
        referrals.show(story.session, story.actor(by), referral, None, seen)
    referrals.go_on(story.session, story.actor(by), referral, None, step)


def _answered(story: Story, referral: Referral, step: Step) -> None:
    """Let the partner tell it, by the link in its mail."""
    link = queries.link(story.session, referral.id)
    if link:
        answers.answer(story.session, link.id, links.token(link), step)


def _wish(story: Story, one: Handover, child: Child | None) -> Prepare:
    signal = _signal(story, one) if one.of_signal else None
    child = child or (signal.child if signal and signal.child else _child(story, one))
    return Prepare(
        partner_id=story.partners[one.to].id, kind=one.kind, child_id=child.id,
        note=one.note.format(name=child.first_name),
        subject=Subject.FAMILY if one.family else Subject.CHILD,
        consent=_consent(story, one, child), signal_id=signal.id if signal else None,
    )  # fmt: skip


def _signal(story: Story, one: Handover) -> Signal:
    """Return the signal of this person that says that it led to a referral."""
    return story.session.scalars(
        select(Signal).where(
            Signal.owner_id == story.people[one.by].id,
            Signal.status == signals.Status.REFERRED,
        )
    ).one()


def _child(story: Story, one: Handover) -> Child:
    """Choose somebody who was of that age; of a parent who signs in, the youngest child."""
    if one.of:
        return max(carer(story, one.of).family.children, key=lambda child: child.born_on)
    youngest, oldest = one.ages
    day = story.today - timedelta(days=one.days)
    of_age = [
        child
        for child in story.children[story.house_of(one.by).name]
        if youngest <= age_on(child.born_on, day) <= oldest
    ]
    return story.chance.choice(of_age)


def _consent(story: Story, one: Handover, child: Child) -> Consent:
    day = story.today - timedelta(days=one.days)
    if one.consent is ConsentMethod.WITHOUT:
        return Consent(method=one.consent, reason=WHY_WITHOUT, parents_told=False)
    if one.consent is ConsentMethod.PENDING:
        return Consent()
    parties = asked(None if one.family else age_on(child.born_on, day))
    if not one.family:  # who has a birthday meanwhile is asked now for then as well
        parties |= asked(age_on(child.born_on, story.today))
    parent = carer(story, one.of) if one.of else child.cares[0].carer
    names: list[Any] = [parent.name] if Party.PARENTS in parties else []
    names += [child.first_name] if Party.YOUNG in parties else []
    return Consent(
        method=one.consent, parents=Party.PARENTS in parties, young=Party.YOUNG in parties,
        by=" en ".join(names), on=day,
    )  # fmt: skip
