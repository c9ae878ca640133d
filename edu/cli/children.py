"""The processes that `edu run` starts, watches and stops."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

STOP_SECONDS = 3.5
POLL_SECONDS = 0.05
# A child that stops more often than this within a minute will not do better the next time.
MOST_RESTARTS = 5
LOG_BYTES = 10_000_000
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Child:
    """A process, how it was started, and where in which file its output begins."""

    name: str
    command: Sequence[str]
    pass_fds: Sequence[int]
    process: "subprocess.Popen[bytes]"
    log: Path
    start: int

    def last_line(self) -> str:
        """What it said last, most often why it stopped."""
        with self.log.open("rb") as file:
            file.seek(self.start)
            lines = file.read().decode(errors="replace").strip().splitlines()
        return lines[-1].strip().rstrip(".") if lines else "–"


class Children:
    """Started one by one, stopped together when this is left."""

    def __init__(self, environ: Mapping[str, str], logs: Path) -> None:
        self._environ = dict(environ)
        self._logs = logs
        self._children: list[Child] = []
        self._restarts: list[float] = []

    def __enter__(self) -> "Children":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, name: str, command: Sequence[str], pass_fds: Sequence[int] = ()) -> None:
        """Start a process in a session of its own: Ctrl-C reaches us, and we stop it in order."""
        log = self._logs / f"{name}.log"
        with _appended(log) as output:
            start = output.seek(0, os.SEEK_END)
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._environ,
                pass_fds=pass_fds,
                start_new_session=True,
                preexec_fn=_die_with_parent(),  # noqa: PLW1509  (we have no threads)
            )
        self._children.append(Child(name, command, pass_fds, process, log, start))

    def ended(self) -> Child | None:
        """The first that has stopped, None while all of them run."""
        for child in self._children:
            if child.process.poll() is not None:
                return child
        return None

    def restart(self, child: Child) -> bool:
        """Start one that has stopped again; False if that has happened too often of late."""
        now = time.monotonic()
        self._restarts = [moment for moment in self._restarts if now - moment < 60]
        if len(self._restarts) >= MOST_RESTARTS:
            return False
        self._restarts.append(now)
        self._children.remove(child)
        _end_group(child)
        self.start(child.name, child.command, child.pass_fds)
        return True

    def stop(self) -> None:
        """Ask all to stop, wait a little, and end those that are left with all they started."""
        for child in self._children:
            child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while self._alive() and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        for child in self._children:
            _end_group(child)
            child.process.wait()

    def _alive(self) -> bool:
        return any(child.process.poll() is None for child in self._children)


def _end_group(child: Child) -> None:
    """End what a child started and may have left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, signal.SIGKILL)


def _appended(log: Path) -> BinaryIO:
    """The log to append to; one that has grown large becomes the previous one."""
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".previous.log"))
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")


def _die_with_parent() -> Callable[[], None] | None:
    """On Linux: even if we are killed, the children stop and set the port free."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
