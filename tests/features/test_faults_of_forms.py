"""Faults while a form is sent: told in words, nothing half, and kept once when sent again."""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, func, make_url, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.core.errors import NoRoom
from kinderwerk.files import service as files
from kinderwerk.files.models import StoredFile
from kinderwerk.ideas.models import ChildBoard, Idea
from kinderwerk.ideas.rules import Kind
from tests.faults import (
    Filled,
    Site,
    cut,
    filled,
    gone_at_commit,
    gone_in_the_middle,
    no_room,
    no_room_in_the_database,
    photo,
    started,
    told_in_words,
)  # fmt: skip
from tests.make import Make
from tests.postgres import Cluster

#: Of its sides: too large to be kept in memory while it is taken in.
LARGE = 1200


def signup_form(site: Site) -> Filled:
    return filled(site, site.path, site.cookie)


def placed_once(site: Site, form: Filled, before: tuple[int, int]) -> None:
    """Nothing was written half; the same form gives one place, however often it is sent."""
    assert site.written() == before
    assert form.send()[0] == 303
    places, messages = site.written()
    assert places == before[0] + 1
    form.send()
    assert site.written() == (places, messages)


@pytest.mark.postgres
@pytest.mark.parametrize("gone", [gone_in_the_middle, gone_at_commit])
def test_a_database_that_goes_away_while_a_form_is_saved_keeps_nothing_half(
    site: Site, mighty: Engine, gone: Callable[[Engine], AbstractContextManager[None]]
) -> None:
    form, before = signup_form(site), site.written()
    site.session.rollback()
    with gone(mighty):
        told_in_words(form.send())
    placed_once(site, form, before)


@pytest.mark.postgres
def test_a_database_that_went_away_before_a_form_is_sent_costs_nobody_a_form(
    site: Site, cluster: Cluster, database: str, session: Session
) -> None:
    form, before = signup_form(site), site.written()
    cluster.do(cut(str(make_url(database).database)))
    session.invalidate()
    placed_once(site, form, before)


@contextmanager
def written_by_another(path: str) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.sqlite
def test_a_database_that_another_program_holds_for_long_keeps_nothing_half(
    site: Site, database: str
) -> None:
    """As somebody does who opens the file with a tool, and leaves it open."""
    form, before = signup_form(site), site.written()
    with written_by_another(str(make_url(database).database)):
        told_in_words(form.send())
    placed_once(site, form, before)


def photo_form(site: Site, side: int = 300) -> Filled:
    path = f"/activities/{site.club}/photo"
    return filled(site, path, site.worker, picture=photo(side), alt="Noise", seen="nobody")


def photos(site: Site) -> tuple[int, int]:
    """Count the pictures that are kept, and what the trail tells of anything."""
    site.session.rollback()
    counts = (select(func.count()).select_from(one) for one in (StoredFile, AuditEntry))
    first, second = (site.session.scalars(one).one() for one in counts)
    site.session.rollback()
    return first, second


def kept_the_second_time(site: Site, form: Filled, before: tuple[int, int]) -> None:
    """Nothing was written half; the same form, sent once more, keeps the picture once."""
    assert photos(site) == before
    assert form.send()[0] == 303
    pictures, told = photos(site)
    assert pictures == before[0] + 1
    assert told > before[1]


@pytest.mark.sqlite
def test_a_photo_for_which_there_is_no_room_is_kept_when_it_is_sent_again(site: Site) -> None:
    form, before = photo_form(site), photos(site)
    with no_room(site):
        told_in_words(form.send())
    kept_the_second_time(site, form, before)


@pytest.mark.postgres
@pytest.mark.parametrize("fault", [no_room_in_the_database, gone_at_commit])
def test_a_photo_that_the_database_does_not_take_is_kept_when_it_is_sent_again(
    site: Site, mighty: Engine, fault: Callable[[Engine], AbstractContextManager[None]]
) -> None:
    form, before = photo_form(site), photos(site)
    with fault(mighty):
        told_in_words(form.send())
    kept_the_second_time(site, form, before)


@pytest.mark.parametrize("command", ["run", "serve"])
def test_a_large_photo_with_nowhere_to_lie_is_answered_and_kept_when_it_is_sent_again(
    app: Flask, session: Session, make: Make, command: str
) -> None:
    with started(app, session, make, command) as site:
        form, before = photo_form(site, LARGE), photos(site)
        with no_room(site):
            told_in_words(form.send())
        kept_the_second_time(site, form, before)


@pytest.mark.parametrize("command", ["run", "serve"])
def test_who_sends_too_much_reads_so(
    app: Flask, session: Session, make: Make, command: str
) -> None:
    with started(app, session, make, command) as site:
        form = photo_form(site, LARGE)
        large = Filled(site.port, "/sign-in", site.cookie, form.media_type, form.body * 4)
        assert large.send()[0] == 413
        assert "te groot" in large.send()[1]


def answer_form(site: Site, session: Session, make: Make) -> Filled:
    """Let a child answer the question of another one with a drawing."""
    here, area = make.organisation(), make.neighbourhood()
    make.venue(here, neighbourhood=area)
    make.user(Role.PROTECTION_OFFICER, organisation=here)
    make.save(ChildBoard(organisation_id=here.id, neighbourhood=area))
    question = make.save(
        Idea(
            organisation_id=here.id, said_on=clock.today(), words="Waar is de bal?",
            band=None, neighbourhood=area, kind=Kind.QUESTION, on_board=True,
            pseudonym="cat dog",
        )
    )  # fmt: skip
    path = f"/kids/{here.id}/{area.id}/board/{question.id}/answer"
    session.rollback()
    return filled(site, path, "", picture=photo(), words="Hier", pseudonym="cat dog", band="")


@contextmanager
def no_room_anywhere(site: Site, mighty: Engine) -> Iterator[None]:
    with no_room(site):
        if mighty.dialect.name == "sqlite":
            yield
        else:
            with no_room_in_the_database(mighty):
                yield


def test_the_drawing_of_a_child_for_which_there_is_no_room_is_kept_when_it_is_sent_again(
    site: Site, session: Session, make: Make, mighty: Engine
) -> None:
    form, before = answer_form(site, session, make), photos(site)
    with no_room_anywhere(site, mighty):
        told_in_words(form.send())
    kept_the_second_time(site, form, before)
    once = photos(site)
    form.send()
    assert photos(site) == once


def test_no_room_for_what_a_reader_answers_is_not_blamed_on_the_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = photo().read()
    monkeypatch.setattr(tempfile, "TemporaryFile", partial(Path("/dev/full").open, "r+b"))
    with pytest.raises(NoRoom):
        files.redraw(sent)
