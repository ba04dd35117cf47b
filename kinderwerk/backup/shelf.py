"""The directories in which backups lie: the newest, those kept long enough, a copy elsewhere."""

import hashlib
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from kinderwerk.core import clock

SUFFIX: Final = ".kwbackup"
ERASED: Final = ".erased"
STAMP: Final = "%Y%m%dT%H%M%SZ"


class NotCopied(Exception):
    """What lies elsewhere is not what lies here; says so in one sentence."""


def fresh(directory: Path) -> Path:
    """Return the file for a backup that is made now, in a directory that only its owner reads."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    return directory / f"kinderwerk-{clock.now():{STAMP}}{SUFFIX}"


def newest(directory: Path) -> datetime | None:
    """Return when the newest backup in a directory was made, by its name."""
    stamps = (_made(one) for one in directory.glob(f"kinderwerk-*{SUFFIX}"))
    return max((one for one in stamps if one), default=None)


def older(directory: Path, keep: int) -> list[Path]:
    """Return what is older than so many days, but never the newest backup and its list."""
    before, last = clock.now() - timedelta(days=keep), newest(directory)
    found = [*directory.glob(f"kinderwerk-*{SUFFIX}"), *directory.glob(f"kinderwerk-*{ERASED}")]
    return sorted(one for one in found if (made := _made(one)) and made < before and made != last)


def copy(file: Path, directory: Path) -> None:
    """Put a backup and its list elsewhere too, and read there what was written."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    for one in (file.with_suffix(ERASED), file):  # never a backup without its list
        unfinished = directory / f"{one.name}.unfinished"
        try:
            shutil.copyfile(one, unfinished)
            unfinished.chmod(0o600)
            with unfinished.open("rb+") as written:
                os.fsync(written.fileno())
            if _digest(unfinished) != _digest(one):
                raise NotCopied(f"{directory / one.name} is not what {one} is.")
            unfinished.replace(directory / one.name)
        finally:
            unfinished.unlink(missing_ok=True)


def _made(file: Path) -> datetime | None:
    try:
        return datetime.strptime(file.stem, f"kinderwerk-{STAMP}").replace(tzinfo=UTC)
    except ValueError:
        return None


def _digest(file: Path) -> bytes:
    with file.open("rb") as read:
        return hashlib.file_digest(read, "sha256").digest()
