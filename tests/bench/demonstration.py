"""How long `edu demo` takes on an empty home, its database included."""

import os
import subprocess
import sys
import time

from edu.config import PROJECT
from tests.bench.harness import Measurement, benchmark
from tests.bench.start import home

PEOPLE = 20_000


@benchmark("demo")
def demo() -> Measurement:
    """20,000 people with everything that hangs on them, scores and gains included."""
    with home() as settings:
        environ = {**os.environ, "EDU_HOME": str(settings.home)}
        command = [sys.executable, "-m", "edu.cli", "demo", "--people", str(PEOPLE), "--json"]
        begin = time.perf_counter()
        subprocess.run(command, cwd=PROJECT, env=environ, check=True, capture_output=True)
        seconds = time.perf_counter() - begin
    return Measurement("demo", seconds, "s")
