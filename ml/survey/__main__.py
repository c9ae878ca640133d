"""`python -m ml.survey summary FILE --by ST04Q01 --statistic mean`: no service needed.

FILE is a pupil file of PISA as CSV or Parquet, with its official column names. Prints one row
per domain, group and figure, separated by tabs. Other commands: `ranks` (a CSV of economies with
means and standard errors) and `levels` (shares of the proficiency levels of a cycle).
"""

import argparse
import csv
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ml.errors import StatisticsError
from ml.survey.columns import FAY, PupilColumns, recognize
from ml.survey.descriptive import SD, Mean, Percentages, Quantile, Variance
from ml.survey.design import ReplicateDesign
from ml.survey.estimation import estimate
from ml.survey.ranks import ranks
from ml.survey.result import Estimate
from ml.survey.scales import scale
from ml.survey.statistic import Statistic

STATISTICS: dict[str, list[Statistic]] = {
    "mean": [Mean()],
    "sd": [SD()],
    "variance": [Variance()],
    "quantiles": [Quantile(p) for p in (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)],
    "percentages": [Percentages()],
}
DOMAINS = {"MATH": "mathematics", "READ": "reading", "SCIE": "science"}
HEADER = ("domain", "group", "statistic", "value", "se", "df", "n", "n_missing")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0; 2 where the data or the call are refused, with the code on stderr."""
    options = _parser().parse_args(arguments)
    try:
        rows = options.command_rows(options)
    except StatisticsError as error:
        print(f"refused: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    for row in rows:
        print("\t".join(map(_cell, row)))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml.survey")
    commands = parser.add_subparsers(required=True)
    summary = commands.add_parser("summary", help="figures of a pupil file, by any column")
    summary.add_argument("file", help="CSV or Parquet with PISA's column names")
    summary.add_argument("--by", help="name of a column of group labels")
    summary.add_argument("--statistic", default="mean", choices=[*STATISTICS, "levels"])
    summary.add_argument("--domain", help="MATH, READ, …; all that the file has by default")
    summary.add_argument("--of", help="another column instead of the plausible values")
    summary.add_argument("--cycle", type=int, help="year, for the bounds of levels")
    summary.set_defaults(command_rows=summary_rows)
    ranked = commands.add_parser("ranks", help="confidence sets of ranks from a CSV")
    ranked.add_argument("file", help="CSV with the columns economy, mean, se")
    ranked.add_argument("--level", type=float, default=0.95)
    ranked.set_defaults(command_rows=rank_rows)
    return parser


def summary_rows(options: argparse.Namespace) -> list[tuple[object, ...]]:
    """Header and one row per figure."""
    table = read_table(Path(options.file))
    columns = recognize(table)
    design = ReplicateDesign(
        table[columns.weight],
        np.column_stack([table[name] for name in columns.replicates]),
        fay=FAY,
    )
    by = _labels(table, options.by)
    rows: list[tuple[object, ...]] = [HEADER]
    for domain, values in _chosen(table, columns, options).items():
        for found in estimate(values, design, _statistics(options, domain), by=by):
            rows.append((domain, *_figures(found)))
    return rows


def rank_rows(options: argparse.Namespace) -> list[tuple[object, ...]]:
    """Header and one row per economy."""
    table = read_table(Path(options.file))
    for name in ("economy", "mean", "se"):
        _column(table, name)
    found = ranks(table["mean"], table["se"], table["economy"].tolist(), level=options.level)
    header = ("economy", "mean", "se", "marginal", "simultaneous", "naive")
    return [
        header,
        *((r.label, r.mean, r.se, *(f"{low}–{high}" for low, high in _ranges(r))) for r in found),
    ]


def _ranges(rank: Any) -> tuple[tuple[int, int], ...]:
    return rank.marginal, rank.simultaneous, rank.naive


def _chosen(
    table: dict[str, Any], columns: PupilColumns, options: argparse.Namespace
) -> dict[str, Any]:
    """By domain the values, (n, n_pv); or the one column asked for."""
    if options.of:
        return {options.of: _column(table, options.of)}
    domains = [options.domain.upper()] if options.domain else list(columns.values)
    for domain in domains:
        if domain not in columns.values:
            raise StatisticsError("unknown_column", found=f"PV1{domain}")
    return {
        domain: np.column_stack([table[name] for name in columns.values[domain]])
        for domain in domains
    }


def _statistics(options: argparse.Namespace, domain: str) -> list[Statistic]:
    if options.statistic != "levels":
        return STATISTICS[options.statistic]
    if options.cycle is None or domain not in DOMAINS:
        raise StatisticsError("unknown_pisa_scale", scale=domain, cycle=options.cycle)
    return [scale(DOMAINS[domain], options.cycle).statistic]


def read_table(path: Path) -> dict[str, Any]:
    """Columns by name. Errors: unknown_format."""
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        from pyarrow import parquet  # noqa: PLC0415  only for such files

        table = parquet.read_table(path)
        return {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
    if suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = list(csv.reader(file))
        ragged = next((i for i, row in enumerate(rows) if len(row) != len(header)), None)
        if ragged is not None:
            raise StatisticsError("ragged_row", line=ragged + 2)
        columns = zip(*rows, strict=True)
        return {name: _parsed(cells) for name, cells in zip(header, columns, strict=True)}
    raise StatisticsError("unknown_format", found=suffix)


def _parsed(cells: Sequence[str]) -> Any:
    """Numbers where all are, empty cells missing; else text."""
    try:
        return np.array([float(cell) if cell else math.nan for cell in cells])
    except ValueError:
        return np.array([cell or None for cell in cells], dtype=object)


def _column(table: dict[str, Any], name: str) -> Any:
    if name not in table:
        raise StatisticsError("unknown_column", found=name)
    return table[name]


def _labels(table: dict[str, Any], name: str | None) -> Any:
    return None if name is None else _column(table, name)


def _figures(found: Estimate) -> tuple[object, ...]:
    return (
        "" if found.group is None else found.group,
        found.name,
        found.value,
        found.se,
        found.df,
        found.n,
        found.n_missing,
    )


def _cell(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
