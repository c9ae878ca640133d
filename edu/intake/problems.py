"""What is wrong with a file: every cell at once, each with its place and its mend."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from flask_babel import LazyString

from models.errors import Refusal

LONGEST_FOUND = 80

Words: TypeAlias = str | LazyString


class Unreadable(ValueError):
    """A cell that its parser cannot read.

    `found` replaces the cell's text in the report where the text must not be repeated.
    """

    def __init__(
        self,
        code: str = "unreadable_value",
        *,
        expected: Words | None = None,
        found: str | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.expected = expected
        self.found = found


@dataclass(frozen=True)
class Problem:
    """One thing wrong at one place; `line` counts from 1, None where the whole file is meant."""

    file: str
    line: int | None
    column: str | None
    code: str
    found: str
    expected: Words

    def as_dict(self) -> dict[str, Any]:
        """Plain values, `expected` in the reader's language."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "code": self.code,
            "found": self.found,
            "expected": str(self.expected),
        }


class FileRefused(Refusal):
    """A file of which nothing was written; `errors` says why, in the order of its lines."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        super().__init__("file_refused", file=file, count=len(problems))
        ordered = sorted(problems, key=lambda problem: problem.line or 0)
        self.errors: tuple[dict[str, Any], ...] = tuple(problem.as_dict() for problem in ordered)


class Problems:
    """Collects what is wrong with one file."""

    def __init__(self, file: str) -> None:
        self.file = shown(file)
        self.found: list[Problem] = []

    def add(
        self,
        line: int | None,
        column: str | None,
        code: str,
        found: object = "",
        expected: Words = "",
    ) -> None:
        """Note a problem; go on checking."""
        self.found.append(Problem(self.file, line, column, code, shown(str(found)), expected))

    def raise_if_any(self) -> None:
        """Refuse the file if anything was noted."""
        if self.found:
            raise FileRefused(self.file, self.found)


def shown(text: str) -> str:
    """A cell as a report may repeat it: short, every sign visible."""
    if len(text) > LONGEST_FOUND:
        text = text[: LONGEST_FOUND - 1] + "…"
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)
