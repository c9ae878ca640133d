"""What the rows of a file mean for the enrollments that are known: a plan, or what is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from edu.enrollment.rules import Candidate, date_obstacle, intake_obstacle, obstacle
from models.enrollments import ACTIVE, SEATED, STEPS, EnrollmentStatus, StepReason, check_step
from models.errors import Conflict, Refusal
from models.programs import Offering

S = EnrollmentStatus
Pair = tuple[int, int]

# First news of a participation brings the steps it needs, all of the same day.
PATHS: Mapping[S, tuple[S, ...]] = {
    S.APPLIED: (S.APPLIED,),
    S.WAITLISTED: (S.APPLIED, S.WAITLISTED),
    S.ENROLLED: (S.APPLIED, S.ENROLLED),
    S.COMPLETED: (S.APPLIED, S.ENROLLED, S.COMPLETED),
    S.WITHDRAWN: (S.APPLIED, S.WITHDRAWN),
    S.TRANSFERRED: (S.APPLIED, S.ENROLLED, S.TRANSFERRED),
}


@dataclass(frozen=True)
class News:
    """A row of a file: what a person did in an offering, and when."""

    line: int
    person_id: int
    offering_id: int
    on: date
    status: EnrollmentStatus
    reason: str | None

    @property
    def pair(self) -> Pair:
        """Whose participation in what."""
        return self.person_id, self.offering_id


@dataclass(frozen=True)
class Step:
    """One step of a participation, as its event tells it."""

    previous: EnrollmentStatus | None
    status: EnrollmentStatus
    on: date
    reason: str | None


@dataclass(eq=False)
class Track:
    """A participation while the file is read; `enrollment_id` is None until it is written."""

    person_id: int
    offering_id: int
    school_id: int
    status: EnrollmentStatus
    applied_on: date
    waitlisted_on: date | None = None
    enrolled_on: date | None = None
    ended_on: date | None = None
    reason: str | None = None
    enrollment_id: int | None = None
    steps: list[Step] = field(default_factory=list)

    @property
    def last_step_on(self) -> date:
        """The day since which the present state holds."""
        return self.ended_on or self.enrolled_on or self.waitlisted_on or self.applied_on

    def take(self, step: Step) -> None:
        """Go one step further."""
        self.steps.append(step)
        self.status, self.reason = step.status, step.reason
        if step.status is S.WAITLISTED:
            self.waitlisted_on = step.on
        elif step.status is S.ENROLLED:
            self.enrolled_on = step.on
        elif step.status not in ACTIVE:
            self.ended_on = step.on


@dataclass
class Ledger:
    """All that is known of the participations and offerings a file speaks of.

    `tracks` holds the latest participation of each person in each offering, `told` the steps that
    are recorded, `elsewhere` the participations for schools out of reach, `schools` each person's
    present school; `said` the steps that the file told of so far; `written` and `freed` (with the
    day) tell what there is to write.
    """

    offerings: Mapping[int, Offering]
    seats_taken: dict[int, int]
    tracks: dict[Pair, Track]
    told: set[tuple[Pair, EnrollmentStatus, date]]
    elsewhere: set[Pair]
    schools: Mapping[int, int]
    written: dict[Track, None] = field(default_factory=dict)
    freed: dict[int, date] = field(default_factory=dict)
    said: set[tuple[Pair, EnrollmentStatus, date]] = field(default_factory=set)
    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def read(self, news: Iterable[News], candidates: Mapping[int, Candidate]) -> dict[int, Refusal]:
        """Take all rows in the order of their days; what is refused, by line.

        After a refused row the later rows of the same participation are passed over: what is
        wrong with them may only follow from it.
        """
        refused: dict[int, Refusal] = {}
        broken: set[Pair] = set()
        for row in sorted(news, key=lambda row: (row.on, row.line)):
            if row.pair in broken:
                continue
            try:
                self.take(row, candidates[row.line])
            except Refusal as refusal:
                refused[row.line] = refusal
                broken.add(row.pair)
        return refused

    def take(self, row: News, candidate: Candidate) -> None:
        """Take one row, or raise why it cannot be."""
        track = self.tracks.get(row.pair)
        step = (row.pair, row.status, row.on)
        if track and (step in self.told or confirms(track, row)):
            self.note_known(track, row, said_before=step in self.said)
            self.said.add(step)
            return
        begins = track is None or (not STEPS[track.status] and row.status in ACTIVE)
        if track is not None:
            check_order(track, row, begins)
        offering = self.offerings[row.offering_id]
        refuse(date_obstacle(offering, row.status, row.on))
        if track is None or begins:
            self.begin(row, offering, candidate)
        else:
            self.go_on(track, row, offering)

    def note_known(self, track: Track, row: News, *, said_before: bool) -> None:
        """A step that is recorded already; the reason for the present state may be corrected.

        Of several lines that tell of one step the first counts: else a file that contradicts
        itself would change something each time.
        """
        is_present = (track.status, track.last_step_on) == (row.status, row.on)
        if is_present and not said_before and row.reason and row.reason != track.reason:
            track.reason = row.reason
            self.written[track] = None
            self.changed += 1
        else:
            self.unchanged += 1

    def begin(self, row: News, offering: Offering, candidate: Candidate) -> None:
        """Begin a participation with all the steps it needs to be where the row says."""
        refuse(news_obstacle(offering, row.status))
        refuse(obstacle(offering, candidate))
        if row.pair in self.elsewhere:
            raise Conflict("enrolled_elsewhere")
        path = PATHS[row.status]
        check_step(path[-2] if len(path) > 1 else None, row.status, row.reason)
        track = Track(row.person_id, row.offering_id, self.schools[row.person_id], path[0], row.on)
        self.seat(offering, S.APPLIED, row.status, row.on)
        before = None if row.status in ACTIVE else StepReason.HISTORY.value
        for previous, status in zip((None, *path), path, strict=False):
            last = status is row.status
            track.take(Step(previous, status, row.on, row.reason if last else before))
            self.note_told(row, status)
        self.tracks[row.pair] = track
        self.written[track] = None
        self.new += 1

    def go_on(self, track: Track, row: News, offering: Offering) -> None:
        """Take the next step of a participation."""
        check_step(track.status, row.status, row.reason)
        if row.status in ACTIVE:
            refuse(intake_obstacle(offering, offering.program.initiative))
        self.seat(offering, track.status, row.status, row.on)
        track.take(Step(track.status, row.status, row.on, row.reason))
        self.note_told(row, row.status)
        self.written[track] = None
        self.changed += 1

    def note_told(self, row: News, status: EnrollmentStatus) -> None:
        """Keep in mind that the file has told of this step."""
        self.told.add((row.pair, status, row.on))
        self.said.add((row.pair, status, row.on))

    def seat(self, offering: Offering, before: S, after: S, on: date) -> None:
        """Count the seat that the step takes or frees."""
        change = (after in SEATED) - (before in SEATED)
        taken = self.seats_taken[offering.id] + change
        if change > 0 and offering.capacity is not None and taken > offering.capacity:
            raise Conflict("offering_full", found=offering.code, expected=offering.capacity)
        self.seats_taken[offering.id] = taken
        if change < 0:
            self.freed[offering.id] = on


def confirms(track: Track, row: News) -> bool:
    """Whether a row only tells that somebody is enrolled whom the waitlist let in before."""
    promoted = track.status is S.ENROLLED and track.reason == StepReason.PROMOTED
    return promoted and row.status is S.ENROLLED and row.on >= track.last_step_on


def check_order(track: Track, row: News, begins: bool) -> None:
    """A step follows the last one, in kind and in time."""
    if not begins:
        check_step(track.status, row.status, row.reason)
    if row.on < track.last_step_on:
        raise Conflict("date_before_last_step", found=row.on, expected=track.last_step_on)


def news_obstacle(offering: Offering, status: EnrollmentStatus) -> Refusal | None:
    """Why first news of a participation cannot be; a closed offering still has a history."""
    reason = intake_obstacle(offering, offering.program.initiative)
    only_closed = reason is not None and reason.code == "offering_closed"
    return None if only_closed and status not in ACTIVE else reason


def refuse(reason: Refusal | None) -> None:
    """Raise the reason, if there is one."""
    if reason is not None:
        raise reason
