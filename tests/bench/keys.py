"""How many guesses it takes to open somebody's talk, against how many anybody has.

Run: python -m tests.bench.keys
"""

from datetime import timedelta

from kinderwerk.talks import keys

LIVING = (1, 10, 50, 200)
YEAR = timedelta(days=365)


def most_a_year(budget: keys.Budget) -> int:
    return int(budget.most * (YEAR / budget.window))


def main() -> None:
    print(f"keys in one neighbourhood: {keys.possible():,}")
    for budget in (keys.GUESSES_PLACE, keys.GUESSES_BOX, keys.GUESSES_ALL):
        hours = budget.window.total_seconds() / 3600
        print(
            f"budget '{budget.name}': {budget.most} in {hours:g} h, {most_a_year(budget):,} a year"
        )
    print()
    box = most_a_year(keys.GUESSES_BOX)
    print(
        f"{'keys in use':>12} {'expected tries':>18}"
        f" {'years at the box':>18} {'found in a year':>16}"
    )
    for living in LIVING:
        tries = keys.expected_tries(living)
        print(
            f"{living:>12} {tries:>18,.0f} {tries / box:>18,.0f} {keys.chance(living, box):>15.4%}"
        )
    print("\nThe box is the tightest: more addresses, or more neighbourhoods, do not help there.")


if __name__ == "__main__":
    main()
