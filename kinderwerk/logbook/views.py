"""The log of a session: one screen, saved as one types, and finished with one button."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.policy import grants
from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.activities.models import Occurrence
from kinderwerk.core import clock
from kinderwerk.core.periods import Period
from kinderwerk.files import queries as files
from kinderwerk.files.rules import LARGEST_PICTURE_FORM
from kinderwerk.logbook import queries, rules, service
from kinderwerk.logbook.forms import HoursForm, LogForm, PhotoForm, PlainForm, lasting
from kinderwerk.registers import queries as registers
from kinderwerk.web import pictures
from kinderwerk.web.access import actor, allow
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page, wants_fragment
from kinderwerk.web.pieces import piece

bp = Blueprint("logbook", __name__)
WEEK: Final = timedelta(weeks=1)
LONG_AGO: Final = date(2000, 1, 3)
bp.add_app_template_filter(lasting)


@bp.url_value_preprocessor
def admit_photos(endpoint: str | None, values: Mapping[str, Any] | None) -> None:
    """Photos are larger than forms; only those who write logs send them."""
    if endpoint == "logbook.photo" and grants(actor(), Action.EDIT, Resource.REGISTER):
        request.max_content_length = LARGEST_PICTURE_FORM


@bp.route("/sessions/<uuid:id>/log", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REGISTER, load=registers.occurrence)
def log(occurrence: Occurrence) -> ResponseReturnValue:
    form = LogForm.of(queries.sheet(session(), occurrence))
    here = occurrence.id
    if form.carry_out(lambda: service.save(session(), actor(), here, form.wish(finished=True))):
        flash(gettext("Logged. Thank you!"))
        return redirect(url_for("registers.index"), 303)
    return _shown(here, form)


@bp.post("/sessions/<uuid:id>/log/draft")
@allow(Action.EDIT, Resource.REGISTER, load=registers.occurrence)
def draft(occurrence: Occurrence) -> ResponseReturnValue:
    """Save what changed on the screen, and say so; nothing that was only proposed is written."""
    form = LogForm.of(queries.sheet(session(), occurrence))
    here = occurrence.id
    saved = form.carry_out(
        lambda: service.save(session(), actor(), here, form.wish(finished=False))
    )
    if saved and not wants_fragment():
        return redirect(url_for(".log", id=here), 303)
    return _shown(here, form)


def _shown(occurrence_id: UUID, form: LogForm) -> ResponseReturnValue:
    sheet = queries.sheet(session(), registers.occurrence(session(), occurrence_id))
    fresh = LogForm.of(sheet, formdata=None)
    return page(
        "logbook/log.html", "logbook/_saved.html", form=form, fresh=fresh, sheet=sheet,
        photo=PhotoForm(None), now=clock.now(),
    )  # fmt: skip


@bp.post("/sessions/<uuid:id>/log/photo")
@allow(Action.EDIT, Resource.REGISTER, load=registers.occurrence)
def photo(occurrence: Occurrence) -> ResponseReturnValue:
    form, here = PhotoForm(), occurrence.id
    if form.carry_out(lambda: service.show_photo(session(), actor(), here, form.wish())):
        flash(gettext("The photo stands with the log now."))
        return redirect(url_for(".log", id=here), 303)
    return page("logbook/photo.html", form=form, occurrence=occurrence)


@bp.post("/sessions/<uuid:id>/log/photo/remove")
@allow(Action.EDIT, Resource.REGISTER, load=registers.occurrence)
def remove_photo(occurrence: Occurrence) -> ResponseReturnValue:
    form, here = PlainForm(), occurrence.id
    if form.carry_out(lambda: service.take_down(session(), actor(), here)):
        flash(gettext("The photo is gone."))
    return redirect(url_for(".log", id=here), 303)


@bp.get("/sessions/<uuid:id>/log/photo/<size>/<mark>.webp")
@allow(Action.VIEW, Resource.REGISTER, load=registers.occurrence)
def inside_photo(occurrence: Occurrence, size: str, mark: str) -> ResponseReturnValue:
    kept = queries.log(session(), occurrence.id)
    content = files.content(session(), kept.photo_id if kept else None, size, mark)
    return pictures.send(content, mark, to_all=False)


@bp.route("/hours", methods=["GET", "POST"])
@allow(Action.LIST, Resource.HOURS)
def hours() -> ResponseReturnValue:
    """One's own hours of a week; nobody else reads them."""
    form = HoursForm(data={"day": clock.today(), "minutes": rules.WORKING_DAY // 8})
    if form.carry_out(lambda: service.set_hours(session(), actor(), form.wish())):
        flash(gettext("Saved."))
        return redirect(url_for(".hours", week=rules.monday(form.day.data).isoformat()), 303)
    chosen = week_asked()
    return page(
        "logbook/hours.html", form=form, week=queries.week(session(), actor(), chosen),
        today=clock.today(), later=chosen + WEEK, earlier=chosen - WEEK, usual=rules,
    )  # fmt: skip


def week_asked() -> date:
    """Return the Monday that the address asks for, or this week's."""
    try:
        asked = date.fromisoformat(request.args.get("week", ""))
        return rules.monday(max(LONG_AGO, min(asked, clock.today())))
    except (ValueError, OverflowError):
        return rules.monday(clock.today())


@bp.get("/what-came-back")
@allow(Action.LIST, Resource.HOURS)
def back() -> ResponseReturnValue:
    """What came of one's own work; features above add what others answered."""
    half = Period.holding(clock.today())[1]
    since = half.previous.begins
    return page("logbook/back.html", figures=queries.figures(session(), actor(), since),
                seen=list(rules.Seen), me=actor())  # fmt: skip


@bp.get("/hours/organisation")
@allow(Action.LIST, Resource.HOUR_TOTALS)
def totals() -> ResponseReturnValue:
    """The hours of everybody together, by kind; of nobody apart."""
    here, held = actor().organisation_id, Period.holding(clock.today())
    periods = [*held, held[0].previous, held[2].previous]
    found = [(one, queries.of_organisation(session(), here, str(one))) for one in periods if here]
    return page("logbook/totals.html", found=found, kinds=list(rules.HourKind), usual=rules)


@piece("after-register")
def door(occurrence: Occurrence) -> str | None:
    """Lead from the list of a session on to its log."""
    return render_template(
        "logbook/_door.html", occurrence=occurrence,
        written=registers.register(session(), occurrence.id), now=clock.now(),
    )  # fmt: skip


@piece("meeting")
def log_of(meeting: Any) -> str | None:
    """Lead from a list of sessions straight to the log of one that has begun."""
    begun = meeting.starts_at <= clock.now() and not getattr(meeting, "called_off", False)
    return render_template("logbook/_of_meeting.html", id=meeting.id) if begun else None
