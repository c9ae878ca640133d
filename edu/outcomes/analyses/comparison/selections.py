"""Which offerings an analysis takes in, beside those that others of its program took in.

Answers about two sets of people tell, subtracted, of those in whom the sets differ; and answers
about many sets tell of everybody, however coarse each of them is (Dinur & Nissim 2003). So the
people of two analyses of a program are the same or differ by enough to be told of, and a program
is asked about in few ways. docs/decisions/0023.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from edu.outcomes.analyses.comparison.sources import Source, offerings_of
from edu.outcomes.runs import took_part_by
from ml.publication import Threshold, too_small
from models.assessments import Sitting
from models.enrollments import Enrollment
from models.errors import Refusal
from models.outcomes import Analysis
from models.programs import Program
from models.scores import Score

# So many different sets of people may be asked about in one program.
MOST_SELECTIONS = 10

Ids = frozenset[int]


def check_selection(session: Session, source: Source) -> None:
    """Refuses selection_too_alike, where fewer than 30 people or five schools would be told of by
    subtraction, and too_many_selections."""
    own = frozenset(offering.id for offering in source.offerings)
    known: set[Ids] = set()
    for analysis in analyses_of(session, source.program):
        other = selected(source.program, analysis.definition.get("offerings", ()))
        if other is None or other in known or other == own:
            continue
        persons, schools = difference(session, source, own, other)
        if not persons:
            continue
        if too_small(persons, schools, Threshold()):
            raise Refusal("selection_too_alike", field="offerings", found=analysis.name)
        known.add(other)
    if len(known) >= MOST_SELECTIONS:
        raise Refusal("too_many_selections", field="offerings", most=MOST_SELECTIONS)


def analyses_of(session: Session, program: Program) -> Iterable[Analysis]:
    """All analyses of a program, those put away among them."""
    statement = select(Analysis).where(Analysis.program_id == program.id)
    return session.scalars(statement.order_by(Analysis.id)).all()


def selected(program: Program, codes: Collection[str]) -> Ids | None:
    """The offerings with these codes; None where one of them is gone."""
    with suppress(Refusal):
        return frozenset(offering.id for offering in offerings_of(program, tuple(codes)))
    return None


def difference(session: Session, source: Source, one: Ids, other: Ids) -> tuple[int, int]:
    """How many people with both scores, of how many schools, took part in one set only."""
    measured = source.measured
    scored = (
        select(Sitting.person_id)
        .join(Score, Score.sitting_id == Sitting.id)
        .where(Score.run_id == measured.run.id)
        .where(Sitting.wave_id.in_([measured.first.id, measured.last.id]))
        .group_by(Sitting.person_id)
        .having(func.count(distinct(Sitting.wave_id)) > 1)
    )
    differing = (
        select(Enrollment.person_id, func.max(Enrollment.school_id).label("school_id"))
        .where(Enrollment.offering_id.in_(one | other), *took_part_by(measured.last))
        .where(Enrollment.person_id.in_(scored))
        .group_by(Enrollment.person_id)
        .having(
            func.bool_or(Enrollment.offering_id.in_(one))
            != func.bool_or(Enrollment.offering_id.in_(other))
        )
        .subquery()
    )
    counts = select(func.count(), func.count(distinct(differing.c.school_id)))
    persons, schools = session.execute(counts.select_from(differing)).one()
    return persons, schools
