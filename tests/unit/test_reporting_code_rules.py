"""What may be written down in a case of the reporting code, and what it has to say."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from kinderwerk.core.errors import Refusal
from kinderwerk.reporting_code.rules import (
    About,
    Decision,
    Entry,
    EntryKind,
    Finding,
    NamesInside,
    NoFinding,
    NoReview,
    NotYet,
    NotYourself,
    NoWhom,
    ReportFirst,
    ReviewInThePast,
    ToldOrNot,
    Whom,
    WhyNotTold,
    Words,
    check_decision,
    check_entry,
    check_second,
)

TODAY = date(2031, 5, 14)
NAMES = ["Noor van der Berg"]
SAID = Words(said="Kind oogt moe.", who="Juf", answer="Ze denkt mee.", agreed="Donderdag weer.")
TALK = Entry(kind=EntryKind.TALK_PARENTS, day=TODAY, words=SAID)
CONSULTATION = Entry(kind=EntryKind.CONSULTATION, day=TODAY, words=SAID, whom=Whom.COLLEAGUE)
CHECK = Entry(kind=EntryKind.KINDCHECK, day=TODAY, words=SAID, finding=Finding.CONCERN)
ASSESSED = Entry(kind=EntryKind.ASSESSMENT, day=TODAY, words=SAID, finding=Finding.LATENT)
REPORT = Entry(kind=EntryKind.REPORT, day=TODAY, words=SAID, parents_told=True)
LOOKED = Entry(kind=EntryKind.FOLLOW_UP, day=TODAY, words=SAID, review_on=TODAY)
TOMORROW = TODAY + timedelta(days=1)


def check(wish: Entry, *, always_nameless: bool = False) -> None:
    check_entry(wish, TODAY, NAMES, always_nameless=always_nameless)


@pytest.mark.parametrize("wish", [TALK, CONSULTATION, CHECK, ASSESSED, REPORT, LOOKED])
def test_what_says_all_it_must_is_taken(wish: Entry) -> None:
    check(wish)
    check(replace(wish, day=TODAY - timedelta(days=30)))


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (replace(TALK, day=TOMORROW), NotYet),
        (replace(CONSULTATION, whom=None), NoWhom),
        (replace(CHECK, finding=None), NoFinding),
        (replace(CHECK, finding=Finding.LATENT), NoFinding),
        (replace(ASSESSED, finding=Finding.CONCERN), NoFinding),
        (replace(REPORT, parents_told=None), ToldOrNot),
        (replace(REPORT, parents_told=False, words=Words(said="Gemeld.")), WhyNotTold),
        (replace(LOOKED, review_on=None), NoReview),
        (replace(LOOKED, review_on=TODAY - timedelta(days=1)), ReviewInThePast),
    ],
)
def test_what_lacks_something_is_refused_for_that(wish: Entry, why: type[Refusal]) -> None:
    with pytest.raises(why):
        check(wish)


def test_a_consultation_that_was_not_held_was_with_nobody() -> None:
    check(replace(CONSULTATION, held=False, whom=None))


def test_only_parents_who_were_not_told_take_a_reason() -> None:
    check(replace(REPORT, parents_told=False))
    check(replace(REPORT, words=Words(said="Gemeld.")))


@pytest.mark.parametrize("where", ["said", "answer", "agreed"])
def test_who_asks_without_names_names_nobody_anywhere(where: str) -> None:
    named = replace(SAID, **{where: "Noor zelf wil het ook."})
    with pytest.raises(NamesInside):
        check(replace(CONSULTATION, words=named, nameless=True))
    check(replace(CONSULTATION, words=named))
    check(replace(TALK, words=named, nameless=True))


def test_who_advises_from_outside_hears_no_names_where_the_law_says_so() -> None:
    named = replace(CONSULTATION, words=replace(SAID, said="Noor oogt moe."))
    outside = replace(named, whom=Whom.ADVISER)
    with pytest.raises(NamesInside):
        check(outside, always_nameless=True)
    check(outside)
    check(named, always_nameless=True)


def test_help_is_decided_after_whether_to_report() -> None:
    def decided(about: About) -> Decision:
        return Decision(about=about, yes=True, motive="Omdat.", decider_id=uuid4())

    with pytest.raises(ReportFirst):
        check_decision([], decided(About.HELP))
    check_decision([], decided(About.REPORT))
    check_decision([About.REPORT], decided(About.HELP))


def test_nobody_agrees_with_what_they_decided_or_wrote_down() -> None:
    writer, decider, other = uuid4(), uuid4(), uuid4()
    for somebody in (writer, decider):
        with pytest.raises(NotYourself):
            check_second(somebody, writer, decider)
    check_second(other, writer, decider)
