"""Item response models at national size, side by side with girth and with a floor.

The floor is one E-step's two matrix products (responses × nodes, and back) at one thread, times
the passes that the fit made over the data, over the number of processors. girth joins only at
10,000 × 40 (it needs a minute at 100,000), where ours is timed as well. Every time on the clock
is followed by the processor seconds over the number of processors: what the clock would show if
nobody else used the machine.
"""

import os
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from ml.irt import ItemResponseModel
from ml.irt.parallel import one_blas_thread, worker_count
from tests.bench.harness import Measurement, benchmark

ITEMS = 40
NODES = 61
ROUNDS = 3
BOUNDS = {"100k": 0.35, "1m": 2.5}


@benchmark("irt")
def irt() -> list[Measurement]:
    """2PL fits with exact standard errors, plausible values, and what they need of memory."""
    results = [*beside_girth(), *fits(100_000, "100k"), *plausible_values(100_000)]
    results += [*fits(1_000_000, "1m", rounds=1), memory(1_000_000)]
    return results + booklets(4_100_000)


def beside_girth() -> list[Measurement]:
    """The same data in both; girth's items do not have standard errors."""
    X = responses(10_000).astype(np.int8)
    ours = best(lambda: ItemResponseModel().fit(X), ROUNDS)
    try:
        from girth import twopl_mml
    except ImportError:
        return [Measurement("2PL 10k × 40", ours, "s")]
    theirs = best(lambda: twopl_mml(X.T.astype(int)), 1)
    return [Measurement("2PL 10k × 40", ours, "s", theirs, "girth")]


def fits(n: int, label: str, rounds: int = ROUNDS) -> list[Measurement]:
    """Seconds of a complete fit, its gradient, and the floor of the same run."""
    X = responses(n)
    model = ItemResponseModel()
    seconds, alone = timed(lambda: model.fit(X), rounds)
    floor = floor_seconds(X, model.n_passes_)
    name = f"2PL {label} × {ITEMS}"
    return [
        Measurement(name, seconds, "s", floor, f"products × {model.n_passes_} passes"),
        Measurement(f"{name}, alone", alone, "s", BOUNDS[label], "bound"),
        Measurement(f"{name}, gradient / n", model.gradient_norm_, "", 1e-6, "bound"),
    ]


def memory(n: int) -> Measurement:
    """What a fit takes above its input, in a process that has done nothing else."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        above = pool.submit(gigabytes_above_input, n).result()
    return Measurement("2PL 1m, memory above input", above, "GB", 1.0, "bound")


def gigabytes_above_input(n: int) -> float:
    """The peak of this process minus what it held before the fit."""
    X = responses(n)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    before = pages * resource.getpagesize() / 1024**3
    ItemResponseModel().fit(X)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2 - before


def plausible_values(n: int) -> list[Measurement]:
    """Ten plausible values with a conditioning of five columns."""
    X = responses(n)
    conditioning = np.random.default_rng(1).normal(size=(n, 5))
    model = ItemResponseModel().fit(X)
    seconds, alone = timed(
        lambda: model.draw_plausible_values(X, conditioning=conditioning, random_state=1), ROUNDS
    )
    name = "10 plausible values, 100k"
    return [
        Measurement(name, seconds, "s", 0.5, "bound"),
        Measurement(f"{name}, alone", alone, "s", 0.5, "bound"),
    ]


def booklets(n: int) -> list[Measurement]:
    """Eight booklets of 20 consecutive items, each starting five items later."""
    X = responses(n)
    for booklet in range(8):
        shown = (np.arange(20) + 5 * booklet) % ITEMS
        X[np.ix_(np.arange(booklet, n, 8), np.setdiff1d(np.arange(ITEMS), shown))] = np.nan
    model = ItemResponseModel()
    seconds, alone = timed(lambda: model.fit(X), 1)
    name = "2PL 4.1m in 8 booklets of 20"
    return [
        Measurement(name, seconds, "s", 12.0, "bound"),
        Measurement(f"{name}, alone", alone, "s", 12.0, "bound"),
        Measurement(f"{name}, gradient / n", model.gradient_norm_, "", 1e-6, "bound"),
    ]


def responses(n: int) -> np.ndarray:
    """(n, ITEMS) as doubles, made a piece at a time."""
    generator = np.random.default_rng(0)
    slope = generator.uniform(0.7, 2.0, ITEMS)
    intercept = generator.normal(0, 1, ITEMS)
    X = np.empty((n, ITEMS))
    for start in range(0, n, 65536):
        piece = X[start : start + 65536]
        theta = generator.standard_normal(len(piece))
        chance = 1 / (1 + np.exp(-(theta[:, None] * slope + intercept)))
        piece[...] = generator.random(piece.shape) < chance
    return X


def floor_seconds(X: np.ndarray, passes: int) -> float:
    """Both products of one pass on at most 100,000 rows, scaled up."""
    part = X[:100_000]
    curve = np.random.default_rng(0).normal(size=(ITEMS, NODES))
    with one_blas_thread():
        posterior = part @ curve

        def products() -> None:
            np.matmul(part, curve, out=posterior)
            part.T @ posterior

        once = best(products, 5)
    return once * len(X) / len(part) * passes / min(worker_count(), os.cpu_count() or 1)


def best(work: Callable[[], object], rounds: int) -> float:
    """The shortest of several runs, seconds."""
    return timed(work, rounds)[0]


def timed(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The shortest of several runs: seconds, and processor seconds over the processors."""
    walls, processors = [], []
    for _ in range(rounds):
        begin, used = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - begin)
        processors.append(time.process_time() - used)
    return min(walls), min(processors) / worker_count()
