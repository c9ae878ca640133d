"""The embedded PostgreSQL starts anywhere, survives being killed, and is stopped by the last."""

import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from edu.database import conninfo, discard, disk, place, running, urls
from edu.database.server import Server
from models.errors import Refusal

pytestmark = pytest.mark.slow

START_AND_WAIT = """
import sys
from edu.config import Settings
from edu.database import running
with running(Settings.from_environ()) as database:
    print("started" if database.started else "found", flush=True)
    sys.stdin.read()
"""


def execute(database, statement):
    with psycopg.connect(conninfo(database.urls.owner)) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone() if cursor.description else None


def server_of(settings):
    return Server.at(place.of(settings))


def starter(settings):
    return subprocess.Popen(
        [sys.executable, "-c", START_AND_WAIT],
        env=os.environ | {"EDU_HOME": str(settings.home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_it_starts_when_needed_and_stops_afterwards(make_settings):
    settings = make_settings()
    with running(settings) as database:
        assert database.started
        assert database.urls == urls(settings)
        assert server_of(settings).ready()
    assert server_of(settings).pid() is None


def test_it_is_private_and_has_no_network_address(make_settings):
    with running(make_settings()) as database:
        assert stat.S_IMODE(database.folder.stat().st_mode) == 0o700
        assert execute(database, "SHOW listen_addresses") == ("",)


def test_it_speaks_utc_and_folds_cyrillic_case(make_settings):
    with running(make_settings()) as database:
        assert execute(database, "SELECT lower('ӘІҢҒ'), current_setting('TimeZone')") == (
            "әіңғ",
            "UTC",
        )


def test_data_survive_a_restart(make_settings):
    settings = make_settings()
    with running(settings) as database:
        execute(database, "CREATE TABLE kept AS SELECT 7 AS figure")
    with running(settings) as database:
        assert execute(database, "SELECT figure FROM kept") == (7,)


def test_whoever_leaves_last_stops_it(make_settings):
    settings = make_settings()
    first, second = running(settings), running(settings)
    assert first.__enter__().started
    assert not second.__enter__().started
    first.__exit__(None, None, None)
    assert server_of(settings).ready()
    second.__exit__(None, None, None)
    assert server_of(settings).pid() is None


def test_of_many_who_start_it_at_once_one_does(make_settings):
    settings = make_settings()
    starters = [starter(settings) for _ in range(4)]
    said = [process.stdout.readline().strip() for process in starters]
    assert sorted(said) == ["found", "found", "found", "started"]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda process: process.communicate(""), starters))
    assert server_of(settings).pid() is None


def test_nobody_sees_a_folder_before_it_has_its_owner(make_settings, monkeypatch):
    """Made by root and not yet handed over, it would be taken for somebody else's."""
    settings = make_settings()
    lock = settings.folder("postgresql") / "server.lock"
    made, held = place.Place.make, []

    def watched(here: place.Place, path) -> None:
        with lock.open("a") as probe:
            try:
                fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
                held.append(False)
            except BlockingIOError:
                held.append(True)
        made(here, path)

    monkeypatch.setattr(place.Place, "make", watched)
    with running(settings):
        assert held
        assert all(held)


def test_a_server_left_by_a_killed_process_is_taken_over_and_stopped(make_settings):
    settings = make_settings()
    process = starter(settings)
    assert process.stdout.readline() == "started\n"
    process.kill()
    process.communicate()
    with running(settings) as database:
        assert not database.started
    assert server_of(settings).pid() is None


def test_a_killed_server_comes_back_with_all_that_was_committed(make_settings):
    settings = make_settings()
    with running(settings) as database:
        execute(database, "CREATE TABLE kept AS SELECT 7 AS figure")
        os.kill(server_of(settings).pid(), signal.SIGKILL)
    with running(settings) as database:
        assert database.started
        assert execute(database, "SELECT figure FROM kept") == (7,)


def test_a_server_killed_in_the_midst_is_revived(make_settings):
    settings = make_settings()
    with running(settings) as database:
        assert not database.revive()
        os.kill(server_of(settings).pid(), signal.SIGKILL)
        while server_of(settings).pid() is not None:
            pass
        assert database.revive()
        assert execute(database, "SELECT 1") == (1,)
    assert server_of(settings).pid() is None


def test_a_process_number_that_now_belongs_to_another_does_not_stand_in_the_way(make_settings):
    settings = make_settings()
    with running(settings):
        server = server_of(settings)
        file = server.place.data / "postmaster.pid"
        lines = file.read_text().splitlines()
    lines[0] = str(os.getpid())
    file.write_text("\n".join(lines) + "\n")
    assert server.pid() is None
    server.stop()  # would end the tests if it believed the file
    with running(settings) as database:
        assert database.started


def test_data_cut_short_while_they_were_created_are_created_again(make_settings):
    settings = make_settings()
    here = place.of(settings)
    with running(settings):
        pass
    here.data.rename(here.folder / "data.draft")
    with running(settings) as database:
        assert execute(database, "SELECT 1") == (1,)


@pytest.mark.parametrize(
    "name", ["with a space", "comma, 'quote' \"double\" $HOME %41", "мектеп", "long" * 30]
)
def test_the_path_may_hold_any_character(make_settings, name):
    with running(make_settings(f"{name}/var")) as database:
        assert execute(database, "SELECT current_user") == ("edu_owner",)


def test_a_path_too_long_for_a_socket_gets_a_short_one_elsewhere(make_settings, monkeypatch):
    monkeypatch.setattr(place, "LONGEST_SOCKET", 20)
    settings = make_settings("long" * 30)
    with running(settings) as database:
        sockets = place.of(settings).sockets
        assert sockets.parent == place.SHORT_PLACE
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        assert execute(database, "SELECT 1") == (1,)


def test_a_folder_that_somebody_else_put_in_the_way_is_refused(tmp_path):
    here = place.Place(tmp_path, tmp_path / "sockets")
    here.sockets.symlink_to(tmp_path)
    with pytest.raises(Refusal) as refusal:
        here.make(here.sockets)
    assert refusal.value.code == "folder_not_ours"


def test_a_full_disk_is_told_before_anything_is_written(make_settings, monkeypatch):
    settings = make_settings()
    usage = shutil.disk_usage(settings.folder("postgresql"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=10 * disk.MEGABYTE))
    with pytest.raises(Refusal) as refusal, running(settings):
        pass
    assert refusal.value.code == "disk_full"
    assert refusal.value.parameters["free"] == 10
    assert not place.of(settings).data.exists()


def test_data_of_another_version_are_left_alone(make_settings):
    settings = make_settings()
    with running(settings):
        pass
    version = place.of(settings).data / "PG_VERSION"
    version.write_text("14\n")
    with pytest.raises(Refusal) as refusal, running(settings):
        pass
    assert refusal.value.code == "postgresql_other_version"
    assert refusal.value.parameters["expected"] == 14
    version.write_text("18\n")


def test_a_statement_that_fails_leaves_nothing_of_itself_in_the_log(make_settings):
    settings = make_settings()
    with running(settings) as database:
        with pytest.raises(psycopg.Error):
            execute(database, "SELECT 'Айгерім Сейтқали'::integer")
        log = "".join(file.read_text() for file in place.of(settings).log.iterdir())
    assert "ready to accept connections" in log
    assert "Сейтқали" not in log


def test_a_database_is_deleted_only_when_nobody_uses_it(make_settings):
    settings = make_settings()
    with running(settings) as database:
        assert not discard(settings)
        assert execute(database, "SELECT 1") == (1,)
    assert discard(settings)
    assert not place.of(settings).data.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only as root do the data lie outside the home")
def test_as_root_a_moved_home_keeps_its_data_and_a_copied_one_has_its_own(make_settings, tmp_path):
    settings = make_settings("here")
    first = place.of(settings).folder
    shutil.copytree(settings.home, tmp_path / "copy")
    assert place.of(make_settings("copy")).folder != first
    settings.home.rename(tmp_path / "moved")
    assert place.of(make_settings("moved")).folder == first
    assert place.of(make_settings("here")).folder != first
    assert place.of(make_settings("moved")).folder == first
