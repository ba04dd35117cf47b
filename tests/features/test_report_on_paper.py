"""The report on paper can be read by who does not see it: its structure, as programs read it."""

from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Organisation, User
from kinderwerk.places.models import Neighbourhood
from kinderwerk.reports import pdf, service
from tests.features.test_reports import count, visits
from tests.make import Make, past_half


def parts(node: Any) -> Iterator[Any]:
    if isinstance(node, pikepdf.Array):
        for part in node:
            yield from parts(part)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from parts(node.K)


@pytest.fixture
def paper(
    app: Flask, session: Session, make: Make, here: Organisation, coordinator: User
) -> Iterator[pikepdf.Pdf]:
    areas: list[Neighbourhood] = [make.neighbourhood() for _ in range(2)]
    count(session, [*visits(here, areas[0], 60, []), *visits(here, areas[1], 41, [])])
    edition = service.make(session, coordinator.actor(), past_half())
    service.agree(session, coordinator.actor(), edition, edition.digest)
    with app.test_request_context():
        made = pdf.render(edition)
    with pikepdf.open(BytesIO(made)) as document:
        yield document


def test_a_reader_program_finds_its_way(paper: pikepdf.Pdf, caplog: Any) -> None:
    assert paper.Root.MarkInfo.Marked
    assert paper.Root.ViewerPreferences.DisplayDocTitle
    assert str(paper.Root.Lang) == "nl"
    told = paper.open_metadata()
    assert told["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
    assert "Doelenrapport" in str(told["{http://purl.org/dc/elements/1.1/}title"])
    with paper.open_outline() as outline:
        (whole,) = outline.root
        assert {"Bereik", "Per wijk", "Hoe we tellen"} <= {part.title for part in whole.children}
    kinds = Counter(str(part.S) for part in parts(paper.Root.StructTreeRoot.K))
    assert kinds["/H1"] == 1
    assert kinds["/H2"] == len(whole.children)
    assert min(kinds[kind] for kind in ("/Table", "/THead", "/TH", "/Caption", "/Figure")) > 0
    assert not [one for one in caplog.records if "font-weight" in one.getMessage()]


def test_every_picture_says_what_it_shows_and_every_cell_of_what_it_is(paper: pikepdf.Pdf) -> None:
    found = list(parts(paper.Root.StructTreeRoot.K))
    assert all(str(part.get("/Alt", "")) for part in found if part.S == "/Figure")
    heads = {bytes(part.ID) for part in found if part.S == "/TH" and "/ID" in part}
    cells = [part for part in found if part.S == "/TD" and "/Headers" in part.A]
    assert heads
    assert cells
    assert {bytes(head) for cell in cells for head in cell.A.Headers} <= heads
