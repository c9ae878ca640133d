"""Figures of a pupil file by any of its columns, without a database."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from edu.outcomes.pisa.microdata.pupil_file import PupilFile
from edu.outcomes.pisa.microdata.pupils import CODES, cycle_of, measured, recognized
from edu.outcomes.pisa.microdata.reading import read_columns
from ml.survey import (
    SD,
    Estimate,
    Levels,
    Mean,
    Quantile,
    Statistic,
    Variance,
    estimate,
    scale,
)
from models.errors import Refusal

QUANTILES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
STATISTICS: dict[str, Sequence[Statistic]] = {
    "mean": [Mean()],
    "sd": [SD()],
    "variance": [Variance()],
    "quantiles": [Quantile(p) for p in QUANTILES],
}
LEVELS = "levels"
KINDS = (*STATISTICS, LEVELS)


@dataclass(frozen=True)
class Asked:
    """What is to be told of a file; domains as its columns call them, all where none is named."""

    statistic: str = "mean"
    by: str | None = None
    domain: str | None = None
    cycle: int | None = None


@dataclass(frozen=True)
class Figure:
    """One figure of one group in one domain."""

    domain: str
    estimate: Estimate

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; what is no number becomes None."""
        found = self.estimate
        numbers = {
            "value": found.value,
            "se": found.se,
            "sampling_variance": found.sampling_variance,
            "imputation_variance": found.imputation_variance,
            "df": found.df,
        }
        kept = {name: value if math.isfinite(value) else None for name, value in numbers.items()}
        told = {"domain": self.domain, "group": found.group, "statistic": found.name}
        return {**told, **kept, "n": found.n, "n_missing": found.n_missing}


def figures(file: PupilFile, asked: Asked) -> Iterator[Figure]:
    """Every domain of the file, by the groups asked for.

    Refuses as read_pupils does; unknown_pupil_column, cycle_not_told (for levels).
    """
    known = recognized(file)
    if asked.statistic == LEVELS:
        asked = replace(asked, cycle=cycle_of(file, asked.cycle))
    domains = {code: names for code, names in known.values.items() if code in wanted(file, asked)}
    by = column_named(file, asked.by) if asked.by else None
    scores = [name for columns in domains.values() for name in columns]
    names = [*scores, known.weight, *known.replicates]
    read = read_columns(file, [*names, *([by] if by else [])], [by] if by else [])
    whole, design = measured(file, read, scores, known)
    groups = in_order(read[by]) if by else None
    for code, columns in domains.items():
        values = np.column_stack([whole[name] for name in columns])
        levels = level_names(asked, code)
        for one in estimate(values, design, statistics(asked, code), by=groups):
            yield Figure(code, replace(one, name=levels.get(one.name, one.name)))


def wanted(file: PupilFile, asked: Asked) -> Sequence[str]:
    """The domains asked for; refuses one that the file does not have."""
    has = list(recognized(file).values)
    if asked.domain is None:
        return has
    code = asked.domain.upper()
    if code not in has:
        raise Refusal("unknown_pupil_column", found=f"PV1{code}")
    return [code]


def column_named(file: PupilFile, name: str) -> str:
    """The column called so; refuses one that the file does not have."""
    found = file.spelled(name)
    if found is None:
        raise Refusal("unknown_pupil_column", found=name)
    return found


def statistics(asked: Asked, code: str) -> list[Statistic]:
    """What to estimate in a domain; the levels' bounds are those of the cycle."""
    if asked.statistic != LEVELS:
        return list(STATISTICS[asked.statistic])
    if asked.cycle is None:
        raise Refusal("cycle_not_told")
    levels: Levels = scale(CODES.get(code, code), asked.cycle).statistic
    return [levels]


def level_names(asked: Asked, code: str) -> dict[str, str]:
    """What PISA calls the levels, by their place."""
    if asked.statistic != LEVELS or asked.cycle is None:
        return {}
    return scale(CODES.get(code, code), asked.cycle).level_names


def in_order(labels: Any) -> Any:
    """Labels that are all numbers as numbers, so that 10 comes after 2."""
    try:
        return np.array([math.nan if one is None else float(one) for one in labels])
    except ValueError:
        return labels
