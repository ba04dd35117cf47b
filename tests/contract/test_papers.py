"""What docs say of the code is what the code says."""

import pytest

from scripts.papers import DOCS, PAPERS, paper


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_says_what_the_code_does(name: str) -> None:
    """When this fails, `make papers` writes it anew; read what changed."""
    assert (DOCS / name).read_text("utf-8") == paper(name)
