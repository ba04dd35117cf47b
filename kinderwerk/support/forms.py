"""The forms of parenting support and what each stands for."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import lazy_gettext as _
from wtforms import DateField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.core import clock
from kinderwerk.core.words import Labelled
from kinderwerk.places.models import Neighbourhood
from kinderwerk.support import rules
from kinderwerk.support.models import Contact, Trajectory
from kinderwerk.support.plan.rules import Doing
from kinderwerk.support.queries import Choice, Filters, Whereabouts
from kinderwerk.support.rules import (
    MINUTES,
    OVER,
    SHORT,
    AimWish,
    Channel,
    Course,
    Ending,
    Helped,
    ShortContact,
    Start,
    Status,
    Talk,
    Topic,
)
from kinderwerk.support.service import OpenAim
from kinderwerk.web.form import (
    ChosenField,
    EnumRadioField,
    Form,
    LongText,
    OnceField,
    RowField,
    VersionField,
)

LONGEST = 4000
LONGEST_AIM = 500


class MinutesField(RadioField):  # type: ignore[misc]
    """How long a talk took, one press for what people say."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        choices = [SelectChoice(str(n), _("%(number)d min", number=n)) for n in MINUTES]
        super().__init__(label, choices=choices, coerce=int, **kwargs)


class ScaleField(RadioField):  # type: ignore[misc]
    """Where somebody stands from 0 to 10; None when nobody asked."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        choices = [SelectChoice(str(n), str(n)) for n in range(11)]
        super().__init__(label, [Optional()], choices=choices, coerce=int, **kwargs)

    def pre_validate(self, form: Any) -> None:
        if self.data is not None:
            super().pre_validate(form)


def follow_up() -> date:
    return rules.follow_up(clock.today())


class ContactForm(Form):
    once = OnceField()
    topic = EnumRadioField(_("What was it about?"), Topic)
    helped = EnumRadioField(_("What did you do?"), Helped)
    minutes = MinutesField(_("How long?"), default=SHORT)
    channel = EnumRadioField(_("Where did you talk?"), Channel, default=Channel.AT_ACTIVITY)
    held_on = DateField(_("When was it?"), [InputRequired()], default=clock.today)
    neighbourhood_id = RowField(_("In which neighbourhood?"), [Optional()], empty=_("Not said"))

    def offer(self, places: Sequence[Neighbourhood], *, only: bool) -> None:
        """Offer where it was: whoever works in one neighbourhood has no choice."""
        if only:
            self.neighbourhood_id.empty = None
        self.neighbourhood_id.offer((place.id, place.name) for place in places)

    @classmethod
    def like(cls, last: Contact | None) -> "ContactForm":
        """Begin where the last one was written down."""
        if last is None:
            return cls()
        return cls(data={"channel": last.channel, "neighbourhood_id": last.neighbourhood_id})

    def contact(self) -> ShortContact:
        return ShortContact(
            topic=self.topic.data, helped=self.helped.data, channel=self.channel.data,
            minutes=self.minutes.data, held_on=self.held_on.data,
            neighbourhood_id=self.neighbourhood_id.data, once=self.once.data,
        )  # fmt: skip


class TallyForm(Form):
    """A question at the door in two taps: what it was about, and how long it took."""

    once = OnceField()
    topic = EnumRadioField(_("What was it about?"), Topic)
    minutes = MinutesField(_("How long?"))

    def contact(self, where: Whereabouts) -> ShortContact:
        return ShortContact(
            topic=self.topic.data, helped=None, channel=where.channel, minutes=self.minutes.data,
            held_on=where.day, neighbourhood_id=where.neighbourhood_id, once=self.once.data,
        )  # fmt: skip


def choosing(label: Any, everything: Any, kind: type[Labelled]) -> ChosenField:
    members = [SelectChoice(one.value, _(one.label)) for one in kind]
    return ChosenField(
        label,
        choices=[SelectChoice("", everything), *members],
        coerce=lambda value: kind(value) if value else None,
    )


def whose() -> ChosenField:
    return ChosenField(
        _("Whose?"), choices=[SelectChoice("", _("Everybody's")), SelectChoice("1", _("Mine"))]
    )


class ContactsForm(Form):
    """Which short contacts a list shows; what makes no sense counts as not chosen."""

    class Meta:
        csrf = False

    topic = choosing(_("Topic"), _("All topics"), Topic)
    channel = choosing(_("Where"), _("Everywhere"), Channel)
    neighbourhood_id = RowField(_("Neighbourhood"), [Optional()], empty=_("All neighbourhoods"))
    mine = whose()
    since = DateField(_("From"), [Optional()])
    until = DateField(_("Until"), [Optional()])

    def filters(self) -> Filters:
        self.validate()
        said: dict[str, Any] = {field.name: None if field.errors else field.data for field in self}
        return Filters(**said | {"mine": bool(said["mine"])})

    def address(self, number: int) -> str:
        """Return the address of a page of this list."""
        held = {field.name: field.data for field in self if field.data and not field.errors}
        return url_for("support.contacts", **held, page=number if number > 1 else None)

    @property
    def opened(self) -> bool:
        """Tell whether one of the choices further down holds."""
        return bool(self.channel.data or self.since.data or self.until.data)


class ChoiceForm(Form):
    class Meta:
        csrf = False

    status = ChosenField(
        _("Which ones?"),
        choices=[
            SelectChoice("running", _("Running")),
            SelectChoice("over", _("Over")),
            SelectChoice("all", _("All")),
        ],
    )
    topic = choosing(_("Topic"), _("All topics"), Topic)
    mine = whose()

    def choice(self) -> Choice:
        self.validate()
        said = {field.name: None if field.errors else field.data for field in self}
        return Choice(
            status=said["status"] or "running", topic=said["topic"], mine=bool(said["mine"])
        )


class StartForm(Form):
    once = OnceField()
    family_id = RowField(_("Which family?"), [InputRequired()], empty=_("Choose a family"))
    topic = EnumRadioField(_("What is it about?"), Topic)
    question = LongText(
        _("What do they ask, in their own words?"), [InputRequired(), Length(max=LONGEST)]
    )
    aim = LongText(
        _("What do they want to reach, in their own words?"),
        [Optional(), Length(max=LONGEST_AIM)],
    )
    scale_start = ScaleField(_("Where do they stand now?"))
    began_on = DateField(_("When did it begin?"), [InputRequired()], default=clock.today)
    follow_up_on = DateField(
        _("When do you ask how it goes?"), [InputRequired()], default=follow_up
    )

    @classmethod
    def about(cls, families: Sequence[tuple[UUID, str]], family_id: UUID | None) -> "StartForm":
        form = cls(data={"family_id": family_id})
        form.family_id.offer(families)
        return form

    def start(self) -> Start:
        aim = AimWish(text=self.aim.data, scale_start=self.scale_start.data)
        return Start(
            family_id=self.family_id.data, topic=self.topic.data, question=self.question.data,
            aim=aim if self.aim.data else None, began_on=self.began_on.data,
            follow_up_on=self.follow_up_on.data, once=self.once.data,
        )  # fmt: skip


class TalkForm(Form):
    once = OnceField()
    text = LongText(_("What was said?"), [InputRequired(), Length(max=LONGEST)])
    agreed = LongText(_("What did you agree?"), [Optional(), Length(max=LONGEST)])
    doing = EnumRadioField(_("Who does it?"), Doing, default=Doing.TOGETHER)
    agreed_by = DateField(_("By when?"), [Optional()])
    minutes = MinutesField(_("How long?"), default=30)
    channel = EnumRadioField(_("Where did you talk?"), Channel, default=Channel.HOME)
    held_on = DateField(_("When was it?"), [InputRequired()], default=clock.today)
    follow_up_on = DateField(
        _("When do you ask how it goes?"), [InputRequired()], default=follow_up
    )

    def talk(self) -> Talk:
        return Talk(
            held_on=self.held_on.data, channel=self.channel.data, minutes=self.minutes.data,
            text=self.text.data, agreed=self.agreed.data, follow_up_on=self.follow_up_on.data,
            once=self.once.data, doing=self.doing.data, agreed_by=self.agreed_by.data,
        )  # fmt: skip


class AimForm(Form):
    version = VersionField()
    text = LongText(
        _("What do they want to reach, in their own words?"),
        [InputRequired(), Length(max=LONGEST_AIM)],
    )
    scale_start = ScaleField(_("Where did they stand at the beginning?"))

    @classmethod
    def of(cls, one: OpenAim) -> "AimForm":
        held = {"text": one.text, "scale_start": one.aim.scale_start, "version": one.aim.version}
        return cls(data=held)

    def aim(self) -> AimWish:
        return AimWish(text=self.text.data, scale_start=self.scale_start.data)


class CourseForm(Form):
    version = VersionField()
    topic = EnumRadioField(_("What is it about?"), Topic)
    began_on = DateField(_("When did it begin?"), [InputRequired()])
    owner_id = RowField(_("Who carries it?"), [InputRequired()])
    follow_up_on = DateField(_("When do you ask how it goes?"), [InputRequired()])

    def course(self) -> Course:
        return Course(
            topic=self.topic.data, began_on=self.began_on.data, owner_id=self.owner_id.data,
            follow_up_on=self.follow_up_on.data,
        )  # fmt: skip


class EndForm(Form):
    """How it ended, and a scale for each aim."""

    version = VersionField()
    status = SelectField(
        _("How does it end?"),
        choices=[SelectChoice(one.value, _(one.label)) for one in Status if one in OVER],
        coerce=Status,
    )
    aims: Sequence[OpenAim] = ()

    @classmethod
    def of(cls, trajectory: Trajectory, aims: Sequence[OpenAim]) -> "EndForm":
        asked = {_name(one.aim.id): ScaleField(one.text, default=one.aim.scale_end) for one in aims}
        made: type[EndForm] = type("EndForm", (cls,), asked | {"aims": aims})
        return made(data={"version": trajectory.version})

    @property
    def scales(self) -> list[Any]:
        return [self[_name(one.aim.id)] for one in self.aims]

    def ending(self) -> Ending:
        return Ending(
            status=self.status.data,
            scales={one.aim.id: self[_name(one.aim.id)].data for one in self.aims},
        )


def _name(aim_id: UUID) -> str:
    return f"scale_{aim_id.hex}"
