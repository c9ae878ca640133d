"""What was looked at before a result is believed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Check:
    """One condition under which a result may be called what it claims to be.

    name: what was looked at; a check that is made later takes the place of its namesake.
    value, threshold: what was found and what was asked for, in the unit that the explanation
    names; NaN where the check was not made. explanation: code of the sentence that says what the
    result means. parameters: what fills that sentence.
    """

    name: str
    passed: bool
    value: float
    threshold: float
    explanation: str
    parameters: Mapping[str, object] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON; what is NaN or infinite becomes None."""
        return {
            "name": self.name,
            "passed": self.passed,
            "value": _finite(self.value),
            "threshold": _finite(self.threshold),
            "explanation": self.explanation,
            "parameters": {name: _finite(value) for name, value in self.parameters.items()},
        }


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value
