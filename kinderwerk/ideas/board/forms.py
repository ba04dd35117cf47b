"""What a child fills in: what it wants to say, two pictures for a name, and little else."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Optional

from kinderwerk.activities.rules import AgeBand
from kinderwerk.ideas.board import rules
from kinderwerk.ideas.rules import BANDS, LONGEST, TO_BEGIN, Kind, Post, is_pseudonym
from kinderwerk.web.form import Form, LongText, OnceField


class NameField(RadioField):  # type: ignore[misc]
    """Two pictures; others are offered each time, and the one that was chosen stays among them."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, validate_choice=False, **kwargs)

    def offer(self) -> None:
        kept = [self.data] if self.data and is_pseudonym(self.data) else []
        names = [*kept, *rules.names()][: rules.OFFERED]
        self.choices = [SelectChoice(name, name) for name in names]


class PostForm(Form):
    words = LongText(_("What do you want to say?"), [Length(max=LONGEST)])
    picture = FileField(_("A photo of your drawing"), render_kw={"accept": "image/*"})
    pseudonym = NameField(_("Choose two pictures. They are your name here."))
    band = RadioField(
        _("How old are you?"),
        choices=[
            *(SelectChoice(one.value, _(one.label)) for one in BANDS),
            SelectChoice("", _("I do not say")),
        ],
        default="", validators=[Optional()],
    )  # fmt: skip
    once = OnceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pseudonym.offer()

    def post(self, kind: Kind, parent_id: UUID | None = None) -> Post:
        sent = self.picture.data
        return Post(
            kind=kind, words=(self.words.data or "").strip(), pseudonym=self.pseudonym.data or "",
            band=AgeBand(self.band.data) if self.band.data else None, once=self.once.data,
            picture=sent.read() if sent else b"", parent_id=parent_id,
        )  # fmt: skip


def kind_of(asked: str | None) -> Kind | None:
    """Return which kind an address asks for, or none."""
    return next((kind for kind in TO_BEGIN if kind.value == asked), None)
