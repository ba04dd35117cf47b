"""Two organisations, filled alike; of what the other one wrote nothing crosses, by any way."""

import re
from base64 import b64encode
from pathlib import Path
from uuid import UUID

import pytest
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, select, true, update

from kinderwerk.access import policy
from kinderwerk.access.vocabulary import HELD, SYSTEM, Resource, Role
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.families.models import Child
from kinderwerk.messages import rendering
from kinderwerk.messages.gateway import ways
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail
from kinderwerk.messages.service import tell
from kinderwerk.storage import base, scoping
from kinderwerk.storage.base import Base
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web.extensions import as_system
from tests.conftest import copy, engine_of, serving
from tests.contract.admitted import admitted
from tests.contract.letters import TELEPHONE, TEXTED, TOLD, Letters
from tests.contract.test_walk import NOWHERE, filled_in
from tests.contract.world import (
    BARE,
    MARKS,
    MAY_SHOW,
    NAMED,
    PUBLIC,
    SHARED,
    SHOWN_TO_ALL,
    Known,
    World,
    about_rows,
    as_bytes,
    at,
    chosen,
    filled,
    is_id,
    lookup,
    not_alike,
    pages,
    raw,
    told,
    told_by_people,
)
from tests.make import A_WEDNESDAY, Make, all_seeing
from tests.planted import SEALED, SECRET
from tests.unpacked import readable

#: Who changes most of what there is.
WRITERS = (Role.GUARDIAN, Role.WORKER, Role.COORDINATOR, Role.ADMIN)
#: Under which a form may name a row.
ASKED = ("children", "child", "family", "family_id", "goal", "goals", "theme", "venue", "partner",
         "staff", "user", "owner", "person", "dates", "signal", "trajectory", "with")  # fmt: skip


#: Columns that hold no words of people, whatever room there is.
UNMARKED = {"audit_entry.deed"}
#: About who somebody is; and the empty form of what is published, which anybody may have made.
APART = ("/sign-out", "/account", "/act", "/demo", "/papers/form")
#: On PostgreSQL the database holds to it besides; what has only the product for it is stricter.
HERE = pytest.mark.sqlite


@pytest.fixture(scope="module")
def source(planted: tuple[str, Known]) -> str:
    return planted[0]


@HERE
@pytest.mark.parametrize("role", [Role.VISITOR, Role.GUARDIAN, *HELD])
def test_nothing_of_another_organisation_is_shown(world: World, role: Role) -> None:
    """Not on a page, list, feed or export, not with guessed ids; and these answer as if missing.

    Rows of theirs that open to nobody here are asked for in `test_relations`, and the first of
    ours, and pages about none, once more below.
    """
    client, actor = world.client(role), world.actor(role)
    for rule, resource in pages(world.app):
        if "/post" in rule.rule or not admitted(world.app, rule, actor):
            continue  # the demo's only, or refused before anything is looked up
        open_to_all = resource in MAY_SHOW[PUBLIC] | MAY_SHOW[SHARED] | SHOWN_TO_ALL
        here = not_alike(rule, resource) or (about_rows(rule) and not lookup(world.app, rule))
        asked = 0 if here or (open_to_all and about_rows(rule)) else 1
        for id in (world.ids(resource, ours=True) if about_rows(rule) else [NOWHERE])[asked:]:
            assert not told(client.get(at(rule, id)), resource), (rule.rule, role)
        theirs = [] if asked or not about_rows(rule) else world.ids(resource, ours=False)
        missing = as_bytes(client.get(filled_in(rule)), NOWHERE) if theirs else ()
        for id in theirs:
            answer = client.get(at(rule, id))
            assert not told(answer, resource), (rule.rule, role)
            if resource not in MAY_SHOW[PUBLIC] | MAY_SHOW[SHARED]:
                assert as_bytes(answer, id) == missing, (rule.rule, role)


