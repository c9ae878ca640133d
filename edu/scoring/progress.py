"""How far a run is, for whoever asked for it."""

from typing import Protocol


class Progress(Protocol):
    """Told what is being done; what it raises ends the run."""

    def at(
        self,
        stage: str,
        done: int = 0,
        total: int = 0,
        point: tuple[float, float] | None = None,
    ) -> None:
        """Say what is being done; point: where an iteration has come to."""


class Untold:
    """Nobody waits for news."""

    def at(
        self,
        stage: str,
        done: int = 0,
        total: int = 0,
        point: tuple[float, float] | None = None,
    ) -> None:
        """Say nothing."""
