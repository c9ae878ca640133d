"""How the commands of the packages say what they refuse: one line of a code and its parameters."""

import json
import sys
from collections.abc import Callable, Mapping

from ml.errors import StatisticsError

REFUSED = 1


def guarded(work: Callable[[], None]) -> int:
    """Exit code 0, or 1 with the refusal on stderr: of the statistics, or of the file system."""
    try:
        work()
    except StatisticsError as error:
        return refused(error.code, error.parameters)
    except OSError as error:
        return refused("file_error", {"file": error.filename, "reason": error.strerror})
    return 0


def refused(code: str, parameters: Mapping[str, object]) -> int:
    """Print `refused: CODE name=value …`; the exit code."""
    pairs = [f"{name}={readable(value)}" for name, value in parameters.items()]
    print(" ".join([f"refused: {code}", *pairs]), file=sys.stderr)
    return REFUSED


def readable(value: object) -> str:
    """In quotation marks where it would not read as one word."""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return ",".join(map(readable, value))
    text = str(value)
    return text if [text] == text.split() else json.dumps(text, ensure_ascii=False)
