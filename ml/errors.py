"""What the statistics refuse: a code and its parameters, never a sentence."""

from collections.abc import Mapping


class StatisticsError(ValueError):
    """An input from which no honest number follows.

    `code` names the reason; `parameters` fill the sentence that the edge shows.
    """

    def __init__(self, code: str, **parameters: object) -> None:
        self.code = code
        self.parameters: Mapping[str, object] = parameters
        super().__init__(f"{code}: {parameters}" if parameters else code)
