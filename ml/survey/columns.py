"""The official column names of PISA's pupil files, by which they recognize themselves."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ml.errors import StatisticsError

# Whole domains only: PV1MATH1 and the like are scales within one.
VALUES = re.compile(r"PV(\d+)([A-Z]+)")
WEIGHTS = ("W_FSTUWT", "W_FSTUWT_SA")
REPLICATES = re.compile(r"(?:W_FSTURWT|W_FSTR)(\d+)")
# Five plausible values until 2012, ten since 2015; 80 replicates in every cycle.
VALUE_NUMBERS = (5, 10)
N_REPLICATES = 80
FAY = 0.5


@dataclass(frozen=True, slots=True)
class PupilColumns:
    """values: names by domain code ("MATH", "READ", …), in order of their number."""

    values: dict[str, tuple[str, ...]]
    weight: str
    replicates: tuple[str, ...]


def recognize(names: Iterable[str]) -> PupilColumns:
    """Find plausible values, the final weight and its 80 replicates among the columns.

    Case does not matter. Errors: missing_columns with the list of what a pupil file must have
    and this one has not.
    """
    originals = {name.upper(): name for name in names}
    numbered: dict[str, dict[int, str]] = {}
    replicates: dict[int, str] = {}
    for upper, name in originals.items():
        if (found := VALUES.fullmatch(upper)) is not None:
            numbered.setdefault(found[2], {})[int(found[1])] = name
        elif (found := REPLICATES.fullmatch(upper)) is not None:
            replicates[int(found[1])] = name
    weight = next((originals[name] for name in WEIGHTS if name in originals), None)
    missing = [] if weight else [WEIGHTS[0]]
    stem = (
        "W_FSTR"
        if any(name.upper().startswith("W_FSTR") for name in replicates.values())
        else ("W_FSTURWT")
    )
    missing += [f"{stem}{i}" for i in range(1, N_REPLICATES + 1) if i not in replicates]
    missing += _missing_values(numbered)
    if missing or weight is None:
        raise StatisticsError("missing_columns", names=missing)
    return PupilColumns(
        {domain: tuple(own[i] for i in sorted(own)) for domain, own in sorted(numbered.items())},
        weight,
        tuple(replicates[i] for i in sorted(replicates)),
    )


def _missing_values(numbered: dict[str, dict[int, str]]) -> list[str]:
    if not numbered:
        return ["PV1MATH"]
    return [
        f"PV{i}{domain}"
        for domain, own in numbered.items()
        for i in range(1, _expected(own) + 1)
        if i not in own
    ]


def _expected(own: dict[int, str]) -> int:
    """The usual number that the file seems to have meant."""
    return next((number for number in VALUE_NUMBERS if max(own) <= number), max(own))
