"""What can be chosen for a new analysis."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.outcomes.analyses.definition import Estimand, Pool
from edu.outcomes.analyses.wording import findings as words
from edu.outcomes.groupings import Grouping
from edu.registry.groups import GROUPING_NAMES
from edu.web.labels import wave_name
from edu.web.language import language
from models.assessments import Wave
from models.programs import Program
from models.scores import RunStatus, Scale, ScoringRun

Options = list[tuple[str, str]]


@dataclass(frozen=True)
class Choices:
    """Value and text of every option."""

    programs: Options
    scales: Options
    waves: Options
    pools: Options
    groups: Options
    estimands: Options


def choices(session: Session) -> Choices:
    """Programs, the scales with published calibrations and their waves, and how to compare."""
    runs = session.scalars(
        select(ScoringRun)
        .where(ScoringRun.status == RunStatus.PUBLISHED, ScoringRun.scale_id.is_not(None))
        .where(ScoringRun.sample_id.is_(None))
        .order_by(ScoringRun.id)
    ).all()
    scales = {run.scale.code: run.scale for run in runs if isinstance(run.scale, Scale)}
    keys = {key for run in runs for key in run.wave_ids}
    waves = session.scalars(select(Wave).where(Wave.id.in_(keys)).order_by(Wave.opens_on, Wave.id))
    programs = session.scalars(select(Program).order_by(Program.id))
    return Choices(
        programs=[(program.code, program.name(language())) for program in programs],
        scales=[(code, scale.name(language())) for code, scale in sorted(scales.items())],
        waves=[(code, wave_name(code)) for code in dict.fromkeys(wave.code for wave in waves)],
        pools=[(pool.value, str(words.POOLS[pool])) for pool in Pool],
        groups=[(grouping.value, str(GROUPING_NAMES[grouping])) for grouping in Grouping],
        estimands=[(kind.value, str(words.ESTIMANDS[kind])) for kind in Estimand],
    )
