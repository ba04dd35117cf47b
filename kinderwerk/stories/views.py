"""Stories: written after a session, agreed to by the family, told once a second person says so."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.activities.models import Occurrence
from kinderwerk.core import clock
from kinderwerk.families.models import Child
from kinderwerk.families.queries import Told
from kinderwerk.goals import queries as goals
from kinderwerk.goals.models import Goal
from kinderwerk.stories import queries, service
from kinderwerk.stories.forms import (
    PlainForm,
    ReadForm,
    RefuseForm,
    ReleaseForm,
    RewordingForm,
    TellingForm,
)
from kinderwerk.stories.models import Story
from kinderwerk.stories.rules import Standing
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("stories", __name__, url_prefix="/stories")


@bp.get("/")
@allow(Action.LIST, Resource.STORY)
def index() -> ResponseReturnValue:
    standing = _standing()
    return page(
        "stories/index.html", standing=standing, standings=list(Standing),
        stories=queries.visible(session(), actor(), standing),
    )  # fmt: skip


def _standing() -> Standing:
    try:
        return Standing(request.args.get("show", Standing.WAITING))
    except ValueError:
        return Standing.WAITING


@bp.route("/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.STORY)
def new() -> ResponseReturnValue:
    held = queries.session_of(session(), actor(), request.args.get("session", type=UUID))
    about, form = held.id if held else None, TellingForm()
    children = queries.children(session(), actor(), held)
    form.offer(children, _goals())
    shown("child", [child.id for child in children])
    if request.method == "GET":
        form.words.data = queries.logged(session(), held)
        form.child_id.data = request.args.get("child", type=UUID)
        form.goal_id.data = request.args.get("goal", type=UUID)
    if form.carry_out(lambda: service.write_down(session(), actor(), form.telling(about))):
        flash(gettext("Written down. Now let the family read it, and ask a second person."))
        return redirect(url_for(".detail", id=form.outcome.id), 303)
    held = queries.session_of(session(), actor(), about)
    return page("stories/new.html", form=form, occurrence=held)


def _goals() -> list[tuple[UUID, str]]:
    return [(id, title) for id, title, _theme in goals.choices(session(), actor())]


@bp.get("/<uuid:id>")
@allow(Action.VIEW, Resource.STORY, load=queries.by_id)
def detail(story: Story) -> ResponseReturnValue:
    return _detail(story)


def _detail(
    story: Story, read: ReadForm | None = None, release: ReleaseForm | None = None,
    refuse: RefuseForm | None = None,
) -> ResponseReturnValue:  # fmt: skip
    seen = {"version": story.version}
    return page(
        "stories/detail.html", story=story, known=queries.known(session(), story),
        told_at=queries.told_at(session(), story),
        read=read or ReadForm(None, data=seen | {"day": clock.today()}),
        release=release or ReleaseForm(None, data=seen),
        refuse=refuse or RefuseForm(None, data=seen), form=read or release or refuse,
    )  # fmt: skip


@bp.route("/<uuid:id>/words", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.STORY, load=queries.by_id)
def correct(story: Story) -> ResponseReturnValue:
    id, form = story.id, RewordingForm(obj=story)
    form.goal_id.offer(_goals_with(story))
    version = form.version.data
    if form.carry_out(lambda: service.correct(session(), actor(), id, version, form.wish())):
        flash(gettext("Saved. Let the family read the new words."))
        return redirect(url_for(".detail", id=id), 303)
    return page("stories/correct.html", form=form, story=queries.by_id(session(), id))


def _goals_with(story: Story) -> list[tuple[UUID, str]]:
    """Offer the goal that it shows already, also when that is over."""
    offered = dict(_goals())
    if story.goal:
        offered.setdefault(story.goal.id, story.goal.title)
    return list(offered.items())


@bp.post("/<uuid:id>/read")
@allow(Action.EDIT, Resource.STORY, load=queries.by_id)
def read(story: Story) -> ResponseReturnValue:
    id, form = story.id, ReadForm()
    version = form.version.data
    note = lambda: service.read_by_family(session(), actor(), id, version, form.day.data)  # noqa: E731
    return _done(id, form, note, gettext("Noted."), read=form)


@bp.post("/<uuid:id>/release")
@allow(Action.RELEASE, Resource.STORY, load=queries.by_id)
def release(story: Story) -> ResponseReturnValue:
    id, form = story.id, ReleaseForm()
    version = form.version.data or 0
    let = lambda: service.release(session(), actor(), id, version)  # noqa: E731
    told = gettext("Released. It stands in the next report, as long as the family agrees.")
    return _done(id, form, let, told, release=form)


@bp.post("/<uuid:id>/refuse")
@allow(Action.RELEASE, Resource.STORY, load=queries.by_id)
def refuse(story: Story) -> ResponseReturnValue:
    id, form = story.id, RefuseForm()
    version = form.version.data or 0
    say = lambda: service.refuse(session(), actor(), id, version, form.because.data)  # noqa: E731
    return _done(id, form, say, gettext("It is not told."), refuse=form)


def _done(
    story_id: UUID, form: Form, action: Callable[[], Any], said: str, **again: Any
) -> ResponseReturnValue:
    if form.carry_out(action):
        flash(said)
        return redirect(url_for(".detail", id=story_id), 303)
    return _detail(queries.by_id(session(), story_id), **again)


@bp.post("/<uuid:id>/remove")
@allow(Action.EDIT, Resource.STORY, load=queries.by_id)
def remove(story: Story) -> ResponseReturnValue:
    id, form = story.id, PlainForm()
    if form.carry_out(lambda: service.remove(session(), actor(), id)):
        flash(gettext("Taken away."))
    return redirect(url_for(".index"), 303)


@piece("asking")
@piece("log-door")
def door(occurrence: Occurrence) -> str | None:
    """Lead from the log of a session to telling a story."""
    if not may("create", "story"):
        return None
    return render_template("stories/_door.html", occurrence=occurrence)


@piece("goal")
@piece("measured")
def of_goal(goal: Goal) -> str | None:
    """Show that there are stories about a goal: they measure it as well as numbers do."""
    if not may("list", "story") or not permits(actor(), Action.VIEW, Resource.GOAL, goal.facts):
        return None
    written, released = queries.of_goal(session(), actor(), goal.id)
    return render_template("stories/_of_goal.html", goal=goal, written=written, released=released)


@piece("child")
def of_child(child: Child) -> str | None:
    if not may("create", "story"):
        return None
    told = queries.of_children(session(), [child.id])
    return render_template("stories/_of_child.html", child=child, stories=told)


@piece("told_of_own_child")
def on_family_page(told: Told) -> str | None:
    """Let the family read what was written about their child."""
    found = queries.of_children(session(), [told.child.id])
    return render_template("stories/_of_own.html", told=told, stories=found) if found else None


@piece("today")
def waiting(role: str) -> str | None:
    """Show on the first page that stories wait for a second person."""
    if not may("list", "story"):
        return None
    n = queries.waiting(session(), actor())
    return render_template("stories/_waiting.html", n=n) if n else None
