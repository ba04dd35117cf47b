"""Forms for two records of one child."""

from typing import Any, Final

from flask_babel import gettext
from wtforms import RadioField
from wtforms.fields import SelectChoice

from kinderwerk.doubles.queries import Record
from kinderwerk.families.merging import MergeWish, Part, taken_by_default
from kinderwerk.web.form import Form, VersionField
from kinderwerk.web.pages import day

KEPT: Final = "kept"
GONE: Final = "gone"


class PartField(RadioField):  # type: ignore[misc]
    """Which of the two is right."""

    def __init__(self, part: Part, **kwargs: Any) -> None:
        super().__init__(part.label, choices=[], **kwargs)


class MergeForm(Form):
    """What stays of two records, part by part."""

    first_name = PartField(Part.FIRST_NAME)
    surname = PartField(Part.SURNAME)
    born = PartField(Part.BORN)
    emergency = PartField(Part.EMERGENCY)
    going_home = PartField(Part.GOING_HOME)
    home = PartField(Part.HOME)
    kept_version = VersionField()
    gone_version = VersionField()

    @classmethod
    def of(cls, kept: Record, gone: Record) -> "MergeForm":
        taken = taken_by_default(kept.side, gone.side)
        data = {part.value: GONE if part in taken else KEPT for part in Part}
        form = cls(
            data=data | {"kept_version": kept.child.version, "gone_version": gone.child.version}
        )
        for part in Part:
            field = form[part.value]
            field.label.text = gettext(part.label)
            field.choices = [
                SelectChoice(KEPT, in_words(part, kept)), SelectChoice(GONE, in_words(part, gone))
            ]  # fmt: skip
        return form

    def wish(self, kept: Record, gone: Record) -> MergeWish:
        return MergeWish(
            kept_id=kept.child.id, gone_id=gone.child.id,
            taken=frozenset(part for part in Part if self[part.value].data == GONE),
            kept_version=self.kept_version.data, gone_version=self.gone_version.data,
        )  # fmt: skip


def in_words(part: Part, record: Record) -> str:
    """Return one part of a record as people read it."""
    child = record.child
    match part:
        case Part.BORN:
            return born(child.born_on, about=child.born_about)
        case Part.EMERGENCY:
            return f"{child.emergency_name}, {child.emergency_phone}"
        case Part.GOING_HOME:
            return going_home(alone=child.goes_home_alone, by=child.picked_up_by)
        case Part.HOME:
            return record.neighbourhood or gettext("not known")
        case _:
            return str(getattr(child, part.value) or gettext("not known"))


def born(on: Any, *, about: bool) -> str:
    return str(gettext("about %(day)s, by age", day=day(on))) if about else day(on)


def going_home(*, alone: bool, by: str) -> str:
    if alone:
        return str(gettext("Goes home alone"))
    return str(gettext("Is picked up by: %(names)s", names=by))
