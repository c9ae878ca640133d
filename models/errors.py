"""What the domain refuses: a code and its parameters. The edge renders the sentence."""

from collections.abc import Mapping


class Refusal(Exception):
    """A request that the rules do not allow; `status` is its meaning in HTTP terms."""

    status = 422

    def __init__(self, code: str, **parameters: object) -> None:
        self.code = code
        self.parameters: Mapping[str, object] = parameters
        super().__init__(f"{code}: {parameters}" if parameters else code)


class NotFound(Refusal):
    """Absent, or not the caller's to see: the two answer alike."""

    status = 404


class Conflict(Refusal):
    """Well-formed, but the present state forbids it."""

    status = 409


class Forbidden(Refusal):
    """Seen, but not the caller's to do."""

    status = 403
