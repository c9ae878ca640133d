"""Which processes live, and which of them are PostgreSQL on certain data."""

import contextlib
import os
import subprocess
from pathlib import Path

PROCESSES = Path("/proc")


def alive(pid: int) -> bool:
    """Whether the number is in use, be it by a dead process that nobody has reaped."""
    if _listed():
        return (PROCESSES / str(pid)).exists()
    return subprocess.run(["ps", "-p", str(pid)], capture_output=True, check=False).returncode == 0


def reap(pid: int) -> None:
    """Let go of a dead child of ours, so that its number is free."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def works_in(pid: int, data: Path) -> bool:
    """Whether the process is PostgreSQL on these data: it works in their folder."""
    if not _listed():
        return alive(pid)
    try:
        return (PROCESSES / str(pid) / "cwd").samefile(data)
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False


def any_works_in(data: Path) -> bool:
    """Whether any process of PostgreSQL is left on these data."""
    if not _listed():
        return False
    return any(
        works_in(int(process.name), data)
        for process in PROCESSES.iterdir()
        if process.name.isdecimal()
    )


def _listed() -> bool:
    return (PROCESSES / "self").exists()
