"""How each kind of activity begins: as people in the field do it."""

from kinderwerk.activities.rules import HABITS, PRIVATE, Format

USUAL = """
    dropin none tally
    club series named
    course series named
    holiday per_day named
    camp series named
    outing per_day named
    event none tally
    outreach none tally
    school_lesson class headcount
    homework series named
    one_to_one none named
    home_visit none named
    parent_course series named
    child_council series named
    network none hours
"""


def test_each_kind_begins_as_the_field_does_it() -> None:
    said = {kind: (HABITS[kind].signup, HABITS[kind].register) for kind in Format}
    lines = [line.split() for line in USUAL.split("\n") if line.strip()]
    assert said == {Format(kind): (signup, register) for kind, signup, register in lines}


def test_one_estimates_only_where_nobody_can_count() -> None:
    crowded = {kind for kind, habit in HABITS.items() if habit.crowded}
    assert crowded == {Format.EVENT, Format.OUTREACH}


def test_what_has_places_lets_parents_sign_up_and_what_is_private_does_not() -> None:
    for kind, habit in HABITS.items():
        assert (habit.capacity is not None) is habit.signup.by_parents, kind
        assert not (kind in PRIVATE and habit.signup.by_parents), kind
        assert habit.starts < habit.ends
