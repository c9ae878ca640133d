"""What people call products, domains, economies, levels and figures."""

from babel import Locale
from babel.core import get_global
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from edu.web.language import language
from models.pisa import Domain, Product, SurveyLinkError, SurveyMean

PRODUCTS: dict[str, LazyString] = {
    Product.PISA: _l("PISA"),
    Product.PISA_FOR_SCHOOLS: _l("PISA for Schools"),
    Product.MODO: _l("MODO, the national monitoring of achievement"),
}
DOMAINS: dict[str, LazyString] = {
    Domain.MATHEMATICS: _l("Mathematics"),
    Domain.READING: _l("Reading"),
    Domain.SCIENCE: _l("Science"),
}


# What is known of a figure that came with the project.
STATUSES: dict[str, LazyString] = {
    "verified": _l("compared with its source"),
    "unverified": _l("not compared with its source"),
    "recalled": _l("recalled, not found in a source"),
    "recalled - to be confirmed against the annex": _l("recalled, to be confirmed by the annex"),
    "verified source file": _l("taken from a file of the source"),
    "mean and level2plus confirmed; se recalled": _l(
        "mean and share above Level 2 confirmed; standard error recalled"
    ),
    "mean confirmed; se and level2plus recalled": _l(
        "mean confirmed; standard error and share above Level 2 recalled"
    ),
    "mean cross-checked; se recalled": _l(
        "mean checked by another source; standard error recalled"
    ),
    "rank = ministry point rank": _l("rank as the ministry gave it, no range"),
    "rank = ministry point rank, not OECD range": _l("rank as the ministry gave it, no range"),
    "own": _l("the service's own"),
    "own; not linked to PISA": _l("the service's own, not linked to PISA"),
}
NOT_COMPARABLE = "NOT COMPARABLE"


def status_name(status: str) -> str:
    """How far a figure is confirmed, in words; what somebody brought keeps its own."""
    if status.startswith(NOT_COMPARABLE):
        return str(gettext("not comparable: the sample had problems; never on the line of a trend"))
    return str(STATUSES.get(status, status))


def product_name(product: str) -> str:
    """A product in words."""
    return str(PRODUCTS.get(product, product))


def not_pisa(product: str) -> str:
    """What every picture and page of another product says of it; empty for PISA."""
    if product == Product.PISA:
        return ""
    return str(
        gettext(
            "%(product)s is not PISA: its figures join no series, no rank and no projection.",
            product=product_name(product),
        )
    )


def domain_name(domain: str) -> str:
    """A domain in words; one of a survey's own keeps its code."""
    return str(DOMAINS.get(domain, domain.upper()))


def economy_name(code: str, name: str = "") -> str:
    """A country's name in the reader's language; an economy that is none keeps its own."""
    alias = get_global("territory_aliases").get(code)
    territories = Locale(language()).territories
    return str(territories.get(alias[0] if alias else code, name or code))


def level_name(code: str) -> str:
    """A proficiency level; "0" is what lies below the lowest described one."""
    if code == "0":
        return str(gettext("below the lowest level"))
    return str(gettext("Level %(code)s", code=code))


def told_unverified(one: SurveyMean | SurveyLinkError) -> str:
    """Which figure was not found in its source."""
    domain = domain_name(one.domain)
    if isinstance(one, SurveyLinkError):
        cycles = f"{one.from_cycle}–{one.to_cycle}"
        return str(gettext("%(domain)s, link error %(cycles)s", domain=domain, cycles=cycles))
    return f"{domain} {one.cycle}"
