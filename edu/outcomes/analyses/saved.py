"""A definition as a file: taken along from one analysis, read back as another."""

import json
from typing import Any

from edu.outcomes.analyses.schemas import NewAnalysisSchema
from edu.web.forms import Form, checked
from edu.web.messages import sentence
from models.errors import Refusal
from models.outcomes import Analysis

# Far more than a definition with a thousand offerings needs.
LARGEST_FILE = 1_000_000


def file_of(analysis: Analysis) -> str:
    """All that is needed to ask an analysis again, here or in another installation."""
    kept = {"name": analysis.name, **analysis.definition}
    return json.dumps(kept, ensure_ascii=False, indent=2) + "\n"


def read_definition(content: bytes) -> Form:
    """The file, checked field by field as the API does; `problem` says why it is none at all."""
    try:
        given = parsed(content)
    except Refusal as refusal:
        return Form(problem=sentence(refusal.code, refusal.parameters))
    return checked(NewAnalysisSchema(), given)


def read_whole(content: bytes) -> dict[str, Any]:
    """The same for a command: refuses (invalid_definition) with all that is wrong at once."""
    given = parsed(content)
    found = checked(NewAnalysisSchema(), given)
    if found.errors:
        told = "; ".join(f"{field}: {text}" for field, text in found.errors.items())
        raise Refusal("invalid_definition", problems=told)
    return found.values


def parsed(content: bytes) -> dict[str, Any]:
    """A JSON object; refuses (definition_too_large, definition_not_json, definition_no_object)."""
    if len(content) > LARGEST_FILE:
        raise Refusal("definition_too_large", most=LARGEST_FILE)
    try:
        given = json.loads(content.decode("utf-8-sig"), object_pairs_hook=once)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refusal("definition_not_text", line=line) from error
    except json.JSONDecodeError as error:
        raise Refusal("definition_not_json", line=error.lineno, column=error.colno) from error
    except (RecursionError, ValueError) as error:  # nested too deeply, or a number of many digits
        raise Refusal("definition_no_object") from error
    if not isinstance(given, dict):
        raise Refusal("definition_no_object")
    return given


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose fields are given once each; refuses (definition_field_twice)."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Refusal("definition_field_twice", found=name)
        found[name] = value
    return found
