"""The mail that a report is there to be read."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.core.periods import Period
from kinderwerk.core.words import N_
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register
from kinderwerk.reports.models import Edition
from kinderwerk.web.periods import in_words


@register("report.released", N_("A goal report is released"))
def released(session: Session, message: Message) -> Mail | None:
    edition = session.get(Edition, UUID(message.subject_ids["edition_id"]))
    if edition is None or edition.released_at is None:
        return None
    period = in_words(Period.read(edition.period))
    subject = (
        _("The goal report of %(period)s is corrected", period=period) if edition.corrects_id
        else _("The goal report of %(period)s is there", period=period)
    )  # fmt: skip
    return letter(
        "report_released", subject, period=period, number=edition.number, reason=edition.reason,
        url=address("reports.detail", id=edition.id),
    )  # fmt: skip
