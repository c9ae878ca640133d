"""`edu score`: turn responses into scores, as the system."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from edu.cli.output import Answer, answers

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from edu.intake import ImportCount, IncomingFile
    from models.scores import ScoringRun


@click.command()
@click.argument("instruments", nargs=-1, metavar="[INSTRUMENT]...")
@click.option("--wave", "waves", multiple=True, help="A wave's code; all waves by default.")
@click.option("--sample", help="The name of an anonymous sample.")
@click.option(
    "--method", type=click.Choice(["classical", "irt"]), default="classical",
    help="The share of points (classical, the default), or the instruments' scale (irt).",
)  # fmt: skip
@click.option("--model", default="auto", help="rasch, 2pl, 3pl, pcm, gpcm; auto by default.")
@click.option("--linking", default="stocking-lord", help="Or haebara, mean-sigma.")
@click.option("--draws", default=10, help="Plausible values a person.")
@click.option("--seed", default=1, help="The same seed draws the same values.")
@click.option("--publish", "published", is_flag=True, help="Let outcomes rest on these scores.")
@answers
def score(published: bool, **choices: Any) -> Answer:
    """Score the responses to INSTRUMENT, to several of one scale, or those of a sample."""
    if not choices["instruments"] and choices["sample"] is None:
        raise click.UsageError("name an INSTRUMENT or a --sample")
    from edu.accounts.audit import name_action
    from edu.accounts.scope import system_scope
    from edu.cli.application import as_system
    from edu.scoring import service

    method = service.Method(choices.pop("method"))
    asked = service.Asked(n_draws=choices.pop("draws"), method=method, **choices)
    with as_system() as session:
        name_action(session, "score")
        scope = system_scope()
        run = service.start_run(session, scope, asked=asked)
        service.run_scoring(session, scope, run_id=run.id, progress=Iterations())
        if published:
            service.publish(session, scope, run_id=run.id)
        return Answer(told(run), in_words(run))


class Iterations:
    """Tells of a calibration while it runs, where somebody watches."""

    def at(
        self,
        stage: str,
        done: int = 0,
        total: int = 0,
        point: tuple[float, float] | None = None,
    ) -> None:
        """One line that is written over; nothing where the output goes into a file."""
        if not sys.stderr.isatty():
            return
        distance = f" {done}: 10^{point[1]:.1f}" if point else ""
        click.echo(f"\r\033[K{stage}{distance}", nl=stage == "writing", err=True)


def told(run: "ScoringRun") -> dict[str, Any]:
    """A run as the command line tells it."""
    return {
        "run": run.id,
        "instruments": run.definition["instruments"],
        "method": run.method,
        "scale": run.scale.code if run.scale else None,
        "sample": run.sample.code if run.sample else None,
        "status": run.status.value,
        "sittings": run.sitting_count,
        "scored": run.scored_count,
        "reliability": run.reliability,
        "error_of_measurement": run.error_of_measurement,
        "warnings": run.warnings,
        "report": run.report,
        "data_fingerprint": run.data_fingerprint,
    }


def in_words(run: "ScoringRun") -> str:
    """A run in one sentence."""
    from flask_babel import gettext

    from edu.web.frame import format_number
    from edu.web.labels import label

    value = run.reliability["value"] if run.reliability else None
    words = gettext(
        "Run %(run)s of %(instrument)s is %(status)s: %(scored)s of %(sittings)s sittings have a "
        "score, reliability %(reliability)s.",
        run=run.id,
        instrument=run.instrument.code,
        status=label(run.status),
        scored=format_number(run.scored_count),
        sittings=format_number(run.sitting_count),
        reliability=format_number(value, 2),
    )
    return str(words)


def score_sample(
    session: "Session", mapping: "IncomingFile", count: "ImportCount"
) -> tuple[Mapping[str, Any], str]:
    """Score and publish, as the system, the sample that a file of responses has brought.

    Nothing for a file of people, whose scores a second person publishes. Responses from which no
    score follows stay brought in; the reason is told.
    """
    from edu.accounts.scope import system_scope
    from edu.assessment.mapping import read_mapping
    from edu.scoring import queries, service
    from edu.web.messages import sentence
    from ml.errors import StatisticsError
    from models.errors import Refusal

    sample = read_mapping(mapping).sample
    if sample is None:
        return {}, ""
    scope = system_scope()
    run = queries.latest_published(session, scope, sample=sample)
    try:
        if run is None or count.new or count.changed:
            with session.begin_nested():
                run = service.start_run(session, scope, asked=service.Asked(sample=sample))
                service.run_scoring(session, scope, run_id=run.id)
                service.publish(session, scope, run_id=run.id)
    except (Refusal, StatisticsError) as refusal:
        said = sentence(refusal.code, refusal.parameters)
        return {"scoring": {"error": {"code": refusal.code, "message": said}}}, said
    return {"scoring": told(run)}, in_words(run)
