"""Every text in three languages."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from edu.web.messages import MESSAGES

ROOT = Path(__file__).resolve().parents[2]
METHODS = [("**/templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
KEYWORDS = {
    "_": None, "_l": None, "_t": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None,
}  # fmt: skip
REFUSALS = {
    "Refusal", "NotFound", "Conflict", "Forbidden", "StatisticsError", "FileRefused",
}  # fmt: skip


def texts() -> set[str]:
    """All English source texts of the service."""
    found = extract_from_dir(
        str(ROOT / "edu"), method_map=METHODS, options_map={}, keywords=KEYWORDS
    )
    return {
        message[0] if isinstance(message, tuple) else message for _, _, message, *_ in found
    } - {""}


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_text_is_translated(language: str) -> None:
    path = ROOT / "edu" / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    done = {
        message.id[0] if isinstance(message.id, tuple) else message.id
        for message in catalog
        if message.id and not message.fuzzy and translated(message.string)
    }
    assert texts() - done == set()


def translated(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_translations_keep_their_parameters(language: str) -> None:
    path = ROOT / "edu" / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    wrong = [message.id for message in catalog if message.id and parameters_differ(message)]
    assert wrong == []


def parameters_differ(message: object) -> bool:
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    expected = set(re.findall(r"%\((\w+)\)", ids[-1]))
    return any(set(re.findall(r"%\((\w+)\)", text)) - expected for text in strings) or (
        set(re.findall(r"%\((\w+)\)", strings[-1])) != expected
    )


def raised_codes() -> dict[str, str]:
    """Every code an error is made with, and where."""
    codes = {}
    for path in sorted((ROOT / "edu").rglob("*.py")) + sorted((ROOT / "ml").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and name_of(node.func) in REFUSALS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    codes[first.value] = str(path.relative_to(ROOT))
    return codes


def name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_every_error_code_has_its_sentence() -> None:
    silent = {code: place for code, place in raised_codes().items() if code not in MESSAGES}
    assert silent == {}
