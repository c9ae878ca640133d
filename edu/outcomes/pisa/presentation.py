"""What the pages of PISA show: one frozen thing for each template."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.charts import Chart
from edu.outcomes.pisa import queries, statements
from edu.outcomes.pisa.cohorts import pictures as cohort_pictures
from edu.outcomes.pisa.cohorts.pictures import Cohorts
from edu.outcomes.pisa.national import series_pictures as pictures
from edu.outcomes.pisa.national.series import NationalSeries, Ranking, national_series, ranking
from edu.outcomes.pisa.words import told_unverified
from edu.registry.groups import REGION, group_names
from ml.estimate import Estimate
from ml.survey.trend import MODELS, Model
from models.errors import NotFound
from models.pisa import (
    KAZAKHSTAN,
    Concordance,
    Domain,
    Product,
    SurveyFile,
    SurveyItem,
    SurveyLinkError,
    SurveyMean,
)
from models.scores import ScoringRun


@dataclass(frozen=True)
class Overview:
    """The national series, where it would go, and its ranks in one domain."""

    domain: Domain
    lead: str
    series: Chart | None
    model: Model
    projection: Chart | None
    both_ways: Sequence[str]
    ranks: Chart | None
    rank_sentences: Sequence[str]
    caveats: Sequence[str]
    weights: str
    unverified: Sequence[str]


@dataclass(frozen=True)
class CohortPage:
    """A domain's cohorts, and what their scores can say of PISA."""

    domain: Domain
    run: ScoringRun | None
    lead: str
    waves: Chart | None
    levels: Chart | None
    changes: Chart | None
    means: Chart | None
    concordance: Concordance | None
    on_pisa: Sequence[str]
    common_items: int
    may_estimate: bool
    may_link: bool


@dataclass(frozen=True)
class Sources:
    """Every figure with its source and status; products stand apart."""

    own: Sequence[SurveyMean]
    others: Sequence[SurveyMean]
    links: Sequence[SurveyLinkError]
    files: Sequence[SurveyFile]
    items: Sequence[SurveyItem]
    concordances: Sequence[Concordance]
    apart: dict[str, Sequence[SurveyMean]]
    may_bring: bool


def overview(session: Session, scope: Scope, *, domain: str | None, model: str | None) -> Overview:
    """The page of the series; `model`: by which the projection is drawn."""
    chosen, way = domain_of(domain), model_of(model)
    found = all_series(session, scope)
    wandering = all_series(session, scope, model="local_level")
    stand = ranking(session, scope, domain=chosen)
    return Overview(
        domain=chosen,
        lead=statements.lead(found),
        series=pictures.series_chart(found) if found else None,
        model=way,
        projection=pictures.projection_chart(found if way == "linear" else wandering),
        both_ways=statements.both_ways(found, wandering),
        ranks=pictures.rank_chart(stand) if stand else None,
        rank_sentences=told_ranks(stand),
        caveats=statements.caveats(found),
        weights=statements.weights(found, linked_domains(session, scope)),
        unverified=[told_unverified(one) for series in found for one in series.unverified],
    )


def told_ranks(stand: Ranking | None) -> list[str]:
    """The ranks of today and of the projection."""
    if stand is None:
        return []
    return list(filter(None, (statements.rank_sentence(stand), statements.ahead_sentence(stand))))


def linked_domains(session: Session, scope: Scope) -> list[str]:
    """The domains whose scale is linked to PISA."""
    return sorted({one.domain.value for one in queries.concordances(session, scope)})


def model_of(code: str | None) -> Model:
    """The model asked for, the line by default; NotFound for another."""
    if code not in (None, *MODELS):
        raise NotFound("not_found")
    return "local_level" if code == "local_level" else "linear"


def all_series(session: Session, scope: Scope, *, model: Model = "linear") -> list[NationalSeries]:
    """The series of every domain that has figures."""
    found = [national_series(session, scope, domain=domain, model=model) for domain in Domain]
    return [series for series in found if series.figures]


def domain_of(code: str | None) -> Domain:
    """The domain asked for, mathematics by default; NotFound for another."""
    if not code:
        return Domain.MATHEMATICS
    try:
        return Domain(code)
    except ValueError:
        raise NotFound("not_found") from None


def cohorts(session: Session, scope: Scope, *, domain: str | None) -> CohortPage:
    """The cohorts of a domain."""
    chosen = domain_of(domain)
    run = queries.run_of_scale(session, scope, domain=chosen)
    found = cohorts_of(session, scope, chosen)
    named = group_names(session, REGION)
    linked = run and queries.concordance_of(session, scope, scale_id=run.scale_id or 0)
    shared = queries.common_items(session, scope, run=run, domain=chosen) if run else []
    totals = found.estimates("cohort_changes") if found else []
    total = next((one for one in totals if one.group is None), None)
    return CohortPage(
        domain=chosen,
        run=run,
        lead=statements.cohort_lead(chosen, total),
        waves=waves_picture(session, scope),
        levels=cohort_pictures.levels_chart(found) if found else None,
        changes=cohort_pictures.changes_chart(found, named) if found else None,
        means=cohort_pictures.means_chart(found, named) if found else None,
        concordance=linked or None,
        on_pisa=statements.on_pisa(linked, last_means(found)) if linked and found else [],
        common_items=len(shared),
        may_estimate=run is not None and scope.may(Permission.WRITE_PROGRAMS),
        may_link=bool(shared) and scope.may(Permission.DECIDE_FINDINGS),
    )


def last_means(found: Cohorts) -> list[Estimate]:
    """The means of all in each wave."""
    return [one for one in found.estimates("cohort_means") if one.group in found.waves]


def cohorts_of(session: Session, scope: Scope, domain: Domain) -> Cohorts | None:
    """What was found of the domain's newest published run; None before it was estimated."""
    run = queries.run_of_scale(session, scope, domain=domain)
    if run is None or run.scale is None:
        return None
    findings = queries.cohort_findings(session, scope, run_id=run.id)
    if not findings:
        return None
    return Cohorts(domain, run.scale, {one.kind: one for one in findings})


def waves_picture(session: Session, scope: Scope) -> Chart | None:
    """The cohorts' means by wave in every domain."""
    found = [cohorts_of(session, scope, domain) for domain in Domain]
    return cohort_pictures.waves_chart([one for one in found if one is not None])


def domain_of_run(session: Session, scope: Scope, *, run_id: int) -> str:
    """The domain whose scale a run is on; NotFound for a run on another scale."""
    code = queries.scale_code(session, scope, run_id=run_id)
    return domain_of(code or "none").value


def sources(session: Session, scope: Scope) -> Sources:
    """Every figure with where it is from."""
    known = queries.means(session, scope)
    others = [product for product in Product if product is not Product.PISA]
    return Sources(
        own=[one for one in known if one.economy == KAZAKHSTAN],
        others=[one for one in known if one.economy != KAZAKHSTAN],
        links=queries.link_errors(session, scope),
        files=queries.files(session, scope),
        items=queries.items(session, scope),
        concordances=queries.concordances(session, scope),
        apart={one.value: queries.means(session, scope, product=one) for one in others},
        may_bring=scope.may(Permission.DECIDE_FINDINGS),
    )
