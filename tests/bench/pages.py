"""How long the main pages take: one gunicorn worker, the invented nation of 20,000."""

import http.cookiejar
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edu.config import PROJECT, Settings
from edu.database import discard
from tests.bench.harness import Measurement, benchmark

PEOPLE = 20_000
ROUNDS = 40
SLOWEST_START = 120
PAGES = {
    "school_administrator": {"home-school": "/", "person-list": "/people/"},
    "program_manager": {"home-manager": "/", "program-page": "/programs/1"},
    "researcher": {"home-researcher": "/"},
}
EDU = str(Path(sys.executable).with_name("edu"))


@benchmark("pages")
def pages() -> list[Measurement]:
    """Median answer of each page, held against /healthz, which does one trip to the database."""
    found = []
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "EDU_HOME": home}
        command = [EDU, "demo", "--people", str(PEOPLE), "--seed", "1", "--json"]
        loaded = subprocess.run(command, env=environment, capture_output=True, check=True)
        known = {one["role"]: one for one in json.loads(loaded.stdout)["sign_ins"]}
        try:
            with serving(environment) as address:
                for role, addresses in PAGES.items():
                    browser = signed_in(address, known[role]["email"], known[role]["password"])
                    floor = median_ms(browser, f"{address}/healthz")
                    for name, path in addresses.items():
                        value = median_ms(browser, address + path)
                        found.append(Measurement(f"pages/{name}", value, "ms", floor, "healthz"))
        finally:
            discard(Settings.from_environ(environment))
    return found


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    """`edu run` with one web process, at a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [EDU, "run", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, env=environment, cwd=PROJECT, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/healthz")
        yield address
    finally:
        process.terminate()
        process.wait()


def wait_for(address: str) -> None:
    deadline = time.monotonic() + SLOWEST_START
    while time.monotonic() < deadline:
        try:
            urllib.request.build_opener().open(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)


def signed_in(address: str, email: str, password: str) -> urllib.request.OpenerDirector:
    """A browser without pictures, signed in by the form."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    form = browser.open(f"{address}/sign-in").read().decode()
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', form)
    if token is None:
        raise RuntimeError("the sign-in page has no token")
    fields = {"email": email, "password": password, "csrf_token": token[1]}
    browser.open(f"{address}/sign-in", urllib.parse.urlencode(fields).encode()).close()
    return browser


def median_ms(browser: urllib.request.OpenerDirector, address: str) -> float:
    """Median milliseconds from request to the last byte."""
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        browser.open(address).read()
        times.append(time.perf_counter() - begin)
    return 1000 * statistics.median(times)
