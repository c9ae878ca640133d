"""The embedded PostgreSQL: created, started and stopped with its own programs."""

import contextlib
import re
import shutil
import subprocess
import time
from dataclasses import dataclass

from edu.database import binaries, disk, processes
from edu.database.binaries import Binaries
from edu.database.place import PORT, SYSTEM_PLACE, Place
from models.errors import Refusal

SUPERUSER = "postgres"
SPACE_TO_CREATE = 300
SPACE_TO_START = 64
START_SECONDS = 300  # after a crash a large database replays its log before it answers
ORPHAN_SECONDS = 15  # how long the children of a killed server may take to notice
STOP_SECONDS = 3
POLL_SECONDS = 0.01
# In English and in UTC whatever the caller's surroundings, and blind to PGPORT and its like.
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}


@dataclass(frozen=True, slots=True)
class Server:
    place: Place
    binaries: Binaries

    @classmethod
    def at(cls, place: Place) -> "Server":
        """The server of a place, run by the version that wrote its data, if there is any."""
        written = place.data / "PG_VERSION"
        major = int(written.read_text()) if written.exists() else None
        found = binaries.find(major)
        if place.user is not None:
            found = binaries.copied(found, SYSTEM_PLACE)
        return cls(place, found)

    def start(self) -> None:
        """Create the data if there is none, start, and return once connections are accepted."""
        disk.require_space(self.place.folder, SPACE_TO_START if self._exists() else SPACE_TO_CREATE)
        self.place.make(self.place.log)
        self.place.make(self.place.sockets)
        if not self._exists():
            self._create()
        deadline = time.monotonic() + ORPHAN_SECONDS
        while not (self._way_is_clear() and self._launch()):
            if time.monotonic() > deadline:
                raise self._refusal()
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Stop within seconds: first by ending sessions, then without waiting for anything."""
        for mode in ("fast", "immediate"):
            if self.pid() is None:  # pg_ctl would signal whoever has that number now
                return
            self._run("pg_ctl", "stop", "-D", self.place.data, "-m", mode, "-w", "-t", STOP_SECONDS)

    def pid(self) -> int | None:
        """The process number of the running server, None if it does not run."""
        lines = self._pid_file()
        if not lines or not lines[0].lstrip("-").isdecimal():
            return None
        pid = abs(int(lines[0]))
        return pid if processes.works_in(pid, self.place.data) else None

    def ready(self) -> bool:
        """Whether it accepts connections (and not merely starts or stops)."""
        lines = self._pid_file()
        return len(lines) > 7 and lines[7].strip() == "ready" and self.pid() is not None

    def wait(self) -> bool:
        """Wait while a server that runs starts or stops; True once it is ready."""
        deadline = time.monotonic() + START_SECONDS
        while self.pid() is not None and time.monotonic() < deadline:
            if self.ready():
                return True
            time.sleep(POLL_SECONDS)
        return False

    def _exists(self) -> bool:
        return (self.place.data / "PG_VERSION").exists()

    def _create(self) -> None:
        """Beside its final place, so that data cut short are never taken for whole."""
        draft = self.place.folder / "data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            if self.binaries.major >= 17
            else ["--locale=C.UTF-8"]
        )
        done = self._run(
            "initdb",
            "-D",
            draft,
            f"--username={SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--data-checksums",
            *locale,
            "--no-instructions",
        )
        if done.returncode != 0:
            raise self._refusal(done.stderr + done.stdout)
        draft.rename(self.place.data)

    def _launch(self) -> bool:
        """Start once; False if what is left of a killed server still stands in the way."""
        log = self.place.log / "start.log"
        options = [f"--{name}={value}" for name, value in self._options().items()]
        with contextlib.suppress(FileNotFoundError):
            log.unlink()
        with disk.refused_when_full(self.place.folder), log.open("xb") as output:
            process = subprocess.Popen(
                [self.binaries.program("postgres"), "-D", str(self.place.data), *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=ENVIRONMENT,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for us: we then stop it in good order
                user=self.place.user,
                group=self.place.group,
                extra_groups=[] if self.place.user is not None else None,
            )
        try:
            return self._await(process)
        except BaseException:
            process.terminate()
            process.wait()
            raise

    def _await(self, process: "subprocess.Popen[bytes]") -> bool:
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None:
            if self.ready():
                # It outlives us; without this Python would warn of a process left running.
                process.returncode = 0
                return True
            if time.monotonic() > deadline:
                raise self._refusal()
            time.sleep(POLL_SECONDS)
        said = self._log()
        if "pre-existing shared memory block" in said or "already exists" in said:
            return False
        raise self._refusal(said)

    def _options(self) -> dict[str, str]:
        sockets = str(self.place.sockets).replace('"', '""')
        return {
            "listen_addresses": "",
            "port": str(PORT),
            "max_connections": "200",
            "unix_socket_directories": f'"{sockets}"',
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "logging_collector": "on",
            "log_directory": str(self.place.log),
            "log_filename": "postgresql-%a.log",
            "log_truncate_on_rotation": "on",
            "log_rotation_age": "1d",
            "log_rotation_size": "0",
            # Statements and the values in them name people: they stay out of the log.
            "log_min_messages": "log",
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }

    def _way_is_clear(self) -> bool:
        """Remove what a killed server left behind, once none of its processes is left.

        With the number of a process that is gone PostgreSQL deals itself. It gives up where that
        number belongs to somebody else by now, or to a dead process that nobody has reaped, as
        happens in containers.
        """
        lines = self._pid_file()
        if not lines or not lines[0].isdecimal():
            return True
        processes.reap(int(lines[0]))
        if not processes.alive(int(lines[0])):
            return True
        if processes.any_works_in(self.place.data):
            return False
        for file in (
            self.place.data / "postmaster.pid",
            self.place.sockets / f".s.PGSQL.{PORT}.lock",
        ):
            file.unlink(missing_ok=True)
        return True

    def _pid_file(self) -> list[str]:
        try:
            return (self.place.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _log(self) -> str:
        files = sorted(self.place.log.glob("*.log"), key=lambda file: file.stat().st_mtime)
        return "".join(file.read_text(errors="replace")[-4000:] for file in files[-2:])

    def _refusal(self, said: str | None = None) -> Refusal:
        said = self._log() if said is None else said
        if disk.NO_SPACE in said or disk.QUOTA in said:
            return disk.full(self.place.folder, SPACE_TO_CREATE)
        reasons = re.findall(r"(?:FATAL|PANIC|error):\s+(.*)", said) or said.splitlines() or [""]
        return Refusal("database_not_started", reason=reasons[-1], log=str(self.place.log))

    def _run(self, program: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
        """Run to the end as the server's user, out of reach of a Ctrl-C meant for us."""
        return subprocess.run(
            [self.binaries.program(program), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
            user=self.place.user,
            group=self.place.group,
            extra_groups=[] if self.place.user is not None else None,
            check=False,
        )
