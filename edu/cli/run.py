"""`edu run`: everything at once, until somebody says stop."""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import click

from edu.cli import listening
from edu.cli.children import Child, Children
from edu.cli.interruption import Interruption, Stop
from edu.cli.output import telling, write
from edu.cli.preparation import SignIn, sign_ins, steps
from edu.config import PROJECT, Settings
from edu.database import Database, running
from models.errors import Refusal

THREADS = 16
READY_SECONDS = 90
POLL_SECONDS = 0.1
GUNICORN = (
    "--preload",  # loaded once for all processes; nothing connects or starts threads on loading
    "--worker-class=gthread",
    f"--threads={THREADS}",
    "--timeout=120",
    "--graceful-timeout=2",
    "--keep-alive=5",
    "--no-control-socket",
    "--log-level=warning",
)


@dataclass(frozen=True, slots=True)
class Service:
    """What is asked for.

    demonstration: whether an empty database is filled with the invented nation.
    """

    host: str
    port: int
    workers: int
    demonstration: bool
    as_json: bool

    @property
    def address(self) -> str:
        host = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{host}:{self.port}"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option(
    "--demo/--no-demo",
    default=True,
    help="Fill an empty database with an invented nation, and show who can sign in.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object once it serves.")
def run(host: str, port: int, workers: int, demo: bool, as_json: bool) -> None:
    """Start the database, the web service and the worker; Ctrl-C stops all of them."""
    service = Service(host, port, workers, demo, as_json)
    with Interruption() as interruption, telling(as_json):
        try:
            serve(service, interruption)
        except Stop:
            say("Stopped.")


def serve(service: Service, interruption: Interruption) -> None:
    """Run until stopped: `Stop` when somebody asks for it, a refusal when a part fails."""
    settings = Settings.from_environ()
    with (
        listening.listening(service.host, service.port) as listener,
        running(settings) as database,
    ):
        if database.folder is not None and not database.folder.is_relative_to(settings.home):
            say(f"The database lies in {database.folder}")
        for step in steps(settings, database.urls, demonstration=service.demonstration):
            with interruption.allowed():
                say(step.message)
                step.action()
        with Children(environment(settings), settings.folder("logs")) as children:
            children.start("web", gunicorn(listener.fileno(), service), [listener.fileno()])
            children.start("worker", [sys.executable, "-m", "edu.worker"])
            with interruption.allowed():
                wait_until_ready(children, service)
                announce(service, sign_ins(database.urls) if service.demonstration else [])
                with telling(as_json=False):  # the one JSON object is out already
                    watch(children, database)


def gunicorn(descriptor: int, service: Service) -> list[str]:
    """The command that serves `wsgi:app` on a socket that listens already."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "wsgi:app",
        f"--chdir={PROJECT}",
        f"--bind=fd://{descriptor}",
        f"--workers={service.workers}",
        *GUNICORN,
    ]


def environment(settings: Settings) -> dict[str, str]:
    """What the children see: the same home from any folder, and one thread for linear algebra.

    Requests and jobs run side by side already; BLAS with threads of its own only slows them down.
    """
    return {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        **os.environ,
        "EDU_HOME": str(settings.home),
        "PYTHONUNBUFFERED": "1",
    }


def wait_until_ready(children: Children, service: Service) -> None:
    """Return once /healthz answers; what stops before that will not work the next time either."""
    deadline = time.monotonic() + READY_SECONDS
    while not listening.answers(f"{service.address}/healthz"):
        ended = children.ended()
        if ended is not None:
            raise Refusal("child_stopped", **described(ended))
        if time.monotonic() > deadline:
            raise Refusal("not_serving", seconds=str(READY_SECONDS))
        time.sleep(POLL_SECONDS)


def watch(children: Children, database: Database) -> None:
    """Start again what is killed, the database too. A signal ends it, or too many restarts."""
    while True:
        if database.revive():
            say("PostgreSQL had stopped and was started again.")
        ended = children.ended()
        if ended is not None:
            about = described(ended)
            if not children.restart(ended):
                raise Refusal("child_stopped", **about)
            say(
                f"The process “{ended.name}” had stopped and was started again ({about['reason']})."
            )
        time.sleep(POLL_SECONDS)


def described(child: Child) -> dict[str, str]:
    """Which child stopped, how, and what it said last."""
    return {
        "name": child.name,
        "status": str(child.process.returncode),
        "reason": child.last_line(),
        "log": str(child.log),
    }


def announce(service: Service, accounts: Sequence[SignIn]) -> None:
    """The address, once it answers, and who may sign in there."""
    if service.as_json:
        write({"address": service.address, "sign_ins": [asdict(each) for each in accounts]})
        return
    click.echo(f"Ready at {service.address} (Ctrl-C stops it)")
    for each in accounts:
        click.echo(f"  {each.role:24} {each.email:28} {each.password}")


def say(message: str) -> None:
    """Progress goes where it is seen at once, and never into the JSON object."""
    click.echo(message, err=True)
