"""Work over fixed chunks whose results are reduced in order: the same bits with 1 and 2 threads."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_lock = threading.Lock()
_depth = 0
_limits: list[Any] = []


def worker_count(n_jobs: int | None = None) -> int:
    """Threads to use: n_jobs, else the processors that this process may use."""
    if n_jobs is not None and n_jobs > 0:
        return n_jobs
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Cap the linear algebra libraries at one thread while this block (or a nested one) runs.

    A product differs in its last bits between one and two threads; and threads of ours times
    threads of theirs are more than there are processors.
    """
    global _depth  # noqa: PLW0603  one process, one set of libraries
    with _lock:
        _depth += 1
        if _depth == 1:
            _limits.append(_controller().limit(limits=1, user_api="blas"))
    try:
        yield
    finally:
        with _lock:
            _depth -= 1
            if _depth == 0:
                _limits.pop().restore_original_limits()


def mapped(
    function: Callable[[Item], Result], tasks: Sequence[Item], n_jobs: int | None
) -> list[Result]:
    """The results in the order of the tasks, whichever thread finished first."""
    workers = min(worker_count(n_jobs), len(tasks))
    with one_blas_thread():
        if workers <= 1:
            return [function(task) for task in tasks]
        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(function, tasks))


def spans(n: int, size: int) -> list[tuple[int, int]]:
    """(start, stop) of consecutive pieces of at most `size`."""
    return [(start, min(start + size, n)) for start in range(0, n, size)]


@lru_cache(maxsize=1)
def _controller() -> Any:
    """Finding the libraries takes milliseconds: once. numpy's stands at import."""
    from threadpoolctl import (  # type: ignore[import-untyped]  # noqa: PLC0415
        ThreadpoolController,
    )

    return ThreadpoolController()
