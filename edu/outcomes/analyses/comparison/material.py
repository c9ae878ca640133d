"""The arrays of a study: outcomes, schools, and what was known of people before the program."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from edu.outcomes.analyses.comparison.arms import Arms, grades
from edu.outcomes.analyses.comparison.frames import Register
from edu.outcomes.frames import Floats
from edu.outcomes.groupings import Grouping
from edu.outcomes.population import LabelArray, Mask, settle

# A label that fewer people have says nothing that a model could learn from.
RAREST = 30
UNKNOWN = "unknown"
BY_LABEL = ("role", "sex", "locality", "language", "version", "region")


@dataclass(frozen=True, eq=False)
class Material:
    """Both arms at the first wave; arrays of shape (n,), (n, M) or (n, k).

    rows: where in the register. took: 1 who took part, 0 who is compared. pre, post: plausible
    values, NaN in post for those lost. months: how long those who took part did so. records: what
    the registry knew, `names` its columns. labels: by grouping.
    """

    rows: npt.NDArray[np.int64]
    took: Floats
    schools: npt.NDArray[np.int64]
    pre: Floats
    post: Floats
    pre_score: Floats
    pre_error: Floats
    post_score: Floats
    months: Floats
    records: Floats
    names: tuple[str, ...]
    labels: Mapping[str, LabelArray]

    @property
    def draws(self) -> int:
        """How many plausible values there are."""
        return int(self.pre.shape[1])

    @property
    def finished(self) -> Mask:
        """(n,) who has an outcome."""
        return ~np.isnan(self.post[:, 0])

    def only(self, rows: Mask) -> "Material":
        """Some of the people."""
        return replace(
            self,
            rows=self.rows[rows],
            took=self.took[rows],
            schools=self.schools[rows],
            pre=self.pre[rows],
            post=self.post[rows],
            pre_score=self.pre_score[rows],
            pre_error=self.pre_error[rows],
            post_score=self.post_score[rows],
            months=self.months[rows],
            records=self.records[rows],
            labels={name: column[rows] for name, column in self.labels.items()},
        )


def material_of(register: Register, arms: Arms) -> tuple[Material, int]:
    """The people of both arms, and how many were set aside because a group of so few would show.

    Those whose group is not known are a group; where they are too few they count nowhere
    (edu.outcomes.population), so that all figures are about the same people.
    """
    rows = np.flatnonzero(arms.treated | arms.compared)
    labels = {grouping.value: register.labels[grouping.value][rows] for grouping in Grouping}
    present = register.flags["sat_last"][rows]
    settled = settle(present, register.schools[rows], labels)
    records, names = known_before(register, rows)
    found = Material(
        rows=rows,
        took=arms.treated[rows].astype(np.float64),
        schools=register.schools[rows],
        pre=register.pre[rows],
        post=register.post[rows],
        pre_score=register.pre_score[rows],
        pre_error=register.pre_error[rows],
        post_score=register.post_score[rows],
        months=register.months[rows],
        records=records,
        names=names,
        labels=settled.labels,
    )
    left_out = settled.left_out
    return (found.only(~left_out) if left_out.any() else found), int(left_out.sum())


def known_before(register: Register, rows: npt.NDArray[np.int64]) -> tuple[Floats, tuple[str, ...]]:
    """Grade, size of the school, and a column for each label but the most frequent."""
    sizes = np.bincount(np.unique(register.schools, return_inverse=True)[1])
    place = np.unique(register.schools, return_inverse=True)[1][rows]
    columns = {"school_size": np.log(sizes[place].astype(np.float64))}
    grade = grades(register)[rows]
    graded = ~np.isnan(grade)
    if graded.any() and np.ptp(grade[graded]) > 0:
        columns["grade"] = np.where(graded, grade, grade[graded].mean())
    for name in BY_LABEL:
        columns |= indicators(name, register.labels[name][rows])
    names = tuple(name for name, column in columns.items() if np.ptp(column) > 0)
    if not names:
        return np.zeros((rows.size, 0)), ()
    return np.column_stack([columns[name] for name in names]), names


def indicators(name: str, column: LabelArray) -> dict[str, Floats]:
    """0 and 1 for each label that is neither the most frequent nor rare; unknown is a label."""
    text = np.where(column == None, UNKNOWN, column).astype(str)  # noqa: E711  element by element
    labels, counts = np.unique(text, return_counts=True)
    most = labels[counts.argmax()]
    return {
        f"{name}:{label}": (text == label).astype(np.float64)
        for label, count in zip(labels.tolist(), counts.tolist(), strict=True)
        if label != most and count >= RAREST
    }
