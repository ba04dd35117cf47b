"""A partner answers by a link: without an account, without learning more than was read out."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock, ids
from kinderwerk.families.custody import correcting as corrections
from kinderwerk.families.models import Child
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import render
from kinderwerk.papers.making import written
from kinderwerk.papers.models import Paper
from kinderwerk.partners.models import Partner
from kinderwerk.referrals import queries, reminding, rules, service
from kinderwerk.referrals.models import Referral, ReferralLink
from kinderwerk.referrals.rules import (
    Consent,
    ConsentMethod,
    Kind,
    Part,
    Prepare,
    Showing,
    Shown,
    Status,
    Step,
    Subject,
)
from kinderwerk.web.extensions import as_system
from tests.make import Make
from tests.planted import PLANTED

NOTE = f"She sleeps badly, {PLANTED}."


@pytest.fixture
def partner(make: Make, here: Organisation) -> Partner:
    return make.partner(here, email="team@example.org", phone="010 1234567")


@pytest.fixture
def child(make: Make, here: Organisation) -> Child:
    return make.child(make.family(here), care={"has_custody": True})


@pytest.fixture
def referral(session: Session, worker: User, partner: Partner, child: Child) -> Referral:
    made = prepared(session, worker, partner, child)
    return sent(session, worker, made)


def prepared(
    session: Session, worker: User, partner: Partner, child: Child, **given: object
) -> Referral:
    agreed = Consent(
        method=ConsentMethod.ORAL, parents=True, young=True, by="Her mother", on=clock.today()
    )
    usual: dict[str, object] = {
        "partner_id": partner.id, "kind": Kind.WARM, "subject": Subject.CHILD,
        "child_id": child.id, "note": NOTE, "consent": agreed,
    }  # fmt: skip
    return service.prepare(session, worker.actor(), Prepare(**usual | given))  # type: ignore[arg-type]


def sent(session: Session, worker: User, referral: Referral) -> Referral:
    service.show(session, worker.actor(), referral, None, Showing(how=Shown.TOGETHER))
    service.go_on(session, worker.actor(), referral, None, Step(status=Status.SENT))
    return referral


def mailed(app: Flask, session: Session) -> str:
    """Return the address in the newest mail to the partner."""
    newest = select(Message).where(Message.template == "referral_link").order_by(Message.id.desc())
    with app.test_request_context():
        mail = render(session, session.scalars(newest).all()[0])
    assert mail
    assert PLANTED not in mail.text
    found = re.search(r"/answer/\S+", mail.text)
    assert found
    return found[0]


def opened(app: Flask, session: Session) -> tuple[FlaskClient, str]:
    """Return a browser of the partner in which the link was opened with the button."""
    at, browser = mailed(app, session), app.test_client()
    assert browser.post(at).status_code == 303
    return browser, at


def code_for(client: FlaskClient, worker: User, referral: Referral) -> str:
    client.sign_in(worker)
    page = client.post(f"/referrals/{referral.id}/code", data={"to": "Noor Dekker"}).text
    return "".join(re.findall(r"<span>(\d\d)</span>", page))


def said(status: str, **more: str) -> dict[str, str]:
    return {"status": status, "once": str(ids.confidential())} | more


def test_only_the_button_opens_and_every_address_looks_the_same_before(
    app: Flask, session: Session, referral: Referral
) -> None:
    at, browser = mailed(app, session), app.test_client()
    wrong = at[:-4] + "AAAA"
    assert re.sub(r"/answer/\S+", "", browser.get(at).text) == re.sub(
        r"/answer/\S+", "", browser.get(wrong).text
    )
    link = session.scalars(select(ReferralLink)).one()
    assert link.opened_at is None, "whatever follows links in mails opens nothing"
    for gone in (wrong, f"/answer/{ids.confidential()}/nonsense"):
        refused = browser.post(gone)
        assert refused.status_code == 410
        assert "opent niets" in refused.text
    assert browser.post(at).status_code == 303
    shown = browser.get(at).text
    assert link.reference in shown
    for hidden in (PLANTED, "Her mother", referral.child.first_name):  # type: ignore[union-attr]
        assert hidden not in shown
    session.refresh(link)
    assert link.opened_at


def test_the_note_opens_with_a_code_read_out_to_somebody_named(
    app: Flask, client: FlaskClient, session: Session, worker: User, referral: Referral
) -> None:
    browser, at = opened(app, session)
    assert NOTE not in browser.post(f"{at}/note", data={"code": "00000000"}).text
    assert client.sign_in(worker) is None
    assert client.post(f"/referrals/{referral.id}/code", data={"to": ""}).status_code == 422
    code = code_for(client, worker, referral)
    shown = browser.post(f"{at}/note", data={"code": f"{code[:4]} {code[4:]}"})
    assert NOTE in shown.text
    assert NOTE not in browser.get(at).text, "going back shows nothing"
    assert "Noor Dekker" in client.get(f"/referrals/{referral.id}").text
    stored = session.scalars(select(ReferralLink)).one()
    assert code not in (stored.code_hash or "")
    deeds = set(session.scalars(select(AuditEntry.deed)))
    assert {"referral.code_given", "referral.read_by_partner", "referral.code_wrong"} <= deeds


def test_after_five_wrong_codes_the_right_one_opens_nothing(
    app: Flask, client: FlaskClient, session: Session, worker: User, referral: Referral
) -> None:
    browser, at = opened(app, session)
    code = code_for(client, worker, referral)
    for _ in range(5):
        assert browser.post(f"{at}/note", data={"code": "11111111"}).status_code == 422
    assert NOTE not in browser.post(f"{at}/note", data={"code": code}).text


def test_what_a_partner_answers_is_written_down_once_and_who_carries_it_is_told(
    app: Flask, client: FlaskClient, session: Session, worker: User, referral: Referral
) -> None:
    browser, at = opened(app, session)
    received = said("received", note=f"Seen, {PLANTED}.")
    for _ in range(2):
        assert browser.post(f"{at}/said", data=received).status_code == 303
    steps = queries.steps(session, referral.id)
    assert [step.status for step in steps][-2:] == [Status.SENT, Status.RECEIVED]
    assert (steps[-1].by_partner, steps[-1].by_id) == (True, None)
    assert browser.post(f"{at}/said", data=said("taken_over")).status_code == 422
    assert browser.post(f"{at}/said", data=said("sent")).status_code == 422
    waits = said("waiting_list", watched_by=worker.name)
    assert browser.post(f"{at}/said", data=waits).status_code == 303
    assert "houdt" in client_page(client, worker, referral)
    taken = said("taken_over", taken_over_by="Noor Dekker")
    assert browser.post(f"{at}/said", data=taken).status_code == 303
    came = said("feedback_received", outcome="help_started")
    assert browser.post(f"{at}/said", data=came).status_code == 303
    session.refresh(referral)
    assert (referral.taken_over_by, referral.watched_by) == ("Noor Dekker", worker.name)
    assert (referral.status, referral.outcome) == (Status.FEEDBACK, rules.Outcome.HELP_STARTED)
    told = select(Message.address).where(Message.template == "referral_answered")
    assert session.scalars(told).all() == [worker.email] * 4
    assert f"Seen, {PLANTED}." in client_page(client, worker, referral)


def client_page(client: FlaskClient, worker: User, referral: Referral) -> str:
    client.sign_in(worker)
    return client.get(f"/referrals/{referral.id}").text


@pytest.mark.parametrize("status", [Status.DECLINED_BY_FAMILY, Status.CLOSED])
def test_once_the_family_stops_the_partner_reads_and_says_nothing_more(
    app: Flask, client: FlaskClient, session: Session, worker: User, referral: Referral,
    status: Status,
) -> None:  # fmt: skip
    browser, at = opened(app, session)
    code = code_for(client, worker, referral)
    step = Step(status=status, outcome=rules.Outcome.REFUSED)
    service.go_on(session, worker.actor(), referral, None, step)
    shown = browser.get(at)
    assert (shown.status_code, NOTE in shown.text) == (200, False)
    assert "gestopt" in shown.text
    assert NOTE not in browser.post(f"{at}/note", data={"code": code}).text
    assert browser.post(f"{at}/said", data=said("received")).status_code != 303
    assert len(queries.steps(session, referral.id)) == 3
    assert client.post(f"/referrals/{referral.id}/code", data={"to": "Noor"}).status_code == 422


def test_a_link_lasts_thirty_days_and_a_new_one_takes_its_place(
    app: Flask, client: FlaskClient, session: Session, worker: User, referral: Referral
) -> None:
    first = mailed(app, session)
    with clock.stopped(clock.now() + timedelta(days=31)):
        assert app.test_client().post(first).status_code == 410
        client.sign_in(worker)
        client.post(f"/referrals/{referral.id}/link")
        second = mailed(app, session)
        assert app.test_client().post(second).status_code == 303
        assert app.test_client().post(first).status_code == 410
    assert len(session.scalars(select(ReferralLink)).all()) == 1


def test_guessing_is_slowed_down(app: Flask, session: Session, referral: Referral) -> None:
    at = mailed(app, session)
    browser = app.test_client()
    answers = [browser.post(at[:-4] + "AAAA").status_code for _ in range(31)]
    assert (answers[0], answers[-1]) == (410, 429)


def test_partners_are_reminded_and_silence_reaches_the_officer_once(
    app: Flask, session: Session, make: Make, here: Organisation, worker: User, partner: Partner,
    child: Child,
) -> None:  # fmt: skip
    officer = make.user(Role.PROTECTION_OFFICER, organisation=here)
    monday = clock.now().replace(year=2030, month=12, day=16, hour=9)
    with clock.stopped(monday):
        referral = sent(session, worker, prepared(session, worker, partner, child))

    def reminded(days: int) -> tuple[int, int]:
        """Return how many links and warnings there are after so many days; it runs twice."""
        with clock.stopped(monday + timedelta(days=days)):
            reminding.remind(session)
            reminding.remind(session)
        found = session.scalars(select(Message.template)).all()
        return found.count("referral_link"), found.count("referral_silent")

    # 16 December 2030: five working days end on the 23rd, fifteen on 9 January.
    assert [reminded(days) for days in (7, 8, 15, 22, 24, 25, 40)] == [
        (1, 0), (2, 0), (2, 0), (2, 0), (2, 0), (3, 1), (3, 1),
    ]  # fmt: skip
    session.refresh(referral)
    assert officer.id in referral.facts.readers
    answered = Step(status=Status.FIRST_CONTACT)
    with clock.stopped(monday + timedelta(days=41)):
        service.go_on(session, worker.actor(), referral, None, answered)
    assert reminded(80) == (3, 1)


def test_nothing_goes_before_the_parents_saw_it_or_for_a_reason(
    client: FlaskClient, session: Session, worker: User, partner: Partner, child: Child
) -> None:
    made = prepared(session, worker, partner, child, parts=(Part.BORN,))
    at = f"/referrals/{made.id}"
    client.sign_in(worker)
    assert client.post(f"{at}/step/sent", data={"version": "1"}).status_code == 422
    preview = client.get(f"{at}/show").text
    assert NOTE in preview
    assert child.full_name in preview
    assert child.family.carers[0].phone not in preview, "only what was ticked goes along"
    unseen = {"version": "1", "how": "not", "shown_reason": ""}
    assert client.post(f"{at}/show", data=unseen).status_code == 422
    assert client.post(f"{at}/show", data=unseen | {"how": "together"}).status_code == 303
    service.change(
        session, worker.actor(), made, None,
        rules.Change(partner_id=partner.id, kind=Kind.WARM, note="Other words."),
    )  # fmt: skip
    with pytest.raises(rules.NotShown):
        service.go_on(session, worker.actor(), made, None, Step(status=Status.SENT))


def test_what_was_sent_stays_as_it_was_sent(
    client: FlaskClient, session: Session, worker: User, partner: Partner, child: Child
) -> None:
    made = prepared(session, worker, partner, child, parts=(Part.CARERS,))
    sent(session, worker, made)
    care, before = child.cares[0], child.cares[0].carer.phone
    corrections.correct(
        session, worker.actor(), care.id, None, care.carer.name, "06 99999999", asked=False
    )
    client.sign_in(worker)
    letter = client.get(f"/referrals/{made.id}/letter").text
    assert before in letter
    assert "06 99999999" not in letter


def test_they_are_asked_again_when_the_child_turned_twelve_or_custody_changed(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    partner: Partner,
) -> None:  # fmt: skip
    today = clock.today()
    born = today.replace(year=today.year - 12) + timedelta(days=3)
    child = make.child(make.family(here), born_on=born, care={"has_custody": True})
    agreed = Consent(method=ConsentMethod.ORAL, parents=True, by="Her mother", on=today)
    made = prepared(session, worker, partner, child, consent=agreed)
    client.sign_in(worker)
    with clock.stopped(clock.now() + timedelta(days=4)):
        with pytest.raises(rules.AskAgain):
            sent(session, worker, made)
        client.sign_in(worker)
        assert "Vraag het opnieuw" in client.get(f"/referrals/{made.id}").text


def test_everybody_with_custody_is_asked_or_there_is_a_reason(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    partner: Partner, child: Child,
) -> None:  # fmt: skip
    made = prepared(session, worker, partner, child, consent=Consent())
    make.cared_for_by(child, make.parent())
    client.sign_in(worker)
    at = f"/referrals/{made.id}/consent"
    assert made.family.carers[0].name in client.get(at).text
    data = {
        "version": "1", "consent": "oral", "consent_by": "Her mother",
        "consent_on": clock.today().isoformat(),
    }  # fmt: skip
    assert client.post(at, data=data).status_code == 422
    one = data | {"holders": str(made.family.carers[0].id)}
    assert client.post(at, data=one).status_code == 303


def test_what_is_closed_goes_on_for_a_reason_and_they_are_asked_again(
    client: FlaskClient, session: Session, worker: User, referral: Referral
) -> None:
    first = referral.sent_at
    closed = Step(status=Status.CLOSED, outcome=rules.Outcome.UNKNOWN)
    service.go_on(session, worker.actor(), referral, None, closed)
    client.sign_in(worker)
    at, version = f"/referrals/{referral.id}/reopen", str(referral.version)
    assert client.post(at, data={"version": version, "reason": ""}).status_code == 422
    assert client.post(at, data={"version": version, "reason": "Again."}).status_code == 303
    session.refresh(referral)
    assert (referral.status, referral.consent) == (Status.CONSENT_PENDING, ConsentMethod.PENDING)
    assert (referral.sent_at, referral.asked_at, referral.shown) == (first, None, None)
    assert client.get(f"/referrals/{referral.id}").status_code == 200
    assert client.post(at, data={"version": "99", "reason": "Again."}).status_code in (409, 422)


def test_who_only_points_the_way_sends_nothing_and_is_not_nudged(
    session: Session, worker: User, partner: Partner, child: Child
) -> None:
    made = prepared(session, worker, partner, child, kind=Kind.SIGNPOSTING, consent=Consent())
    service.go_on(session, worker.actor(), made, None, Step(status=Status.SENT))
    assert session.scalars(select(ReferralLink)).all() == []
    with clock.stopped(clock.now() + timedelta(days=60)):
        assert queries.due(session, worker.actor()) == []


def test_the_family_says_whether_it_helped(
    client: FlaskClient, session: Session, worker: User, referral: Referral
) -> None:
    client.sign_in(worker)
    at = f"/referrals/{referral.id}/helped"
    version = str(referral.version)
    answer = {"version": version, "helped": "some", "helped_words": f"A bit, {PLANTED}."}
    assert client.post(at, data=answer).status_code == 303
    assert f"A bit, {PLANTED}." in client.get(f"/referrals/{referral.id}").text


@pytest.fixture
def parent(session: Session, child: Child) -> User:
    found = child.cares[0].carer.user_id
    return session.get_one(User, found)


def named(
    client: FlaskClient, worker: User, referral: Referral, child: Child, parent: User
) -> None:
    client.sign_in(worker)
    (carer,) = {one.carer_id for one in child.cares if one.carer.user_id == parent.id}
    who = {"carer_id": str(carer), "way": "mail", "asked": "y"}
    assert client.post(f"/referrals/{referral.id}/name", data=who).status_code == 303


def test_a_parent_who_is_named_reads_it_first_and_can_stop_it(
    app: Flask, client: FlaskClient, session: Session, make: Make, worker: User,
    partner: Partner, child: Child, parent: User,
) -> None:  # fmt: skip
    made = prepared(session, worker, partner, child)
    other = make.cared_for_by(child, make.parent())
    at = f"/family/referrals/{made.id}"
    client.sign_in(parent)
    assert client.get(at).status_code == 404, "nobody is named yet"
    assert at not in client.get("/family").text
    named(client, worker, made, child, parent)
    client.sign_in(parent)
    assert at in client.get("/family").text
    assert NOTE in client.get(at).text
    assert client.post(f"{at}/read").status_code == 303
    session.refresh(made)
    assert made.shown is Shown.PAGE
    service.go_on(session, worker.actor(), made, None, Step(status=Status.SENT))
    for one in other[0].carers:
        stranger = app.test_client()
        stranger.sign_in(session.get_one(User, one.user_id))
        for deed in ("", "/read", "/stop", "/helped"):
            answer = stranger.post(at + deed) if deed else stranger.get(at)
            assert answer.status_code == 404
        assert partner.name not in stranger.get("/family").text
    browser, link = opened(app, session)
    client.sign_in(parent)
    assert client.post(f"{at}/stop").status_code == 303
    assert "gestopt" in browser.get(link).text
    told = select(Message.address).where(Message.template == "referral_stopped")
    assert session.scalars(told).all() == [worker.email]


def test_a_family_is_asked_later_and_answers_on_its_own_page(
    client: FlaskClient, session: Session, worker: User, referral: Referral, child: Child,
    parent: User,
) -> None:  # fmt: skip
    named(client, worker, referral, child, parent)
    at = f"/family/referrals/{referral.id}"
    client.sign_in(parent)
    early = client.post(f"{at}/helped", data={"helped": "yes"})
    assert early.status_code == 422
    taken = Step(status=Status.TAKEN_OVER, taken_over_by="Noor Dekker")
    service.go_on(session, worker.actor(), referral, None, taken)
    with clock.stopped(clock.now() + reminding.ASK_AFTER + timedelta(days=1)):
        for _ in range(2):
            reminding.ask_whether_it_helped(session)
    mails = session.scalars(select(Message.address).where(Message.template == "confided_waits"))
    assert mails.all() == [parent.email] * 2, "to read it first, and now"
    told = {"helped": "some", "words": f"A bit, {PLANTED}."}
    assert client.post(f"{at}/helped", data=told).status_code == 303
    client.sign_in(worker)
    assert f"A bit, {PLANTED}." in client.get(f"/referrals/{referral.id}").text


def test_without_an_agreement_that_holds_nothing_goes_to_a_partner(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    child: Child,
) -> None:  # fmt: skip
    day = clock.today()
    over = make.partner(
        here, agreed_from=day - timedelta(days=9), agreed_until=day - timedelta(days=1)
    )
    made = prepared(session, worker, over, child)
    with pytest.raises(rules.NoAgreement):
        sent(session, worker, made)
    client.sign_in(worker)
    for path in (f"/referrals/{made.id}", f"/partners/{over.id}", "/referrals/partner"):
        assert "fspraak" in client.get(path).text
    service.change(
        session, worker.actor(), made, None,
        rules.Change(partner_id=over.id, kind=Kind.INFORMATION, note="They gave a leaflet."),
    )  # fmt: skip
    service.go_on(session, worker.actor(), made, None, Step(status=Status.SENT))


def test_the_letter_is_a_pdf_for_who_asked_and_nobody_else(
    app: Flask, client: FlaskClient, session: Session, make: Make, here: Organisation,
    worker: User, referral: Referral,
) -> None:  # fmt: skip
    client.sign_in(worker)
    asked = client.post(f"/referrals/{referral.id}/pdf", data={"language": "nl"})
    assert asked.status_code == 303
    paper = session.scalars(select(Paper)).one()
    with app.test_request_context():
        html = written(as_system(), paper)
    assert NOTE in html
    client.sign_in(make.worker(organisation=here))
    assert client.get(asked.location).status_code == 404


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PROTECTION_OFFICER])
def test_what_happens_where_help_systems_meet_is_told_without_anybody(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    partner: Partner, child: Child, role: Role,
) -> None:  # fmt: skip
    with clock.stopped(clock.now() - timedelta(days=200)):
        for _ in range(2):
            sent(session, worker, prepared(session, worker, partner, child))
    client.sign_in(make.user(role, organisation=here))
    shown = client.get("/referrals/interfaces?period=nonsense")
    assert shown.status_code == 200
    assert "te klein" in shown.text
    assert PLANTED not in shown.text
    client.sign_in(worker)
    assert client.get("/referrals/interfaces").status_code == 403


def test_an_organisation_says_on_which_side_of_the_border_it_stands(
    client: FlaskClient, make: Make, here: Organisation
) -> None:
    client.sign_in(make.user(Role.COORDINATOR, organisation=here))
    assert "Jeugdhulp en sociaal werk → " in client.get("/referrals/interfaces").text
    step = f"/referrals/interfaces/{here.id}"
    assert client.post(step, data={"help_system": "education"}).status_code == 303
    assert "Onderwijs en opvang → " in client.get("/referrals/interfaces").text
    assert client.post(step, data={"help_system": "nonsense"}).status_code == 422
    client.sign_in(make.worker(organisation=here))
    assert client.get(step).status_code in (403, 404)
