"""The way of applicants through one round: seats, the waitlist, leaving, completing.

The whole course is lived to its end, then cut off at today: the states of enrollments that are
under way follow from the same rules as those of the ones that are over.
"""

from dataclasses import dataclass, fields, replace

import numpy as np

from edu.demo.arrays import NEVER, Days, Flags, Integers, Numbers, days_between, rank_within
from edu.demo.catalog import Term
from edu.demo.leaving import LAST_DAYS, chance_of_leaving
from edu.demo.timetable import TODAY
from models.enrollments import EnrollmentStatus

CHANGED_MIND = 0.025
DAYS_TO_DECIDE = 9
NO_LIMIT = np.iinfo(np.int64).max
WEEK = np.timedelta64(7, "D")
EARLY = 1.4

# Reasons, in Kazakh and in Russian; by index, NO_REASON for none.
NO_REASON = -1
REASONS = (
    ("Отбасы жағдайы бойынша", "По семейным обстоятельствам"),
    ("Сабақ кестесіне сай келмеді", "Не совпало расписание"),
    ("Денсаулық жағдайы бойынша", "По состоянию здоровья"),
    ("Қызығушылығы өзгерді", "Изменились интересы"),
    ("Өтініш қайтарып алынды", "Заявление отозвано"),
    ("Бос орын болмады", "Место не освободилось"),
    ("Басқа мектепке ауысты", "Переход в другую школу"),
)
TAKEN_BACK, NO_SEAT, MOVED = 4, 5, 6
COMPLETED, WITHDRAWN, TRANSFERRED = range(3)
ENDINGS = (
    EnrollmentStatus.COMPLETED,
    EnrollmentStatus.WITHDRAWN,
    EnrollmentStatus.TRANSFERRED,
)


@dataclass(frozen=True)
class Hopefuls:
    """Who wants to take part in a round, one row each.

    offering: which of the round's offerings each wants. moved_on: the day on which the person
    leaves the place of the offering (NaT: never). leaning: log-odds of giving up, as far as the
    records of the person tell.
    """

    offering: Integers
    moved_on: Days
    leaning: Numbers

    def __len__(self) -> int:
        return len(self.offering)


@dataclass(frozen=True)
class Applicants(Hopefuls):
    """When they apply, and when that is decided.

    Of one offering, whoever applied first is decided on first; of one day, whoever stands first
    in the rows.
    """

    applied_on: Days
    decided_on: Days


@dataclass(frozen=True)
class Course:
    """One row an applicant; a day that has not come is NaT.

    ending indexes ENDINGS, reason REASONS; both count only once `ended_on` has come.
    """

    applied_on: Days
    waitlisted_on: Days
    enrolled_on: Days
    ended_on: Days
    ending: Integers
    reason: Integers

    @property
    def status(self) -> list[EnrollmentStatus]:
        """The state today."""
        ended, enrolled, waits = (
            ~np.isnat(days) for days in (self.ended_on, self.enrolled_on, self.waitlisted_on)
        )
        place = np.select([ended, enrolled, waits], [self.ending, 3, 4], 5)
        states = (
            *ENDINGS,
            EnrollmentStatus.ENROLLED,
            EnrollmentStatus.WAITLISTED,
            EnrollmentStatus.APPLIED,
        )
        return [states[number] for number in place.tolist()]

    def only(self, rows: Flags | Integers) -> "Course":
        """Some of the rows."""
        return Course(*(getattr(self, column.name)[rows] for column in fields(self)))

    @classmethod
    def joined(cls, parts: "list[Course]") -> "Course":
        """The rows of all parts, one after the other."""
        names = [column.name for column in fields(cls)]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def take_course(
    rng: np.random.Generator, hopefuls: Hopefuls, seats: Integers, round_: Term
) -> Course:
    """Let people apply, wait, take part and end; `seats` by offering, NO_LIMIT for no limit."""
    who = arrive(rng, hopefuls, round_)
    changed = (rng.random(len(who)) < CHANGED_MIND) | (who.moved_on <= who.decided_on)
    rank = rank_within(np.where(changed, -1 - who.offering, who.offering), who.applied_on)
    seated = ~changed & (rank < seats[who.offering])
    waits = ~changed & ~seated
    patience = Patience.drawn(rng, who, round_)
    withdrew_on = days_between(rng, who.applied_on, who.decided_on)
    reason = rng.integers(0, TAKEN_BACK, len(who))
    enrolled_on, freed_on = fill_seats(who, seated, waits, patience)
    given_up_on = np.fmin(np.where(who.moved_on > who.decided_on, who.moved_on, NEVER), round_.ends)
    freed = ~np.isnat(freed_on)
    given_up = waits & np.isnat(enrolled_on)
    moved = freed & (freed_on == who.moved_on)
    cases = [changed, given_up, moved, freed]
    return Course(
        applied_on=who.applied_on,
        waitlisted_on=np.where(waits, who.decided_on, NEVER),
        enrolled_on=enrolled_on,
        ended_on=np.select(cases, [withdrew_on, given_up_on, freed_on, freed_on], round_.ends),
        ending=np.select(cases, [WITHDRAWN, WITHDRAWN, TRANSFERRED, WITHDRAWN], COMPLETED),
        reason=np.select(cases, [TAKEN_BACK, NO_SEAT, MOVED, reason], NO_REASON),
    )


