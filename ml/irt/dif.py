"""Differential item functioning: does an item favor one of two groups of equal ability?

Matching on the score of the items that do not function differently (purification), and the
classes A (negligible), B, C (large) of the Educational Testing Service (Zieky 1993; for
Mantel–Haenszel the delta scale −2.35 ln α, for logistic regression Jodoin & Gierl 2001).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import BoolArray, FloatArray, IntArray
from ml.errors import StatisticsError
from ml.irt.responses import Codes, as_codes, item_names
from ml.labels import MISSING, Labels, encode_labels

MODERATE, LARGE = 1.0, 1.5
R2_MODERATE, R2_LARGE = 0.035, 0.070
LEVEL = 0.05
PURIFICATIONS = 10
LEAST_GROUP = 30


@dataclass(frozen=True, slots=True)
class DifItem:
    """effect: MH D-DIF on the delta scale (negative: harder for the focal group), for logistic
    regression Nagelkerke's ΔR² (with `direction` −1 where the item is harder for the focal group,
    0 where the groups' curves cross), for the likelihood ratio the mean difference of the expected
    score. se: of a delta, else NaN. kind: "uniform" or "nonuniform", where told apart.
    ets: "A", "B" or "C".
    """

    item: str
    method: str
    effect: float
    se: float
    statistic: float
    df: int
    p: float
    ets: str
    direction: int
    kind: str = "uniform"


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """codes of the persons of both groups; focal: (n,) whether a person is of the focal group."""

    codes: Codes
    focal: BoolArray
    names: list[str]


def comparison(
    X: npt.ArrayLike, groups: Labels, focal: object, names: Sequence[str] | None = None
) -> Comparison:
    """Persons with `focal`'s label against all others that have one.

    Errors: length_mismatch, unknown_group, dif_group_too_small (found, least).
    """
    codes = as_codes(X)
    labels, code = encode_labels(groups, "groups")
    if code.size != len(codes):
        raise StatisticsError(
            "length_mismatch", name="groups", expected=len(codes), found=code.size
        )
    if focal not in labels:
        raise StatisticsError(
            "unknown_group", found=str(focal), expected=[str(label) for label in labels]
        )
    known = (code != MISSING) & (codes >= 0).any(axis=1)
    is_focal = (code == labels.index(focal))[known]
    smallest = int(min(is_focal.sum(), (~is_focal).sum()))
    if smallest < LEAST_GROUP:
        raise StatisticsError("dif_group_too_small", found=smallest, least=LEAST_GROUP)
    return Comparison(codes[known], is_focal, item_names(names, codes.shape[1]))


def mantel_haenszel(
    X: npt.ArrayLike,
    groups: Labels,
    *,
    focal: object,
    names: Sequence[str] | None = None,
    purify: bool = True,
) -> tuple[DifItem, ...]:
    """Mantel & Haenszel (1959) with continuity correction for dichotomous items; the delta's error
    after Robins, Breslow & Greenland (1986, Biometrics 42). For several categories Mantel's (1963)
    statistic, and the effect is the standardized mean difference × 4, cut at the same limits
    (.25 and .375 SD). C: |D| ≥ 1.5 and significantly above 1; A: |D| < 1 or not significant.

    Matching score: share of the points of the presented clean items, the studied one always
    included (Holland & Thayer 1988), by booklet where persons saw different items.
    Errors: as `comparison`.
    """
    who = comparison(X, groups, focal, names)

    def tested(clean: BoolArray) -> list[DifItem]:
        matching = Matching(who.codes, clean)
        return [_mantel_haenszel_item(who, item, matching) for item in range(len(who.names))]

    return purified(tested, len(who.names), purify)


def purified(
    tested: Callable[[BoolArray], list[DifItem]], n_items: int, purify: bool
) -> tuple[DifItem, ...]:
    """Test, leave the B and C items out of the matching, test again, until nothing changes."""
    clean = np.ones(n_items, dtype=np.bool_)
    for _ in range(PURIFICATIONS if purify else 1):
        found = tested(clean)
        now = np.array([item.ets == "A" for item in found])
        if (now == clean).all() or now.sum() < 2:
            break
        clean = now
    return tuple(found)


class Matching:
    """Strata of equal ability: booklet × points on the clean items and the studied one.

    A booklet is known by the sum of random 64-bit numbers of the items presented, so that leaving
    an item in or out costs one addition (two booklets of one sum: once in 10¹² comparisons).
    """

    def __init__(self, codes: Codes, clean: BoolArray) -> None:
        self._codes, self._clean = codes, clean
        generator = np.random.default_rng(20_240_229)
        self._number = generator.integers(0, 2**63, (codes.shape[1],), dtype=np.uint64)
        self._points = np.zeros(len(codes), dtype=np.int64)
        self._booklet = np.zeros(len(codes), dtype=np.uint64)
        for item in np.flatnonzero(clean).tolist():
            self._add(item, self._points, self._booklet)
        self._of_clean = _numbered(self._booklet, self._points)

    def _add(self, item: int, points: IntArray, booklet: npt.NDArray[np.uint64]) -> None:
        column = self._codes[:, item]
        points += np.maximum(column, 0)
        booklet += (column >= 0) * self._number[item]

    def strata(self, item: int) -> IntArray:
        """(n,) number of each person's stratum."""
        if self._clean[item]:
            return self._of_clean
        points, booklet = self._points.copy(), self._booklet.copy()
        self._add(item, points, booklet)
        return _numbered(booklet, points)


