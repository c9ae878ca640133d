"""Rooms stay small enough to read at once."""

import ast
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("edu", "models", "ml", "tests")
LONGEST_FILE = 350
LONGEST_FUNCTION = 50
LONGEST_VIEW = 8
VAGUE = {"utils", "helpers", "manager", "common", "misc"}


def sources(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def test_no_file_is_longer_than_350_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources(*PACKAGES)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_function_is_longer_than_50_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sources(*PACKAGES)
        for node in functions(path)
        if node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_views_have_at_most_8_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sources("edu")
        if path.name in ("api.py", "pages.py")
        for node in functions(path)
        if is_view(node) and body_lines(node) > LONGEST_VIEW
    ]
    assert long == []


def is_view(node: ast.FunctionDef) -> bool:
    return any("needs(" in ast.unparse(decorator) for decorator in node.decorator_list)


def body_lines(node: ast.FunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_names_say_what_a_room_is_for() -> None:
    vague = [path for path in sources(*PACKAGES) if path.stem in VAGUE or path.parent.name in VAGUE]
    assert vague == []


def test_the_import_rules_hold() -> None:
    result = subprocess.run(
        [ROOT / ".venv/bin/lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout


def test_the_lock_names_only_the_public_index() -> None:
    text = (ROOT / "uv.lock").read_text(encoding="utf-8")
    hosts = {part.split("/")[0] for part in text.split("https://")[1:]}
    assert hosts == {"pypi.org", "files.pythonhosted.org"}
    assert "file://" not in text
