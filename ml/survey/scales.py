"""PISA's scales: where each level begins, by cycle, with the source of every bound."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ml.errors import StatisticsError
from ml.survey.descriptive import Levels

DATA = Path(__file__).with_name("scales.csv")


@dataclass(frozen=True, slots=True)
class Level:
    """A proficiency level: values strictly greater than `above`. status: "confirmed" in the source
    named, or "recalled" and to be checked against it."""

    name: str
    above: float
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class Scale:
    """levels: ascending; whatever lies up to the first bound is below the lowest level."""

    domain: str
    cycle: int
    levels: tuple[Level, ...]

    @property
    def statistic(self) -> Levels:
        """Shares of all levels, the lowest being "level_0": below the first described one."""
        return Levels([level.above for level in self.levels])

    @property
    def level_names(self) -> dict[str, str]:
        """What PISA calls the levels, by the names that `statistic` gives them by their place."""
        names = [
            f"below_level_{self.levels[0].name}",
            *(f"level_{one.name}" for one in self.levels),
        ]
        return {f"level_{place}": name for place, name in enumerate(names)}

    @property
    def baseline(self) -> float:
        """The bound of Level 2, the baseline proficiency."""
        return next(level.above for level in self.levels if level.name == "2")


def scale(domain: str, cycle: int) -> Scale:
    """The scale of "mathematics", "reading" or "science" in a cycle of PISA.

    A cycle after the last one that is described keeps the latest bounds until data say otherwise.
    Errors: unknown_pisa_scale.
    """
    levels = tuple(
        Level(row["level"], float(row["above"]), row["source"], row["status"])
        for row in _rows()
        if row["scale"] == domain
        and int(row["first_cycle"]) <= cycle <= int(row["last_cycle"] or cycle)
    )
    if not levels:
        raise StatisticsError("unknown_pisa_scale", scale=domain, cycle=cycle)
    return Scale(domain, cycle, levels)


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
