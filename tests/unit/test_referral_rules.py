"""The rules of referring: who agrees, what can follow, and when somebody asks how it stands."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.core.errors import Refusal
from kinderwerk.core.working_days import after
from kinderwerk.referrals import rules
from kinderwerk.referrals.rules import (
    NEXT,
    NOBODY_KNOWN,
    UNSENT,
    Consent,
    ConsentMethod,
    Holders,
    Kind,
    Nudge,
    Outcome,
    Party,
    Prepare,
    Showing,
    Shown,
    Status,
    Step,
    Subject,
)

TODAY = date(2031, 5, 14)
AGREED = {"method": ConsentMethod.ORAL, "by": "Her mother", "on": TODAY}


def step(status: Status) -> Step:
    return Step(
        status=status, taken_over_by="Noor Dekker", watched_by="Sam Visser",
        outcome=Outcome.HELP_STARTED,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("age", "asked"),
    [
        (None, {Party.PARENTS}),
        (0, {Party.PARENTS}),
        (11, {Party.PARENTS}),
        (12, {Party.PARENTS, Party.YOUNG}),
        (15, {Party.PARENTS, Party.YOUNG}),
        (16, {Party.YOUNG}),
        (25, {Party.YOUNG}),
    ],
)
def test_who_agrees_depends_on_the_age(age: int | None, asked: set[Party]) -> None:
    assert rules.asked(age) == asked


@given(st.none() | st.integers(0, 30), st.booleans(), st.booleans())
def test_consent_is_enough_exactly_when_everybody_asked_agrees(
    age: int | None, parents: bool, young: bool
) -> None:
    given_by = {party for party, yes in zip(Party, (parents, young), strict=True) if yes}
    consent = Consent(parents=parents, young=young, **AGREED)
    if rules.asked(age) <= given_by:
        rules.check_consent(consent, age, TODAY)
    else:
        with pytest.raises((rules.ParentsNotAsked, rules.YoungNotAsked)):
            rules.check_consent(consent, age, TODAY)


@pytest.mark.parametrize(
    ("consent", "refusal"),
    [
        (Consent(parents=True, **AGREED | {"by": ""}), rules.NoName),
        (Consent(parents=True, **AGREED | {"on": None}), rules.NoDay),
        (Consent(parents=True, **AGREED | {"on": TODAY + timedelta(days=1)}), rules.NotYet),
        (Consent(method=ConsentMethod.WITHOUT), rules.NoReason),
        (Consent(method=ConsentMethod.WITHOUT, reason="Danger."), rules.ToldOrNot),
    ],
)
def test_consent_has_a_name_and_a_day_and_going_without_a_reason(
    consent: Consent, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        rules.check_consent(consent, 8, TODAY)


def test_without_consent_it_can_go_for_a_reason_and_waiting_needs_none() -> None:
    without = Consent(method=ConsentMethod.WITHOUT, reason="Danger.", parents_told=False)
    rules.check_consent(without, 13, TODAY)
    rules.check_consent(Consent(), 13, TODAY)
    assert rules.ready(ConsentMethod.WITHOUT, Kind.WARM) is Status.PREPARED
    assert rules.ready(ConsentMethod.PENDING, Kind.WARM) is Status.CONSENT_PENDING


def test_the_table_knows_every_status() -> None:
    assert set(NEXT) == set(Status)
    assert not [now for now, following in NEXT.items() if now in following]


@given(st.data())
def test_whatever_happens_it_is_never_unsent_and_can_be_closed(data: st.DataObject) -> None:
    now, sent = Status.PREPARED, False
    for _ in range(20):
        if now is Status.CLOSED:
            break
        assert Status.CLOSED in NEXT[now]
        now = data.draw(st.sampled_from(NEXT[now]))
        sent = sent or now is Status.SENT
        assert not (sent and now in UNSENT)
        assert now is not Status.TAKEN_OVER or sent, "nobody takes over what was never sent"


@given(st.sampled_from(Status), st.sampled_from(Status), st.sampled_from(ConsentMethod))
def test_a_step_is_taken_exactly_when_the_table_and_the_consent_allow_it(
    now: Status, then: Status, consent: ConsentMethod
) -> None:
    asked = then is not Status.SENT or consent is not ConsentMethod.PENDING
    if then in NEXT[now] and then not in UNSENT and asked:
        rules.check_step(now, consent, step(then))
        assert then in rules.following(now)
    else:
        with pytest.raises((rules.NotFromHere, rules.IsClosed, rules.NotAskedYet)):
            rules.check_step(now, consent, step(then))


def test_somebody_takes_over_by_name_and_something_came_of_it() -> None:
    for status, refusal in (
        (Status.TAKEN_OVER, rules.NobodyTookOver), (Status.CLOSED, rules.NoOutcome),
    ):  # fmt: skip
        with pytest.raises(refusal):
            rules.check_step(Status.RECEIVED, ConsentMethod.ORAL, Step(status=status))


@pytest.mark.parametrize(
    ("history", "line"),
    [
        ("prepared", "*prepared sent received first_contact_made taken_over"
         " feedback_received closed"),
        ("consent_pending prepared sent",
         "consent_pending prepared *sent received first_contact_made taken_over"
         " feedback_received closed"),
        ("prepared sent declined_by_partner",
         "prepared sent *declined_by_partner feedback_received closed"),
        ("prepared sent waiting_list taken_over",
         "prepared sent waiting_list *taken_over feedback_received closed"),
        ("prepared declined_by_family closed", "prepared declined_by_family *closed"),
    ],
)  # fmt: skip
def test_the_line_shows_what_was_and_what_lies_ahead(history: str, line: str) -> None:
    statuses, current = rules.course([Status(one) for one in history.split()])
    shown = [f"*{one}" if n == current else str(one) for n, one in enumerate(statuses, 1)]
    assert " ".join(shown) == line


@given(st.data())
def test_every_course_shows_where_it_stands_once(data: st.DataObject) -> None:
    history = [data.draw(st.sampled_from(sorted(UNSENT)))]
    while NEXT[history[-1]] and len(history) < 12:
        history.append(data.draw(st.sampled_from(NEXT[history[-1]])))
    statuses, current = rules.course(history)
    assert statuses[current - 1] is history[-1]
    assert len(set(statuses)) == len(statuses)
    assert set(history) <= set(statuses[:current])


@pytest.mark.parametrize(
    ("status", "after", "said"),
    [
        (Status.SENT, 7, None),
        (Status.SENT, 8, Nudge.NO_ANSWER),
        (Status.SENT, 21, Nudge.NO_ANSWER),
        (Status.SENT, 22, Nudge.NO_CONTACT),
        (Status.RECEIVED, 21, None),
        (Status.RECEIVED, 22, Nudge.NO_CONTACT),
        (Status.NOT_REACHED, 22, Nudge.NO_CONTACT),
        (Status.WAITING_LIST, 60, None),
        (Status.FIRST_CONTACT, 60, None),
        (Status.CLOSED, 60, None),
        (Status.PREPARED, 60, None),
    ],
)
def test_somebody_asks_after_five_and_after_fifteen_working_days(
    status: Status, after: int, said: Nudge | None
) -> None:
    sent = None if status is Status.PREPARED else TODAY
    assert rules.nudge(status, sent, TODAY + timedelta(days=after)) is said


A, B, C = (UUID(int=n) for n in (1, 2, 3))


@pytest.mark.parametrize(
    ("holders", "agreed", "parents", "enough"),
    [
        (Holders(known=frozenset({A, B})), {A, B}, False, True),
        (Holders(known=frozenset({A, B})), {A}, False, False),
        (Holders(known=frozenset({A, B})), set(), True, False),
        (Holders(known=frozenset({A})), {A, C}, False, True),
        (Holders(known=frozenset({A})), {C}, True, False),
        (Holders(possible=frozenset({A, B})), {A}, False, True),
        (Holders(possible=frozenset({A})), {C}, True, False),
        (Holders(possible=frozenset({A})), set(), True, True),
        (Holders(possible=frozenset({A})), set(), False, False),
    ],
)
def test_who_has_custody_now_agrees_and_nobody_in_their_place(
    holders: Holders, agreed: set[UUID], parents: bool, enough: bool
) -> None:
    consent = Consent(agreed=frozenset(agreed), parents=parents, **AGREED)
    with nullcontext() if enough else pytest.raises(rules.ParentsNotAsked):
        rules.check_consent(consent, 8, TODAY, holders)


def test_one_of_two_is_enough_only_with_a_reason() -> None:
    both = Holders(known=frozenset({A, B}))
    one = Consent(agreed=frozenset({A}), reason="He cannot be found.", **AGREED)
    rules.check_consent(one, 8, TODAY, both)
    for nobody in (replace(one, agreed=frozenset()), replace(one, reason="")):
        with pytest.raises(rules.ParentsNotAsked):
            rules.check_consent(nobody, 8, TODAY, both)


def test_when_it_is_sent_they_are_asked_again_only_if_somebody_was_asked_before() -> None:
    before = Consent(parents=True, **AGREED)
    assert rules.why_again(before, 8, TODAY, NOBODY_KNOWN) is None
    assert isinstance(rules.why_again(before, 12, TODAY, NOBODY_KNOWN), rules.AskAgain)
    for method in (ConsentMethod.PENDING, ConsentMethod.WITHOUT):
        assert rules.why_again(Consent(method=method), 12, TODAY, NOBODY_KNOWN) is None


@pytest.mark.parametrize(
    ("subject", "child", "family", "named"),
    [
        (Subject.CHILD, A, None, True), (Subject.CHILD, None, B, False),
        (Subject.FAMILY, A, None, True), (Subject.FAMILY, None, B, True),
        (Subject.FAMILY, None, None, False),
    ],
)  # fmt: skip
def test_it_is_about_a_child_or_about_a_family_that_is_known(
    subject: Subject, child: UUID | None, family: UUID | None, named: bool
) -> None:
    wish = Prepare(
        partner_id=C, kind=Kind.WARM, subject=subject, child_id=child, family_id=family, note=""
    )
    with nullcontext() if named else pytest.raises(rules.NobodyNamed):
        rules.check_subject(wish)


@pytest.mark.parametrize(
    ("showing", "refusal"),
    [
        (Showing(how=Shown.NOT), rules.WhyNotShown),
        (Showing(how=Shown.NOT, reason="Danger."), None),
        (Showing(how=next(how for how in Shown if how is not Shown.NOT), on=TODAY), None),
        (Showing(how=Shown.NOT, reason="Danger.", on=TODAY + timedelta(days=1)), rules.NotYet),
    ],
)
def test_parents_saw_it_on_a_day_that_has_been_or_it_is_said_why_not(
    showing: Showing, refusal: type[Refusal] | None
) -> None:
    with pytest.raises(refusal) if refusal else nullcontext():
        rules.check_showing(showing, TODAY)


def test_only_what_is_closed_is_opened_again_and_for_a_reason() -> None:
    rules.check_reopening(Status.CLOSED, "They called again.")
    with pytest.raises(rules.WhyAgain):
        rules.check_reopening(Status.CLOSED, "")
    with pytest.raises(rules.NoWayBack):
        rules.check_reopening(Status.SENT, "They called again.")


@given(st.sampled_from(Status))
def test_a_partner_says_nothing_that_is_ours_to_say(now: Status) -> None:
    assert set(rules.answers(now)) == set(NEXT[now]) & set(rules.BY_PARTNER)


def test_a_partner_is_reminded_the_day_after_a_term_and_not_on_its_last() -> None:
    days = [TODAY + timedelta(days=n) for n in range(40)]
    last = [after(TODAY, many) for many in rules.REMIND_AFTER]
    for number, day in enumerate(last, 1):
        assert rules.reminders(TODAY, day) == number - 1
        assert rules.reminders(TODAY, day + timedelta(days=1)) == number
    assert [rules.reminders(TODAY, day) for day in days] == sorted(
        rules.reminders(TODAY, day) for day in days
    )
