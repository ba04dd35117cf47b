"""Surnames as they stand in real registers are found in a text, however somebody types them."""

import csv
from pathlib import Path

import pytest

from kinderwerk.core.naming import plain, suspects

pytestmark = pytest.mark.real


def test_tricky_surnames_are_found(real_data: Path) -> None:
    lines = (real_data / "names" / "nl-surnames-tricky.txt").read_text("utf-8").splitlines()
    names = [name for line in lines if (name := line.strip())]
    ways = "Toen belde {name} op.", "Mevrouw {name}.", "met {name}'s moeder", "Daar was {hasty}."
    missed = [
        text for name in names for way in ways
        if not suspects(text := way.format(name=name, hasty=plain(name).title()), [f"Test {name}"])
    ]  # fmt: skip
    print(f"{len(names)} tricky surnames in {len(ways)} ways: {len(missed)} missed {missed[:8]}")  # noqa: T201
    assert len(names) > 1000
    assert len(missed) <= len(names) * len(ways) / 200


def test_common_surnames_are_found_though_many_are_words(real_data: Path) -> None:
    with (real_data / "names" / "nl-surnames-top1000.csv").open(encoding="utf-8") as file:
        names = [row["naam"] for row in csv.DictReader(file)]
    for way in ("Toen belde mevrouw {} op.", "Daar was {} ook bij."):
        assert [name for name in names if not suspects(way.format(name), [f"Test {name}"])] == []
