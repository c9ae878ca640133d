"""What a gain is reported as: one number, the other views of it, and what must be said beside."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from ml.estimate import Estimate, Reported
from ml.growth.designs import ANCOVA, EIV, MIXED, SCORE
from ml.growth.wild import WildBootstrap

# Codes of notes; their sentences stand at the edge.
LORDS_PARADOX = "lords_paradox"
REGRESSION_TO_THE_MEAN = "regression_to_the_mean"
PRETEST_ERROR_LEFT = "pretest_error_left"
NOTHING_TO_ADJUST = "nothing_to_adjust"
VIEW_MISSING = "view_missing"


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader must know beside the number: a code, and what fills its sentence."""

    code: str
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain(Reported):
    """estimate: of the design asked for, with CR2 errors and Bell–McCaffrey's degrees of freedom
    (with plausible values those of `ml.rubin`), of persons with everything the design needs.
    alternatives: the other views, named by their design.

    regression_to_the_mean: by how much somebody who starts one standard deviation of the
    pre-test below comparable persons is expected to gain more than they, program or not.
    sampling_variance, imputation_variance: the two parts of se²; the second, (1 + 1/M) times the
    variance between plausible values, is 0 for scores.
    bootstrap: where errors="wild"; the estimate's interval is then the bootstrap's.
    """

    design: str
    alternatives: tuple[Estimate, ...]
    regression_to_the_mean: Estimate
    notes: tuple[Note, ...]
    sampling_variance: float
    imputation_variance: float
    n_missing: int
    bootstrap: WildBootstrap | None = None

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "design": self.design,
            "estimate": self.estimate.as_dict(),
            "alternatives": [each.as_dict() for each in self.alternatives],
            "regression_to_the_mean": self.regression_to_the_mean.as_dict(),
            "notes": [{"code": each.code, **each.parameters} for each in self.notes],
            "sampling_variance": self.sampling_variance,
            "imputation_variance": self.imputation_variance,
            "n_missing": self.n_missing,
            "bootstrap": None if self.bootstrap is None else asdict(self.bootstrap),
        }


def notes_on(
    design: str, views: Mapping[str, Estimate], regression: Estimate, *, error_left: bool
) -> tuple[Note, ...]:
    """What the reader of these views must know; error_left: the pre-test has error in it."""
    found = []
    adjusting = EIV if EIV in views else ANCOVA
    if SCORE in views and adjusting in views and disagree(views[SCORE], views[adjusting]):
        found.append(
            Note(
                LORDS_PARADOX,
                {"score": views[SCORE].value, "adjusted": views[adjusting].value},
            )
        )
    if error_left and design in (ANCOVA, MIXED) and ANCOVA in views:
        found.append(Note(PRETEST_ERROR_LEFT))
    if design in (ANCOVA, EIV) and design not in views:
        found.append(Note(NOTHING_TO_ADJUST))
    if regression.interval[0] > 0:
        found.append(Note(REGRESSION_TO_THE_MEAN, {"points": regression.value}))
    return tuple(found)


def disagree(one: Estimate, other: Estimate) -> bool:
    """Whether one of two views lies outside the other's interval."""
    return not (
        one.interval[0] <= other.value <= one.interval[1]
        and other.interval[0] <= one.value <= other.interval[1]
    )
