"""`python -m ml.irt fit responses.csv --model 2pl --out model.json`: no service needed.

The file has a header with the items' names; an empty cell was not presented; commas, semicolons
or tabs separate. `--group` names a column of labels. Prints the parameters with their standard
errors, how well each item fits (infit, outfit, p of S-X²), and how the fit of the model went.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ml.command import guarded
from ml.irt.csv_file import ResponseFile, read_responses
from ml.irt.items import MIXED, MODELS


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0; 1 where the file or a setting is refused, with the code on stderr; 2 where the
    call cannot be read.
    """
    options = _parser().parse_args(arguments)
    return guarded(lambda: _run(options))


def _run(options: argparse.Namespace) -> None:
    out = Path(options.out) if options.out else None
    if out is not None:
        _check_writable(out)
    file = read_responses(Path(options.responses), options.group)
    model = fitted(file, options)
    if out is not None:
        out.write_text(model.to_json() + "\n", encoding="utf-8")
    print_items(model, file)
    print_fit(model, file)


def _check_writable(path: Path) -> None:
    """Before the fit, which may take long and would be lost. Errors: OSError."""
    existed = path.exists()
    path.open("a").close()
    if not existed:
        path.unlink()


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


def fitted(file: ResponseFile, options: argparse.Namespace) -> Any:
    """The model of the whole file."""
    from ml.irt.model import ItemResponseModel  # noqa: PLC0415  takes a second

    model = ItemResponseModel(
        model=options.model,
        item_models=options.item_models.split(",") if options.item_models else None,
        quadrature=options.quadrature,
        tol=options.tol,
        max_iter=options.max_iter,
    )
    return model.fit_named(file.X, file.names, groups=file.groups)


def print_items(model: Any, file: ResponseFile) -> None:
    """One line per item."""
    from ml.irt.itemfit import item_fit  # noqa: PLC0415  takes a second

    errors = model.standard_errors_
    steps = range(model.intercept_.shape[1])
    head = ["item", "a", "se"]
    for step in steps:
        head += [f"d{step + 1}", "se"]
    print("\t".join([*head, "difficulty", "guessing", "se", "infit", "outfit", "p"]))
    for item, fit in enumerate(item_fit(model, file.X, groups=file.groups)):
        numbers = [model.discrimination_[item], errors["discrimination"][item]]
        for step in steps:
            numbers += [model.intercept_[item, step], errors["intercept"][item, step]]
        numbers += [model.difficulty_[item], model.guessing_[item], errors["guessing"][item]]
        numbers += [fit.infit, fit.outfit, fit.p]
        print("\t".join([fit.item, *(_shown(number) for number in numbers)]))


def print_fit(model: Any, file: ResponseFile) -> None:
    """How the fit went, in the same table-like form."""
    for number, label in enumerate(model.groups_):
        mean, sd = model.group_mean_[number], model.group_sd_[number]
        print(f"group {label if label is not None else '–'}\tmean {mean:.6f}\tsd {sd:.6f}")
    reliability = model.empirical_reliability(file.X, groups=file.groups)
    print(f"persons\t{model.n_persons_}\twithout a response\t{file.n_silent}")
    print(f"log-likelihood\t{model.loglik_:.6f}")
    print(f"iterations\t{model.n_iter_}\tgradient\t{model.gradient_norm_:.2e}")
    print(f"empirical reliability\t{reliability:.6f}")
    for warning in model.warnings_:
        print(f"warning\t{warning.code}\t{warning.item or ''}")


def _shown(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.6f}"


if __name__ == "__main__":
    sys.exit(main())
