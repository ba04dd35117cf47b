"""What `scripts.mutate` changes, one place at a time."""

from scripts.mutate import changes

SOURCE = """
@dataclass(frozen=True)
class Room:
    seats: int = 3

def open_to(age, rooms):
    if rooms and age >= 6:
        return [room for room in rooms if room.free]
    return None
"""


def test_each_change_is_of_one_place_and_decorators_stay() -> None:
    told = {(one.line, one.before, one.after) for one in changes(SOURCE)}
    assert told >= {
        (4, "3", "4"),
        (7, "rooms and age >= 6", "rooms or age >= 6"),
        (7, "age >= 6", "age > 6"),
        (7, "6", "7"),
        (8, " for room in rooms if room.free", " for room in rooms if not room.free"),
    }
    assert {line for line, _, _ in told} == {4, 7, 8}
