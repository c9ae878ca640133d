"""What the pages of PISA show: one frozen thing for each template."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.charts import Chart
from edu.outcomes.pisa import pictures, queries, statements
from edu.outcomes.pisa.series import NationalSeries, Ranking, national_series, ranking
from edu.outcomes.pisa.words import domain_name
from models.errors import NotFound
from models.pisa import Domain, SurveyLinkError, SurveyMean

Picture = Callable[[Session, Scope, Domain], Chart | None]


@dataclass(frozen=True)
class Overview:
    """The national series, where it would go, and its ranks in one domain."""

    domain: Domain
    lead: str
    series: Chart | None
    projection: Chart | None
    ranks: Chart | None
    rank_sentences: Sequence[str]
    caveats: Sequence[str]
    unverified: Sequence[str]


def overview(session: Session, scope: Scope, *, domain: str | None) -> Overview:
    """The page of the series."""
    chosen = domain_of(domain)
    found = all_series(session, scope)
    stand = ranking(session, scope, domain=chosen)
    return Overview(
        domain=chosen,
        lead=statements.lead(found),
        series=pictures.series_chart(found) if found else None,
        projection=pictures.projection_chart(found),
        ranks=pictures.rank_chart(stand) if stand else None,
        rank_sentences=list(filter(None, told_ranks(stand))) if stand else [],
        caveats=[caveat for series in found for caveat in statements.caveats(series)],
        unverified=[told_unverified(one) for series in found for one in series.unverified],
    )


def told_ranks(stand: Ranking) -> tuple[str, str]:
    """The ranks of today and of the projection."""
    return statements.rank_sentence(stand), statements.ahead_sentence(stand)


def all_series(session: Session, scope: Scope) -> list[NationalSeries]:
    """The series of every domain that has figures."""
    found = [national_series(session, scope, domain=domain) for domain in Domain]
    return [series for series in found if series.figures]


def told_unverified(one: SurveyMean | SurveyLinkError) -> str:
    """Which figure was not found in its source."""
    domain = domain_name(one.domain)
    if isinstance(one, SurveyLinkError):
        cycles = f"{one.from_cycle}–{one.to_cycle}"
        return str(gettext("%(domain)s, link error %(cycles)s", domain=domain, cycles=cycles))
    return f"{domain} {one.cycle}"


def domain_of(code: str | None) -> Domain:
    """The domain asked for, mathematics by default; NotFound for another."""
    if not code:
        return Domain.MATHEMATICS
    try:
        return Domain(code)
    except ValueError:
        raise NotFound("not_found") from None


def series_picture(session: Session, scope: Scope, domain: Domain) -> Chart | None:
    """The series of all domains."""
    found = all_series(session, scope)
    return pictures.series_chart(found) if found else None


def projection_picture(session: Session, scope: Scope, domain: Domain) -> Chart | None:
    """The fans of all domains."""
    return pictures.projection_chart(all_series(session, scope))


def rank_picture(session: Session, scope: Scope, domain: Domain) -> Chart | None:
    """Ranks in one domain."""
    stand = ranking(session, scope, domain=domain)
    return pictures.rank_chart(stand) if stand else None


PICTURES: dict[str, Picture] = {
    "series": series_picture,
    "projection": projection_picture,
    "ranks": rank_picture,
}


def picture(session: Session, scope: Scope, *, name: str, domain: str | None) -> Chart:
    """A chart of these pages by its name; NotFound where there is none."""
    make = PICTURES.get(name)
    chart = make(session, scope, domain_of(domain)) if make else None
    if chart is None:
        raise NotFound("not_found")
    return chart


def means_shown(session: Session, scope: Scope) -> list[SurveyMean]:
    """All published means."""
    return queries.means(session, scope)
