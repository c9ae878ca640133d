"""Link errors between cycles: how far the same skill may have moved on the scale by itself."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ml.checks import FloatArray
from ml.errors import StatisticsError

Quantity = Literal["mean", "share", "gap"]


@dataclass(frozen=True, slots=True)
class LinkErrors:
    """Standard errors of the link between pairs of cycles, in the unit of the quantity.

    errors: by (year, later or earlier year), the order does not matter. of: "mean", or "share"
    for errors of the changes of one share (a link error of means says nothing about shares).
    assumed: stands in for pairs without a published error, and without a chain of published ones
    from one to the other, whose errors are added as independent; None to refuse them.
    Errors: invalid_link_error, link_error_of_itself, link_error_twice.
    """

    errors: Mapping[tuple[int, int], float]
    of: Literal["mean", "share"] = "mean"
    assumed: float | None = None

    def __post_init__(self) -> None:
        values = [*self.errors.values(), *([] if self.assumed is None else [self.assumed])]
        if any(not (0 <= value < math.inf) for value in values):
            raise StatisticsError("invalid_link_error")
        for (one, other), value in self.errors.items():
            if one == other and value:
                raise StatisticsError("link_error_of_itself", year=one)
            if self.errors.get((other, one), value) != value:
                raise StatisticsError("link_error_twice", first=one, second=other)

    def published(self, one: int, other: int) -> float | None:
        """None where neither direction is known."""
        return self.errors.get((one, other), self.errors.get((other, one)))

    def between(self, one: int, other: int) -> float:
        """Published, else chained, else assumed. Errors: link_error_missing."""
        if one == other:
            return 0.0
        found = self.published(one, other)
        if found is None:
            found = self.chained(one, other)
        if found is None:
            found = self.assumed
        if found is None:
            raise StatisticsError("link_error_missing", first=one, second=other)
        return found

    def chained(self, one: int, other: int) -> float | None:
        """The least error of a chain of published links; None where none leads from one to the
        other (Dijkstra 1959, on the squares)."""
        reached, settled = {one: 0.0}, set[int]()
        while open_years := reached.keys() - settled:
            nearest = min(open_years, key=lambda year: (reached[year], year))
            if nearest == other:
                return math.sqrt(reached[other])
            settled.add(nearest)
            for pair, error in self.errors.items():
                if nearest in pair:
                    far = pair[0] if pair[1] == nearest else pair[1]
                    reached[far] = min(reached.get(far, math.inf), reached[nearest] + error**2)
        return None

    def of_share(self, density: float) -> "LinkErrors":
        """Errors of the changes of a share above or below a bound, from those of the means.

        density: share of pupils per point of the scale at the bound. Where the scale shifts by a
        little, as many pupils cross the bound as stand within that shift; the OECD finds the same
        by shifting the bound at random. Errors: link_error_of_another_kind, invalid_link_error.
        Source: OECD (2014), PISA 2012 Results I, Annex A5.
        """
        if self.of != "mean":
            raise StatisticsError("link_error_of_another_kind", expected="mean", found=self.of)
        shares = {pair: error * density for pair, error in self.errors.items()}
        assumed = None if self.assumed is None else self.assumed * density
        return LinkErrors(shares, of="share", assumed=assumed)


def link_covariance(links: LinkErrors | None, years: Sequence[int]) -> FloatArray:
    """(n, n) covariance of the cycles' shifts on the scale of the latest, which has none.

    cov(s, t) = (l_s² + l_t² − l_st²)/2, so that every published pair has its own variance; pairs
    of earlier cycles without one count as independent. None: the link cancels (gaps).
    Errors: link_error_missing for a pair with the latest; link_errors_inconsistent.
    """
    n = len(years)
    covariance = np.zeros((n, n))
    if links is None:
        return covariance
    to_latest = np.array([links.between(year, years[-1]) for year in years])
    for i in range(n):
        for j in range(n):
            pair = 0.0 if i == j else links.published(years[i], years[j])
            if pair is not None:
                covariance[i, j] = (to_latest[i] ** 2 + to_latest[j] ** 2 - pair**2) / 2
    lowest = np.linalg.eigvalsh(covariance)[0] if n else 0.0
    if lowest < -1e-9 * max(covariance.max(initial=0.0), 1.0):
        raise StatisticsError("link_errors_inconsistent")
    return covariance


def check_kind(links: LinkErrors | None, quantity: Quantity) -> LinkErrors | None:
    """The links that this quantity needs; None for gaps, in whose changes the link cancels.

    Errors: unknown_quantity, link_errors_needed, link_error_of_another_kind.
    """
    if quantity == "gap":
        return None
    if quantity not in ("mean", "share"):
        raise StatisticsError("unknown_quantity", found=quantity)
    if links is None:
        raise StatisticsError("link_errors_needed")
    if links.of != quantity:
        raise StatisticsError("link_error_of_another_kind", expected=quantity, found=links.of)
    return links
