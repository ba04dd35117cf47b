"""Signing in at an identity provider: who comes in, as what, and what does not let anybody in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts import issuer as asking
from kinderwerk.accounts.models import Membership, Organisation, OutsideAccount, SignIn, User
from kinderwerk.accounts.service import add_user
from kinderwerk.audit.models import AuditEntry
from kinderwerk.config import Misconfigured, Provider, Settings
from kinderwerk.core import clock
from kinderwerk.messages import rendering
from kinderwerk.messages.models import Message
from kinderwerk.operation import doctor
from tests.issuer import (
    CLIENT,
    EC,
    SECRET,
    Issuer,
    issuing,
    signed_by_another,
    signed_with_the_public_key,
    unsigned,
)
from tests.make import Make
from tests.rush import environment

NOOR = {"email": "noor@example.org", "email_verified": True}
PASSWORD = "three words together"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        yield issuer
    asking.forget()


class House:
    """An installation with an identity provider."""

    def __init__(self, app: Flask, issuer: Issuer, here: Organisation) -> None:
        self.app, self.issuer, self.here = app, issuer, here
        groups = {"kw-work": Role.WORKER, "kw-lead": Role.COORDINATOR, "kw-help": Role.VOLUNTEER}
        self.trust(
            Provider(
                issuer=issuer.address, client_id=CLIENT, secret=SECRET, name="Town & Hall",
                roles={here.name: groups},
            )
        )  # fmt: skip

    def trust(self, provider: Provider | None) -> None:
        self.provider = provider
        known = self.app.extensions["kinderwerk_settings"]
        self.app.extensions["kinderwerk_settings"] = replace(known, provider=provider)

    def arrives(self, client: FlaskClient | None = None, **claims: Any) -> str:
        """Go there, sign in, come back; return where that leads."""
        browser = client or self.app.test_client()
        there = browser.get("/sign-in/provider").location
        return str(browser.get(self.issuer.signs_in(there, **claims)).location)


@pytest.fixture
def house(app: Flask, issuer: Issuer, here: Organisation) -> House:
    return House(app, issuer, here)


def roles(session: Session, email: str = "noor@example.org") -> list[Role]:
    session.rollback()
    held = select(Membership).join(User).where(User.email == email, Membership.ended_at.is_(None))
    return sorted(one.role for one in session.scalars(held))


def is_in(client: FlaskClient) -> bool:
    answer = client.get("/account")
    return answer.status_code == 200 or "/second-factor" in answer.location


def test_there_is_a_button_only_where_there_is_a_provider(
    house: House, client: FlaskClient
) -> None:
    page = client.get("/sign-in").text
    assert "Town &amp; Hall" in page
    assert "/sign-in/provider" in page
    house.trust(None)
    assert "/sign-in/provider" not in client.get("/sign-in").text
    for path in ("/sign-in/provider", "/sign-in/provider/back", "/sign-out/provider"):
        assert client.get(path).status_code == 404


def test_a_group_makes_somebody_a_worker_who_still_shows_a_second_factor(
    house: House, client: FlaskClient, session: Session
) -> None:
    assert house.arrives(client, **NOOR, groups=["kw-work", "else"]).endswith("/today")
    assert roles(session) == [Role.WORKER]
    (held,) = session.scalars(select(Membership).where(Membership.claimed))
    assert not held.checked, "a provider has seen no certificate"
    assert client.get("/today").location.startswith("/sign-in/second-factor")
    deeds = set(session.scalars(select(AuditEntry.deed)))
    assert {"user.came", "user.connected", "member.claimed", "user.signed_in"} <= deeds
    (mail,) = session.scalars(select(Message).where(Message.template == "accounts.changed"))
    assert mail.subject_ids["what"] == "connected"


@pytest.mark.parametrize("shown", [{"amr": ["pwd", "otp"]}, {"acr": "high"}])
def test_a_second_factor_shown_there_counts_where_the_installation_says_so(
    house: House, client: FlaskClient, session: Session, shown: dict[str, Any]
) -> None:
    assert house.provider
    house.trust(replace(house.provider, amr=frozenset({"otp"}), acr=frozenset({"high"})))
    house.arrives(client, **NOOR, groups="kw-work", **shown)
    assert "second-factor" not in str(client.get("/today").location)
    assert session.scalars(select(SignIn)).one().factor_at


def test_who_comes_back_is_known_by_what_never_changes(house: House, session: Session) -> None:
    house.arrives(**NOOR, groups=["kw-work"])
    changed = {"email": "other@example.org", "email_verified": True, "groups": ["kw-work"]}
    assert house.arrives(**changed).endswith("/today")
    assert len(session.scalars(select(User).where(User.memberships.any())).all()) == 1
    assert not house.arrives(sub="s-2", **NOOR, groups=["kw-work"]).endswith("/today")
    assert len(session.scalars(select(OutsideAccount)).all()) == 1


def test_an_address_alone_opens_nothing(
    house: House, client: FlaskClient, session: Session, make: Make
) -> None:
    officer = make.user(Role.PROTECTION_OFFICER, organisation=house.here, email=NOOR["email"])
    assert house.arrives(client, **NOOR, groups=["kw-work"]) == "/sign-in"
    assert not is_in(client)
    assert roles(session) == [Role.PROTECTION_OFFICER]
    assert not session.scalars(select(OutsideAccount)).all()
    assert officer.email in {NOOR["email"]}


def invited(app: Flask, make: Make, here: Organisation) -> None:
    administrator = app.test_client()
    administrator.sign_in(make.user(Role.ADMIN, organisation=here))
    told = {"name": "Noor", "email": NOOR["email"], "role": "coordinator", "neighbourhood": ""}
    assert administrator.post("/people/invite", data=told).status_code == 303


@pytest.mark.parametrize("proved", [False, None, "true", 1])
def test_an_invitation_is_taken_by_who_proved_the_address(
    app: Flask, house: House, session: Session, make: Make, proved: object
) -> None:
    invited(app, make, house.here)
    assert house.arrives(email=NOOR["email"], email_verified=proved) == "/sign-in"
    assert roles(session) == []
    assert house.arrives(**NOOR).endswith("/today")
    assert roles(session) == [Role.COORDINATOR]
    assert house.arrives(**NOOR, groups=[]).endswith("/today"), "no group decides about it"
    assert roles(session) == [Role.COORDINATOR]


def test_who_is_in_no_group_and_was_not_invited_stays_outside(
    house: House, client: FlaskClient, session: Session
) -> None:
    assert house.arrives(client, **NOOR, groups=["else"]) == "/sign-in"
    assert "Town &amp; Hall" in client.get("/sign-in").text
    assert not session.scalars(select(User).where(User.email == NOOR["email"])).all()
    (refused,) = session.scalars(select(AuditEntry).where(AuditEntry.deed == "provider.refused"))
    assert refused.details == {"why": "NoPlaceYet"}


def test_who_leaves_the_group_loses_the_role_and_gets_it_back_with_the_group(
    house: House, session: Session
) -> None:
    house.arrives(**NOOR, groups=["kw-work", "kw-help"])
    house.arrives(**NOOR, groups=["kw-help"])
    assert roles(session) == [Role.VOLUNTEER]
    assert house.arrives(**NOOR, groups=[]) == "/sign-in"
    assert roles(session) == []
    assert house.arrives(**NOOR, groups=["kw-work"]).endswith("/today")
    assert roles(session) == [Role.WORKER]


def test_who_carries_something_keeps_the_role_until_it_is_handed_over(
    house: House, session: Session, make: Make
) -> None:
    house.arrives(**NOOR, groups=["kw-work"])
    user = session.scalars(select(User).where(User.email == NOOR["email"])).one()
    make.activity(user)
    assert house.arrives(**NOOR, groups=[]) == "/sign-in"
    assert roles(session) == [Role.WORKER]
    assert "member.claim_gone" in session.scalars(select(AuditEntry.deed)).all()


def test_administrators_hear_of_a_role_that_is_gone_elsewhere_once_a_day(
    house: House, session: Session, make: Make
) -> None:
    admin = make.user(Role.ADMIN, organisation=house.here)
    make.user(Role.ADMIN, organisation=make.organisation())
    make.user(Role.COORDINATOR, organisation=house.here)
    house.arrives(**NOOR, groups=["kw-work"])
    user = session.scalars(select(User).where(User.email == NOOR["email"])).one()
    make.activity(user)
    for _ in range(2):
        house.arrives(**NOOR, groups=[])
    session.rollback()
    told = select(Message).where(Message.template == "accounts.claim_gone")
    (message,) = session.scalars(told).all()
    assert message.address == admin.email
    (held,) = user.current_memberships
    with house.app.test_request_context():
        mail = rendering.render(session, message)
    assert mail is not None
    assert f"/people/{held.id}" in mail.text
    assert user.name not in mail.text


def test_what_a_person_ended_no_group_gives_back(
    app: Flask, house: House, session: Session, make: Make
) -> None:
    house.arrives(**NOOR, groups=["kw-work"])
    administrator = app.test_client()
    administrator.sign_in(make.user(Role.ADMIN, organisation=house.here))
    (held,) = session.scalars(select(Membership).where(Membership.claimed))
    assert administrator.post(f"/people/{held.id}/close").status_code == 303
    assert house.arrives(**NOOR, groups=["kw-work"]) == "/sign-in"
    assert roles(session) == []
    invited(app, make, house.here)
    assert house.arrives(**NOOR, groups=["kw-work"]).endswith("/today")
    assert roles(session) == [Role.COORDINATOR]


def test_a_group_of_one_organisation_is_nothing_in_another(
    house: House, session: Session, make: Make
) -> None:
    other = make.organisation()
    assert house.provider
    both = {**house.provider.roles, other.name: {"other-lead": Role.COORDINATOR}}
    house.trust(replace(house.provider, roles=both))
    house.arrives(**NOOR, groups=["kw-work"])
    where = select(Membership.organisation_id).where(Membership.ended_at.is_(None))
    assert session.scalars(where.where(Membership.claimed)).all() == [house.here.id]
    house.arrives(**NOOR, groups=["kw-work", "other-lead"])
    session.rollback()
    assert set(session.scalars(where.where(Membership.claimed))) == {house.here.id, other.id}


def test_a_group_gives_no_role_that_is_not_named(house: House, session: Session) -> None:
    groups = ["protection_officer", "admin", "kw-help"]
    house.arrives(**NOOR, groups=groups)
    assert roles(session) == [Role.VOLUNTEER]


def test_parents_do_not_come_in_this_way(house: House, session: Session, make: Make) -> None:
    make.parent(email=NOOR["email"])
    assert house.arrives(**NOOR) == "/sign-in"
    assert house.arrives(**NOOR, groups=["kw-work"]) == "/sign-in"
    assert not session.scalars(select(OutsideAccount)).all()


def test_groups_may_lie_inside_another_claim(house: House, session: Session) -> None:
    assert house.provider
    house.trust(replace(house.provider, claim="access.roles"))
    house.arrives(**NOOR, access={"roles": ["kw-work"]})
    assert roles(session) == [Role.WORKER]


def test_keys_are_read_anew_when_there_are_new_ones(
    house: House, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.arrives(**NOOR, groups=["kw-work"])
    house.issuer.keys = [EC]
    house.issuer.sign = lambda told: jwt.encode({"alg": "ES256", "kid": "two"}, dict(told), EC)
    assert house.arrives(**NOOR, groups=["kw-work"]) == "/sign-in", "it was asked just now"
    monkeypatch.setattr(asking, "ANEW", 0.0)
    assert house.arrives(**NOOR, groups=["kw-work"]).endswith("/today")


def refused(house: House, client: FlaskClient, session: Session, **claims: Any) -> bool:
    """Tell whether nobody came in, and nothing was left behind."""
    there = house.arrives(client, **NOOR | {"groups": ["kw-work"]} | claims)
    return there == "/sign-in" and not is_in(client) and roles(session) == []


@pytest.mark.parametrize("sign", [unsigned, signed_by_another, signed_with_the_public_key])
def test_a_forged_token_lets_nobody_in(
    house: House, client: FlaskClient, session: Session, sign: Callable[[Mapping[str, Any]], str]
) -> None:
    house.issuer.sign = sign
    assert refused(house, client, session)


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "\x00", "é" * 400, "." * 4000, 7, None, []])
def test_what_is_no_token_lets_nobody_in(
    house: House, client: FlaskClient, session: Session, token: Any
) -> None:
    house.issuer.sign = lambda told: token
    assert refused(house, client, session)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"}, {"aud": [CLIENT, "another"]}, {"aud": None}, {"aud": []},
        {"iss": "https://another.example"}, {"iss": None}, {"nonce": "another"}, {"nonce": None},
        {"nonce": ["x"]}, {"sub": None}, {"sub": ""}, {"sub": 7}, {"sub": "s" * 300},
        {"exp": 1}, {"exp": None}, {"exp": "soon"}, {"iat": None}, {"azp": "another"},
        {"auth_time": "x"},
    ],
)  # fmt: skip
def test_a_token_for_another_time_place_or_question_lets_nobody_in(
    house: House, client: FlaskClient, session: Session, claims: dict[str, Any]
) -> None:
    assert refused(house, client, session, **claims)


@pytest.mark.parametrize(("apart", "able"), [(50, True), (-50, True), (90, False), (-400, False)])
def test_clocks_may_differ_a_little(
    house: House, client: FlaskClient, apart: int, able: bool
) -> None:
    now = int(clock.now().timestamp()) + apart
    claims = {"iat": now, "nbf": now, "exp": now + 300, "auth_time": now}
    house.arrives(client, **NOOR, groups=["kw-work"], **claims)
    assert is_in(client) is able


def test_an_answer_opens_once_and_only_where_it_was_asked_for(
    app: Flask, house: House, client: FlaskClient
) -> None:
    told = {**NOOR, "groups": ["kw-work"]}
    back = house.issuer.signs_in(client.get("/sign-in/provider").location, **told)
    other = app.test_client()
    assert other.get(back).location == "/sign-in"
    assert other.get("/sign-in/provider").status_code == 303
    assert other.get(back).location == "/sign-in", "of another question"
    with client.session_transaction() as cookie:
        copied = cookie["asked"]
    assert client.get(back).location.endswith("/today")
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["asked"] = copied
    assert thief.get(back).location == "/sign-in"
    assert not is_in(thief)


def test_who_takes_too_long_begins_once_more(house: House, client: FlaskClient) -> None:
    there = client.get("/sign-in/provider").location
    back = house.issuer.signs_in(there, **NOOR, groups=["kw-work"])
    with clock.stopped(clock.now() + timedelta(minutes=16)):
        assert client.get(back).location == "/sign-in"


@pytest.mark.parametrize(
    "answer", ["", "?state=x", "?error=access_denied", "?code=%00&state=%F0", "?code=a&code=b"]
)
def test_what_answers_nothing_is_told_kindly(
    house: House, client: FlaskClient, answer: str
) -> None:
    client.get("/sign-in/provider")
    assert client.get(f"/sign-in/provider/back{answer}").location == "/sign-in"
    assert client.get("/sign-in").status_code == 200


def test_who_says_no_there_is_led_back(house: House, client: FlaskClient) -> None:
    back = house.issuer.signs_in(client.get("/sign-in/provider").location)
    state = back.partition("&state=")[2]
    denied = client.get(f"/sign-in/provider/back?error=access_denied&state={state}")
    assert denied.location == "/sign-in"


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://another.example"},
        {"token_endpoint": "http://internal.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
        {"token_endpoint": "http://a@127.0.0.1/"},
        {"end_session_endpoint": "javascript:alert(1)"},
    ],
)
def test_nothing_but_the_issuer_is_asked(
    house: House, client: FlaskClient, said: dict[str, Any]
) -> None:
    house.issuer.said = said
    assert client.get("/sign-in/provider").location == "/sign-in"
    assert set(house.issuer.asked) <= {"/.well-known/openid-configuration", "/keys"}


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_provider_that_is_down_is_told_of(house: House, client: FlaskClient, status: int) -> None:
    house.issuer.status = status
    assert client.get("/sign-in/provider").location == "/sign-in"
    asked = len(house.issuer.asked)
    assert client.get("/sign-in/provider").location == "/sign-in"
    assert len(house.issuer.asked) == asked, "nobody waits again at once"
    assert "Town &amp; Hall" in client.get("/sign-in").text


def test_a_provider_that_lets_us_wait_is_hung_up_on(
    house: House, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "ALTOGETHER", 0.3)
    house.issuer.hangs.set()
    assert client.get("/sign-in/provider").location == "/sign-in"


def test_who_is_here_already_connects_and_disconnects(
    app: Flask, house: House, client: FlaskClient, session: Session
) -> None:
    user = add_user(
        session, SYSTEM, email="noor@example.org", name="Noor", role=Role.ADMIN,
        password=PASSWORD, organisation=house.here,
    )  # fmt: skip
    client.sign_in(user)
    assert client.get("/account/provider/go").location == "/account", "a page leads there"
    assert client.post("/account/provider").location == "/account/provider/go"
    page = client.get("/account/provider/go").text
    there = page.partition(f'href="{house.issuer.address}')[2].partition('"')[0]
    address = (house.issuer.address + there).replace("&amp;", "&")
    assert client.get(house.issuer.signs_in(address, email="x@example.org")).location == "/account"
    assert "/account/provider/end" in client.get("/account").text
    browser = app.test_client()
    assert house.arrives(browser).endswith("/today")
    for _press in range(2):
        assert client.post("/account/provider/end").location == "/account"
    assert house.arrives(app.test_client()) == "/sign-in"
    deeds = session.scalars(select(AuditEntry.deed)).all()
    assert (deeds.count("user.connected"), deeds.count("user.disconnected")) == (1, 1)


def test_what_is_somebodys_account_there_becomes_nobody_elses(
    app: Flask, house: House, client: FlaskClient, session: Session, make: Make
) -> None:
    house.arrives(**NOOR, groups=["kw-work"])
    client.sign_in(make.user(Role.ADMIN, organisation=house.here))
    client.post("/account/provider")
    page = client.get("/account/provider/go").text
    there = page.partition(f'href="{house.issuer.address}')[2].partition('"')[0]
    address = (house.issuer.address + there).replace("&amp;", "&")
    assert client.get(house.issuer.signs_in(address)).location == "/account"
    assert len(session.scalars(select(OutsideAccount)).all()) == 1


def test_who_goes_is_told_that_they_are_still_in_there(house: House, client: FlaskClient) -> None:
    house.arrives(client, **NOOR, groups=["kw-work"])
    assert client.post("/sign-out").location == "/sign-out/provider"
    page = client.get("/sign-out/provider").text
    assert f"{house.issuer.address}/leave?client_id={CLIENT}" in page
    assert "id_token" not in page
    house.issuer.said = {"end_session_endpoint": None}
    asking.forget()
    assert "/leave" not in client.get("/sign-out/provider").text


def test_a_proof_is_given_there_once_more(house: House, client: FlaskClient) -> None:
    assert house.provider
    house.trust(replace(house.provider, amr=frozenset({"otp"})))
    told = {**NOOR, "groups": ["kw-work"], "amr": ["otp"]}
    now = clock.now()
    with clock.stopped(now):
        house.arrives(client, **told)
    with clock.stopped(now + timedelta(minutes=30)):
        assert client.get("/account").status_code == 200
    with clock.stopped(now + timedelta(minutes=61)):
        assert "/sign-in/proof" in client.get("/account/password").location
        assert "/sign-in/provider" in client.get("/sign-in/proof").text
        there = client.get("/sign-in/provider").location
        assert "prompt=login" in there
        stale = {**told, "auth_time": int(now.timestamp())}
        assert client.get(house.issuer.signs_in(there, **stale)).location == "/sign-in"
        there = client.get("/sign-in/provider").location
        client.get(house.issuer.signs_in(there, **told))
        assert client.get("/account/password").status_code == 200


def test_the_doctor_asks_the_provider(app: Flask, house: House, session: Session) -> None:
    def told() -> list[tuple[str, str]]:
        found = doctor.examine(session, app.extensions["kinderwerk_settings"], [doctor.provider])
        return [(each.state, each.told) for each in found]

    assert told() == [("well", "127.0.0.1 answers")]
    assert house.provider
    house.trust(replace(house.provider, roles={"Nowhere": {"a": Role.WORKER}}))
    assert told()[1] == ("ill", "KINDERWERK_OIDC_ROLES names what is not here: Nowhere")
    house.issuer.status = 500
    assert told()[0][0] == "ill"
    house.trust(None)
    assert told() == []


SET_UP = {
    "KINDERWERK_OIDC_ISSUER": "https://id.example.org/town",
    "KINDERWERK_OIDC_CLIENT": "kinderwerk",
    "KINDERWERK_OIDC_SECRET": "a secret",
    "KINDERWERK_OIDC_NAME": "the town",
    "KINDERWERK_OIDC_ROLES": '{"Organisation": {"youth-workers": "worker"}}',
    "KINDERWERK_OIDC_AMR": "mfa hwk",
}


def test_a_provider_is_set_up_in_the_environment(app: Flask) -> None:
    there = environment(app.extensions["kinderwerk_settings"])
    provider = Settings.from_environment(there | SET_UP).provider
    assert provider
    assert provider.roles == {"Organisation": {"youth-workers": Role.WORKER}}
    assert provider.amr == {"mfa", "hwk"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"ISSUER": "http://id.example.org"}, {"ISSUER": "https://id.example.org/?a=b"},
        {"ISSUER": "https://a@id.example.org"}, {"SECRET": " "}, {"CLIENT": ""}, {"NAME": ""},
        {"ROLES": '{"A": {"b": "municipality"}}'}, {"ROLES": '{"A": {"b": "boss"}}'},
        {"ROLES": '{"A": "worker"}'}, {"ROLES": "[]"}, {"ROLES": "{"}, {"SCOPE": "email"},
    ],
)  # fmt: skip
def test_a_provider_that_makes_no_sense_is_refused(app: Flask, wrong: dict[str, str]) -> None:
    there = environment(app.extensions["kinderwerk_settings"])
    told = {f"KINDERWERK_OIDC_{name}": value for name, value in wrong.items()}
    with pytest.raises(Misconfigured, match="KINDERWERK_OIDC"):
        Settings.from_environment(there | SET_UP | told)
