"""Groups of different groupings that lie within one another: told together they tell of a rest.

Where all people of some regions live in town, the people in town less those regions are a group
too, and it may be too small to be told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from edu.outcomes.population import LabelArray, Mask
from ml.publication import PROTECTS_ANOTHER, Threshold, too_small, with_complement

Groups = dict[str, set[str]]


class People(Protocol):
    """Those whom figures are about; arrays of shape (n,)."""

    @property
    def labels(self) -> Mapping[str, LabelArray]:
        """By grouping; None for who has no label."""

    @property
    def schools(self) -> npt.NDArray[np.generic]:
        """The school of each."""


def without_links(kept: Sequence[dict[str, Any]], people: People) -> None:
    """Withhold what tells, together with a group of another grouping, of too few people.

    kept: one mapping for each table, with its "grouping", its "rows" of estimates, and its
    "suppressed". people: whom they are about.
    """
    told = Told(people)
    for one in kept:
        told.groups.setdefault(one["grouping"], set()).update(map(label_of, one["rows"]))
    hidden = told.withheld()
    for one in kept:
        gone = hidden.get(one["grouping"], set())
        names = [label_of(row) for row in one["rows"] if label_of(row) in gone]
        one["rows"] = [row for row in one["rows"] if label_of(row) not in gone]
        one["suppressed"] += [{"group": name, "reason": PROTECTS_ANOTHER} for name in names]


def label_of(row: Mapping[str, Any]) -> str:
    """The group of a row, which is an estimate or holds one."""
    return str(row.get("estimate", row)["group"])


@dataclass(frozen=True)
class Told:
    """groups: by grouping, the labels that are told of these people. masks: who is in which."""

    people: People
    groups: Groups = field(default_factory=dict)
    masks: dict[tuple[str, str], Mask] = field(default_factory=dict)

    def withheld(self) -> Groups:
        """The labels that must go, by grouping, until no rest is too small."""
        hidden: Groups = {}
        while found := next(self.giving_away(), None):
            grouping, label = found
            for gone in self.with_others(grouping, label):
                self.groups[grouping].discard(gone)
                hidden.setdefault(grouping, set()).add(gone)
        return hidden

    def giving_away(self) -> Iterator[tuple[str, str]]:
        """The smallest group within another one of which it leaves too few."""
        for outer, labels in self.groups.items():
            for label in sorted(labels):
                for inner in self.groups:
                    if inner != outer and (found := self.smallest_within(outer, label, inner)):
                        yield inner, found

    def smallest_within(self, outer: str, label: str, inner: str) -> str | None:
        """Of the inner grouping's groups that lie within a group; None where they leave enough."""
        whole = self.members(outer, label)
        inside = {
            each: mask
            for each in sorted(self.groups[inner])
            if not ((mask := self.members(inner, each)) & ~whole).any()
        }
        rest = whole & ~np.logical_or.reduce([*inside.values(), np.zeros_like(whole)])
        if not inside or not rest.any() or not self.small(rest):
            return None
        return min(inside, key=lambda each: int(inside[each].sum()))

    def with_others(self, grouping: str, label: str) -> list[str]:
        """The label, and those that must go with it as the total less the others is known."""
        labels = sorted({str(each) for each in self.people.labels[grouping] if each is not None})
        members = [self.members(grouping, each) for each in labels]
        gone = np.array([each not in self.groups[grouping] or each == label for each in labels])
        everybody = with_complement(
            gone,
            np.array([int(mask.sum()) for mask in members]),
            lambda chosen: self.schools(np.logical_or.reduce(np.array(members)[chosen])),
            Threshold(),
        )
        return [each for each, hide in zip(labels, everybody, strict=True) if hide]

    def members(self, grouping: str, label: str) -> Mask:
        """(n,) who is in a group; remembered, as a nation's labels take a while to compare."""
        key = grouping, label
        if key not in self.masks:
            self.masks[key] = np.asarray(self.people.labels[grouping] == label, dtype=np.bool_)
        return self.masks[key]

    def schools(self, mask: Mask) -> int:
        """In how many schools these are."""
        return len(np.unique(self.people.schools[mask]))

    def small(self, mask: Mask) -> bool:
        """Whether these are too few to be told."""
        return too_small(int(mask.sum()), self.schools(mask), Threshold()) is not None
