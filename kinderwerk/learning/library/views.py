"""Screens of the library: finding lessons, writing one, and the look of a second person."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.learning.consulting import queries as consulting
from kinderwerk.learning.consulting import service as consultations
from kinderwerk.learning.consulting.models import Consultation
from kinderwerk.learning.consulting.rules import Kind
from kinderwerk.learning.library import queries, service
from kinderwerk.learning.library.forms import (
    BecauseForm,
    LessonForm,
    PlainForm,
    ReleaseForm,
    SearchForm,
)
from kinderwerk.learning.library.models import Lesson
from kinderwerk.learning.library.rules import Origin, Words, split
from kinderwerk.learning.reviews import queries as reviews
from kinderwerk.learning.reviews import service as reviewing
from kinderwerk.learning.reviews.models import LearningReview
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("library", __name__, url_prefix="/library")


@bp.get("/")
@allow(Action.LIST, Resource.LESSON)
def index() -> ResponseReturnValue:
    form = SearchForm(request.args)
    asked = form.asked()
    return page(
        "library/index.html", form=form, asked=asked,
        found=queries.found(session(), actor(), asked),
        keywords=queries.keywords(session(), actor()),
        waiting=len(queries.unfinished(session(), actor())),
    )  # fmt: skip


@bp.get("/unfinished")
@allow(Action.LIST, Resource.LESSON)
def unfinished() -> ResponseReturnValue:
    found = queries.unfinished(session(), actor())
    names = consulting.people(
        session(), {id for one in found for id in (one.author_id, one.checker_id)}
    )
    return page("library/unfinished.html", found=found, names=names, me=actor().id)


@bp.route("/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.LESSON)
def new() -> ResponseReturnValue:
    form = LessonForm()
    _offer(form)
    if form.carry_out(lambda: service.write(session(), actor(), form.wish(), form.once.data)):
        flash(gettext("Written down. Only you and whom you asked see it until it is let in."))
        return redirect(url_for(".detail", id=form.outcome.id), 303)
    return page("library/edit.html", form=form, lesson=None)


def _offer(form: LessonForm) -> None:
    here = actor().organisation_id
    form.checker_id.offer(queries.choices(session(), here, actor().id) if here else ())


@bp.get("/from-review/<uuid:id>")
@allow(Action.VIEW, Resource.LEARNING_REVIEW, load=reviews.by_id)
def from_review(review: LearningReview) -> ResponseReturnValue:
    """Begin a lesson with what a review says; what is saved does not point at it."""
    told = reviewing.read(session(), actor(), review)
    return _begun(Origin.REVIEW, Words(title="", lesson=told.lesson, helped=told.helped))


@bp.get("/from-consultation/<uuid:id>")
@allow(Action.VIEW, Resource.CONSULTATION, load=consulting.by_id)
def from_consultation(consultation: Consultation) -> ResponseReturnValue:
    told = consultations.read(session(), actor(), consultation)
    ideas = [one.text for one in told.of(Kind.SOLUTION) if one.row.chosen]
    words = Words(title="", situation=told.key_question, lesson="\n".join(ideas))
    return _begun(Origin.CONSULTATION, words)


def _begun(origin: Origin, words: Words) -> ResponseReturnValue:
    form = LessonForm.draft(origin, words)
    _offer(form)
    return page("library/edit.html", form=form, lesson=None)


@bp.get("/<uuid:id>")
@allow(Action.VIEW, Resource.LESSON, load=queries.by_id)
def detail(lesson: Lesson) -> ResponseReturnValue:
    return _detail(lesson)


def _detail(
    lesson: Lesson, release: ReleaseForm | None = None, returned: BecauseForm | None = None,
    out: BecauseForm | None = None,
) -> ResponseReturnValue:  # fmt: skip
    """Show what stands in the library as it is searched, and open what does not."""
    id, plain = lesson.id, queries.text_of(session(), lesson)
    told, because = (plain, "") if plain else service.read(session(), actor(), lesson)
    lesson = queries.by_id(session(), id)
    seen = {"version": lesson.version}
    return page(
        "library/detail.html", lesson=lesson, told=told, because=because, tags=split(told.tags),
        names=consulting.people(session(), [lesson.author_id, lesson.checker_id]),
        release=release or ReleaseForm(None, data=seen),
        returned=returned or BecauseForm(None, data=seen), out=out or BecauseForm(None, data=seen),
        form=release or returned or out,
    )  # fmt: skip


@bp.route("/<uuid:id>/edit", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.LESSON, load=queries.by_id)
def edit(lesson: Lesson) -> ResponseReturnValue:
    id = lesson.id
    words, _ = service.read(session(), actor(), lesson)
    form = LessonForm.of(queries.by_id(session(), id), words)
    version = form.version.data
    _offer(form)
    if form.carry_out(lambda: service.change(session(), actor(), id, version, form.wish())):
        flash(gettext("Saved. The second person looks at the new words."))
        return redirect(url_for(".detail", id=id), 303)
    return page("library/edit.html", form=form, lesson=queries.by_id(session(), id))


@bp.post("/<uuid:id>/release")
@allow(Action.RELEASE, Resource.LESSON, load=queries.by_id)
def release(lesson: Lesson) -> ResponseReturnValue:
    id, form = lesson.id, ReleaseForm()
    version = form.version.data or 0
    let_in = lambda: service.release(session(), actor(), id, version, form.checks())  # noqa: E731
    return _done(id, form, let_in, gettext("It stands in the library now."), release=form)


@bp.post("/<uuid:id>/send-back")
@allow(Action.RELEASE, Resource.LESSON, load=queries.by_id)
def send_back(lesson: Lesson) -> ResponseReturnValue:
    id, form = lesson.id, BecauseForm()
    version = form.version.data or 0
    say = lambda: service.send_back(session(), actor(), id, version, form.because.data)  # noqa: E731
    return _done(id, form, say, gettext("It goes back to whoever wrote it."), returned=form)


@bp.post("/<uuid:id>/withdraw")
@allow(Action.VIEW, Resource.LESSON, load=queries.by_id)
def withdraw(lesson: Lesson) -> ResponseReturnValue:
    id, form = lesson.id, BecauseForm()
    if form.carry_out(lambda: service.withdraw(session(), actor(), id, form.because.data)):
        flash(gettext("Taken out. Nobody finds it any more; whoever wrote it reads why."))
        return redirect(url_for(".index"), 303)
    return _detail(queries.by_id(session(), id), out=form)


def _done(
    lesson_id: UUID, form: Form, action: Callable[[], Any], said: str, **again: Any
) -> ResponseReturnValue:
    if form.carry_out(action):
        flash(said)
        return redirect(url_for(".detail", id=lesson_id), 303)
    return _detail(queries.by_id(session(), lesson_id), **again)


@bp.post("/<uuid:id>/remove")
@allow(Action.EDIT, Resource.LESSON, load=queries.by_id)
def remove(lesson: Lesson) -> ResponseReturnValue:
    id, form = lesson.id, PlainForm()
    if form.carry_out(lambda: service.remove(session(), actor(), id)):
        flash(gettext("Taken away."))
    return redirect(url_for(".unfinished"), 303)


@piece("today")
def waiting(role: str) -> str | None:
    """Ask the second person to look, and whoever wrote to read what came back."""
    if not may("list", "lesson"):
        return None
    n, came_back = queries.to_check(session(), actor()), queries.came_back(session(), actor())
    if not n and not came_back:
        return None
    return render_template("library/_today.html", n=n, came_back=came_back)
