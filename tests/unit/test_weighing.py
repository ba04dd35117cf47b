"""The five questions: every path ends where the law says, whatever is answered in what order."""

from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kinderwerk.core.naming import named_in
from kinderwerk.reporting_code.weighing import (
    FLOW,
    End,
    NoMotive,
    NotAskedYet,
    NoTerm,
    Question,
    Reply,
    TermIsPast,
    Unsafety,
    Weighed,
    WhatUnsafety,
    check,
    standing,
)

TODAY = date(2031, 5, 14)
YES, NO, UNCLEAR = Reply.YES, Reply.NO, Reply.UNCLEAR
SUSPICION, UNSAFE, ABLE, WILLING, WORKED = Question


@pytest.mark.parametrize(
    ("replies", "end"),
    [
        ([NO], End.RECORDED),
        ([YES, YES], End.REPORT),
        ([YES, NO, NO], End.REPORT),
        ([YES, NO, YES, NO], End.REPORT),
        ([YES, NO, YES, YES, NO], End.REPORT),
        ([YES, NO, YES, YES, YES], End.FOLLOWED),
        ([YES, NO, YES, YES], None),
        ([YES, UNCLEAR], End.ADVICE),
        ([], None),
    ],
)
def test_each_path_ends_where_it_should(replies: list[Reply], end: End | None) -> None:
    assert standing(list(zip(Question, replies, strict=False))).end is end


def test_once_unsafe_the_rest_is_gone_through_together_and_changes_nothing() -> None:
    given = [(SUSPICION, YES), (UNSAFE, YES)]
    for question, reply in ((ABLE, YES), (WILLING, NO), (WORKED, YES)):
        assert standing(given).next is question
        given.append((question, reply))
        assert standing(given).end is End.REPORT


def test_who_changes_an_answer_goes_through_those_after_it_again() -> None:
    given = [(SUSPICION, YES), (UNSAFE, NO), (ABLE, YES), (WILLING, YES)]
    changed = standing([*given, (UNSAFE, UNCLEAR), (UNSAFE, NO)])
    assert (changed.next, changed.end) == (ABLE, None)


def test_what_was_answered_may_be_answered_again() -> None:
    assert standing([(SUSPICION, YES), (UNSAFE, NO)]).open == (SUSPICION, UNSAFE, ABLE)
    assert standing([(SUSPICION, NO)]).open == (SUSPICION,)


def test_answers_from_before_it_was_unsafe_do_not_count_for_the_report() -> None:
    before = [(SUSPICION, YES), (UNSAFE, NO), (ABLE, YES), (WILLING, YES)]
    now = standing([*before, (UNSAFE, YES)])
    assert (now.path, now.next) == (((SUSPICION, YES), (UNSAFE, YES)), ABLE)


@pytest.mark.parametrize(
    ("reply", "term_on", "refused"),
    [
        (YES, None, NoTerm),
        (YES, TODAY - timedelta(days=1), TermIsPast),
        (YES, TODAY, None),
        (NO, None, None),
    ],
)
def test_only_help_that_is_accepted_has_a_term_and_that_may_be_today(
    reply: Reply, term_on: date | None, refused: type[Exception] | None
) -> None:
    asked = [(SUSPICION, YES), (UNSAFE, NO), (ABLE, YES)]
    answer = Weighed(question=WILLING, reply=reply, motive="Zij denkt na.", term_on=term_on)
    with pytest.raises(refused) if refused else nullcontext():
        check(asked, answer, TODAY)


class Weighing(RuleBasedStateMachine):
    """Somebody answers in any order; what is refused leaves no trace, what is kept only grows."""

    @initialize()
    def begin(self) -> None:
        self.given: list[tuple[Question, Reply]] = []

    @rule(
        question=st.sampled_from(Question), reply=st.sampled_from(Reply),
        motive=st.sampled_from(["", " ", "Because."]),
        unsafety=st.sampled_from([None, *Unsafety]), term=st.sampled_from([None, -1, 0, 40]),
    )  # fmt: skip
    def answer(
        self, question: Question, reply: Reply, motive: str, unsafety: Unsafety | None,
        term: int | None,
    ) -> None:  # fmt: skip
        wish = Weighed(
            question=question, reply=reply, motive=motive, unsafety=unsafety,
            term_on=None if term is None else TODAY + timedelta(days=term),
        )  # fmt: skip
        before = standing(self.given)
        try:
            check(self.given, wish, TODAY)
        except NotAskedYet:
            assert question not in before.open
            return
        except NoMotive:
            assert not motive.strip()
            return
        except WhatUnsafety:
            assert (question, reply, unsafety) == (UNSAFE, YES, None)
            return
        except NoTerm:
            assert (question, reply, term) == (WILLING, YES, None)
            return
        except TermIsPast:
            assert (question, reply, term) == (WILLING, YES, -1)
            return
        assert motive.strip()
        if (question, reply) == (UNSAFE, YES):
            assert unsafety
        if (question, reply) == (WILLING, YES):
            assert term is not None
            assert term >= 0
        self.given.append((question, reply))
        assert (question, reply) in standing(self.given).path

    @invariant()
    def it_stands_where_the_flow_leads(self) -> None:
        now = standing(self.given)
        answers = dict(now.path)
        at: Question | End = SUSPICION
        while isinstance(at, Question) and at in answers:
            at = FLOW[at, answers[at]]
        assert now.end is (at if isinstance(at, End) else None)
        if now.end is None:
            assert now.next is at
        if now.end in (End.RECORDED, End.FOLLOWED):
            assert now.next is None
        if answers.get(UNSAFE) is YES and answers[SUSPICION] is YES:
            assert now.end is End.REPORT
        if now.end is End.ADVICE:
            assert UNCLEAR in answers.values()

    @invariant()
    def something_may_always_be_answered(self) -> None:
        assert standing(self.given).open


TestWeighing = Weighing.TestCase


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Het gezin woont krap.", 0),
        ("Toen belde NOOR zelf.", 1),
        ("noors zusje en Élodie", 2),
        ("Van der kwam nooit in het noorden.", 0),
        ("Mevrouw Ben-Ali, dus Ali.", 2),
    ],
)
def test_names_are_found_however_they_are_written(text: str, found: int) -> None:
    names = ["Noor van der Berg", "Elodie", "Samira Ben-Ali"]
    assert len(list(named_in(text, names))) == found
