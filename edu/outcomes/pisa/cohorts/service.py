"""Estimating the cohorts of a run: what is kept is found again by its definition."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.database.columns import whole_tables
from edu.jobs import enqueue
from edu.outcomes.keeping import kept
from edu.outcomes.pisa import queries
from edu.outcomes.pisa.cohorts.estimates import Level, changes, level_shares, wave_means
from edu.outcomes.pisa.cohorts.frames import CohortFrame, cohort_frame
from edu.outcomes.queries import latest_finding
from edu.scoring.progress import Progress, Untold
from ml.errors import StatisticsError
from ml.estimate import Estimate
from ml.growth import GroupEstimates
from models.errors import Refusal
from models.keyset import read_one
from models.outcomes import Finding
from models.pisa import Domain
from models.scores import RunStatus, ScoringRun

JOB = "estimate_cohorts"
MEANS, CHANGES, LEVELS = "cohort_means", "cohort_changes", "cohort_levels"
METHOD = "CR2 over plausible values"
METHOD_VERSION = "1"
SOFTWARE = ("edu", "numpy", "scipy")
# Between the code of a wave and that of a region, in the group of an Estimate.
BESIDE = "/"
# What makes two Findings one.
SAME = (
    "definition", "method", "method_version", "data_fingerprint", "software", "estimates",
    "suppressed",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What was found of one kind, before it is kept."""

    kind: str
    grouping: str | None
    estimates: Sequence[Estimate]
    suppressed: Sequence[dict[str, str]] = ()
    missing: int = 0


def queue_cohorts(session: Session, scope: Scope, *, domain: Domain) -> int:
    """Have the cohorts of a domain estimated in the background; the id of the job."""
    scope.require(Permission.WRITE_PROGRAMS)
    run = run_to_estimate(session, scope, domain)
    job_id = enqueue(session, JOB, run.id, user_id=scope.actor_id)
    audit.note_changed(session, "finding", [], run=run.id, job=job_id)
    return job_id


def run_to_estimate(session: Session, scope: Scope, domain: Domain) -> ScoringRun:
    """The newest published run on the domain's scale; refuses without one."""
    run = queries.run_of_scale(session, scope, domain=domain)
    if run is None:
        raise Refusal("no_scores_on_scale", scale=domain.value)
    return run


def estimate_cohorts(
    session: Session, scope: Scope, *, run_id: int, progress: Progress | None = None
) -> list[Finding]:
    """Means and levels by wave, and changes by region, from a published run's plausible values.

    Errors: no_plausible_values; those of the estimates for everybody together.
    """
    scope.require(Permission.WRITE_PROGRAMS)
    tell = progress or Untold()
    tell.at("reading")
    run = read_one(session, ScoringRun, run_id)
    if run.scale is None or run.status is not RunStatus.PUBLISHED or not run.report:
        raise Refusal("no_plausible_values", run=run.id)
    with whole_tables(session):
        frame = cohort_frame(session, run=run)
    tell.at("estimating")
    found = [means_found(frame), levels_found(frame, run)]
    if (moved := changes_found(frame, run)) is not None:
        found.append(moved)
    return [keep(session, scope, run, frame, one) for one in found]


def means_found(frame: CohortFrame) -> Found:
    """The means of each wave, of all and by region."""
    estimates: list[Estimate] = []
    suppressed: list[dict[str, str]] = []
    missing = 0
    for number, wave in enumerate(frame.waves):
        made = wave_means(frame, number)
        estimates += placed_in(made, wave)
        suppressed += [
            {"group": f"{wave}{BESIDE}{s.group}", "reason": s.reason} for s in made.suppressed
        ]
        missing += made.n_missing
    return Found(MEANS, "region", estimates, suppressed, missing)


def placed_in(made: GroupEstimates, wave: str) -> list[Estimate]:
    """Estimates whose groups name the wave too."""
    total = [] if made.total is None else [renamed(made.total, wave)]
    return [*total, *(renamed(one, f"{wave}{BESIDE}{one.group}") for one in made.estimates)]


def renamed(estimate: Estimate, group: str) -> Estimate:
    """The same for another group."""
    return Estimate.from_dict({**estimate.as_dict(), "group": group})


def levels_found(frame: CohortFrame, run: ScoringRun) -> Found:
    """The shares of the scale's levels in each wave; a wave of too few is withheld."""
    levels = [Level(one.code, one.lower_bound) for one in run.scale.levels] if run.scale else []
    estimates: list[Estimate] = []
    suppressed: list[dict[str, str]] = []
    for number, wave in enumerate(frame.waves):
        try:
            estimates += level_shares(frame, number, levels)
        except StatisticsError as error:
            suppressed.append({"group": wave, "reason": error.code})
    return Found(LEVELS, "wave", estimates, suppressed)


def changes_found(frame: CohortFrame, run: ScoringRun) -> Found | None:
    """The changes from the first to the last wave; None where the two cannot be compared."""
    link_error = link_error_of(run)
    if link_error is None:
        return None
    made = changes(frame, link_error)
    total = [] if made.total is None else [made.total]
    hidden = [{"group": one.group, "reason": one.reason} for one in made.suppressed]
    return Found(CHANGES, "region", [*total, *made.estimates], hidden, made.n_missing)


def link_error_of(run: ScoringRun) -> float | None:
    """The link error between a run's first and last wave, in points; None without one."""
    waves = (run.report or {}).get("waves", [])
    found = waves[-1].get("link_error") if len(waves) > 1 else None
    return None if found is None else float(found)


def keep(
    session: Session, scope: Scope, run: ScoringRun, frame: CohortFrame, found: Found
) -> Finding:
    """Store what was found; found before, that Finding answers."""
    finding = Finding(
        kind=found.kind,
        program_id=None,
        scoring_run_id=run.id,
        grouping=found.grouping,
        definition=definition_of(run, frame, found),
        method=METHOD,
        method_version=METHOD_VERSION,
        data_fingerprint=frame.fingerprint,
        software={name: version(name) for name in SOFTWARE},
        estimates=[one.as_dict() for one in found.estimates],
        suppressed=list(found.suppressed),
        missing=found.missing,
    )
    before = latest_finding(session, like=finding)
    return kept(session, scope, finding, before=before, same=SAME)


def definition_of(run: ScoringRun, frame: CohortFrame, found: Found) -> dict[str, Any]:
    """All that is needed to ask for it again."""
    return {
        "kind": found.kind,
        "instrument": run.instrument.code,
        "scale": run.scale.code if run.scale else None,
        "waves": list(frame.waves),
        "by": found.grouping,
        "link_error": link_error_of(run),
    }
