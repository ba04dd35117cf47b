"""Surnames as people here really have them are caught in what children write."""

import csv
from pathlib import Path

import pytest

from kinderwerk.ideas.looking import What, marks

pytestmark = pytest.mark.real
SENTENCES = ("Ik ben Sam {} en ik wil een doel.", "Gisteren was Noor {} er ook.")


def missed(names: list[str]) -> list[str]:
    return [
        sentence.format(name)
        for name in names
        for sentence in SENTENCES
        if What.SURNAME not in {mark.what for mark in marks(sentence.format(name))}
    ]


@pytest.mark.parametrize("file", ["nl-surnames-tricky.txt", "nl-surnames-top1000.csv"])
def test_nearly_every_surname_is_caught(real_data: Path, file: str) -> None:
    lines = (real_data / "names" / file).read_text("utf-8").splitlines()
    names = lines if file.endswith("txt") else [row["naam"] for row in csv.DictReader(lines)]
    lost = missed([name for name in names if name.strip()])
    print(f"\n{file}: {len(lost)} of {2 * len(names)} sentences missed: {lost[:10]}")  # noqa: T201
    assert len(lost) <= 0.01 * 2 * len(names), lost
