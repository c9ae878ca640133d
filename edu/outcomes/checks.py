"""A check as pages show it, whatever was checked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ShownCheck:
    """A check in words; figures: what was found, and what is asked for."""

    passed: bool
    name: str
    sentence: str
    figures: str