@HERE
@pytest.mark.parametrize("role", WRITERS)
def test_nothing_of_another_organisation_is_changed(world: World, role: Role) -> None:
    """By what is sent to its addresses, whatever else is sent along."""
    client, before, actor = world.client(role), world.dump(), world.actor(role)
    child = str(world.ids(Resource.CHILD, ours=False)[0])
    for rule, resource in pages(world.app, "POST"):
        apart = any(part in rule.rule for part in APART)
        if not apart and admitted(world.app, rule, actor):
            ids = world.ids(resource, ours=False)[:1] if about_rows(rule) else [NOWHERE]
            for id in ids:
                answer = client.post(at(rule, id), data=dict.fromkeys(ASKED, child))
                assert not told(answer, resource), (rule.rule, role)
    assert world.dump() == before


def of_theirs(
    values: set[str], kinds: dict[str, Resource | None], theirs: dict[Resource | None, UUID]
) -> list[UUID]:
    """Return what to put in place of these: where nobody knows of which kind they are, of each."""
    known = {kinds[value] for value in values if value in kinds}
    others = [kind for kind in theirs if kind not in known]
    return [theirs[kind] for kind in (*known, *(others[:1] if known else others))]


@HERE
@pytest.mark.parametrize("role", WRITERS)
def test_ids_of_another_organisation_in_our_forms_change_nothing(world: World, role: Role) -> None:
    """In each choice and each hidden field of each form, those about our own rows too.

    What stands there is of some kind: one of theirs of the same kind, and one of another.
    """
    client, before, crossing = world.client(role), world.dump(), world.crossings()
    theirs, kinds = world.some_of_each(), world.kinds()
    for form, target in world.forms(client):
        fields = filled(form)
        pointing = [name for name, values in fields.items() if any(map(is_id, values))]
        for id in of_theirs(chosen(form), kinds, theirs) if pointing else ():
            answer = client.post(target, data=fields | dict.fromkeys(pointing, str(id)))
            assert answer.status_code < 500, target
            assert not told(answer, Resource.PROGRAMME), target
    assert world.dump() == before
    assert world.crossings() == crossing, "a row of ours points at one of theirs"


@HERE
def test_a_row_that_points_at_another_organisation_is_noticed(world: World) -> None:
    before = world.crossings()
    family = world.ids(Resource.FAMILY, ours=False)[0]
    child = world.ids(Resource.CHILD, ours=True)[0]
    with unit_of_work(world.session):
        changed = update(Child).where(Child.id == child).values(family_id=family)
        world.session.execute(changed.execution_options(audited="test.made"))
        audit.record(world.session, SYSTEM, "test.made", child)
    assert world.crossings() - before == {("child", "family_id", child)}


