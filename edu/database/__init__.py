"""One PostgreSQL everywhere: an embedded one by default, any other through its addresses."""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from edu.config import Settings
from edu.database import access, place
from edu.database.grants import grant
from edu.database.locks import Presence, exclusive
from edu.database.migration import migrate
from edu.database.place import SYSTEM_PLACE, Place
from edu.database.server import SUPERUSER, Server
from edu.database.urls import Urls, conninfo, embedded, socket_url, urls

__all__ = ["Database", "Urls", "conninfo", "discard", "grant", "migrate", "running", "urls"]


@dataclass(frozen=True, slots=True)
class Database:
    """A database that answers. `started`: by us; `folder`: of the embedded one, else None."""

    urls: Urls
    started: bool
    folder: Path | None
    server: Server | None = None
    lock: Path | None = None

    def revive(self) -> bool:
        """Start the embedded server again if it was killed; True if it was."""
        if self.server is None or self.lock is None or self.server.pid() is not None:
            return False
        with exclusive(self.lock):
            return _start(self.server)


@contextlib.contextmanager
def running(settings: Settings) -> Iterator[Database]:
    """Have the database running; the last of all processes that use it stops an embedded one."""
    if settings.database_url is not None:
        found = urls(settings)
        access.check(found)
        yield Database(found, started=False, folder=None)
        return
    lock = settings.folder("postgresql") / "server.lock"
    here = place.of(settings)
    users = lock.with_name("users.lock")
    with exclusive(lock):
        _make(here)  # made by one, it must not be seen by another before it has its owner
        presence = Presence(users)
        server = Server.at(here)
        try:
            started = _start(server)
        except BaseException:
            if presence.leave():
                server.stop()
            raise
    try:
        yield Database(embedded(here), started, here.folder, server, lock)
    finally:
        with exclusive(lock):
            if presence.leave():
                server.stop()


def discard(settings: Settings) -> bool:
    """Delete the embedded database of a home, data and all, unless it is in use."""
    here = place.of(settings)
    folder = settings.folder("postgresql")
    with exclusive(folder / "server.lock"):
        if not Presence(folder / "users.lock").leave():
            return False
        if here.data.exists():
            Server.at(here).stop()
        for path in (here.data, here.log, here.sockets):
            shutil.rmtree(path, ignore_errors=True)
        if here.folder != folder:
            shutil.rmtree(here.folder, ignore_errors=True)
    return True


def _make(here: Place) -> None:
    if here.user is not None:
        SYSTEM_PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
    here.make(here.folder)


def _start(server: Server) -> bool:
    """Start the server unless it runs; True if it was started."""
    if server.wait():
        return False
    server.start()
    access.create_roles(socket_url(server.place, SUPERUSER, "postgres"))
    return True
