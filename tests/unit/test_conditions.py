"""What the policy may ask for: each circumstance holds where it should, and nowhere else."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.access.conditions import (
    always,
    carer,
    checked,
    deputy,
    follower,
    lasting,
    of_organisation,
    on_duty,
    own,
    own_family,
    owner,
    past_the_line,
    published,
    reader,
    reads_instead,
    released,
    restricted,
    same_municipality,
    same_organisation,
)
from kinderwerk.access.policy import POLICY
from kinderwerk.access.vocabulary import NOBODY, VISITING, Actor, Condition, Facts, Membership, Role

HERE, THERE, PARK, HARBOUR, CITY, ME, COLLEAGUE = (uuid4() for _ in range(7))
WORKER = Membership(Role.WORKER, HERE, PARK, CITY, checked=True)
PLAIN = Membership(Role.WORKER)
EVERY = {condition.name: condition for grants in POLICY.values() for condition in grants.values()}


def holds(
    condition: Condition, facts: Facts, held: Membership = WORKER, absent: bool = False
) -> bool:
    mine = Actor(ME, held, frozenset({COLLEAGUE}) if absent else frozenset())
    return condition.holds(mine, held, facts)


@pytest.mark.parametrize(
    ("condition", "fact"),
    [
        (published, {"published": True}),
        (released, {"released": True}),
        (restricted, {"restricted": True}),
        (lasting, {"lasting": True}),
        (past_the_line, {"past_line": True}),
        (own, {"author_id": ME}),
        (owner, {"owner_id": ME}),
        (reader, {"readers": frozenset({ME, COLLEAGUE})}),
        (on_duty, {"on_duty": frozenset({ME})}),
        (carer, {"carers": frozenset({ME})}),
        (follower, {"followers": frozenset({ME})}),
        (own_family, {"family": frozenset({ME})}),
    ],
)
def test_each_fact_is_asked_by_one_condition_only(
    condition: Condition, fact: dict[str, Any]
) -> None:
    simple = (
        published, released, restricted, lasting, past_the_line, own, owner, reader, on_duty,
        carer, follower, own_family,
    )  # fmt: skip
    assert [one for one in simple if holds(one, Facts(**fact))] == [condition]
    assert holds(always, Facts())


def test_what_is_somebody_elses_is_not_ones_own() -> None:
    theirs = Facts(
        author_id=COLLEAGUE, owner_id=COLLEAGUE, readers=frozenset({COLLEAGUE}),
        on_duty=frozenset({COLLEAGUE}), carers=frozenset({COLLEAGUE}),
        followers=frozenset({COLLEAGUE}), family=frozenset({COLLEAGUE}),
    )  # fmt: skip
    for condition in (own, owner, reader, on_duty, carer, follower, own_family):
        assert not holds(condition, theirs)


def test_what_nobody_wrote_belongs_to_no_visitor() -> None:
    for condition in (own, owner):
        assert not condition.holds(NOBODY, VISITING, Facts())


@pytest.mark.parametrize(
    ("facts", "in_reach", "of_it"),
    [
        (Facts(organisation_id=HERE, neighbourhood_id=PARK), True, True),
        (Facts(organisation_id=HERE, neighbourhood_id=HARBOUR), False, True),
        (Facts(organisation_id=HERE), False, True),
        (Facts(organisation_id=THERE, neighbourhood_id=PARK), False, False),
        (Facts(neighbourhood_id=PARK), False, False),
    ],
)
def test_who_works_in_one_neighbourhood_reaches_that_one(
    facts: Facts, in_reach: bool, of_it: bool
) -> None:
    assert (holds(same_organisation, facts), holds(of_organisation, facts)) == (in_reach, of_it)


def test_who_works_everywhere_reaches_every_neighbourhood() -> None:
    everywhere = Membership(Role.WORKER, HERE)
    for neighbourhood in (PARK, HARBOUR, None):
        there = Facts(organisation_id=HERE, neighbourhood_id=neighbourhood)
        assert holds(same_organisation, there, everywhere)


def test_what_is_nobodys_is_not_of_those_without_a_house() -> None:
    for condition in (same_organisation, of_organisation, same_municipality):
        assert not holds(condition, Facts(), PLAIN)


def test_a_municipality_reaches_its_own() -> None:
    assert holds(same_municipality, Facts(municipality_id=CITY))
    assert not holds(same_municipality, Facts(municipality_id=THERE))
    assert not holds(same_municipality, Facts())


def test_a_certificate_counts_where_it_was_seen() -> None:
    assert holds(checked, Facts())
    assert not holds(checked, Facts(), PLAIN)


def test_who_stands_in_carries_while_the_other_is_away() -> None:
    theirs = Facts(owner_id=COLLEAGUE)
    assert holds(deputy, theirs, absent=True)
    assert not holds(deputy, theirs)
    assert not holds(deputy, Facts(owner_id=ME), absent=True)


def test_only_a_protection_officer_reads_in_place_of_another() -> None:
    theirs, officer = Facts(readers=frozenset({COLLEAGUE})), Membership(Role.PROTECTION_OFFICER)
    assert holds(reads_instead, theirs, officer, absent=True)
    assert not holds(reads_instead, theirs, officer)
    assert not holds(reads_instead, theirs, absent=True)
    assert not holds(reads_instead, Facts(readers=frozenset({ME})), officer, absent=True)


def told(condition: Condition, actor: Actor, held: Membership, facts: Facts) -> bool:
    """Say what a condition should come to, by what it says of its parts."""
    parts = [told(part, actor, held, facts) for part in condition.parts]
    match condition.joined:
        case "and":
            return all(parts)
        case "or":
            return any(parts)
        case "not":
            return not parts[0]
    return condition.holds(actor, held, facts)


person, group = st.sampled_from([ME, COLLEAGUE, None]), st.sampled_from([{ME}, {COLLEAGUE}, set()])
worlds = st.builds(
    Facts, organisation_id=st.sampled_from([HERE, THERE, None]), municipality_id=st.just(CITY),
    neighbourhood_id=st.sampled_from([PARK, HARBOUR, None]), author_id=person, owner_id=person,
    **dict.fromkeys(("readers", "on_duty", "carers", "followers", "family"), group.map(frozenset)),
    **dict.fromkeys(("published", "restricted", "released", "lasting", "past_line"), st.booleans()),
)  # fmt: skip


@given(facts=worlds, held=st.sampled_from([WORKER, PLAIN]), absent=st.booleans())
def test_conditions_do_what_they_say(facts: Facts, held: Membership, absent: bool) -> None:
    actor = Actor(ME, held, frozenset({COLLEAGUE}) if absent else frozenset())
    for condition in EVERY.values():
        assert condition.holds(actor, held, facts) is told(condition, actor, held, facts)


@pytest.mark.parametrize("condition", EVERY.values(), ids=EVERY)
def test_a_name_says_all_of_its_parts(condition: Condition) -> None:
    for part in condition.parts:
        bracketed = f"({part.name})" if part.joined == "or" else part.name
        assert bracketed in condition.name
