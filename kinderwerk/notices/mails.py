"""Messages about a date: what changed, and what a worker has to say to all who come."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.activities import feeds, moves, wording
from kinderwerk.activities.models import Activity, PlanChange
from kinderwerk.core.words import LANGUAGES, N_
from kinderwerk.families.models import Carer
from kinderwerk.families.reaching import is_at
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register
from kinderwerk.messages.work import register as job
from kinderwerk.notices import audience, changes, wishes
from kinderwerk.notices.models import Bulletin
from kinderwerk.notices.rules import Word
from kinderwerk.signups import lines
from kinderwerk.signups import queries as signups
from kinderwerk.web.extensions import settings

#: More dates than these are told by the calendar file.
MOST: Final = 4


@register("notice.changed", N_("A plan changed"))
def changed(session: Session, message: Message) -> Mail | None:
    change = session.get(PlanChange, UUID(message.subject_ids["change"]))
    if change is None:
        return None
    activity = session.get_one(Activity, change.activity_id)
    if not moves.matters(activity):
        return None
    mine = [one for one in audience.live(session, activity.id) if lines.reader(one, message)]
    carer = next((lines.reader(one, message) for one in mine), None)
    dates = audience.dates_of(mine)
    found = changes.difference(session, activity, change.was).of(dates)
    if carer is None or not found:
        return None
    now = moves.standing(activity, moves.of_activity(session, activity.id))
    title = wording.title(activity, message.language).text
    mail = letter(
        "notice_changed", _("Something changes: %(title)s", title=title), title=title,
        name=audience.Reader(carer, mine).names, moved=list(found.moved.values()),
        gone=list(found.gone.values()), new=found.new,
        details=found.details, most=MOST, family=address("families.mine"),
        place=now["place"], bring=now["bring"], price_cents=now["price_cents"],
    )  # fmt: skip
    coming = signups.coming(session, activity.id)
    site = settings().public_url.rstrip("/")
    events = [
        feeds.event(activity, one, feeds.page(one, site), language=message.language)
        for one in coming
        if dates is None or one.id in dates
    ]
    struck = [feeds.struck(activity, id, slot) for id, slot in found.gone.items()]
    return replace(mail, calendar=feeds.bound(title, [*events, *struck]))


@register("notice.bulletin", N_("A word to all families of a date"))
def bulletin(session: Session, message: Message) -> Mail | None:
    said = session.get(Bulletin, UUID(message.subject_ids["bulletin"]))
    if said is None:
        return None
    date = signups.occurrence(session, said.occurrence_id)
    mine = [
        reader
        for reader in audience.all_of(session, date)
        if reader.carer.id == message.reader_id and is_at(reader.carer, message.address)
    ]
    if not mine:
        return None
    sentence = "" if said.word is Word.OWN else str(_(said.word.label))
    words = f"“{' '.join(said.words.split())}”" if said.words else ""
    title = wording.title(date.activity, message.language).text
    mail = letter(
        "notice_bulletin", _("A message about: %(title)s", title=title), name=mine[0].names,
        title=title, when=date.starts_at, sentence=sentence, words=words,
        language=LANGUAGES[said.language] if said.language != message.language else "",
        family=address("families.mine"), foreign={words: said.language},
    )  # fmt: skip
    return replace(mail, short=" ".join(filter(None, (f"{title}:", sentence, words))))


@register(wishes.ADDRESS, N_("Is this address yours?"))
def is_it_yours(session: Session, message: Message) -> Mail | None:
    if message.reader_id is None or session.get(Carer, message.reader_id) is None:
        return None
    link = address(
        "notices.confirm_address", id=message.id, token=wishes.address_token(message)
    )  # fmt: skip
    return letter("notice_address", _("Is this address yours?"), link=link)


@register(wishes.MOVED, N_("Your messages go elsewhere now"))
def goes_elsewhere(session: Session, message: Message) -> Mail | None:
    return letter("notice_moved", _("Your messages go elsewhere now"))


@job(moves.CHANGED)
def tell_of_changes(session: Session, subject: str) -> None:
    changes.tell(session, UUID(subject))
