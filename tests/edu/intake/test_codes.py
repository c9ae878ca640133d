"""Whatever is wrong with a file can be said in a sentence."""

import ast
from pathlib import Path

from edu.web.messages import MESSAGES

ROOT = Path(__file__).resolve().parents[3] / "edu"


def codes() -> dict[str, str]:
    """Every code that a cell or a file is refused with, and where."""
    found = {}
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(code := code_of(node), ast.Constant):
                found[str(code.value)] = str(path.relative_to(ROOT))
    return found


def code_of(call: ast.Call) -> ast.expr | None:
    """The code in `problems.add(line, column, code, …)` and in `Unreadable(code, …)`."""
    name = ast.unparse(call.func)
    if name.endswith("problems.add") and len(call.args) > 2:
        return call.args[2]
    if name == "Unreadable" and call.args:
        return call.args[0]
    return None


def test_every_code_of_a_file_has_its_sentence() -> None:
    assert len(codes()) > 20
    assert {code: place for code, place in codes().items() if code not in MESSAGES} == {}
