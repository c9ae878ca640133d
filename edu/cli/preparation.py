"""What must be done before anybody is served, in order; each step is harmless when repeated."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from edu.cli.keys import require_fitting_keys
from edu.config import Settings
from edu.database import Urls, migrate
from edu.database.access import connect

HAS_REFERENCE = 'SELECT EXISTS (SELECT FROM "region")'
HAS_SOMEBODY = 'SELECT EXISTS (SELECT FROM "person") OR EXISTS (SELECT FROM "user")'
KNOWN = 'SELECT email FROM "user" WHERE email = ANY(%s)'


@dataclass(frozen=True, slots=True)
class Step:
    """message: what is being done; action: does it, and may be broken off at any moment."""

    message: str
    action: Callable[[], object]


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who may sign in to look around, shown at start."""

    role: str
    email: str
    password: str


def steps(settings: Settings, urls: Urls, *, demonstration: bool) -> Iterator[Step]:
    """The steps from a running database to one that can serve.

    What is there is asked of the database directly: the application itself takes seconds to load,
    and a second start has no need of it here.
    """
    changed: list[bool] = []
    yield Step("Bringing the database up to date", lambda: changed.append(migrate(urls)))
    yield Step("Checking the keys", lambda: require_fitting_keys(settings, urls))
    if any(changed) or not holds(urls, HAS_REFERENCE):
        yield Step("Writing regions, roles and initiatives", lambda: write_reference(settings))
    if demonstration and not holds(urls, HAS_SOMEBODY):
        yield Step("Loading the demonstration, once", lambda: load_demonstration(settings))


def holds(urls: Urls, question: str) -> bool:
    """The answer of the database to a question of yes or no."""
    with connect(urls.owner) as connection:
        return connection.execute(question.encode()).fetchone() == (True,)


def write_reference(settings: Settings) -> None:
    """The lists that come with the program."""
    from edu.cli import application

    with application.application(settings):
        application.write_reference()


def load_demonstration(settings: Settings) -> None:
    """The invented nation, where nobody is known yet."""
    from edu.cli import application, demonstration

    with application.application(settings):
        demonstration.load_once()


def sign_ins(urls: Urls) -> list[SignIn]:
    """Those of the demonstration's sign-ins that exist in this database."""
    from edu.cli.language import speaking
    from edu.demo import sign_ins
    from edu.web.labels import label

    with speaking():
        all_of_them = [SignIn(label(one.role), one.email, one.password) for one in sign_ins()]
    with connect(urls.owner) as connection:
        rows = connection.execute(KNOWN, [[one.email for one in all_of_them]]).fetchall()
    return [one for one in all_of_them if (one.email,) in rows]
