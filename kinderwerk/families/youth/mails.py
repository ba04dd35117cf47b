"""Two months ahead: to parents, and to the young person."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.core.words import N_
from kinderwerk.families.custody import hearing
from kinderwerk.families.models import Child
from kinderwerk.families.queries import WHOLE
from kinderwerk.families.youth.rules import sixteenth
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register


@register("youth.soon", N_("Somebody turns sixteen: to the parents"))
def soon(session: Session, message: Message) -> Mail | None:
    child = _about(session, message)
    if child is None or hearing.reader(child, message) is None:
        return None
    return letter(
        "youth_soon", _("A sixteenth birthday in your family"), name=child.first_name,
        day=sixteenth(child.born_on), link=address("youth.own_address", id=child.id),
    )  # fmt: skip


@register("youth.soon_oneself", N_("Somebody turns sixteen: to the young person"))
def soon_oneself(session: Session, message: Message) -> Mail | None:
    child = _about(session, message)
    own = child.own if child else None
    if child is None or own is None or own.carer.email != message.address:
        return None
    return letter(
        "youth_soon_oneself", _("From your birthday on you decide what your parents see"),
        day=sixteenth(child.born_on)
    )  # fmt: skip


def _about(session: Session, message: Message) -> Child | None:
    child = session.get(Child, UUID(message.subject_ids["child"]), options=WHOLE)
    return None if child is None or sixteenth(child.born_on) <= clock.today() else child
