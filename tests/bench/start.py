"""How long the embedded database takes to start."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from edu.config import Settings
from edu.database import discard, migrate, place, running
from edu.database.server import Server
from tests.bench.harness import Measurement, benchmark

ROUNDS = 5


@benchmark("start")
def start() -> Measurement:
    """The second start, as `running` does it and as bare pg_ctl does."""
    with home() as settings:
        with running(settings) as database:
            migrate(database.urls)
        ours = median(lambda: started(settings))
        theirs = median(lambda: started_by_pg_ctl(settings))
    return Measurement("start", ours, "s", theirs, "pg_ctl start")


@contextmanager
def home() -> Iterator[Settings]:
    """A home that is gone afterwards, its database too."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environ({"EDU_HOME": folder})
        try:
            yield settings
        finally:
            discard(settings)


def median(measure: Callable[[], float]) -> float:
    return statistics.median(measure() for _ in range(ROUNDS))


def started(settings: Settings) -> float:
    """Seconds until `running` hands over the database."""
    begin = time.perf_counter()
    with running(settings):
        return time.perf_counter() - begin


def started_by_pg_ctl(settings: Settings) -> float:
    """Seconds of `pg_ctl start --wait` on the same data."""
    server = Server.at(place.of(settings))
    sockets = str(server.place.sockets)
    options = f"-c listen_addresses= -c 'unix_socket_directories={sockets}'"
    begin = time.perf_counter()
    done = server._run(
        "pg_ctl", "start", "-w", "-D", server.place.data, "-o", options,
        "-l", server.place.log / "pg_ctl.log",
    )  # fmt: skip
    seconds = time.perf_counter() - begin
    server.stop()
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return seconds
