"""`make screenshots`: the main pages of every role, wide and narrow, light and dark, kk ru en."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from edu.accounts.scope import system_scope, use_scope
from edu.cli.application import application
from edu.config import Settings
from edu.database import discard
from edu.demo import load, sign_ins
from models import db
from tests.factories.browsing import NARROW, WIDE, browser, serving, sign_in_at

FOLDER = Path("build/screenshots")
PEOPLE = 20000
LOOKS = (
    ("wide-light-en", WIDE, "light", "en"),
    ("wide-dark-ru", WIDE, "dark", "ru"),
    ("narrow-light-kk", NARROW, "light", "kk"),
)
PAGES = {
    "school_administrator": {
        "home": "/",
        "people": "/people/",
        "register": "/people/new",
        "bring-file": "/people/import",
        "enrollments": "/enrollments/",
        "programs": "/programs/",
        "program": "/programs/1",
    },
    "program_manager": {
        "home": "/",
        "programs": "/programs/",
        "program": "/programs/1",
        "outcomes": "/outcomes/",
        "scoring": "/scoring/",
        "exports": "/exports/",
    },
    "researcher": {"home": "/", "exports": "/exports/", "request": "/exports/new"},
    "regional_coordinator": {"home": "/"},
}


@contextmanager
def demonstration() -> Iterator[str]:
    """The service with the invented nation, at an address of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        settings = Settings(home, None, None, home / "keys" / "keys.json")
        try:
            with application(settings) as app:
                with Session(db.engine) as session:
                    use_scope(session, system_scope())
                    load(session, settings, people=PEOPLE, seed=1)
                    session.commit()
                with serving(app) as address:
                    yield address
        finally:
            discard(settings)


def take(browser: Browser, address: str) -> None:
    """Every page in every look."""
    for who in sign_ins():
        for look, size, colors, language in LOOKS:
            context = browser.new_context(viewport=size, color_scheme=colors, locale=language)
            page = sign_in_at(context, address, who.email, who.password)
            for name, path in PAGES.get(who.role, {"home": "/"}).items():
                shoot(page, f"{address}{path}", FOLDER / f"{who.role}-{name}-{look}.png")
            context.close()


def shoot(page: Page, address: str, file: Path) -> None:
    """One picture of the whole page."""
    page.goto(address)
    page.screenshot(path=file, full_page=True)
    print(file)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demonstration() as address, browser() as opened:
        take(opened, address)


if __name__ == "__main__":
    sys.exit(main())
