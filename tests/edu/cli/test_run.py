"""`edu run` as a person meets it: up, serving, and gone at one Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest

from edu.cli.listening import answers, listening
from edu.database import place
from edu.database.server import Server
from tests.edu.cli.test_processes import free_port, runs, until

pytestmark = pytest.mark.slow
STOP_SECONDS = 10


@contextmanager
def service(settings, *options):
    """The service as a group of processes, as a shell starts it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "edu.cli", "run", "--workers=1", f"--port={free_port()}", *options],
        env=os.environ | {"EDU_HOME": str(settings.home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()


def server_of(settings):
    return Server.at(place.of(settings))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal_to_the_group_and_then_nothing_is_left(make_settings, number):
    settings = make_settings("a home with spaces")
    with service(settings, "--no-demo", "--json") as process:
        ready = json.loads(process.stdout.readline())
        assert "error" not in ready
        with urllib.request.urlopen(f"{ready['address']}/healthz") as response:  # noqa: S310
            assert json.load(response) == {"status": "ok"}
        postgres = server_of(settings).pid()
        asked = time.monotonic()
        os.killpg(process.pid, number)
        said, complained = process.communicate()
        assert time.monotonic() - asked < STOP_SECONDS
    assert process.returncode == 0
    assert said == ""
    assert "Traceback" not in complained
    assert not runs(postgres)


def test_a_signal_while_it_starts_leaves_nothing_either(make_settings):
    settings = make_settings()
    with service(settings) as process:
        process.stderr.readline()
        os.killpg(process.pid, signal.SIGINT)
        _, complained = process.communicate()
    assert process.returncode == 0
    assert "Traceback" not in complained
    assert server_of(settings).pid() is None


def test_a_taken_port_is_told_before_anything_is_started(make_settings):
    settings = make_settings()
    with listening("127.0.0.1", free_port()) as taken:
        port = taken.getsockname()[1]
        with service(settings, f"--port={port}") as process:
            _, complained = process.communicate()
    assert process.returncode == 1
    assert complained.startswith(f"edu: Port {port} is taken")
    assert complained.count("\n") == 1
    assert not (settings.home / "postgresql").exists()


def child_of(process, name):
    """The number of the child whose command holds `name`, None while there is none."""
    listed = subprocess.run(
        ["ps", "--ppid", str(process.pid), "-o", "pid=,stat=,args="],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    return next(
        (int(line.split()[0]) for line in listed if name in line and " Z" not in line), None
    )


def healthy(ready):
    return lambda: answers(f"{ready['address']}/healthz")


def test_what_is_killed_is_started_again(make_settings):
    settings = make_settings()
    with service(settings, "--no-demo", "--json") as process:
        ready = json.loads(process.stdout.readline())
        for name in ("edu.worker", "gunicorn"):
            killed = child_of(process, name)
            os.kill(killed, signal.SIGKILL)
            until(lambda name=name, killed=killed: child_of(process, name) not in (None, killed))
        os.kill(server_of(settings).pid(), signal.SIGKILL)
        until(lambda: server_of(settings).ready())
        until(healthy(ready))
        process.terminate()
        _, complained = process.communicate()
    assert process.returncode == 0
    assert complained.count("started again") == 3


def test_all_stops_when_a_part_is_killed_again_and_again(make_settings):
    with service(make_settings(), "--no-demo", "--json") as process:
        process.stdout.readline()
        while process.poll() is None:
            worker = child_of(process, "edu.worker")
            if worker is not None:
                os.kill(worker, signal.SIGKILL)
        said, complained = process.communicate()
    assert process.returncode == 1
    assert said == ""
    assert "“worker” stopped" in complained.splitlines()[-1]


def test_an_empty_database_gets_the_demonstration_once_with_a_sign_in_for_each_role(make_settings):
    settings = make_settings()
    for expected in (1, 0):
        with service(settings, "--json") as process:
            ready = json.loads(process.stdout.readline())
            process.terminate()
            _, said = process.communicate()
        assert len({each["role"] for each in ready["sign_ins"]}) == 6
        assert said.count("Loading the demonstration") == expected
