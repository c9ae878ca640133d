"""`edu estimate`: gains and effects of programs, means of samples, as findings."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edu.cli.output import Answer, answers
from edu.outcomes.analyses.definition import (
    DEFAULT_GROUPS,
    FEWEST_FOLDS,
    MOST_FOLDS,
    Definition,
    Estimand,
    Pool,
)
from edu.outcomes.groupings import Grouping
from edu.outcomes.runs import OUTCOME_SCALE

# A number of an analysis; anything else is a file.
NUMBER = re.compile("[0-9]{1,18}")

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


@estimate.command("effect")
@click.option("--program", "code", required=True, help="The program's code.")
@click.option("--first", default="baseline", show_default=True, help="The first wave's code.")
@click.option("--last", default="endline", show_default=True, help="The last wave's code.")
@click.option(
    "--compare-with",
    type=click.Choice([pool.value for pool in Pool]),
    default=Pool.SAME_REGIONS.value,
    show_default=True,
    help="Where people who did not take part are taken from.",
)
@click.option("--offering", "offerings", multiple=True, help="One of its offerings; none: all.")
@click.option("--scale", default=OUTCOME_SCALE, show_default=True, help="The outcome's scale.")
@click.option(
    "--group",
    "groups",
    multiple=True,
    type=click.Choice([grouping.value for grouping in Grouping]),
    default=[grouping.value for grouping in DEFAULT_GROUPS],
    help="A group to look at, named in advance; all by default.",
)
@click.option(
    "--estimand",
    type=click.Choice([kind.value for kind in Estimand]),
    default=Estimand.ATT.value,
    show_default=True,
    help="For whom: those who took part, everybody, or those who might have been in either group.",
)
@click.option(
    "--folds", type=click.IntRange(FEWEST_FOLDS, MOST_FOLDS), default=5, show_default=True
)
@click.option("--name", help="Under which name to save the analysis; the program's by default.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True)
@answers
def effect(code: str, first: str, last: str, name: str | None, **options: Any) -> Answer:
    """What a program did: its participants compared with people alike who did not take part."""
    from edu.accounts.scope import system_scope
    from edu.cli.application import as_system
    from edu.outcomes.analyses import service

    definition = Definition(
        program=code,
        waves=(first, last),
        comparison=Pool(options["compare_with"]),
        offerings=tuple(options["offerings"]),
        groups=tuple(Grouping(name) for name in dict.fromkeys(options["groups"])),
        estimand=Estimand(options["estimand"]),
        scale=options["scale"],
        folds=options["folds"],
        seed=options["seed"],
    )
    with as_system() as session:
        analysis = service.saved_like(session, definition) or service.define(
            session, system_scope(), name=name or code, definition=definition
        )
        return ran(session, analysis.id)


@estimate.command("run")
@click.argument("analysis", metavar="NUMBER|DEFINITION.json")
@answers
def run(analysis: str) -> Answer:
    """Run a saved analysis again, by its number, or the one that a file defines.

    The same data give the same finding; a definition that is saved already is not saved twice.
    """
    from edu.cli.application import as_system

    with as_system() as session:
        number = NUMBER.fullmatch(analysis)
        return ran(session, (saved_as if number else of_file)(session, analysis))


def saved_as(session: "Session", number: str) -> int:
    """The number of a saved analysis; refuses one under which none is saved."""
    from edu.accounts.scope import system_scope
    from edu.outcomes.analyses import queries
    from models.errors import NotFound

    try:
        return queries.analysis(session, system_scope(), analysis_id=int(number)).id
    except NotFound:
        raise NotFound("no_such_analysis", found=number) from None


def of_file(session: "Session", path: str) -> int:
    """The number of the analysis that a file defines, saved now if it is new."""
    from edu.accounts.scope import system_scope
    from edu.outcomes.analyses import saved, service
    from models.errors import NotFound

    if not Path(path).is_file():
        raise NotFound("no_such_analysis", found=path)
    asked = saved.read_whole(Path(path).read_bytes())
    found = service.saved_like(session, asked["definition"])
    return (found or service.define(session, system_scope(), **asked)).id


@estimate.command("plan")
@click.option("--schools", help="In all, with and without the program. [default: 500]")
@click.option("--pupils", help="Tested in each school. [default: 40]")
@click.option("--icc", help="Share of the variance between schools. [default: 0.2]")
@click.option("--attrition", help="Share of the pupils lost by the end. [default: 0.1]")
@click.option("--school-attrition", help="Share of the schools lost by the end. [default: 0]")
@click.option("--treated-share", help="Share of the schools in the program. [default: 0.5]")
@click.option("--r2-school", help="What a first test explains between schools. [default: 0]")
@click.option("--r2-pupil", help="What a first test explains within schools. [default: 0]")
@click.option("--power", help="The chance wanted to find the effect. [default: 0.8]")
@click.option("--effect", help="In standard deviations, to learn the chance to find it.")
@answers
def plan(**asked: str | None) -> Answer:
    """What a rollout can show before it begins: the smallest effect it finds, and its power."""
    from edu.cli.language import speaking
    from edu.outcomes.analyses.planning import wording as plan_words

    with speaking():
        found = plan_words.plan_of({name: value for name, value in asked.items() if value})
        text = "\n\n".join([plan_words.headline(found), *plan_words.sentences(found)])
    return Answer(found.as_dict(), text)


@estimate.command("risk")
@click.option("--program", "code", required=True, help="The program's code.")
@click.option("--school", help="The code of a school: list its people instead of learning.")
@answers
def risk(code: str, school: str | None) -> Answer:
    """Learn from a program's past who may not complete it; with --school, advise on its people."""
    from edu.accounts.scope import system_scope
    from edu.cli.advising import listed, told_card
    from edu.cli.application import as_system
    from edu.outcomes import queries
    from edu.outcomes.risk import service

    with as_system() as session:
        scope = system_scope()
        program = queries.program_with_code(session, scope, code=code)
        if school is not None:
            return listed(session, scope, program.id, school)
        service.learn_risk(session, scope, program_id=program.id)
        return told_card(session, scope, program.id)


