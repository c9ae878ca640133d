"""`python -m ml.irt fit responses.csv --model 2pl --out model.json`: no service needed.

The file has a header with the items' names; an empty cell was not presented. `--group` names a
column of labels. Prints the parameters with their standard errors, how well each item fits (infit,
outfit, p of S-X²), and how the fit of the model went.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.irt.items import MIXED, MODELS


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0; 2 where the data or the call are refused, with the code on stderr."""
    options = _parser().parse_args(arguments)
    try:
        names, X, groups = read_responses(Path(options.responses), options.group)
        model = fitted(names, X, groups, options)
        print_items(model, X, groups)
        print_fit(model, X, groups)
    except StatisticsError as error:
        print(f"refused: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    if options.out:
        Path(options.out).write_text(model.to_json() + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml.irt")
    commands = parser.add_subparsers(dest="command", required=True)
    fit = commands.add_parser("fit", help="calibrate items from a CSV file of responses")
    fit.add_argument("responses", help="CSV: a header of item names, one row per person")
    fit.add_argument("--model", default="2pl", choices=[*MODELS, MIXED])
    fit.add_argument("--item-models", help="for --model mixed: one per item, 2pl,gpcm,…")
    fit.add_argument("--group", help="name of a column of group labels")
    fit.add_argument("--quadrature", type=int, default=61)
    fit.add_argument("--tol", type=float, default=1e-6)
    fit.add_argument("--max-iter", type=int, default=2000)
    fit.add_argument("--out", help="write the fitted model here, as JSON")
    return parser


def read_responses(path: Path, group: str | None) -> tuple[list[str], FloatArray, list[str] | None]:
    """Item names, (n_persons, n_items) with NaN for empty cells, and the groups.

    Errors: no_data, unknown_column, not_a_response (line, column, found).
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    if len(rows) < 2:
        raise StatisticsError("no_data")
    header = rows[0]
    if group is not None and group not in header:
        raise StatisticsError("unknown_column", found=group)
    items = [column for column, name in enumerate(header) if name != group]
    X = np.full((len(rows) - 1, len(items)), np.nan)
    for line, row in enumerate(rows[1:]):
        for position, column in enumerate(items):
            X[line, position] = _response(row, line + 2, column, header[column])
    groups = None if group is None else [row[header.index(group)] for row in rows[1:]]
    return [header[column] for column in items], X, groups


def _response(row: list[str], line: int, column: int, name: str) -> float:
    text = row[column].strip() if column < len(row) else ""
    if text in ("", "NA"):
        return np.nan
    try:
        return float(text)
    except ValueError as error:
        raise StatisticsError("not_a_response", line=line, column=name, found=text) from error


def fitted(
    names: list[str], X: FloatArray, groups: list[str] | None, options: argparse.Namespace
) -> Any:
    """The model of the whole file."""
    from ml.irt.model import ItemResponseModel  # noqa: PLC0415  takes a second

    model = ItemResponseModel(
        model=options.model,
        item_models=options.item_models.split(",") if options.item_models else None,
        quadrature=options.quadrature,
        tol=options.tol,
        max_iter=options.max_iter,
    )
    return model.fit_named(X, names, groups=groups)


def print_items(model: Any, X: FloatArray, groups: list[str] | None) -> None:
    """One line per item."""
    from ml.irt.itemfit import item_fit  # noqa: PLC0415  takes a second

    errors = model.standard_errors_
    steps = range(model.intercept_.shape[1])
    head = ["item", "a", "se"]
    for step in steps:
        head += [f"d{step + 1}", "se"]
    print("\t".join([*head, "difficulty", "guessing", "infit", "outfit", "p"]))
    for item, fit in enumerate(item_fit(model, X, groups=groups)):
        numbers = [model.discrimination_[item], errors["discrimination"][item]]
        for step in steps:
            numbers += [model.intercept_[item, step], errors["intercept"][item, step]]
        numbers += [model.difficulty_[item], model.guessing_[item], fit.infit, fit.outfit, fit.p]
        print("\t".join([fit.item, *(_shown(number) for number in numbers)]))


def print_fit(model: Any, X: FloatArray, groups: list[str] | None) -> None:
    """How the fit went, in the same table-like form."""
    for number, label in enumerate(model.groups_):
        mean, sd = model.group_mean_[number], model.group_sd_[number]
        print(f"group {label if label is not None else '–'}\tmean {mean:.6f}\tsd {sd:.6f}")
    reliability = model.empirical_reliability(X, groups=groups)
    print(f"persons\t{model.n_persons_}")
    print(f"log-likelihood\t{model.loglik_:.6f}")
    print(f"iterations\t{model.n_iter_}\tgradient\t{model.gradient_norm_:.2e}")
    print(f"empirical reliability\t{reliability:.6f}")
    for warning in model.warnings_:
        print(f"warning\t{warning.code}\t{warning.item or ''}")


def _shown(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.6f}"


if __name__ == "__main__":
    sys.exit(main())
