"""Where the installation lives and which secrets it holds: read once, never changed."""

import base64
import errno
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from models.errors import Refusal

PROJECT = Path(__file__).resolve().parent.parent
KEY_FILE = "keys/keys.json"
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of one installation. Losing them loses every stored IIN."""

    secret_key: str = field(repr=False)
    password_salt: str = field(repr=False)
    iin_encryption_key: bytes = field(repr=False)
    iin_index_key: bytes = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """What the environment says.

    home: absolute folder of data, keys, logs and files.
    database_url, database_owner_url: both None for the embedded PostgreSQL.
    key_file: where the keys lie.
    """

    home: Path
    database_url: str | None
    database_owner_url: str | None
    key_file: Path

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read `EDU_HOME`, `EDU_DATABASE_URL`, `EDU_DATABASE_OWNER_URL` and `EDU_KEY_FILE`."""
        environ = os.environ if environ is None else environ
        home = Path(environ.get("EDU_HOME") or default_home()).expanduser().resolve()
        application = environ.get("EDU_DATABASE_URL") or None
        owner = environ.get("EDU_DATABASE_OWNER_URL") or None
        if owner and not application:
            raise Refusal("database_url_missing", found="EDU_DATABASE_OWNER_URL")
        if application and not owner:
            raise Refusal("database_owner_url_missing", found="EDU_DATABASE_URL")
        key_file = environ.get("EDU_KEY_FILE")
        return cls(
            home=home,
            database_url=application,
            database_owner_url=owner,
            key_file=Path(key_file).expanduser().resolve() if key_file else home / KEY_FILE,
        )

    @cached_property
    def keys(self) -> Keys:
        """The keys, created on first use unless `EDU_KEY_FILE` points elsewhere."""
        if self.key_file == self.home / KEY_FILE:
            self.folder(self.key_file.parent.name)
            create_keys(self.key_file)
        return read_keys(self.key_file)

    def folder(self, name: str) -> Path:
        """A folder of `home` that only this user may enter, created when missing."""
        path = self.home / name
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise _unwritable(path, error) from error
        return path


def default_home() -> Path:
    """`var` of the checkout, from whatever folder a command is called; else of this folder."""
    return (PROJECT if (PROJECT / "pyproject.toml").is_file() else Path.cwd()) / "var"


def create_keys(path: Path) -> None:
    """Write new keys to `path`, once: of two who try at the same time, one wins."""
    if path.exists():
        return
    text = json.dumps(
        {
            "secret_key": secrets.token_hex(SECRET_BYTES),
            "password_salt": secrets.token_hex(SECRET_BYTES),
            "iin_encryption_key": _new_key(),
            "iin_index_key": _new_key(),
        },
        indent=1,
    )
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_private(draft, text)
        _publish(draft, path)
    except OSError as error:
        raise _unwritable(path, error) from error


def read_keys(path: Path) -> Keys:
    """Read the keys; refuse a file that others may read, or that is not one of ours."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise Refusal("key_file_unreadable", path=str(path), reason=reason) from error
    if mode & 0o077:
        raise Refusal("key_file_open_to_others", path=str(path), found=f"{mode:04o}")
    try:
        found = json.loads(text)
        return Keys(
            secret_key=_text(found, "secret_key"),
            password_salt=_text(found, "password_salt"),
            iin_encryption_key=_key(found, "iin_encryption_key"),
            iin_index_key=_key(found, "iin_index_key"),
        )
    except (ValueError, KeyError, TypeError):
        # The error itself may quote a secret, so it is not carried on.
        raise Refusal("key_file_malformed", path=str(path)) from None


def _unwritable(path: Path, error: OSError) -> Refusal:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Refusal("disk_full_while_writing", path=str(path))
    return Refusal("home_not_writable", path=str(path), reason=error.strerror)


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _publish(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)  # unlike a rename, never replaces keys written meanwhile
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        draft.rename(path)
        return
    draft.unlink()


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _text(found: Mapping[str, str], name: str) -> str:
    if len(found[name]) < SECRET_BYTES:
        raise ValueError(name)
    return found[name]


def _key(found: Mapping[str, str], name: str) -> bytes:
    key = base64.b64decode(found[name], validate=True)
    if len(key) != SECRET_BYTES:
        raise ValueError(name)
    return key
