"""`edu estimate`: gains of programs and means of samples, as findings."""

from typing import TYPE_CHECKING

import click

from edu.cli.output import Answer, answers
from edu.outcomes.groupings import Grouping

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from edu.charts import ChartTable
    from models.outcomes import Finding


@click.group()
def estimate() -> None:
    """Estimate what changed or what is, how sure that is, and keep it as a finding."""


@estimate.command("gains")
@click.option("--program", "code", required=True, help="The program's code.")
@click.option("--by", type=click.Choice([grouping.value for grouping in Grouping]))
@answers
def gains(code: str, by: str | None) -> Answer:
    """Mean gain of a program's participants from the first to the last wave."""
    from edu.accounts.scope import system_scope
    from edu.cli.application import as_system
    from edu.outcomes import queries, service

    with as_system() as session:
        scope = system_scope()
        program = queries.program_with_code(session, scope, code=code)
        grouping = Grouping(by) if by else None
        finding = service.estimate_gains(session, scope, program_id=program.id, by=grouping)
        return told(session, finding)


@estimate.command("means")
@click.option("--sample", required=True, help="The name of the anonymous sample.")
@click.option("--by", help="One of the groups by which its respondents are labeled.")
@answers
def means(sample: str, by: str | None) -> Answer:
    """Mean score of an anonymous sample."""
    from edu.accounts.scope import system_scope
    from edu.cli.application import as_system
    from edu.outcomes import service

    with as_system() as session:
        return told(
            session, service.estimate_means(session, system_scope(), sample=sample, by=by or None)
        )


def told(session: "Session", finding: "Finding") -> Answer:
    """A finding, as the API gives it and as a table."""
    from edu.outcomes.presentation import finding_chart
    from edu.outcomes.schemas import FindingSchema

    chart = finding_chart(session, finding)
    text = f"{chart.title}\n\n{in_columns(chart.table)}\n\n{chart.source}"
    return Answer(FindingSchema().dump(finding), text)


def in_columns(table: "ChartTable") -> str:
    """The numbers of a chart, as wide as they need to be."""
    from flask_babel import format_decimal

    lines = [[table.label_heading, *(column.heading for column in table.columns)]]
    for row in table.rows:
        cells = [
            "" if number is None else str(format_decimal(number, column.pattern))
            for column in table.columns
            for number in [getattr(row, column.key)]
        ]
        lines.append([row.label, *(cells if not row.suppressed else [table.hidden, *cells[1:]])])
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join([label.ljust(widths[0]), *map(str.rjust, numbers, widths[1:])]).rstrip()
        for label, *numbers in lines
    )
