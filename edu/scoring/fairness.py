"""Does an item function differently for one of two groups of equal ability?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import numpy.typing as npt

from edu.scoring.background import Background, LabelArray
from edu.scoring.calibration import Answers
from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.irt import DifItem, logistic_dif, mantel_haenszel
from ml.publication import Threshold, too_small

MODERATE, LARGE = "B", "C"
LEVEL = 0.05
CROSSING = "nonuniform"
# Fewer persons of a group could only tell of differences that no test has.
LEAST_OF_GROUP = 100
# A group is held against so many others at most, drawn at random: more would not change a class.
MOST_OTHERS = 4_000
MOST_OF_GROUP = 20_000


@dataclass(frozen=True)
class Functioning:
    """How an item functions for one group, beside all others (or the other one).

    effect: the Mantel–Haenszel difference on the delta scale, below 0 where the item is harder for
    the group. p: adjusted by Holm (1979) for all comparisons of the grouping. ets: its class, A
    unless p is below 5 %. kind: whether the curves are shifted or cross (logistic regression).
    """

    item: str
    grouping: str
    group: str
    reference: str | None
    effect: float | None
    se: float | None
    p: float | None
    ets: str
    kind: str
    n: int

    def as_dict(self) -> dict[str, object]:
        """As the run keeps it."""
        return asdict(self)


def functioning(answers: Answers, background: Background, *, seed: int) -> list[Functioning]:
    """Every item for every group large enough to be shown, one sitting a person."""
    first = first_sittings(background) & answers.answered
    draw = np.random.default_rng(seed)
    found: list[Functioning] = []
    for name in background.fair_to:
        tests: list[Functioning] = []
        for group, reference, rows in comparisons(background, name, first, draw):
            tests += compared(answers, background.labels[name], rows, (name, group, reference))
        found += adjusted(tests)
    return found


def adjusted(tests: Sequence[Functioning]) -> list[Functioning]:
    """The tests of one grouping with Holm's p: of many comparisons some differ by chance."""
    order = sorted(
        (number for number, test in enumerate(tests) if test.p is not None),
        key=lambda number: tests[number].p or 0.0,
    )
    result, largest = list(tests), 0.0
    for rank, number in enumerate(order):
        test = tests[number]
        largest = max(largest, min((len(order) - rank) * (test.p or 0.0), 1.0))
        result[number] = replace(test, p=largest, ets=test.ets if largest < LEVEL else "A")
    return result


def first_sittings(background: Background) -> npt.NDArray[np.bool_]:
    """(n,) each person's first sitting."""
    order = np.lexsort((background.sitting_ids, background.waves, background.persons))
    persons = background.persons[order]
    first = np.zeros(len(order), dtype=np.bool_)
    first[order[np.flatnonzero(np.diff(persons, prepend=persons[0] - 1))]] = True
    return first


def comparisons(
    background: Background,
    name: str,
    usable: npt.NDArray[np.bool_],
    draw: np.random.Generator,
) -> Iterator[tuple[str, str | None, npt.NDArray[np.int64]]]:
    """(group, reference, rows of both) of a grouping; reference None: all the others.

    Of two groups the larger is the reference.
    """
    labels = background.labels[name]
    counts = sizes(labels, background.schools, usable)
    least = Threshold(persons=LEAST_OF_GROUP)
    shown = [group for group, (n, schools) in counts.items() if not too_small(n, schools, least)]
    if len(shown) < 2:
        return
    two = len(shown) == 2
    for group in shown[1:] if two else sorted(shown):
        mine = (labels == group) & usable
        others = np.isin(labels, [one for one in shown if one != group]) & usable
        yield (
            group,
            shown[0] if two else None,
            np.sort(
                np.concatenate(
                    [
                        some(mine, MOST_OF_GROUP, draw),
                        some(others, MOST_OF_GROUP if two else MOST_OTHERS, draw),
                    ]
                )
            ),
        )


def sizes(
    labels: LabelArray, schools: LabelArray, usable: npt.NDArray[np.bool_]
) -> Mapping[str, tuple[int, int]]:
    """Persons and schools of each group, the largest first."""
    found = {
        str(group): (int(mask.sum()), len(set(schools[mask].tolist())))
        for group in sorted({label for label in labels[usable].tolist() if label is not None})
        if (mask := (labels == group) & usable).any()
    }
    return dict(sorted(found.items(), key=lambda entry: -entry[1][0]))


def some(
    mask: npt.NDArray[np.bool_], most: int, draw: np.random.Generator
) -> npt.NDArray[np.int64]:
    """The rows of a mask, or `most` of them at random."""
    rows = np.flatnonzero(mask)
    return rows if len(rows) <= most else draw.choice(rows, most, replace=False)


def compared(
    answers: Answers,
    labels: LabelArray,
    rows: npt.NDArray[np.int64],
    names: tuple[str, str, str | None],
) -> list[Functioning]:
    """Mantel–Haenszel with purification decides; between two groups, logistic regression finds
    the curves that cross, which it cannot see.
    """
    _, group, reference = names
    points = answers.points[rows]
    focal = (labels[rows] == group).astype(np.int64)
    tests = mantel_haenszel(points, focal, focal=1, names=answers.items)
    crossing = crossing_curves(points, focal, answers.items) if reference else {}
    seen = (~np.isnan(points)).sum(axis=0).tolist()
    return [
        told(worse(test, crossing.get(test.item)), names, n)
        for test, n in zip(tests, seen, strict=True)
    ]


def crossing_curves(
    points: FloatArray, focal: npt.NDArray[np.int64], items: Sequence[str]
) -> Mapping[str, DifItem]:
    """The items whose curves cross, by logistic regression.

    Nothing where a group answers an item all right or all wrong: the regression has no maximum.
    """
    try:
        tests = logistic_dif(points, focal, focal=1, names=items)
    except StatisticsError:
        return {}
    return {test.item: test for test in tests if test.ets != "A" and test.kind == CROSSING}


def worse(test: DifItem, crossing: DifItem | None) -> DifItem:
    """The test with the class of a crossing, where that is the worse one."""
    if crossing is None:
        return test
    return replace(test, kind=CROSSING, ets=max(test.ets, crossing.ets), p=min(test.p, crossing.p))


def told(test: DifItem, names: tuple[str, str, str | None], n: int) -> Functioning:
    """A test as the run keeps it."""
    grouping, group, reference = names
    known = bool(np.isfinite(test.effect) and np.isfinite(test.se))
    return Functioning(
        item=test.item,
        grouping=grouping,
        group=group,
        reference=reference,
        effect=test.effect if known else None,
        se=test.se if known else None,
        p=test.p if np.isfinite(test.p) else None,
        ets=test.ets,
        kind=test.kind,
        n=n,
    )
