"""Every page of every role in a real browser: nothing broken, nothing cut off, nothing hidden."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy.orm import Session

from edu import demo
from edu.config import Settings
from models import db
from models.accounts import RoleName
from tests.factories.browsing import (
    NARROW,
    WIDE,
    browser_path,
    serving,
    sign_in_at,
    width_beyond_screen,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(browser_path() is None, reason="Chromium is not installed"),
]
PEOPLE = 1200
FIGURES = ("/", "/programs/", "/programs/1", "/outcomes/", "/scoring/", "/outcomes/risk/")
EFFECTS = tuple(f"/outcomes/analyses/{page}" for page in ("", "new", "plan"))
PISA = tuple(f"/outcomes/pisa/{page}" for page in ("", "levels", "equity", "cohorts", "sources"))
RECORDS = ("/people/", "/people/?name=А", "/enrollments/", "/enrollments/?status=waitlisted")
PAGES = {
    RoleName.SCHOOL_ADMINISTRATOR: (
        *FIGURES,
        *RECORDS,
        "/people/new",
        "/people/import",
        "/enrollments/import",
        "/outcomes/risk/1/people",
    ),
    RoleName.REGIONAL_COORDINATOR: (*FIGURES, *RECORDS, "/programs/offerings/new"),
    RoleName.PROGRAM_MANAGER: (
        *FIGURES,
        *PISA,
        *EFFECTS,
        "/outcomes/risk/1",
        "/exports/",
        "/programs/new",
        "/programs/offerings/new",
    ),
    RoleName.HEADQUARTERS_VIEWER: FIGURES,
    RoleName.RESEARCHER: (*FIGURES, "/exports/", "/exports/new", "/exports/new?program_id=1"),
    RoleName.SYSTEM_ADMINISTRATOR: ("/",),
}


@pytest.fixture(scope="module")
def address(app: Flask, settings: Settings, emptied: None) -> Iterator[str]:
    """The service with the invented nation."""
    with app.app_context(), Session(db.engine) as session:
        demo.load(session, settings, people=PEOPLE, seed=1)
        session.commit()
    with serving(app) as address:
        yield address


def open_as(
    chromium: Browser, address: str, role: RoleName, **look: object
) -> tuple[BrowserContext, Page]:
    who = next(who for who in demo.sign_ins() if who.role is role)
    context = chromium.new_context(**look)
    return context, sign_in_at(context, address, who.email, who.password)


@pytest.mark.parametrize("role", PAGES)
def test_every_page_is_accessible_and_loads_without_a_complaint(chromium, address, role) -> None:
    context, page = open_as(chromium, address, role, viewport=WIDE, locale="kk")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    for path in PAGES[role]:
        answer = page.goto(address + path)
        assert answer.status == 200, path
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
    assert complaints == []
    context.close()


@pytest.mark.parametrize("role", PAGES)
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_nothing_is_wider_than_a_small_telephone(chromium, address, role, language) -> None:
    context, page = open_as(chromium, address, role, viewport=NARROW, locale=language)
    wide = {}
    for path in PAGES[role]:
        page.goto(address + path)
        if (beyond := width_beyond_screen(page)) > 0:
            wide[path] = beyond
    assert wide == {}
    context.close()


def test_dark_pages_keep_their_contrast(chromium, address) -> None:
    context, page = open_as(
        chromium, address, RoleName.PROGRAM_MANAGER, viewport=WIDE, color_scheme="dark"
    )
    for path in PAGES[RoleName.PROGRAM_MANAGER]:
        page.goto(address + path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
    context.close()


@pytest.mark.parametrize(
    ("language", "word"), [("kk", "Шығу"), ("ru", "Выйти"), ("en", "Sign out")]
)
def test_the_switch_changes_the_language_and_is_remembered(
    chromium, address, language, word
) -> None:
    context, page = open_as(chromium, address, RoleName.RESEARCHER, viewport=WIDE, locale="en")
    page.click(f"a[hreflang={language}]")
    page.goto(f"{address}/outcomes/")
    assert page.get_attribute("html", "lang") == language
    assert word in page.inner_html(".menu-sheet")
    context.close()


def test_signing_out_works_by_keyboard_alone(chromium, address) -> None:
    context, page = open_as(chromium, address, RoleName.RESEARCHER, viewport=WIDE, locale="en")
    page.focus(".menu summary")
    page.keyboard.press("Enter")
    page.focus(".menu-sheet button")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/sign-in")
    context.close()


def test_pages_work_without_script(chromium, address) -> None:
    context, page = open_as(
        chromium, address, RoleName.SCHOOL_ADMINISTRATOR, java_script_enabled=False, locale="en"
    )
    page.goto(f"{address}/enrollments/")
    page.click("tbody a >> nth=0")
    assert "/people/" in page.url
    assert page.locator("h1").inner_text()
    context.close()
