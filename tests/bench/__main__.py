"""`python -m tests.bench [name …]`: measure, print a table, write build/bench.json."""

import json
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from edu.config import PROJECT
from tests import bench
from tests.bench.harness import BENCHMARKS, Measurement, measured

RESULTS = PROJECT / "build" / "bench.json"
HEADER = ("benchmark", "value", "unit", "reference", "ratio", "held against")


def main(arguments: Sequence[str]) -> int:
    """Run the benchmarks that are named, or all."""
    load()
    if unknown := set(arguments) - BENCHMARKS.keys():
        print(f"No such benchmark: {', '.join(sorted(unknown))}.", file=sys.stderr)
        print(f"There are: {', '.join(sorted(BENCHMARKS))}.", file=sys.stderr)
        return 2
    results: list[Measurement] = []
    print_row(HEADER)
    for name in arguments or sorted(BENCHMARKS):
        for each in measured(name):
            results.append(each)
            print_row(cells(each))
    write(RESULTS, results)
    return 0


def load() -> None:
    """Import every module beside this one, so that its benchmarks register."""
    for module in iter_modules(bench.__path__):
        if not module.name.startswith(("__", "test_")):
            import_module(f"{bench.__name__}.{module.name}")


def write(path: Path, results: Sequence[Measurement]) -> None:
    """The list that others read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = [each.as_dict() for each in results]
    path.write_text(json.dumps(entries, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def cells(each: Measurement) -> tuple[str, ...]:
    """A measurement as a row of the table."""
    return (
        each.name,
        f"{each.value:.4g}",
        each.unit,
        "–" if each.reference is None else f"{each.reference:.4g}",
        "–" if each.ratio is None else f"{each.ratio:.3g}",
        each.reference_name or "–",
    )


def print_row(row: Sequence[str]) -> None:
    widths = (36, 12, 8, 12, 8, 0)
    line = "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
    print(line.rstrip(), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
