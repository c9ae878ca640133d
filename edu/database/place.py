"""Where the embedded PostgreSQL keeps its data, and as whom it runs."""

import contextlib
import hashlib
import json
import os
import pwd
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from edu.config import Settings
from edu.database.locks import exclusive
from models.errors import Refusal

SYSTEM_PLACE = Path("/var/lib/edu")
# Not the TMPDIR of whoever calls: two shells must find the same socket.
SHORT_PLACE = Path("/tmp")  # noqa: S108
LONGEST_SOCKET = 107
PORT = 5432


@dataclass(frozen=True, slots=True)
class Place:
    """Only `user` may enter `folder`; None as `user` is whoever runs this process."""

    folder: Path
    sockets: Path
    user: int | None = None
    group: int | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def make(self, path: Path) -> None:
        """Create a folder that `user` owns and no one else may enter."""
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=0o700)
            if self.user is not None and self.group is not None:
                os.chown(path, self.user, self.group)
        found = path.lstat()
        owner = os.geteuid() if self.user is None else self.user
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
            raise Refusal("folder_not_ours", path=str(path))
        if stat.S_IMODE(found.st_mode) != 0o700:
            path.chmod(0o700)


def of(settings: Settings) -> Place:
    """The place that belongs to `settings.home`.

    PostgreSQL refuses to run as root, and the home may lie where only root may enter: then its
    part lies in a folder of its own in the system's place for variable data.
    """
    if os.geteuid() != 0:
        folder = settings.home / "postgresql"
        return Place(folder, _sockets(folder, os.geteuid()))
    folder = SYSTEM_PLACE / _identifier(settings)
    user, group = _unprivileged(folder)
    return Place(folder, _sockets(folder, user), user, group)


def _sockets(folder: Path, user: int) -> Path:
    """Beside the data where PostgreSQL and libpq accept that address, else in a short place."""
    sockets = folder / "sockets"
    address = os.fsencode(sockets / f".s.PGSQL.{PORT}")
    if len(address) <= LONGEST_SOCKET and b"," not in address:
        return sockets
    return SHORT_PLACE / f"edu-{user}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"


def _identifier(settings: Settings) -> str:
    """A name recorded in the home, so that a moved home keeps its data and a copied one does not.

    A name made of the path alone would hand a fresh checkout the data of the one it replaced,
    encrypted with keys that are gone.
    """
    record = settings.folder("postgresql") / "place.json"
    with exclusive(record.with_suffix(".lock")):
        found = _recorded(record)
        if found.get("home") == str(settings.home):
            return found["identifier"]
        identifier = found.get("identifier")
        if identifier is None or (Path(found["home"]) / record.relative_to(settings.home)).exists():
            identifier = secrets.token_hex(8)
        draft = record.with_suffix(".draft")
        draft.write_text(json.dumps({"home": str(settings.home), "identifier": identifier}))
        draft.replace(record)
        return identifier


def _recorded(record: Path) -> dict[str, str]:
    try:
        found = json.loads(record.read_text(encoding="utf-8"))
        return {name: str(found[name]) for name in ("home", "identifier")}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError):
        raise Refusal("place_file_malformed", path=str(record)) from None


def _unprivileged(folder: Path) -> tuple[int, int]:
    """Whoever owns data that is already there, else `nobody`."""
    with contextlib.suppress(FileNotFoundError):
        found = folder.stat()
        if found.st_uid != 0:
            return found.st_uid, found.st_gid
    try:
        account = pwd.getpwnam("nobody")
    except KeyError:
        raise Refusal("unprivileged_user_missing", user="nobody") from None
    return account.pw_uid, account.pw_gid
