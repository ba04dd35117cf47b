"""Where the real public data lie: beside the repository, unless KINDERWERK_REAL_DATA says where."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    folder = Path(os.environ.get("KINDERWERK_REAL_DATA") or BESIDE)
    if not (folder / "geo").is_dir():
        pytest.fail(f"there are no data in {folder}; say make test-real REAL_DATA=folder")
    return folder