def ran(session: "Session", analysis_id: int) -> Answer:
    """The answer of an analysis, in a sentence and with every check."""
    from edu.accounts.scope import system_scope
    from edu.outcomes.analyses import presentation, service
    from edu.outcomes.schemas import FindingSchema

    scope = system_scope()
    finding = service.run_analysis(session, scope, analysis_id=analysis_id)
    shown = presentation.show(session, scope, analysis_id=analysis_id)
    marks = [f"{'+' if check.passed else '-'} {check.sentence}" for check in shown.checks]
    views = in_columns(shown.charts["views"].table) if shown.charts else ""
    text = "\n\n".join([f"{shown.headline} {shown.standing}", views, "\n".join(marks)])
    return Answer(FindingSchema().dump(finding), f"{text}\n\nanalysis {analysis_id}")


def told(session: "Session", finding: "Finding") -> Answer:
    """A finding, as the API gives it and as a table."""
    from edu.outcomes.presentation import finding_chart
    from edu.outcomes.schemas import FindingSchema

    chart = finding_chart(session, finding)
    text = f"{chart.title}\n\n{in_columns(chart.table)}\n\n{chart.source}"
    return Answer(FindingSchema().dump(finding), text)


def in_columns(table: "ChartTable") -> str:
    """The numbers of a chart, as wide as they need to be."""
    lines = [[table.label_heading, *(column.heading for column in table.columns)]]
    for row in table.rows:
        cells = [column.written(row) for column in table.columns]
        lines.append([row.label, *(cells if not row.suppressed else [table.hidden, *cells[1:]])])
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join([label.ljust(widths[0]), *map(str.rjust, numbers, widths[1:])]).rstrip()
        for label, *numbers in lines
    )
