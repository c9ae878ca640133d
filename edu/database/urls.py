"""Addresses of the database, as SQLAlchemy and as libpq write them."""

from dataclasses import dataclass
from urllib.parse import quote

from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from edu.config import Settings
from edu.database import place as places
from edu.database.place import PORT, Place
from models.errors import Refusal

DATABASE = "edu"
OWNER = "edu_owner"
APPLICATION = "edu_app"
DRIVER = "postgresql+psycopg"


@dataclass(frozen=True, slots=True)
class Urls:
    """application: the role that serves; owner: the role that owns the tables and migrates."""

    application: str
    owner: str


def urls(settings: Settings) -> Urls:
    """The addresses that `settings` mean, whether or not a server answers there."""
    if settings.database_url is not None and settings.database_owner_url is not None:
        return Urls(_external(settings.database_url), _external(settings.database_owner_url))
    return embedded(places.of(settings))


def embedded(place: Place) -> Urls:
    """The addresses of the embedded server of a place."""
    return Urls(socket_url(place, APPLICATION, DATABASE), socket_url(place, OWNER, DATABASE))


def socket_url(place: Place, role: str, database: str) -> str:
    host = quote(str(place.sockets), safe="")
    return f"{DRIVER}://{role}@/{database}?host={host}&port={PORT}"


def conninfo(url: str) -> str:
    """The same address for psycopg, Procrastinate, ADBC and whatever else speaks libpq."""
    address = make_url(url)
    _, parts = address.get_dialect()().create_connect_args(address)
    return make_conninfo(**parts)


def role(url: str) -> str:
    """The name of the role that an address signs in as."""
    name = make_url(url).username
    if not name:
        raise Refusal("database_url_without_role")
    return name


def _external(url: str) -> str:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise Refusal("database_url_malformed") from None
    if address.drivername.partition("+")[0] not in ("postgresql", "postgres"):
        raise Refusal("database_url_malformed")
    return address.set(drivername=DRIVER).render_as_string(hide_password=False)
