"""What pupil files say of an economy: the pages of levels and equity, one product at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.charts import Chart
from edu.outcomes.pisa import queries
from edu.outcomes.pisa.national import (
    movement_pictures,
    movements,
    population_pictures,
    pupil_pictures,
)
from edu.outcomes.pisa.national.movements import Known
from edu.outcomes.pisa.presentation import domain_of
from edu.outcomes.pisa.words import economy_name, not_pisa, product_name, told_unverified
from models.errors import NotFound
from models.pisa import (
    KAZAKHSTAN,
    ON_SCALE_OF_PISA,
    Domain,
    Product,
    SurveyLinkError,
    SurveyMean,
    SurveySummary,
)


@dataclass(frozen=True)
class Asked:
    """What the address asks for, as it says it; by default Kazakhstan's mathematics in PISA."""

    domain: str | None = None
    economy: str | None = None
    product: str | None = None


@dataclass(frozen=True)
class National:
    """What pupil files of one product say of an economy in one domain.

    products: those to choose from. told: how the figures moved. lacking: what is not shown, and how
    to mend it.
    """

    domain: Domain
    economy: str
    name: str
    economies: dict[str, str]
    product: Product
    products: dict[str, str]
    summaries: Sequence[SurveySummary]
    unverified: Sequence[str]
    charts: Sequence[tuple[str, Chart]] = ()
    moves: Sequence[tuple[str, Chart]] = ()
    told: Sequence[str] = ()
    lacking: Sequence[str] = ()

    @property
    def other(self) -> str | None:
        """The product's code where it is not PISA."""
        return None if self.product is Product.PISA else self.product.value

    @property
    def not_pisa(self) -> str:
        """That the product is not PISA; empty for PISA."""
        return not_pisa(self.product)

    @property
    def has_levels(self) -> bool:
        """Whether its scores are on the scale of PISA."""
        return self.product in ON_SCALE_OF_PISA


def levels(session: Session, scope: Scope, asked: Asked) -> National:
    """Levels by cycle, or mean and quantiles where there are no levels."""
    page = national(session, scope, asked)
    charts = [
        *numbered("levels", pupil_pictures.levels_charts(page.summaries)),
        *numbered("scores", pupil_pictures.score_charts(page.summaries)),
    ]
    return with_moves(session, scope, replace(page, charts=charts))


def numbered(name: str, charts: Sequence[Chart]) -> list[tuple[str, Chart]]:
    """Charts of one kind, each by a name of its own."""
    return [(f"{name}-{place}" if place else name, one) for place, one in enumerate(charts)]


def with_moves(session: Session, scope: Scope, page: National) -> National:
    """The page with how shares of levels and quantiles of all moved over the cycles of PISA."""
    if page.other:
        return page
    known = known_beside(session, scope, page)
    shares = {
        "below-level-2": movements.below_baseline(page.summaries, known),
        "level-5": movements.top_performers(page.summaries, known),
    }
    found = {name: one for name, one in shares.items() if one is not None}
    of_all = movements.of_all_movements(page.summaries, known)
    together = [*found.values(), *of_all]
    moves = {
        **{name: movement_pictures.share_chart(one, page.summaries) for name, one in found.items()},
        "of-all": population_pictures.of_all_chart(of_all, page.summaries),
    }
    return replace(
        page,
        unverified=[*page.unverified, *(behind(page, known) if together else ())],
        moves=[(name, one) for name, one in moves.items() if one is not None],
        told=[
            *map(movement_pictures.told, together),
            *population_pictures.coverage_told(of_all, page.summaries),
            *movement_pictures.assumed(together),
        ],
        lacking=[
            *population_pictures.lacking(page.summaries),
            *population_pictures.outdated(page.summaries, known.means),
        ],
    )


def equity(session: Session, scope: Scope, asked: Asked) -> National:
    """Gaps and the gradient."""
    page = national(session, scope, asked)
    latest = [one for one in page.summaries if one.estimates][-1:]
    charts = {
        "gaps": pupil_pictures.gaps_chart(latest),
        "background": pupil_pictures.shares_chart(latest),
    }
    shown = [(name, one) for name, one in charts.items() if one is not None]
    return with_gaps(session, scope, replace(page, charts=shown))


def with_gaps(session: Session, scope: Scope, page: National) -> National:
    """The page with how gaps and the strength of background moved over the cycles of PISA."""
    if page.other:
        return page
    known = known_beside(session, scope, page)
    gaps = movements.gap_movements(page.summaries, known)
    background = movements.gap_movements(page.summaries, known, movements.BACKGROUND)
    moves = {
        "gap-trends": movement_pictures.gaps_chart(gaps, page.summaries),
        "background-trends": movement_pictures.background_chart(background, page.summaries),
    }
    return replace(
        page,
        moves=[(name, one) for name, one in moves.items() if one is not None],
        told=list(map(movement_pictures.told, [*gaps, *background])),
    )


def known_beside(session: Session, scope: Scope, page: National) -> Known:
    """Links of the domain, and the economy's cycles that are said not to be comparable."""
    means = queries.means(session, scope, economy=page.economy, domain=page.domain)
    return Known(links=queries.link_errors(session, scope, domain=page.domain), means=means)


def behind(page: National, known: Known) -> list[str]:
    """What the changes rest on and was not found in its source: links, and the coverage."""
    cycles = {one.file.cycle for one in page.summaries}
    links = [one for one in known.links if {one.from_cycle, one.to_cycle} <= cycles]
    covered = [one for one in known.means if one.coverage is not None and one.cycle in cycles]
    figures: list[SurveyMean | SurveyLinkError] = [*links, *covered]
    return [told_unverified(one) for one in figures if not one.verified]


def national(session: Session, scope: Scope, asked: Asked) -> National:
    """What pupil files of the product say of the economy; no charts yet."""
    domain, product = domain_of(asked.domain), product_of(asked.product)
    economy = asked.economy or KAZAKHSTAN
    if not economy.isprintable():
        raise NotFound("not_found")
    found = queries.summaries(session, scope, product=product, economy=economy, domain=domain)
    known = queries.economies(session, scope, product=product)
    return National(
        domain=domain,
        economy=economy,
        name=economy_name(economy),
        economies={code: economy_name(code) for code in known},
        product=product,
        products=products_to_choose(session, scope, product),
        summaries=found,
        unverified=[
            f"{one.file.cycle}: {one.file.file_name}"
            for one in found
            if one.estimates and not one.file.verified
        ],
    )


def product_of(code: str | None) -> Product:
    """The product asked for, PISA by default; NotFound for another."""
    if not code:
        return Product.PISA
    try:
        return Product(code)
    except ValueError:
        raise NotFound("not_found") from None


def products_to_choose(session: Session, scope: Scope, shown: Product) -> dict[str, str]:
    """PISA, the products that have files, and the one that is shown."""
    known = {Product.PISA, shown, *queries.products(session, scope)}
    return {one.value: product_name(one) for one in Product if one in known}
