"""What people call products, domains, economies, levels and figures."""

from babel import Locale
from babel.core import get_global
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from edu.web.language import language
from models.pisa import Domain, Product

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


def product_name(product: str) -> str:
    """A product in words."""
    return str(PRODUCTS.get(product, product))


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
