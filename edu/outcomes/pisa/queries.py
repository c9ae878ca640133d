"""Reading what is known of PISA: published figures and summaries, none of them personal."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager

from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from models.keyset import Page, read_one, read_page
from models.outcomes import Finding
from models.pisa import (
    KAZAKHSTAN,
    Concordance,
    Domain,
    LinkedQuantity,
    Product,
    SurveyFile,
    SurveyItem,
    SurveyLinkError,
    SurveyMean,
    SurveySummary,
)
from models.scores import RunStatus, Scale, ScoringRun


def means(
    session: Session,
    scope: Scope,
    *,
    product: Product = Product.PISA,
    economy: str | None = None,
    domain: Domain | None = None,
    cycle: int | None = None,
) -> list[SurveyMean]:
    """Published means of one product, by domain, cycle and economy; never of two products."""
    scope.require(Permission.READ_FIGURES)
    statement = means_of(product, economy=economy, domain=domain, cycle=cycle)
    order = (SurveyMean.domain, SurveyMean.cycle, SurveyMean.economy)
    return list(session.scalars(statement.order_by(*order)))


def means_page(
    session: Session,
    scope: Scope,
    *,
    product: Product,
    after: tuple[int] | None,
    limit: int,
    **wanted: object,
) -> Page[SurveyMean]:
    """A page of the same."""
    scope.require(Permission.READ_FIGURES)
    statement = means_of(product, **wanted)
    return read_page(session, statement, [SurveyMean.id], after=after, limit=limit)


def means_of(product: Product, **wanted: object) -> Select[SurveyMean]:
    """The means of one product with these columns; None stands for any."""
    statement = select(SurveyMean).where(SurveyMean.product == product)
    return statement.filter_by(**{key: value for key, value in wanted.items() if value})


def series(session: Session, scope: Scope, *, domain: Domain) -> list[SurveyMean]:
    """Kazakhstan's means in PISA, those that are not comparable among them."""
    return means(session, scope, economy=KAZAKHSTAN, domain=domain)


def latest_cycle(session: Session, domain: Domain) -> int | None:
    """The newest cycle with means of several economies, Kazakhstan among them."""
    several = (
        select(SurveyMean.cycle)
        .where(SurveyMean.product == Product.PISA, SurveyMean.domain == domain)
        .group_by(SurveyMean.cycle)
        .having(func.count() > 1, func.bool_or(SurveyMean.economy == KAZAKHSTAN))
    )
    return session.scalar(several.order_by(SurveyMean.cycle.desc()).limit(1))


def link_errors(
    session: Session,
    scope: Scope,
    *,
    domain: Domain | None = None,
    quantity: LinkedQuantity | None = None,
) -> list[SurveyLinkError]:
    """Link errors between cycles of PISA."""
    scope.require(Permission.READ_FIGURES)
    wanted = {"domain": domain, "quantity": quantity}
    statement = select(SurveyLinkError).filter_by(**{key: v for key, v in wanted.items() if v})
    order = (SurveyLinkError.domain, SurveyLinkError.from_cycle, SurveyLinkError.to_cycle)
    return list(session.scalars(statement.order_by(*order)))


def files(session: Session, scope: Scope) -> list[SurveyFile]:
    """The pupil files that were summarized, newest first."""
    scope.require(Permission.READ_FIGURES)
    return list(session.scalars(select(SurveyFile).order_by(SurveyFile.id.desc())))


def summaries(
    session: Session,
    scope: Scope,
    *,
    product: Product = Product.PISA,
    economy: str = KAZAKHSTAN,
    domain: str | None = None,
) -> list[SurveySummary]:
    """What pupil files of one product say of an economy: the newest file of each cycle that has
    figures to show, else the newest that has none."""
    scope.require(Permission.READ_FIGURES)
    statement = (
        select(SurveySummary)
        .join(SurveySummary.file)
        .options(contains_eager(SurveySummary.file))
        .where(SurveyFile.product == product, SurveySummary.economy == economy)
        .order_by(SurveyFile.cycle, SurveySummary.domain, SurveyFile.id)
    )
    if domain is not None:
        statement = statement.where(SurveySummary.domain == domain)
    newest: dict[tuple[int, str], SurveySummary] = {}
    for one in session.scalars(statement):
        key = (one.file.cycle, one.domain)
        if one.estimates or key not in newest:
            newest[key] = one
    return list(newest.values())


def run_of_scale(session: Session, scope: Scope, *, domain: Domain) -> ScoringRun | None:
    """The newest published run of people on the scale that bears the domain's name."""
    scope.require(Permission.READ_FIGURES)
    statement = (
        select(ScoringRun)
        .join(Scale, Scale.id == ScoringRun.scale_id)
        .where(Scale.code == domain.value, ScoringRun.status == RunStatus.PUBLISHED)
        .where(ScoringRun.sample_id.is_(None))
    )
    return session.scalar(statement.order_by(ScoringRun.id.desc()).limit(1))


def items(session: Session, scope: Scope, *, domain: Domain | None = None) -> list[SurveyItem]:
    """The items of PISA whose published parameters are at hand."""
    scope.require(Permission.READ_FIGURES)
    statement = select(SurveyItem).order_by(SurveyItem.domain, SurveyItem.item)
    if domain is not None:
        statement = statement.where(SurveyItem.domain == domain)
    return list(session.scalars(statement))


def common_items(
    session: Session, scope: Scope, *, run: ScoringRun, domain: Domain
) -> list[SurveyItem]:
    """Those that a run has too."""
    own = set((run.report or {}).get("items", ()))
    return [one for one in items(session, scope, domain=domain) if one.item in own]


def concordances(session: Session, scope: Scope) -> list[Concordance]:
    """How scales of the service are read on that of PISA, newest first."""
    scope.require(Permission.READ_FIGURES)
    return list(session.scalars(select(Concordance).order_by(Concordance.id.desc())))


def concordance_of(session: Session, scope: Scope, *, scale_id: int) -> Concordance | None:
    """The newest concordance of a scale; None while it is not linked to PISA."""
    return next((one for one in concordances(session, scope) if one.scale_id == scale_id), None)


def cohort_findings(session: Session, scope: Scope, *, run_id: int) -> Sequence[Finding]:
    """What was found of a run's cohorts, the newest of each kind."""
    scope.require(Permission.READ_FIGURES)
    statement = (
        select(Finding)
        .where(Finding.scoring_run_id == run_id, Finding.kind.startswith("cohort_"))
        .order_by(Finding.id)
    )
    return list({one.kind: one for one in session.scalars(statement)}.values())


def economies(session: Session, scope: Scope, *, product: Product) -> list[str]:
    """The economies that pupil files of one product tell of."""
    scope.require(Permission.READ_FIGURES)
    statement = (
        select(SurveySummary.economy)
        .join(SurveySummary.file)
        .where(SurveyFile.product == product)
        .distinct()
    )
    return sorted(session.scalars(statement))


def products(session: Session, scope: Scope) -> set[Product]:
    """The products of which pupil files were summarized."""
    scope.require(Permission.READ_FIGURES)
    return set(session.scalars(select(SurveyFile.product).distinct()))


def scale_code(session: Session, scope: Scope, *, run_id: int) -> str | None:
    """The scale that a run is on."""
    scope.require(Permission.READ_FIGURES)
    run = read_one(session, ScoringRun, run_id)
    return run.scale.code if run.scale else None