@pytest.mark.postgres
@pytest.mark.parametrize("role", [Role.VISITOR, Role.GUARDIAN, *HELD])
def test_with_the_policy_taken_out_the_database_still_holds(
    world: World, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer may be a failure then, but it tells nothing."""
    client = world.client(role)
    addresses = [
        (at(rule, id), resource)
        for rule, resource in pages(world.app)
        if "/post" not in rule.rule
        for id in (world.ids(resource, ours=False) if about_rows(rule) else [NOWHERE])
    ]
    monkeypatch.setattr(scoping, "criterion", lambda *asked: true())
    monkeypatch.setattr(policy, "acting_as", lambda actor, *asked: actor.memberships[0])
    monkeypatch.setitem(world.app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(world.app.config, "TESTING", False)
    for address, resource in addresses:
        answer = client.get(address)
        assert SECRET not in readable(answer), (address, resource)


def mail_of(world: World, template: str, subjects: dict[str, object]) -> Mail | None:
    """Return the mail of that kind that the guardian is sent by our organisation."""
    address = TELEPHONE if template in TEXTED else world.guardian.email
    ways.load("NL")
    with unit_of_work(world.session):
        tell(
            world.session, key=template, template=template, organisation_id=world.here,
            address=address, **subjects,
        )  # fmt: skip
    with world.app.test_request_context():
        sent = as_system().scalars(select(Message).where(Message.key == template)).one()
        made = rendering.render(as_system(), sent)
    ways.load(None)
    return made


def words(mail: Mail | None) -> str:
    return f"{mail.subject} {mail.text} {mail.html} {mail.short} {mail.calendar!r}" if mail else ""


@HERE
@pytest.mark.parametrize("template", sorted(TOLD))
def test_a_mail_tells_of_our_own(world: World, make: Make, template: str) -> None:
    mail = mail_of(world, template, TOLD[template](Letters(world, make, ours=True)))
    assert mail, "a mail that tells nothing proves nothing"
    assert not [word for word in (*MARKS, NAMED) if word in words(mail)]
    assert mail.html is not None
    assert re.search(r'<html lang="nl" dir="ltr">', mail.html)
    ours = select(Child.first_name, Child.surname).where(Child.organisation_id == world.here)
    names = {name for both in world.session.execute(ours) for name in both if name}
    assert not [name for name in names if name in f"{mail.subject} {mail.short} {mail.calendar!r}"]
    world.session.rollback()
    opens_with_a_button(world, mail)


def opens_with_a_button(world: World, mail: Mail) -> None:
    """Following a link changes nothing: what it leads to is done by a button, or after sign-in."""
    before, reader = world.dump(), world.client(Role.VISITOR)
    links = [one.link for one in rendering.paragraphs(mail.text) if one.link]
    for link in filter(None, [*links, mail.settings]):
        answer = reader.get("/" + link.split("/", 3)[3])
        assert answer.status_code in (200, 302, 303), link
        if answer.status_code == 200:
            assert "<button" in answer.text, link
    assert world.dump() == before


@HERE
@pytest.mark.parametrize("template", sorted(TOLD))
def test_a_mail_of_ours_tells_nothing_of_others(world: World, make: Make, template: str) -> None:
    """Though the ids in it were theirs."""
    text = words(mail_of(world, template, TOLD[template](Letters(world, make, ours=False))))
    assert not [word for word in (*MARKS, NAMED) if word in text]


@HERE
def test_no_kind_of_mail_is_forgotten() -> None:
    assert set(TOLD) == set(rendering.TEMPLATES)


def test_a_dump_holds_nothing_that_was_sealed(world: World) -> None:
    there = raw(world.session)
    assert SECRET.encode() in there, "what is not sealed is there to be read"
    word = SEALED.encode()
    assert not [one for one in (word, word.hex().encode(), b64encode(word)) if one in there]


@HERE
def test_every_sealed_column_holds_something_of_others(world: World) -> None:
    """Otherwise that nothing of it is shown, or lies open, would prove nothing."""
    tables = [t for t in Base.metadata.sorted_tables if "organisation_id" in t.columns]
    sealed = [c for t in tables for c in t.columns if c.info.get(base.SEALED)]
    assert sealed
    for column in sealed:
        values = world.theirs(column.table, column)
        assert values, column
        assert all(isinstance(value, bytes) and len(value) > len(SECRET) for value in values)


@HERE
def test_every_table_holds_something_of_others(world: World) -> None:
    """Otherwise a new feature could tell of them, and no test here would notice."""
    tables = [t for t in Base.metadata.sorted_tables if "organisation_id" in t.columns]
    assert {t.name for t in tables if not world.theirs(t)} == set(BARE)
    unmarked = {
        f"{table.name}.{column.name}"
        for table in tables
        for column in table.columns
        if told_by_people(column) and table.name not in BARE
        if not any(str(value).startswith(MARKS) for value in world.theirs(table, column))
    }
    assert unmarked == UNMARKED


@HERE
@pytest.mark.parametrize("role", [Role.VISITOR, Role.GUARDIAN, *HELD])
def test_rows_of_others_change_nothing_that_is_shown(
    planted: tuple[str, Known], world: World, fuller: str, compiled: FileSystemBytecodeCache,
    spoken: Engine, tmp_path: Path, role: Role,
) -> None:  # fmt: skip
    """No count, badge or choice: each page is the same to the byte where they have more.

    And has no word of theirs.
    """
    home = tmp_path / "fuller"
    home.mkdir()
    with (
        clock.stopped(A_WEDNESDAY), copy(fuller, home) as url,
        serving(url, home, compiled, spoken) as app, all_seeing(engine_of(app)) as session,
    ):  # fmt: skip
        beside = World(app, session, planted[1])
        here, there = (one.everything(role) for one in (world, beside))
    assert {path for path in here | there if here.get(path) != there.get(path)} == set()
