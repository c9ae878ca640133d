"""What `edu run` is made of: the port, the children, and being asked to stop."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from edu.cli import listening
from edu.cli.children import Children
from edu.cli.interruption import Interruption, Stop
from models.errors import Refusal

WAITING = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = (
    "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    f"child = subprocess.Popen([sys.executable, '-c', {WAITING!r}]);"
    "print(child.pid, flush=True); time.sleep(60)"
)
PARENT = """
import sys, time
from pathlib import Path
from edu.cli.children import Children
children = Children({}, Path(sys.argv[1]))
children.start("child", [sys.executable, "-c", "import time; time.sleep(60)"])
print(children._children[0].process.pid, flush=True)
time.sleep(60)
"""


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return True


def runs(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"


def output(children, name="child"):
    file = children._logs / f"{name}.log"
    until(lambda: file.exists() and file.read_text().endswith("\n"))
    return file.read_text()


def test_a_taken_port_is_refused_with_one_that_is_free():
    with listening.listening("127.0.0.1", free_port()) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Refusal) as refusal, listening.listening("127.0.0.1", port):
            pass
    assert refusal.value.code == "port_taken"
    assert refusal.value.parameters["port"] == str(port)
    with listening.listening("127.0.0.1", int(refusal.value.parameters["free"])):
        pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_child_that_stops_is_found_with_its_last_words(tmp_path):
    with Children(os.environ, tmp_path) as children:
        children.start("steady", [sys.executable, "-c", WAITING])
        assert children.ended() is None
        children.start("child", [sys.executable, "-c", "raise SystemExit('Out of paper.')"])
        until(children.ended)
        assert children.ended().name == "child"
        assert children.ended().last_line() == "Out of paper"


def test_last_words_of_an_earlier_run_are_not_repeated(tmp_path):
    (tmp_path / "child.log").write_text("said by another\n")
    with Children(os.environ, tmp_path) as children:
        children.start("child", [sys.executable, "-c", "pass"])
        until(children.ended)
        assert children.ended().last_line() == "–"


def test_children_and_what_they_started_are_gone_afterwards(tmp_path, monkeypatch):
    monkeypatch.setattr("edu.cli.children.STOP_SECONDS", 0.3)
    with Children(os.environ, tmp_path) as children:
        children.start("child", [sys.executable, "-c", STUBBORN])
        pids = [children._children[0].process.pid, int(output(children).split()[0])]
    until(lambda: not any(runs(pid) for pid in pids))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux does this")
def test_children_stop_even_if_their_parent_is_killed(tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    child = int(parent.stdout.readline())
    assert runs(child)
    parent.kill()
    parent.communicate()
    until(lambda: not runs(child))


def test_a_log_that_has_grown_large_becomes_the_previous_one(tmp_path, monkeypatch):
    monkeypatch.setattr("edu.cli.children.LOG_BYTES", 3)
    (tmp_path / "child.log").write_text("old words\n")
    with Children(os.environ, tmp_path) as children:
        children.start("child", [sys.executable, "-c", WAITING])
        assert output(children) == "up\n"
    assert (tmp_path / "child.previous.log").read_text() == "old words\n"


def test_a_signal_stops_at_once_where_that_is_allowed():
    def stop_myself():
        with interruption.allowed():
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(20)

    with Interruption() as interruption, pytest.raises(Stop):
        stop_myself()


def test_a_signal_elsewhere_waits_for_the_next_allowed_moment():
    with Interruption() as interruption:
        os.kill(os.getpid(), signal.SIGINT)
        reached = True
        with pytest.raises(Stop), interruption.allowed():
            reached = False
    assert reached


def test_a_second_signal_does_not_disturb_the_stopping():
    stopped = False
    with Interruption() as interruption:
        try:
            with interruption.allowed():
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(20)
        except Stop:
            os.kill(os.getpid(), signal.SIGINT)
            stopped = True
    assert stopped


def test_afterwards_signals_mean_what_they_meant_before():
    before = signal.getsignal(signal.SIGINT)
    with Interruption():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before