def arrive(rng: np.random.Generator, hopefuls: Hopefuls, round_: Term) -> Applicants:
    """When each applies, and when that is decided."""
    offering = hopefuls.offering
    count = len(offering)
    applied = days_between(rng, np.full(count, round_.opens), np.full(count, round_.closes))
    delay = rng.integers(1, DAYS_TO_DECIDE + 1, int(offering.max(initial=0)) + 1)
    decided = applied + delay[offering].astype("timedelta64[D]")
    return Applicants(offering, hopefuls.moved_on, hopefuls.leaning, applied, decided)


@dataclass(frozen=True)
class Patience:
    """Who would give up the course, and after which part of their time in it; shape (n,)."""

    gives_up: Flags
    after: Numbers
    round_: Term

    @classmethod
    def drawn(cls, rng: np.random.Generator, who: Applicants, round_: Term) -> "Patience":
        """Rather early than late."""
        after = rng.random(len(who)) ** EARLY
        late = who.applied_on > round_.starts - LAST_DAYS
        chance = chance_of_leaving(who.leaning, late)
        return cls(rng.random(len(who)) < chance, after, round_)

    def left_on(self, seated_on: Days) -> Days:
        """The day on which each gives up the seat; NaT for most, and for who has none."""
        first = np.maximum(seated_on, self.round_.starts)
        span = np.maximum((self.round_.ends - WEEK - first).astype(np.float64), 0)
        left = first + np.floor(np.nan_to_num(self.after * span)).astype("timedelta64[D]")
        return np.where(self.gives_up & ~np.isnat(seated_on), left, NEVER)


def fill_seats(
    who: Applicants, seated: Flags, waits: Flags, patience: Patience
) -> tuple[Days, Days]:
    """When each gets a seat, and when each gives it back before the end; NaT: never.

    A seat given back is given to the next who waits, who may give it back in turn: repeated until
    nothing changes.
    """
    ends = patience.round_.ends
    enrolled_on = np.where(seated, who.decided_on, NEVER)
    hopeful = waits & ~(who.moved_on < ends)
    while True:
        leaves = np.fmin(patience.left_on(enrolled_on), np.where(seated, who.moved_on, NEVER))
        freed_on = np.where(leaves < ends, leaves, NEVER)
        promoted_on = promote(who, hopeful, freed_on)
        promoted_on = np.where(promoted_on < ends - WEEK, promoted_on, NEVER)
        filled = np.where(seated, who.decided_on, promoted_on)
        if np.array_equal(filled, enrolled_on, equal_nan=True):
            return enrolled_on, freed_on
        enrolled_on = filled


def promote(who: Applicants, hopeful: Flags, freed_on: Days) -> Days:
    """The day on which somebody on the waitlist gets a seat: first come, first served, at once."""
    promoted = np.full(len(who), NEVER)
    freed = np.flatnonzero(~np.isnat(freed_on))
    waiting = np.flatnonzero(hopeful)
    if not len(freed) or not len(waiting):
        return promoted
    freed = freed[np.lexsort((freed_on[freed], who.offering[freed]))]
    places = who.offering[freed]
    wanted = who.offering[waiting]
    turn = rank_within(wanted, who.applied_on[waiting])
    first, after = np.searchsorted(places, wanted), np.searchsorted(places, wanted, side="right")
    lucky = turn < after - first
    waiting, seat = waiting[lucky], freed[(first + turn)[lucky]]
    promoted[waiting] = np.maximum(freed_on[seat], who.decided_on[waiting])
    return promoted


def until_today(course: Course) -> Course:
    """The course with the days blanked that have not come yet."""

    def past(days: Days) -> Days:
        return np.where(days <= TODAY, days, NEVER)

    return replace(
        course,
        waitlisted_on=past(course.waitlisted_on),
        enrolled_on=past(course.enrolled_on),
        ended_on=past(course.ended_on),
    )
