"""Every chart of these pages by its name, so that it can be taken along."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.charts import Chart
from edu.outcomes.pisa import from_pupils, presentation
from edu.outcomes.pisa.cohorts import pictures as cohort_pictures
from edu.outcomes.pisa.from_pupils import Asked
from edu.outcomes.pisa.national import series_pictures as pictures
from edu.outcomes.pisa.national.series import ranking
from edu.outcomes.pisa.presentation import all_series, cohorts_of, domain_of
from edu.registry.groups import REGION, group_names
from models.errors import NotFound

Picture = Callable[[Session, Scope, Asked], Chart | None]
# What the names of the charts from pupil files begin with.
OF_LEVELS = ("levels", "scores", "below-level", "level-", "of-all")
OF_EQUITY = ("gap", "background")


def series(session: Session, scope: Scope, asked: Asked) -> Chart | None:
    """The series of all domains."""
    found = all_series(session, scope)
    return pictures.series_chart(found) if found else None


def projection(session: Session, scope: Scope, asked: Asked) -> Chart | None:
    """The fans of all domains."""
    return pictures.projection_chart(all_series(session, scope))


def projection_by_level(session: Session, scope: Scope, asked: Asked) -> Chart | None:
    """The same where the level wanders."""
    return pictures.projection_chart(all_series(session, scope, model="local_level"))


def ranks(session: Session, scope: Scope, asked: Asked) -> Chart | None:
    """Ranks in one domain."""
    stand = ranking(session, scope, domain=domain_of(asked.domain))
    return pictures.rank_chart(stand) if stand else None


def waves(session: Session, scope: Scope, asked: Asked) -> Chart | None:
    """The cohorts' means by wave."""
    return presentation.waves_picture(session, scope)


def cohort_levels(session: Session, scope: Scope, asked: Asked) -> Chart | None:
    """The cohorts' levels by wave."""
    found = cohorts_of(session, scope, domain_of(asked.domain))
    return cohort_pictures.levels_chart(found) if found else None


def region_changes(session: Session, scope: Scope, asked: Asked) -> Chart | None:
    """The cohorts' change by region."""
    found = cohorts_of(session, scope, domain_of(asked.domain))
    named = group_names(session, REGION)
    return cohort_pictures.changes_chart(found, named) if found else None


def region_means(session: Session, scope: Scope, asked: Asked) -> Chart | None:
    """The cohorts' mean by region."""
    found = cohorts_of(session, scope, domain_of(asked.domain))
    named = group_names(session, REGION)
    return cohort_pictures.means_chart(found, named) if found else None


PICTURES: dict[str, Picture] = {
    "series": series,
    "projection": projection,
    "projection-local_level": projection_by_level,
    "ranks": ranks,
    "waves": waves,
    "cohort-levels": cohort_levels,
    "region-changes": region_changes,
    "region-means": region_means,
}


def picture(session: Session, scope: Scope, *, name: str, asked: Asked) -> Chart:
    """A chart by its name; NotFound where there is none."""
    chart = national(session, scope, name, asked)
    if chart is None and name in PICTURES:
        chart = PICTURES[name](session, scope, asked)
    if chart is None:
        raise NotFound("not_found")
    return chart


def national(session: Session, scope: Scope, name: str, asked: Asked) -> Chart | None:
    """A chart of a pupil file; None for any other."""
    if name.startswith(OF_LEVELS):
        page = from_pupils.levels(session, scope, asked)
    elif name.startswith(OF_EQUITY):
        page = from_pupils.equity(session, scope, asked)
    else:
        return None
    return {**dict(page.charts), **dict(page.moves)}.get(name)
