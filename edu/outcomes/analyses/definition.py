"""What an analysis asks: everything that decides its answer, as JSON that can be rerun."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from edu.outcomes.groupings import Grouping
from edu.outcomes.runs import OUTCOME_SCALE
from models.errors import Refusal

VERSION = 1
FEWEST_FOLDS, MOST_FOLDS = 2, 20
DEFAULT_GROUPS = (Grouping.SEX, Grouping.LOCALITY, Grouping.LANGUAGE, Grouping.REGION)


class Pool(StrEnum):
    """From where people who did not take part are taken for comparison."""

    SAME_REGIONS = "same_regions"
    SAME_SCHOOLS = "same_schools"
    OTHER_SCHOOLS = "other_schools"
    NATION = "nation"


class Estimand(StrEnum):
    """For whom the effect is to hold."""

    ATT = "ATT"
    ATE = "ATE"
    ATO = "ATO"


@dataclass(frozen=True)
class Definition:
    """All codes. offerings: of the program; none named: all. waves: the first and the last.

    groups: named before anybody looks, so that none is picked for its result.
    """

    program: str
    offerings: tuple[str, ...] = ()
    scale: str = OUTCOME_SCALE
    waves: tuple[str, str] = ("baseline", "endline")
    comparison: Pool = Pool.SAME_REGIONS
    groups: tuple[Grouping, ...] = DEFAULT_GROUPS
    estimand: Estimand = Estimand.ATT
    folds: int = 5
    seed: int = 1

    def as_dict(self) -> dict[str, Any]:
        """As it is kept."""
        fields = asdict(self)
        for name in ("offerings", "waves", "groups"):
            fields[name] = [str(value) for value in fields[name]]
        return {"version": VERSION, **fields, "comparison": self.comparison.value,
                "estimand": self.estimand.value}  # fmt: skip

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "Definition":
        """The inverse of `as_dict`; refuses (unknown_version) what a later service wrote."""
        if kept.get("version", VERSION) != VERSION:
            raise Refusal("unknown_definition", found=kept["version"], expected=VERSION)
        return cls(
            program=kept["program"],
            offerings=tuple(kept.get("offerings", ())),
            scale=kept.get("scale", OUTCOME_SCALE),
            waves=two(kept.get("waves", ("baseline", "endline"))),
            comparison=Pool(kept.get("comparison", Pool.SAME_REGIONS)),
            groups=tuple(Grouping(name) for name in kept.get("groups", DEFAULT_GROUPS)),
            estimand=Estimand(kept.get("estimand", Estimand.ATT)),
            folds=int(kept.get("folds", 5)),
            seed=int(kept.get("seed", 1)),
        )


def two(waves: Sequence[str]) -> tuple[str, str]:
    """The first and the last of the waves; refuses fewer or the same twice."""
    if len(waves) != 2 or waves[0] == waves[1]:
        raise Refusal("two_waves_needed", field="last_wave")
    return waves[0], waves[1]
