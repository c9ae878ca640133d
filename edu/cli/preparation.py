"""What must be done before anybody is served, in order; each step is harmless when repeated."""

from collections.abc import Callable
from dataclasses import dataclass

from edu.config import Settings
from edu.database import Urls, migrate


@dataclass(frozen=True, slots=True)
class Step:
    """message: what is being done; action: does it, and may be broken off at any moment."""

    message: str
    action: Callable[[], object]


def steps(settings: Settings, urls: Urls) -> list[Step]:
    """The steps from a running database to one that can serve."""
    return [Step("Bringing the database up to date", lambda: migrate(urls))]
