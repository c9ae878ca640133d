"""What a command answers: words for a person, or with --json exactly one JSON object."""

import contextlib
import errno
import functools
import json
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from ml.errors import StatisticsError
from models.errors import Refusal


@dataclass(frozen=True, slots=True)
class Answer:
    """result: the JSON object; text: the same for a person; ok: whether the exit status is 0."""

    result: Mapping[str, object]
    text: str = ""
    ok: bool = True


def answers(function: Callable[..., Answer]) -> Callable[..., None]:
    """Give a command the option --json, print its `Answer`, and its refusals in the same form."""

    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object, nothing else.")
    @functools.wraps(function)
    def command(*arguments: object, as_json: bool, **options: object) -> None:
        # Whatever else is printed on the way must not get between the braces.
        aside = contextlib.redirect_stdout(sys.stderr) if as_json else contextlib.nullcontext()
        with telling(as_json), aside:
            answer = function(*arguments, **options)
        if as_json:
            write(answer.result)
        elif answer.text:
            click.echo(answer.text)
        sys.exit(0 if answer.ok else 1)

    return command


@contextlib.contextmanager
def telling(as_json: bool) -> Iterator[None]:
    """Tell a refusal in one sentence, or in one JSON object, and end."""
    try:
        yield
    except (Refusal, StatisticsError) as error:
        if not as_json:
            tell_cells(getattr(error, "errors", ()))
        tell(error.code, error.parameters, as_json)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        tell("disk_full_while_writing", {"path": str(error.filename or "")}, as_json)
    except Exception:
        if not as_json:
            raise
        traceback.print_exc()
        tell("internal", {}, as_json)


def tell_cells(errors: Sequence[Mapping[str, Any]]) -> None:
    """Print all that is wrong with a file, a line each."""
    from edu.cli.language import sentence

    for error in errors:
        click.echo(f"edu: {where(error)}: {sentence(error['code'], error)}", err=True)


def where(error: Mapping[str, Any]) -> str:
    """File, line and column, as far as they are known."""
    parts = (error["file"], error["line"], error["column"])
    return ":".join(str(part) for part in parts if part is not None)


def tell(code: str, parameters: Mapping[str, object], as_json: bool) -> None:
    """Print the sentence behind an error code and end with exit status 1."""
    from edu.cli.language import sentence

    said = sentence(code, parameters)
    if as_json:
        write_error(code, said, parameters)
    else:
        click.echo(f"edu: {said}", err=True)
    sys.exit(1)


def write_error(code: str, message: str, parameters: Mapping[str, object] | None = None) -> None:
    """The one JSON object of a command that was refused."""
    write({"error": {"code": code, "message": message, "parameters": parameters or {}}})


def write(result: Mapping[str, object]) -> None:
    """One JSON object on one line of standard output."""
    click.echo(json.dumps(result, ensure_ascii=False, default=str))
