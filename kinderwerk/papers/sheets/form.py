"""The sign-up form on paper: the smallest set that works, for two children of one family.

In another language than Dutch the Dutch stands beside, so that whoever types it in can read it; and
each text that is agreed to carries the number of its version, which is typed in with the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import force_locale, get_locale, gettext
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities import programme, wording
from kinderwerk.activities import queries as activities
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import SignupKind
from kinderwerk.core.errors import Withheld
from kinderwerk.core.words import N_, ORIGINAL
from kinderwerk.families import queries as families
from kinderwerk.families.consents.rules import ASKED_FROM, PHOTOS, newest
from kinderwerk.families.rules import ConsentPurpose
from kinderwerk.notes.rules import Food
from kinderwerk.papers.kinds import Words, paper
from kinderwerk.papers.look import code
from kinderwerk.papers.rules import Order
from kinderwerk.papers.sheets.poster import address, for_parents

MOST_DATES: Final = 8
#: To be answered with yes or no; that we keep the details at all is agreed to by signing.
ASKED: Final = (ConsentPurpose.HEALTH, *PHOTOS, ConsentPurpose.NEWS)


@dataclass(frozen=True, slots=True)
class Both:
    """Words in the language of the form, and in Dutch where that is another one."""

    here: str
    dutch: str | None


@dataclass(frozen=True, slots=True)
class Agreed:
    """A text to agree to, and under which number it is kept."""

    purpose: ConsentPurpose
    version: int
    label: Both
    text: Both

    @property
    def mark(self) -> str:
        return f"{self.purpose.value} {self.version}"


def both(words: str) -> Both:
    here = str(gettext(words))
    if str(get_locale()) == ORIGINAL:
        return Both(here, None)
    with force_locale(ORIGINAL):
        return Both(here, str(gettext(words)))


def agreed(purpose: ConsentPurpose, language: str, organisation: str) -> Agreed:
    text = newest(purpose)
    dutch = text.read_in(ORIGINAL, organisation) if language != ORIGINAL else None
    said = Both(text.read_in(language, organisation), dutch)
    return Agreed(purpose, text.version, both(purpose.label), said)


def open_to_parents(session: Session, activity_id: Any) -> Activity:
    """Return an activity for which parents sign up."""
    activity = for_parents(session, activity_id)
    if not activity.signup.by_parents:
        raise Withheld("nobody signs up for it")
    return activity


def _told(organisation: Any, order: Order, activity: Activity | None, dates: Sequence[Occurrence],
          **more: Any) -> Words:  # fmt: skip
    here = organisation.name
    return {
        "organisation": organisation,
        "activity": activity,
        "dates": dates,
        "foods": list(Food),
        "registration": agreed(ConsentPurpose.REGISTRATION, order.language, here),
        "asked": [agreed(purpose, order.language, here) for purpose in ASKED],
        "asked_from": ASKED_FROM,
        "both": both,
        "N_": N_,
        **more,
    }


@paper(
    "form", N_("Sign-up form"), "papers/form.html", Action.VIEW, Resource.PROGRAMME,
    subject=open_to_parents, for_all=True,
)  # fmt: skip
def of_activity(session: Session, asker: Actor, activity: Any, order: Order) -> Words:
    coming = [one for one in programme.coming(session, activity.id) if one.cancelled_at is None]
    per_day = activity.signup is SignupKind.PER_DAY
    return _told(
        programme.organiser(session, activity), order, activity,
        coming[:MOST_DATES] if per_day else [],
        title=wording.title(activity, order.language), qr_code=code(address(activity)),
        homes=activities.named(session, activity.homes),
    )  # fmt: skip


@paper(
    "general_form", N_("Sign-up form"), "papers/form.html", Action.LIST, Resource.PROGRAMME,
    subject=families.organisation, for_all=True,
)  # fmt: skip
def of_organisation(session: Session, asker: Actor, organisation: Any, order: Order) -> Words:
    return _told(organisation, order, None, [], title=None, qr_code=None, homes=[])
