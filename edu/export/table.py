"""From a cohort to the released table: one of the three bridges to ml. One row is one person."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from edu.export import policy
from edu.export.cohort import NONE, Cohort
from edu.export.columns import PERSON, QUASI_IDENTIFIERS, STATUS
from edu.export.pseudonyms import pseudonyms
from ml.disclosure import (
    Generalization,
    Hierarchy,
    birth_hierarchy,
    flat_hierarchy,
    generalize,
    place_hierarchy,
)
from ml.disclosure.risk import risk_measures

# The last grade of each stage of school, and what the stage is called in the file.
STAGES = ((4, "0-4"), (9, "5-9"), (12, "10-12"))


def recode(cohort: Cohort) -> Generalization:
    """The finest levels at which every person has K - 1 others alike, and what risk is left.

    The risk before is that of month of birth and school, which nobody ever gets.
    """
    hierarchies = quasi_identifiers(cohort)
    found = generalize(hierarchies, k=policy.K, max_suppressed=policy.MAX_SHARE_DROPPED)
    place = place_hierarchy(
        "place", cohort.labels("school"), cohort.labels("district"), cohort.labels("region")
    )
    before = risk_measures(class_sizes({**hierarchies, "place": place}.values()))
    return replace(found, risk=replace(found.risk, before=before))


def quasi_identifiers(cohort: Cohort) -> dict[str, Hierarchy]:
    """The columns by which somebody might recognize a person, with their coarser labels."""
    grades = cohort.labels("grade")
    stages = np.array([stage_of(grade) for grade in grades], dtype=np.object_)
    found = {
        "sex": flat_hierarchy("sex", cohort.labels("sex")),
        "birth": birth_hierarchy("birth", cohort.labels("birth").astype(str)),
        "place": Hierarchy.from_levels(
            "place", [cohort.labels("district"), cohort.labels("region")]
        ),
        "language": flat_hierarchy("language", cohort.labels("language")),
        "grade": Hierarchy.from_levels("grade", [grades, stages]),
        "locality": flat_hierarchy("locality", cohort.labels("locality")),
    }
    return {column.name: found[column.name] for column in QUASI_IDENTIFIERS}


def stage_of(grade: str) -> str:
    """The stage of school a grade belongs to."""
    if grade == NONE:
        return NONE
    return next(stage for last, stage in STAGES if int(grade) <= last)


def class_sizes(columns: Iterable[Hierarchy]) -> npt.NDArray[np.int64]:
    """How many persons share each combination of finest values, shape (n_classes,)."""
    first, *others = columns
    codes = first.leaves
    for column in others:
        width = int(column.leaves.max()) + 1
        codes = np.unique(codes * width + column.leaves, return_inverse=True)[1]
    return np.unique(codes, return_counts=True)[1].astype(np.int64)


def release_table(cohort: Cohort, recoded: Generalization, key: bytes) -> pa.Table:
    """The table to release: pseudonyms made with `key`, rows in their order."""
    kept = np.asarray(recoded.kept)
    people = np.asarray(cohort.rows.column("person_id").to_numpy())[kept]
    columns = {PERSON.name: pa.array(pseudonyms(people.tolist(), key), pa.string())}
    for column in QUASI_IDENTIFIERS:
        columns[column.name] = pa.array(recoded.labels[column.name].tolist(), pa.string())
    columns[STATUS.name] = pa.array(cohort.labels("status")[kept].tolist(), pa.string())
    for name in cohort.score_names:
        values = np.asarray(cohort.rows.column(name).to_numpy(), dtype=np.float64)[kept]
        rounded = np.round(values, policy.SCORE_DECIMALS)
        columns[name] = pa.array(rounded, pa.float64(), from_pandas=True)  # NaN is no score
    return pa.table(columns).sort_by(PERSON.name)
