"""An effect with the checks that decide whether it may be called one."""

from dataclasses import dataclass, replace

from ml.diagnostics import Check
from ml.effect.sensitivity import may_be_zero
from ml.estimate import Reported


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect(Reported):
    """What a program did, as far as the checks let us say so.

    estimate: the figure, of the persons of both groups who have an outcome. estimand: for whom it
    holds ("ATT": those treated, "ATE": everybody, "ATO": those who might have been in either
    group, "cutoff": those at the cutoff).
    checks: everything that was looked at, passed or not.
    imputation_variance: the part of se² that comes from the spread between plausible values.
    n_missing: persons without an outcome, left out of the estimate.
    """

    estimand: str
    checks: tuple[Check, ...]
    imputation_variance: float = 0.0
    n_missing: int = 0

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that stand between the difference and an effect."""
        return tuple(check for check in self.checks if not check.passed)

    @property
    def is_causal(self) -> bool:
        """Whether the program may be read as the cause: everything was checked and passed.

        Also of a figure whose interval holds zero: then nothing is shown but that no effect is
        larger than `largest`. See `shows_effect`.
        """
        return bool(self.checks) and not self.failed

    @property
    def shows_effect(self) -> bool:
        """Whether there is an effect: `is_causal`, and its interval leaves out zero."""
        return self.is_causal and not may_be_zero(self.estimate)

    @property
    def largest(self) -> float:
        """The size beyond which an effect in either direction lies outside the interval."""
        return max(abs(end) for end in self.estimate.interval)

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "estimate": self.estimate.as_dict(),
            "estimand": self.estimand,
            "is_causal": self.is_causal,
            "shows_effect": self.shows_effect,
            "largest": self.largest,
            "checks": [check.as_dict() for check in self.checks],
            "imputation_variance": self.imputation_variance,
            "n_missing": self.n_missing,
        }

    def with_checks(self, *checks: Check) -> "Effect":
        """The same effect with further checks, each in the place of its namesake."""
        new = {check.name: check for check in checks}
        kept = tuple(new.pop(check.name, check) for check in self.checks)
        return replace(self, checks=kept + tuple(new.values()))
