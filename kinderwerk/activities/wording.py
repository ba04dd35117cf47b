"""What an activity is called in other languages, and what of it a reader gets."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, or_
from sqlalchemy.orm import Session, aliased
from typing_extensions import override

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities import rules
from kinderwerk.activities.models import Activity, ActivityWords
from kinderwerk.activities.rules import Wording
from kinderwerk.audit import service as audit
from kinderwerk.core.errors import Stale
from kinderwerk.core.words import ORIGINAL
from kinderwerk.storage.work import revise, unit_of_work


@dataclass(frozen=True, slots=True)
class Said:
    """Words, and which language they are in: what is not translated says so to screen readers."""

    text: str
    language: str = ORIGINAL

    @override
    def __str__(self) -> str:
        return self.text


def title(activity: Activity, language: str) -> Said:
    found = _in(activity, language)
    return Said(found.title, language) if found else Said(activity.title)


def summary(activity: Activity, language: str) -> Said:
    found = _in(activity, language)
    return Said(found.summary, language) if found and found.summary else Said(activity.summary)


def _in(activity: Activity, language: str) -> ActivityWords | None:
    return next((one for one in activity.words if one.language == language), None)


def of(language: str) -> ColumnElement[bool]:
    """Join the words in that language to activities, where there are any."""
    return and_(ActivityWords.activity_id == Activity.id, ActivityWords.language == language)


def language_of(language: str) -> ColumnElement[str]:
    """Say in which language the title is, in a statement that joined those words."""
    return case((ActivityWords.title.is_not(None), language), else_=ORIGINAL)


def mentions(text: str) -> ColumnElement[bool]:
    """Tell whether title or summary have this in them, in whichever language."""
    words = aliased(ActivityWords)
    original = (Activity.title, Activity.summary)
    translated = (part.icontains(text, autoescape=True) for part in (words.title, words.summary))
    return or_(
        *(part.icontains(text, autoescape=True) for part in original),
        exists().where(words.activity_id == Activity.id, or_(*translated)),
    )


def translate(
    session: Session, actor: Actor, activity_id: UUID, wordings: Sequence[Wording],
    version: int | None,
) -> Activity:  # fmt: skip
    """Call it that in other languages from now on; a language that is not named has no words."""
    rules.check_wordings(wordings)
    with unit_of_work(session):
        activity = session.get_one(Activity, activity_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.ACTIVITY, activity.facts)
        try:
            revise(activity, version)
        except Stale as stale:
            raise Stale(_written(activity), stale.version) from None
        held = {one.language: one for one in activity.words}
        activity.words = [_put(held.get(one.language), one) for one in wordings]
        languages = sorted(one.language for one in wordings)
        audit.record(session, actor, "activity.translated", activity.id, languages=languages)
    return activity


def _put(held: ActivityWords | None, wording: Wording) -> ActivityWords:
    if held is None:
        return ActivityWords(
            language=wording.language, title=wording.title, summary=wording.summary
        )
    held.title, held.summary = wording.title, wording.summary
    return held


def _written(activity: Activity) -> dict[str, object]:
    """Return what stands, under the names of the fields."""
    titles: dict[str, object] = {f"title_{one.language}": one.title for one in activity.words}
    return titles | {f"summary_{one.language}": one.summary for one in activity.words}
