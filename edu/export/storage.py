"""Where releases lie: a folder each, which is there whole or not at all."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from edu.config import Settings

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".html": "text/html",
}
BLOCK = 1 << 20


@dataclass(frozen=True)
class StoredFile:
    """A file as it lies there."""

    name: str
    media_type: str
    size: int
    sha256: str


def releases_folder() -> Path:
    """The folder of all releases of this installation."""
    settings: Settings = current_app.extensions["edu-settings"]
    folder = settings.folder("files") / "releases"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def path_of(request_id: int, name: str | None = None) -> Path:
    """The folder of a release, or one of its files."""
    folder = releases_folder() / str(request_id)
    return folder / name if name else folder


@contextmanager
def draft(request_id: int) -> Iterator[Path]:
    """A folder to build in; becomes the release's own at the end, or vanishes with an error."""
    remove(request_id)
    folder = Path(tempfile.mkdtemp(prefix=f".{request_id}-", dir=releases_folder()))
    try:
        yield folder
        for path in folder.iterdir():
            flush(path)
        folder.replace(path_of(request_id))
        flush(releases_folder())
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def remove(request_id: int) -> None:
    """Take away whatever a release has left, finished or not."""
    shutil.rmtree(path_of(request_id), ignore_errors=True)
    for folder in releases_folder().glob(f".{request_id}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def flush(path: Path) -> None:
    """Have the disk keep what was written."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def described(folder: Path) -> list[StoredFile]:
    """The files of a folder, by name."""
    return [
        StoredFile(path.name, MEDIA_TYPES[path.suffix], path.stat().st_size, fingerprint(path))
        for path in sorted(folder.iterdir())
    ]


def fingerprint(path: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
