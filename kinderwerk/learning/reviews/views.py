"""Screens of learning reviews."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core import clock
from kinderwerk.learning.reviews import queries, service
from kinderwerk.learning.reviews.forms import LookForm, ReviewForm
from kinderwerk.learning.reviews.models import LearningReview
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("reviews", __name__, url_prefix="/learning-reviews")


@bp.get("/")
@allow(Action.LIST, Resource.LEARNING_REVIEW)
def index() -> ResponseReturnValue:
    closed = request.args.get("show") == "closed"
    found = queries.visible(session(), actor(), closed=closed)
    names = queries.people(session(), [one.owner_id for one in found])
    return page("reviews/index.html", found=found, closed=closed, names=names)


@bp.route("/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.LEARNING_REVIEW)
def new() -> ResponseReturnValue:
    form, here = ReviewForm(), actor().organisation_id
    form.owner_id.offer(queries.choices(session(), here) if here else ())
    if form.carry_out(lambda: service.write(session(), actor(), form.wish(), form.once.data)):
        flash(gettext("Written down. Nobody outside your organisation reads it."))
        return redirect(url_for(".detail", id=form.outcome.id), 303)
    return page("reviews/edit.html", form=form, review=None)


@bp.get("/<uuid:id>")
@allow(Action.VIEW, Resource.LEARNING_REVIEW, load=queries.by_id)
def detail(review: LearningReview) -> ResponseReturnValue:
    id = review.id
    words = service.read(session(), actor(), review)
    review = queries.by_id(session(), id)
    names = queries.people(session(), [review.owner_id, review.author_id])
    return page("reviews/detail.html", review=review, words=words, names=names)


@bp.route("/<uuid:id>/edit", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.LEARNING_REVIEW, load=queries.by_id)
def edit(review: LearningReview) -> ResponseReturnValue:
    id = review.id
    words = service.read(session(), actor(), review)
    review = queries.by_id(session(), id)
    form = ReviewForm.of(review, words)
    version = form.version.data
    form.owner_id.offer(queries.choices(session(), review.organisation_id))
    if form.carry_out(lambda: service.change(session(), actor(), id, version, form.wish())):
        return _back(id)
    return page("reviews/edit.html", form=form, review=queries.by_id(session(), id))


@bp.route("/<uuid:id>/look", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.LEARNING_REVIEW, load=queries.by_id)
def look(review: LearningReview) -> ResponseReturnValue:
    id, form = review.id, LookForm(data={"version": review.version})
    version = form.version.data
    if form.carry_out(
        lambda: service.look(session(), actor(), id, version, form.verdict.data, form.again_on.data)
    ):
        return _back(id)
    return page("reviews/look.html", form=form, review=queries.by_id(session(), id))


def _back(review_id: UUID) -> ResponseReturnValue:
    flash(gettext("Saved."))
    return redirect(url_for(".detail", id=review_id), 303)


@piece("today")
def waiting(role: str) -> str | None:
    """Ask whoever sees to a change whether it works."""
    if not may("list", "learning_review"):
        return None
    found = queries.due(session(), actor(), clock.today())
    return render_template("reviews/_today.html", found=found) if found else None
