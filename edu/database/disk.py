"""A full disk, told in one way wherever it shows."""

import contextlib
import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

from models.errors import Refusal

MEGABYTE = 1024 * 1024
NO_SPACE = "No space left on device"
QUOTA = "Disk quota exceeded"


def require_space(folder: Path, megabytes: int) -> None:
    """Refuse while less than `megabytes` are free where `folder` lies."""
    free = shutil.disk_usage(folder).free // MEGABYTE
    if free < megabytes:
        raise Refusal("disk_full", path=str(folder), free=free, needed=megabytes)


def full(folder: Path, megabytes: int) -> Refusal:
    """The refusal for a disk that filled up while we wrote."""
    free = shutil.disk_usage(folder).free // MEGABYTE
    return Refusal("disk_full", path=str(folder), free=free, needed=max(megabytes, free + 1))


@contextlib.contextmanager
def refused_when_full(folder: Path, megabytes: int = 100) -> Iterator[None]:
    """Turn the operating system's error for a full disk into a refusal."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT) or NO_SPACE in str(error):
            raise full(folder, megabytes) from error
        raise
