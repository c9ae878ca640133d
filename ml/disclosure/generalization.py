"""Full-domain generalization to k-anonymity, with the residual rows dropped."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, IntArray, check_length
from ml.disclosure.hierarchy import Hierarchy
from ml.disclosure.lattice import Outcome, Table, cheapest
from ml.disclosure.risk import Risk, risk_measures
from ml.errors import StatisticsError

# Policy: disclosure rules, level "researcher": k 10, row suppression at most 5 %.
K = 10
MAX_SUPPRESSED = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Generalization:
    """One level per column, and the table to release.

    levels: chosen level by column, 0 the finest. kept: (n_persons,) who is released.
    labels: by column the labels of the kept persons, in their order, (n_kept,).
    class_sizes: (n_kept,) how many released persons look alike, each at least k.
    """

    levels: Mapping[str, int]
    kept: BoolArray
    labels: Mapping[str, npt.NDArray[np.object_]]
    class_sizes: IntArray
    risk: Risk


def generalize(
    columns: Mapping[str, Hierarchy], *, k: int = K, max_suppressed: float = MAX_SUPPRESSED
) -> Generalization:
    """The levels of least loss at which every released person has k − 1 others alike.

    columns: the quasi-identifiers of the same persons, one row per person. Persons in classes
    below k are dropped, at most the share `max_suppressed` of all; they are never starred.
    The optimum over the whole lattice is exact; ties go to the finer levels of earlier columns.
    Errors: no_data, length_mismatch, invalid_k, invalid_share, k_not_reached (k and the
    smallest share of persons that would have to be dropped).
    Source: full-domain generalization after Samarati (2001) and LeFevre et al. (2005); loss
    after Iyengar (2002).
    """
    table = _table(columns, k, max_suppressed)
    allowed = math.floor(max_suppressed * table.n + 1e-9)
    best = cheapest(table, allowed)
    if best is None:
        coarsest = tuple(column.coarsest for column in table.columns)
        share = table.outcome(coarsest).n_dropped / table.n
        raise StatisticsError("k_not_reached", k=k, best_suppressed_share=share)
    return _released(table, best, tuple(columns))


def _table(columns: Mapping[str, Hierarchy], k: int, max_suppressed: float) -> Table:
    if k < 2:
        raise StatisticsError("invalid_k", found=k)
    if not 0 <= max_suppressed < 1:
        raise StatisticsError("invalid_share", found=max_suppressed)
    hierarchies = tuple(columns.values())
    if not hierarchies:
        raise StatisticsError("no_data")
    for name, hierarchy in columns.items():
        check_length(hierarchy.leaves.size, hierarchies[0].leaves.size, name)
    return Table(hierarchies, k)


def _released(table: Table, best: Outcome, names: tuple[str, ...]) -> Generalization:
    classes = table.classes(best.levels)
    sizes = classes.sizes[classes.of_row]
    kept = sizes >= table.k
    labels = {
        name: column.labels(level)[column.leaves[kept]]
        for name, column, level in zip(names, table.columns, best.levels, strict=True)
    }
    finest = table.classes((0,) * len(names))
    return Generalization(
        levels=dict(zip(names, best.levels, strict=True)),
        kept=kept,
        labels=labels,
        class_sizes=sizes[kept],
        risk=Risk(
            before=risk_measures(finest.sizes),
            after=risk_measures(classes.sizes[classes.sizes >= table.k]),
            share_dropped=best.n_dropped / table.n,
            loss=best.loss,
        ),
    )
