"""`edu pisa`: figures of an official pupil file, without a database; and the own cohorts."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edu.cli.output import Answer, answers

if TYPE_CHECKING:
    from edu.outcomes.pisa.microdata.tables import Figure

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
HEADER = ("domain", "group", "statistic", "value", "se", "n")
KINDS = ("mean", "sd", "variance", "quantiles", "levels")


@click.group()
def pisa() -> None:
    """PISA: official pupil files, and the cohorts tested here beside them."""


@pisa.command()
@click.argument("path", metavar="FILE", type=EXISTING)
@click.option("--by", help="A column to divide the pupils by, such as ST04Q01.")
@click.option("--statistic", type=click.Choice(KINDS), default="mean")
@click.option("--domain", help="MATH, READ, SCIE, …; all that the file has by default.")
@click.option("--cycle", type=int, help="The year, needed for levels.")
@click.option("--schools", type=EXISTING, help="The file of the schools, for its columns.")
@answers
def summary(path: Path, schools: Path | None, **asked: Any) -> Answer:
    """Estimates with standard errors, from plausible values and replicate weights.

    FILE is a pupil file as SPSS (.sav), CSV or Parquet, with PISA's column names.
    """
    from edu.outcomes.pisa.microdata.reading import open_files
    from edu.outcomes.pisa.microdata.tables import Asked, figures

    found = list(figures(open_files(path, schools), Asked(**asked)))
    return Answer({"figures": [one.as_dict() for one in found]}, table(found))


@pisa.command()
@click.option("--domain", required=True, type=click.Choice(["mathematics", "reading", "science"]))
@answers
def cohorts(domain: str) -> Answer:
    """Estimate means and levels by wave, and changes by region, of those tested on a scale."""
    from edu.accounts.scope import system_scope
    from edu.cli.application import as_system
    from edu.cli.estimating import in_columns
    from edu.outcomes.pisa import presentation
    from edu.outcomes.pisa.cohorts import service
    from edu.outcomes.schemas import FindingSchema

    with as_system() as session:
        scope = system_scope()
        run = service.run_to_estimate(session, scope, presentation.domain_of(domain))
        findings = service.estimate_cohorts(session, scope, run_id=run.id)
        shown = presentation.cohorts(session, scope, domain=domain)
        said = [shown.lead]
        if shown.changes:
            said += [shown.changes.title, in_columns(shown.changes.table)]
        return Answer({"findings": FindingSchema(many=True).dump(findings)}, "\n\n".join(said))


@pisa.command()
@click.option("--domain", required=True, type=click.Choice(["mathematics", "reading", "science"]))
@answers
def link(domain: str) -> Answer:
    """Link a scale to PISA by the items that its newest published run has in common with it."""
    from edu.accounts.scope import system_scope
    from edu.cli.application import as_system
    from edu.outcomes.pisa import presentation
    from edu.outcomes.pisa.cohorts import common_items
    from edu.outcomes.pisa.schemas import ConcordanceSchema

    with as_system() as session:
        found = common_items.link_by_items(
            session, system_scope(), domain=presentation.domain_of(domain)
        )
        told = ConcordanceSchema().dump(found)
    said = [f"pisa = {told['slope']:.6g} · score + {told['intercept']:.6g}"]
    said += [f"{len(told['anchors'])} items: {', '.join(told['anchors'])}"]
    said += [drift_line(one) for one in told["drifts"] if one["drifting"]]
    return Answer({"concordance": told}, "\n".join(said))


def drift_line(one: dict[str, Any]) -> str:
    """An item that is left out."""
    return f"left out: {one['item']} ({one['difference']:+.1f} points, z {one['z']:+.1f})"


def table(found: "list[Figure]") -> str:
    """The figures in columns."""
    lines = [HEADER, *(cells(one) for one in found)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )


def cells(figure: "Figure") -> tuple[str, ...]:
    """One figure as text; nothing is rounded that its error does not round."""
    one = figure.estimate
    group = "" if one.group is None else written(one.group)
    return figure.domain, group, one.name, f"{one.value:.6g}", f"{one.se:.4g}", str(one.n)


def written(group: object) -> str:
    """A group's label."""
    whole = isinstance(group, float) and group.is_integer()
    return str(int(group)) if whole else str(group)  # type: ignore[call-overload]
