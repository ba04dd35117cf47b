"""A carer who was shut out learns nothing of the child, by any way there is.

What he is shown, page by page and answer by answer, is to the byte what he was shown when he had
nothing to do with this child: routes that come later are walked as well.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kinderwerk.access.policy import grants
from kinderwerk.access.vocabulary import SYSTEM, Actor
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.families.custody import service as custody
from kinderwerk.families.custody.rules import CareWish, CustodyKind
from kinderwerk.families.models import Care, Carer, Child
from kinderwerk.families.reaching import tell_carer
from kinderwerk.families.rules import Relation
from kinderwerk.messages import rendering
from kinderwerk.messages.holding import Held
from kinderwerk.messages.models import Message
from kinderwerk.signups import service as signups
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import SignUp, Standing
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web.extensions import as_system
from tests.contract.test_walk import NOWHERE, filled_in
from tests.contract.world import FRESH, Reader
from tests.make import A_WEDNESDAY, Make

#: Words that stand with this child and nowhere else.
NAME, SURNAME, GRAN = "Quirijntje", "Zonderwater", "Opoe Grietje"
WORDS: Final = (NAME, SURNAME, GRAN)
#: What is about signing in, and the same whatever anybody cares for.
LEFT_OUT: Final = ("/sign-out", "/sign-in", "/account", "/demo", "/post", "/language", "/health")
#: Where he reads what he did himself, which he knows: how often, and never about whom.
HIS_OWN: Final = {"GET /trail/mine"}
FORM: Final = re.compile(r'(?<=name="form_id" type="hidden" value=")[^"]+')
NOTHING: Final = CareWish(
    relation=Relation.FATHER, has_custody=False, custody_kind=CustodyKind.ONE_PARENT,
    may_pick_up=False, portal_access=False, contact_allowed=False,
)  # fmt: skip


class Families:
    """A mother with two children, and a father elsewhere who cares for one of them."""

    def __init__(self, app: Flask, session: Session, make: Make) -> None:
        app.test_client_class = Reader
        self.app, self.session, self.make = app, session, make
        self.here = make.organisation()
        self.worker = make.worker(organisation=self.here)
        self.mother, self.father = make.parent(name="Maryam"), make.parent(name="Farid")
        family = make.family(self.here, self.mother)
        told = {"emergency_name": GRAN, "picked_up_by": GRAN}
        self.child: Child = make.child(family, first_name=NAME, surname=SURNAME, **told)
        self.sibling: Child = make.child(family, first_name="Bas", surname="Veldman")
        (home,) = make.cared_for_by(self.sibling, self.father)
        (self.carer,) = home.carers
        self.clubs = [
            make.activity(self.worker, capacity=one, starts_at=A_WEDNESDAY) for one in (1, None, 1)
        ]
        make.occurrence(self.clubs[0], starts_at=A_WEDNESDAY + timedelta(days=7))
        other = make.child(make.family(self.here))
        self.joins(self.mother, self.clubs[0], self.child)
        self.joins(self.worker, self.clubs[2], other)
        self.joins(self.mother, self.clubs[2], self.child)
        self.joins(self.father, self.clubs[2], self.sibling)
        self.is_offered()

    def joins(self, who: Any, club: Any, child: Child) -> None:
        wish = SignUp(activity_id=club.id, child_ids=(child.id,), at_door=who is self.worker)
        signups.sign_up(self.session, who.actor(), wish)

    def client(self) -> FlaskClient:
        client = self.app.test_client()
        client.sign_in(self.father)
        return client

    def cares_too(self) -> Care:
        """Let the father care for the other child as well, and do and be told all that one can."""
        with unit_of_work(self.session):
            carer = self.session.get_one(Carer, self.carer.id)
            care = Care(organisation_id=self.here.id, child=self.child, carer=carer)
            self.session.add(care)
            audit.record(self.session, SYSTEM, "test.made", care.id, also=[self.child.id, carer.id])
        self.joins(self.father, self.clubs[1], self.child)
        with unit_of_work(self.session):
            carer = self.session.get_one(Carer, self.carer.id)
            for number, about in enumerate(self.subjects()):
                tell_carer(self.session, carer, key=f"told {number}", **about)
            audit.record(self.session, SYSTEM, "test.made", carer.id)
        return care

    def is_offered(self) -> None:
        """Keep a place for the child that waits."""
        with unit_of_work(self.session):
            mine = select(Signup).where(
                Signup.child_id == self.child.id, Signup.standing == Standing.WAITING
            )
            signup = self.session.scalars(mine).one()
            signup.standing, signup.offer_id = Standing.OFFERED, uuid4()
            signup.offered_until = clock.now() + timedelta(days=2)
            audit.record(self.session, SYSTEM, "test.made", signup.id)

    def subjects(self) -> Iterator[dict[str, Any]]:
        """Yield what he is told of: sign-ups, an offer, reminders."""
        mine = select(Signup).where(Signup.child_id == self.child.id)
        for signup in self.session.scalars(mine).all():
            date = signup.activity.occurrences[0].id
            yield {"template": "signup.confirmed", "signup": signup.id}
            yield {"template": "signup.tomorrow", "signup": signup.id, "occurrence": date}
            if signup.offer_id:
                yield {"template": "signup.offered", "offer": signup.offer_id}

    def pool(self) -> dict[str, UUID]:
        """Return an id of each kind that has to do with the child."""
        self.session.rollback()
        mine = select(Signup).where(Signup.child_id == self.child.id).order_by(Signup.created_at)
        signup = self.session.scalars(mine.where(Signup.offer_id.is_not(None))).one()
        care = self.session.scalars(select(Care.id).where(Care.child_id == self.child.id)).first()
        found = {
            "child": self.child.id, "signup": signup.id, "activity": signup.activity_id,
            "date": signup.activity.occurrences[0].id, "family": self.child.family_id,
            "care": care, "mother": self.child.family.carers[0].id, "here": self.here.id,
            "offer": signup.offer_id,
        }  # fmt: skip
        self.session.rollback()
        return {kind: id for kind, id in found.items() if id}

    def mails(self) -> list[str]:
        """Return the texts of all that would go out to him now."""
        self.session.rollback()
        told = select(Message.id).where(Message.address == self.father.email).order_by(Message.id)
        ids = list(self.session.scalars(told.where(Message.dropped_at.is_(None))))
        self.session.rollback()
        return [text for id in ids if (text := self.rendered(id))]

    def rendered(self, id: int) -> str | None:
        with self.app.test_request_context():
            try:
                mail = rendering.render(as_system(), as_system().get_one(Message, id))
            except Held:
                return None
            return mail and f"{mail.subject}\n{mail.text}\n{mail.calendar or b''!r}"

    def open_to(self, method: str) -> Iterator[tuple[Rule, bool]]:
        """Yield every route, and whether a parent gets as far as a row there."""
        parent = Actor(self.father.id)
        for rule in self.app.url_map.iter_rules():
            access = getattr(self.app.view_functions[rule.endpoint], "access", None)
            walked = method in (rule.methods or ()) and rule.endpoint != "static"
            if walked and not rule.rule.startswith(LEFT_OUT):
                yield rule, not isinstance(access, tuple) or bool(grants(parent, *access))

    def walk(self, method: str, pool: dict[str, UUID]) -> dict[str, tuple[object, ...]]:
        """Ask for everything as the father; about this child wherever an id can be named."""
        client, found = self.client(), {}
        for rule, reaches in self.open_to(method):
            ids = list(pool.values()) if reaches and "<uuid:" in rule.rule else [self.child.id]
            for id in ids:
                path = named(rule, id, pool)
                sent = {"children": str(self.child.id), "child": str(self.child.id)}
                answer = client.open(path, method=method, data=sent if method == "POST" else None)
                found[f"{method} {path}"] = settled(answer)
        return found


def settled(answer: TestResponse) -> tuple[object, ...]:
    """Return an answer without what is new each time: the hour, and the mark of a fresh form."""
    told = answer.get_data(as_text=True)
    return answer.status_code, str(answer.location), FORM.sub("", FRESH.sub("", told))


def named(rule: Rule, id: UUID, pool: dict[str, UUID]) -> str:
    """Return the address about this id; further ids in it are those that fit."""
    path = rule.rule
    for name in sorted(rule.arguments - {"id"}):
        path = path.replace(f"<uuid:{name}>", str(pool.get(name, id)))
    first = path.replace("<uuid:id>", str(id))
    return filled_in(rule) if "<" in first and "<uuid:" in first else filled(first)


def filled(path: str) -> str:
    return re.sub(r"<[^>]+>", lambda hole: "7" if hole[0].startswith("<int") else "on", path)


def links(text: str) -> set[str]:
    """Return the addresses on a page or in a mail, as paths."""
    found = re.findall(r'(?:href|action)="(/[^"#]*)|https?://[^/\s]+(/\S+)', text)
    return {(one or other).replace("&amp;", "&") for one, other in found}


def says_nothing(told: Any) -> bool:
    return not any(word in str(told) for word in WORDS)


@pytest.fixture
def families(app: Flask, session: Session, make: Make) -> Iterator[Families]:
    with clock.stopped(A_WEDNESDAY - timedelta(days=1)):
        yield Families(app, session, make)


def test_what_he_is_shown_is_what_he_was_shown_before_there_was_anything(
    families: Families,
) -> None:
    pool = families.pool()
    before = families.walk("GET", pool)
    assert says_nothing(before)

    care = families.cares_too()
    pages = families.walk("GET", pool)
    assert not says_nothing(pages), "while he cared for the child he was told of it"
    letters = families.mails()
    assert sum(NAME in one for one in letters) >= 4
    told, known = (*map(str, pages.values()), *letters), map(str, before.values())
    opened = {link for one in told for link in links(one)}
    opened -= {link for one in known for link in links(one)}
    assert any("/offers/" in one for one in opened)
    assert any("/expected/" in one for one in opened)

    custody.change(families.session, families.worker.actor(), care.id, None, NOTHING)
    after = families.walk("GET", pool | {"own care": care.id})
    differing = {path for path, told in before.items() if after[path] != told}
    assert differing - HIS_OWN == set(), "as if the child did not exist"
    assert says_nothing(after)
    assert says_nothing(families.mails())
    client = families.client()
    for link in sorted(one for one in opened if not one.startswith(LEFT_OUT)):
        assert says_nothing(client.get(link).get_data(as_text=True)), link
        assert client.post(link).status_code >= 300, link


def test_what_he_sends_is_answered_as_if_the_child_did_not_exist(families: Families) -> None:
    care = families.cares_too()
    custody.change(families.session, families.worker.actor(), care.id, None, NOTHING)
    pool = families.pool() | {"care": care.id}
    missing, client = dict.fromkeys(pool, NOWHERE), families.client()
    for rule, reaches in families.open_to("POST"):
        for kind in ("child", "signup", "care", "offer") if reaches else ():
            answers = []
            for id, ids in ((pool[kind], pool), (NOWHERE, missing)):
                sent = {"children": str(id), "child": str(id), "dates": str(ids["date"])}
                answer = client.post(named(rule, id, ids), data=sent)
                answers.append(str(settled(answer)).replace(str(id), str(NOWHERE)))
            assert says_nothing(answers)
            assert answers[0] == answers[1] or "<uuid:id>" not in rule.rule, (rule.rule, kind)
    for club in families.clubs:
        answers = [
            str(settled(client.post(f"/sign-up/{club.id}", data={"children": str(id)})))
            for id in (families.child.id, NOWHERE)
        ]
        assert answers[0].replace(str(families.child.id), str(NOWHERE)) == answers[1]


def test_the_same_name_and_birthday_is_not_known_to_him(families: Families) -> None:
    care = families.cares_too()
    custody.change(families.session, families.worker.actor(), care.id, None, NOTHING)
    child, client = families.child, families.client()
    told = {
        "first_name": NAME, "surname": SURNAME, "born_on": child.born_on.isoformat(),
        "emergency_name": "Farid", "emergency_phone": "06 12345678", "relation": "father",
        "goes_home_alone": "picked_up", "picked_up_by": "Farid", "neighbourhood_id": "",
    }  # fmt: skip
    for _ in range(2):
        added = client.post(f"/family/children/new/{families.here.id}", data=told)
        assert added.status_code == 303, added.get_data(as_text=True)
    families.session.rollback()
    alike = select(Child.id).where(Child.name_key == child.name_key)
    (new,) = set(families.session.scalars(alike)) - {child.id}
    families.session.rollback()
    club = families.clubs[0].id
    assert GRAN not in client.get(f"/sign-up/{club}?children={new}").get_data(as_text=True)
    answer = client.post(f"/sign-up/{club}", data={"children": str(new)})
    assert answer.status_code == 303, "never “already signed up”"
