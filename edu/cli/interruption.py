"""Being asked to stop: at once where that is harmless, else at the next such moment."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType, TracebackType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(KeyboardInterrupt):
    """Somebody asked us to stop. A kind of Ctrl-C, so that drivers cancel what they wait for."""


class Interruption:
    """While this is entered, a signal raises `Stop`, once, and only inside `allowed`."""

    def __init__(self) -> None:
        self._requested = False
        self._allowed = False

    def __enter__(self) -> "Interruption":
        self._before = {number: signal.signal(number, self._receive) for number in SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextlib.contextmanager
    def allowed(self) -> Iterator[None]:
        """Where stopping leaves nothing half-done."""
        self._allowed = True
        try:
            if self._requested:
                raise Stop
            yield
        finally:
            self._allowed = False

    def _receive(self, number: int, frame: FrameType | None) -> None:
        self._requested = True
        if self._allowed:
            self._allowed = False
            raise Stop
