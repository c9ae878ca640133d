"""`python -m ml.survey summary FILE --by ST04Q01 --statistic mean`: no service needed.

FILE is a pupil file of PISA as CSV (UTF-8) or Parquet, with its official column names. Prints one
row per domain, group and figure, separated by tabs. `ranks FILE` takes a CSV of economies with
means and standard errors. What is refused is told as `refused: CODE name=value …`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ml.checks import FloatArray
from ml.command import guarded
from ml.errors import StatisticsError
from ml.survey.columns import FAY, PupilColumns, recognize
from ml.survey.descriptive import SD, Mean, Percentages, Quantile, Variance
from ml.survey.design import ReplicateDesign
from ml.survey.estimation import estimate
from ml.survey.ranks import Rank, ranks
from ml.survey.result import Estimate
from ml.survey.scales import scale
from ml.survey.statistic import Statistic
from ml.survey.table import Table, read_table

STATISTICS: dict[str, list[Statistic]] = {
    "mean": [Mean()],
    "sd": [SD()],
    "variance": [Variance()],
    "quantiles": [Quantile(p) for p in (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)],
    "percentages": [Percentages()],
}
LEVELS = "levels"
DOMAINS = {"MATH": "mathematics", "READ": "reading", "SCIE": "science"}
HEADER = ("domain", "group", "statistic", "value", "se", "df", "n", "n_missing")
RANK_HEADER = ("economy", "mean", "se", "marginal", "simultaneous", "naive")

TableRow = tuple[object, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0; 1 where the file or a setting is refused, with the code on stderr; 2 where the
    call cannot be read.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if getattr(options, "statistic", None) == LEVELS and options.cycle is None:
        parser.error("--statistic levels needs --cycle, as the bounds of levels go by it")
    return guarded(lambda: _print(options.command_rows(options)))


def _print(rows: Sequence[TableRow]) -> None:
    for row in rows:
        print("\t".join(map(_cell, row)))


def _cell(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml.survey")
    commands = parser.add_subparsers(dest="command", required=True)
    summary = commands.add_parser("summary", help="figures of a pupil file, by any column")
    summary.add_argument("file", help="CSV or Parquet with PISA's column names")
    summary.add_argument("--by", help="name of a column of group labels")
    summary.add_argument("--statistic", default="mean", choices=[*STATISTICS, LEVELS])
    summary.add_argument("--domain", help="MATH, READ, …; all that the file has by default")
    summary.add_argument("--of", help="another column instead of the plausible values")
    summary.add_argument("--cycle", type=int, help="year, for the bounds of levels")
    summary.set_defaults(command_rows=summary_rows)
    ranked = commands.add_parser("ranks", help="confidence sets of ranks from a CSV")
    ranked.add_argument("file", help="CSV with the columns economy, mean, se")
    ranked.add_argument("--level", type=float, default=0.95)
    ranked.set_defaults(command_rows=rank_rows)
    return parser


def summary_rows(options: argparse.Namespace) -> list[TableRow]:
    """Header and one row per figure."""
    table = read_table(Path(options.file))
    columns = recognize(table.names)
    by = None if options.by is None else table.labels(options.by)
    chosen = _chosen(table, columns, options)
    statistics = {domain: _statistics(options, domain) for domain in chosen}
    named = {domain: _level_names(options, domain) for domain in chosen}
    weights = table.whole([columns.weight, *columns.replicates])
    design = ReplicateDesign(weights[:, 0], weights[:, 1:], fay=FAY)
    return [
        HEADER,
        *(
            (domain, *_figures(found, named[domain]))
            for domain, values in chosen.items()
            for found in estimate(values, design, statistics[domain], by=by)
        ),
    ]


def _chosen(
    table: Table, columns: PupilColumns, options: argparse.Namespace
) -> dict[str, FloatArray]:
    """By domain the values, (n, n_pv); or the one column asked for, whose gaps are counted."""
    if options.of:
        return {options.of: table.numbers(options.of)}
    domains = [options.domain.upper()] if options.domain else list(columns.values)
    for domain in domains:
        if domain not in columns.values:
            raise StatisticsError("unknown_column", found=f"PV1{domain}")
    return {domain: table.whole(columns.values[domain]) for domain in domains}


def _statistics(options: argparse.Namespace, domain: str) -> list[Statistic]:
    if options.statistic != LEVELS:
        return STATISTICS[options.statistic]
    return [scale(DOMAINS.get(domain, domain), options.cycle).statistic]


def _level_names(options: argparse.Namespace, domain: str) -> dict[str, str]:
    """What PISA calls the levels that a scale's cuts make, by their place."""
    if options.statistic != LEVELS:
        return {}
    return scale(DOMAINS.get(domain, domain), options.cycle).level_names


def _figures(found: Estimate, names: dict[str, str]) -> TableRow:
    return (
        "" if found.group is None else found.group,
        names.get(found.name, found.name),
        found.value,
        found.se,
        found.df,
        found.n,
        found.n_missing,
    )


def rank_rows(options: argparse.Namespace) -> list[TableRow]:
    """Header and one row per economy."""
    table = read_table(Path(options.file))
    economies = table.labels("economy").tolist()
    figures = table.whole(["mean", "se"])
    found = ranks(figures[:, 0], figures[:, 1], economies, level=options.level)
    return [RANK_HEADER, *map(_rank_row, found)]


def _rank_row(rank: Rank) -> TableRow:
    sets = (rank.marginal, rank.simultaneous, rank.naive)
    return rank.label, rank.mean, rank.se, *(f"{low}–{high}" for low, high in sets)


if __name__ == "__main__":
    sys.exit(main())
