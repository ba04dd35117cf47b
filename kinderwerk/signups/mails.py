"""Mails about sign-ups: which child by its first name, for what, and nothing more.

What stands in a subject is read on locked screens, over shoulders: never a child's name.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.activities import feeds, wording
from kinderwerk.activities.models import Occurrence
from kinderwerk.activities.rules import MORE_ROOM
from kinderwerk.core import clock
from kinderwerk.core.words import N_
from kinderwerk.families import reaching
from kinderwerk.families.models import Carer
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register
from kinderwerk.messages.work import register as job
from kinderwerk.signups import lines, offers, queries, reminders
from kinderwerk.signups.models import Cancellation, Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.web.extensions import settings


def _about(session: Session, message: Message, *standings: Standing) -> dict[str, Any] | None:
    """Return what a mail tells, unless it is no longer so, or no longer for this reader."""
    signup = queries.to_tell(session, UUID(message.subject_ids["signup"]))
    if signup is None or (standings and signup.standing not in standings):
        return None
    carer = lines.reader(signup, message)
    if carer is None:
        return None
    return _told(session, signup, message.language) | {"settings": _settings(message, carer)}


def _settings(message: Message, carer: Carer) -> str:
    """Return where this reader says how much they want to hear."""
    until = reaching.until(message)
    return address(
        "notices.wishes_by_mail", id=carer.id, until=int(until.timestamp()),
        token=reaching.token(carer, until),
    )  # fmt: skip


def _told(session: Session, signup: Signup, language: str) -> dict[str, Any]:
    date = signup.occurrence or queries.next_date(session, signup.activity_id)
    return {
        "name": signup.child.first_name,
        "title": wording.title(signup.activity, language).text,
        "venue": date.place if date else signup.activity.venue,
        "when": date and date.starts_at,
        "series": signup.occurrence is None,
        "family": address("families.mine"),
    }


@register("signup.confirmed", N_("Confirmation of a sign-up"))
def confirmed(session: Session, message: Message) -> Mail | None:
    about = _about(session, message, Standing.PLACED)
    if about is None:
        return None
    mail = letter("signup_confirmed", _("A place: %(title)s", **_words(about)), **about)
    return replace(mail, calendar=_dates(session, message), settings=about["settings"])


def _dates(session: Session, message: Message) -> bytes | None:
    """Return the dates that the sign-up is for, under the names that feeds have for them too."""
    signup = queries.to_tell(session, UUID(message.subject_ids["signup"]))
    if signup is None:
        return None
    whole = signup.occurrence is None
    dates = queries.coming(session, signup.activity_id) if whole else [signup.occurrence]
    site = settings().public_url.rstrip("/")
    title = wording.title(signup.activity, message.language).text
    return feeds.write(title, [one for one in dates if one], site, message.language)


@register("signup.entered", N_("In the draw"))
def entered(session: Session, message: Message) -> Mail | None:
    about = _about(session, message, Standing.ENTERED)
    signup = queries.to_tell(session, UUID(message.subject_ids["signup"]))
    if about is None or signup is None or signup.activity.draw is None:
        return None
    title = _("The draw: %(title)s", **_words(about))
    rules = address("activities.offer", id=signup.activity_id)
    until = signup.activity.draw.closes_at
    mail = letter("signup_entered", title, until=until, rules=rules, **about)
    return replace(mail, settings=about["settings"])


@register("signup.not_drawn", N_("No place in the draw"))
def not_drawn(session: Session, message: Message) -> Mail | None:
    about = _about(session, message, Standing.WAITING)
    signup = queries.to_tell(session, UUID(message.subject_ids["signup"]))
    if about is None or signup is None or signup.activity.draw is None:
        return None
    mail = letter(
        "signup_not_drawn", _("The draw: %(title)s", **_words(about)),
        place=queries.place_in_line(session, signup.id), again=signup.activity.draw.unlucky,
        proof=address("draws.detail", id=signup.activity_id), **about,
    )  # fmt: skip
    return replace(mail, settings=about["settings"])


@register("signup.waiting", N_("On the waiting list"))
def waiting(session: Session, message: Message) -> Mail | None:
    about = _about(session, message, Standing.WAITING)
    if about is None:
        return None
    place = queries.place_in_line(session, UUID(message.subject_ids["signup"]))
    title = _("On the waiting list: %(title)s", **_words(about))
    mail = letter("signup_waiting", title, place=place, **about)
    return replace(mail, settings=about["settings"])


@register("signup.several", N_("Several sign-ups in one go"))
def several(session: Session, message: Message) -> Mail | None:
    """Write to one carer about all that was asked for on one form."""
    signups = [
        one
        for one in queries.on_form(session, UUID(message.subject_ids["form"]))
        if one.standing is not Standing.CANCELLED and lines.reader(one, message)
    ]
    if not signups:
        return None
    told = [
        _told(session, one, message.language)
        | {"standing": one.standing, "place": _place(session, one)}
        for one in signups
    ]
    titles = ", ".join(dict.fromkeys(one["title"] for one in told))
    mail = letter(
        "signup_several", _("Signed up: %(title)s", title=titles), signups=told,
        family=address("families.mine"),
    )  # fmt: skip
    dates = [date for one in signups for date in _of(session, one)]
    site = settings().public_url.rstrip("/")
    return replace(mail, calendar=feeds.write(titles, dict.fromkeys(dates), site))


def _place(session: Session, signup: Signup) -> int | None:
    waits = signup.standing is Standing.WAITING
    return queries.place_in_line(session, signup.id) if waits else None


def _of(session: Session, signup: Signup) -> Sequence[Occurrence]:
    """Return the dates on which a child has a place."""
    if signup.standing is not Standing.PLACED:
        return ()
    if signup.occurrence:
        return (signup.occurrence,)
    return queries.coming(session, signup.activity_id)


@register("signup.offered", N_("A place is offered"))
def offered(session: Session, message: Message) -> Mail | None:
    """Write to one carer about all of their children for whom a place is kept."""
    signups = [
        (signup, carer)
        for signup in queries.offered(session, UUID(message.subject_ids["offer"]))
        if (carer := lines.reader(signup, message)) and signup.standing is Standing.OFFERED
    ]
    if not signups:
        return None
    signup, carer = signups[0]
    names = " & ".join(one.child.first_name for one, _carer in signups)
    about = _told(session, signup, message.language) | {"name": names}
    title = _("A place came free: %(title)s", **_words(about))
    link = address("signups.offer_by_mail", id=signup.offer_id, token=offers.token(signup, carer))
    return letter("signup_offered", title, until=signup.offered_until, link=link, **about)


@register("signup.tomorrow", N_("Reminder the day before"))
def tomorrow(session: Session, message: Message) -> Mail | None:
    about = _about(session, message, Standing.PLACED)
    signup = queries.to_tell(session, UUID(message.subject_ids["signup"]))
    date = session.get(Occurrence, UUID(message.subject_ids["occurrence"]))
    if about is None or signup is None or date is None:
        return None
    carer = lines.reader(signup, message)
    if carer is None:
        return None
    if (
        date.cancelled_at
        or date.starts_at <= clock.now()
        or signup.child_id in queries.away(session, date.id)
    ):
        return None
    proof = reminders.token(signup, date, carer)
    link = address("signups.cannot_come", id=signup.id, date=date.id, token=proof)
    title = _("Tomorrow: %(title)s", **_words(about))
    told = about | {
        "when": date.starts_at,
        "venue": date.place,
        "bring": signup.activity.bring,
        "link": link,
    }
    return replace(letter("signup_tomorrow", title, **told), settings=about["settings"])


@register("signup.missed", N_("Nobody answered the offer of a place"))
def missed(session: Session, message: Message) -> Mail | None:
    about = _about(session, message, Standing.WAITING, Standing.CANCELLED)
    if about is None:
        return None
    signup_id = UUID(message.subject_ids["signup"])
    waits = queries.by_id(session, signup_id).standing is Standing.WAITING
    place = queries.place_in_line(session, signup_id)
    title = _("The place went to somebody else: %(title)s", title=about["title"])
    return letter("signup_missed", title, place=place, waits=waits, **about)


@register("signup.cancelled", N_("A sign-up was cancelled"))
def cancelled(session: Session, message: Message) -> Mail | None:
    about = _about(session, message, Standing.CANCELLED)
    if about is None:
        return None
    return letter("signup_cancelled", _("Signed off: %(title)s", **_words(about)), **about)


@register("signup.date_cancelled", N_("A date does not go on"))
def date_cancelled(session: Session, message: Message) -> Mail | None:
    return _called_off(session, message)


@register("signup.activity_cancelled", N_("An activity does not go on"))
def activity_cancelled(session: Session, message: Message) -> Mail | None:
    return _called_off(session, message)


@register("signup.dates_cancelled", N_("Several dates do not go on"))
def dates_cancelled(session: Session, message: Message) -> Mail | None:
    about = _about(session, message)
    called_off = session.get(Cancellation, UUID(message.subject_ids["cancellation"]))
    if about is None or called_off is None:
        return None
    dates = queries.starts_of(session, map(UUID, message.subject_ids["dates"].split()))
    title = _("It does not go on: %(title)s", title=about["title"])
    return letter("signup_dates_off", title, reason=called_off.reason, dates=dates, **about)


def _called_off(session: Session, message: Message) -> Mail | None:
    about = _about(session, message)
    called_off = session.get(Cancellation, UUID(message.subject_ids["cancellation"]))
    if about is None or called_off is None:
        return None
    date = queries.start_of(session, called_off.occurrence_id)
    title = _("It does not go on: %(title)s", title=about["title"])
    return letter("signup_called_off", title, reason=called_off.reason, date=date, **about)


def _words(about: dict[str, Any]) -> dict[str, Any]:
    """Return what may stand in a subject, which others see over a shoulder: never who."""
    return {"title": about["title"]}


@job(MORE_ROOM)
def more_room(session: Session, subject: str) -> None:
    """Offer the places that were added to an activity."""
    offers.hand_out(session, UUID(subject))


@job(lines.OFFER_OVER)
def offer_over(session: Session, subject: str) -> None:
    offers.over(session, UUID(subject))


@job("signups.tomorrow", every=timedelta(hours=1))
def remind(session: Session, subject: str) -> None:
    reminders.tomorrow(session)
