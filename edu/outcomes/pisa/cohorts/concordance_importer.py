"""`pisa-concordance` files: pupils who have a score on a scale of ours and one of PISA."""

import numpy as np
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.intake import (
    Column,
    ImportCount,
    IncomingFile,
    Rows,
    parse_choice,
    parse_integer,
    parse_number,
    parse_text,
    read_rows,
    record_batch,
)
from edu.outcomes.pisa.cohorts.concordance import Fitted, fit
from edu.outcomes.pisa.published.writing import held
from edu.scoring.scales import scale_for
from models.pisa import FIRST_CYCLE, LAST_CYCLE, Concordance, Domain, LinkMethod, Standing
from models.scores import Scale

# One file is one concordance.
SAME_IN_ALL = ("domain", "cycle", "source", "status")
COLUMNS = (
    Column("domain", parse_choice(Domain)),
    Column("cycle", parse_integer(FIRST_CYCLE, LAST_CYCLE)),
    Column("school", parse_text(64)),
    Column("own", parse_number(-10_000, 10_000)),
    Column("pisa", parse_number(0, 1000)),
    Column("source", parse_text(500)),
    Column("status", parse_choice(Standing)),
)


def import_concordance(session: Session, scope: Scope, file: IncomingFile) -> ImportCount:
    """Link the newest version of a domain's scale to PISA; the same file changes nothing.

    The pupils' scores are not kept. Raises `FileRefused` with all that is wrong with the file;
    unknown_scale, too_few_for_concordance, concordance_too_weak.
    """
    scope.require(Permission.DECIDE_FINDINGS)
    rows = read_rows(file, COLUMNS)
    check_same(rows)
    held(rows, "cycle")
    rows.problems.raise_if_any()
    scale = scale_for(session, rows.rows[0]["domain"].value)
    found = fit(
        np.array([row["own"] for row in rows]),
        np.array([row["pisa"] for row in rows]),
        np.array([row["school"] for row in rows]),
    )
    told = concordance_of(scope, scale, rows, found)
    if is_known(session, told):
        return ImportCount(unchanged=1)
    session.add(told)
    session.flush()
    audit.note_changed(session, "concordance", [told.id])
    count = ImportCount(new=1)
    record_batch(session, scope, kind="pisa-concordance", file=file, count=count)
    return count


def check_same(rows: Rows) -> None:
    """All lines tell of one domain and cycle, from one source."""
    for name in SAME_IN_ALL:
        first = next((row.get(name) for row in rows if row.get(name) is not None), None)
        for row in rows:
            if row.get(name) not in (None, first):
                expected = _l("%(first)s, as on the lines before", first=first)
                rows.problems.add(row.line, name, "several_concordances", row[name], expected)


def concordance_of(scope: Scope, scale: Scale, rows: Rows, found: Fitted) -> Concordance:
    """What was found, as the table takes it."""
    first = rows.rows[0]
    return Concordance(
        scale_id=scale.id,
        domain=first["domain"],
        cycle=first["cycle"],
        method=LinkMethod.SAMPLE,
        slope=found.slope,
        intercept=found.intercept,
        covariance=[list(row) for row in found.covariance],
        correlation=found.correlation,
        pupil_count=found.pupils,
        school_count=found.schools,
        source=first["source"],
        status=first["status"].value,
        created_by=scope.actor_id,
    )


def is_known(session: Session, told: Concordance) -> bool:
    """Whether the scale's newest concordance says the same."""
    statement = select(Concordance).where(Concordance.scale_id == told.scale_id)
    newest = session.scalar(statement.order_by(Concordance.id.desc()).limit(1))
    names = ("method", "cycle", "slope", "intercept", "covariance", "source", "status")
    return newest is not None and all(getattr(newest, n) == getattr(told, n) for n in names)