def _numbered(booklet: npt.NDArray[np.uint64], points: IntArray) -> IntArray:
    """(n,) a number for each pair of booklet and points, from 0."""
    _, number = np.unique(booklet, return_inverse=True)
    key = number.reshape(-1) * (int(points.max(initial=0)) + 1) + points
    return np.asarray((np.cumsum(np.bincount(key) > 0) - 1)[key])


def _mantel_haenszel_item(who: Comparison, item: int, matching: Matching) -> DifItem:
    seen = who.codes[:, item] >= 0
    x, focal = who.codes[seen, item].astype(np.int64), who.focal[seen]
    stratum = matching.strata(item)[seen]
    size = int(stratum.max(initial=0)) + 1
    if x.max(initial=0) > 1:
        return _mantel(who.names[item], x, focal, stratum, size)
    cells = np.zeros((size, 2, 2))  # stratum, focal, right
    np.add.at(cells, (stratum, focal.astype(np.int64), x), 1.0)
    return _mantel_haenszel_table(who.names[item], cells)


def _mantel_haenszel_table(name: str, cells: FloatArray) -> DifItem:
    """cells: (n_strata, reference/focal, wrong/right)."""
    total = cells.sum(axis=(1, 2))
    useful = (cells.sum(axis=2) > 0).all(axis=1) & (total > 1)
    cells, total = cells[useful], total[useful]
    a, b = cells[:, 0, 1], cells[:, 0, 0]
    c, d = cells[:, 1, 1], cells[:, 1, 0]
    r, s = a * d / total, b * c / total
    if not (r.sum() > 0 and s.sum() > 0):
        return _no_test(name, "mantel-haenszel")
    right, wrong = a + c, b + d
    expected = (a + b) * right / total
    variance = (a + b) * (c + d) * right * wrong / (total**2 * (total - 1))
    statistic = max(abs(float((a - expected).sum())) - 0.5, 0.0) ** 2 / float(variance.sum())
    delta = -2.35 * float(np.log(r.sum() / s.sum()))
    p, q = (a + d) / total, (b + c) / total
    log_variance = (
        (p * r).sum() / (2 * r.sum() ** 2)
        + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
        + (q * s).sum() / (2 * s.sum() ** 2)
    )
    se = 2.35 * float(np.sqrt(log_variance))
    return _classified(name, "mantel-haenszel", delta, se, statistic)


def _mantel(name: str, x: IntArray, focal: BoolArray, stratum: IntArray, size: int) -> DifItem:
    """Mantel (1963, JASA 58); effect: 4 × the focal-weighted mean difference over the SD."""
    n = np.bincount(stratum, minlength=size).astype(np.float64)
    n_focal = np.bincount(stratum, weights=focal, minlength=size)
    total = np.bincount(stratum, weights=x, minlength=size)
    squares = np.bincount(stratum, weights=x**2, minlength=size)
    mine = np.bincount(stratum, weights=x * focal, minlength=size)
    useful = (n_focal > 0) & (n_focal < n)
    n, n_focal, total = n[useful], n_focal[useful], total[useful]
    squares, mine = squares[useful], mine[useful]
    variance = n_focal * (n - n_focal) * (n * squares - total**2) / (n**2 * (n - 1))
    if not variance.sum() > 0:
        return _no_test(name, "mantel")
    statistic = float((mine - n_focal * total / n).sum()) ** 2 / float(variance.sum())
    difference = mine / n_focal - (total - mine) / (n - n_focal)
    unit = 4 / float(x.std(ddof=1))
    effect = unit * float((n_focal * difference).sum() / n_focal.sum())
    se = unit * float(np.sqrt(variance.sum()) / (n_focal * (n - n_focal) / n).sum())
    return _classified(name, "mantel", effect, se, statistic)


def _no_test(name: str, method: str) -> DifItem:
    return DifItem(name, method, np.nan, np.nan, np.nan, 1, np.nan, "A", 0)


def _classified(name: str, method: str, delta: float, se: float, statistic: float) -> DifItem:
    from scipy.special import chdtrc, ndtr  # noqa: PLC0415  slow to import

    p = float(chdtrc(1, statistic))
    above_one = float(1 - ndtr((abs(delta) - MODERATE) / se)) < LEVEL
    ets = "A"
    if abs(delta) >= MODERATE and p < LEVEL:
        ets = "C" if abs(delta) >= LARGE and above_one else "B"
    return DifItem(name, method, delta, se, statistic, 1, p, ets, int(np.sign(delta)))
