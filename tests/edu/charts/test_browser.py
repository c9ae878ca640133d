"""What a person sees: nothing cut, nothing overlapping, both themes, no rule of access broken."""

from collections.abc import Callable, Iterator
from pathlib import Path

import flask_bootstrap
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, render_template_string
from flask_babel import Babel
from playwright.sync_api import Browser, Page, Route

import edu.web
from edu.charts import Chart, Mark, Shares, pages
from edu.web.headers import POLICY
from tests.edu.charts.curve_samples import (
    LONG,
    LONG_WORD,
    RUSSIAN,
    WAVES,
    YEARS,
    convergence,
    fan,
    item,
    model,
    observed,
    shares,
    stacked,
    subjects,
    waves,
)
from tests.edu.charts.samples import PAYLOADS, bars, counts, dots, gain

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="kk" data-bs-theme="{{ theme }}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Сурет</title>
<link rel="stylesheet" href="/bootstrap.css"><link rel="stylesheet" href="/theme.css"></head>
<body><main class="frame"><h1>Сурет</h1>{% from 'charts/figure.html' import figure %}
{% for chart in charts %}<div class="sheet">{{ figure(chart, 2) }}</div>{% endfor %}
</main></body></html>"""
BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static/bootstrap5/css/bootstrap.min.css"
THEME = Path(edu.web.__file__).parent / "static/theme.css"
# the widest of the fonts that the stylesheet names
WIDE_FONT = "svg, svg * { font-family: 'DejaVu Sans' !important }"

COLLISIONS = """() => {
  const found = [];
  for (const svg of document.querySelectorAll('figure > svg')) {
    const frame = svg.getBoundingClientRect();
    if (!frame.width) continue;
    const texts = [...svg.querySelectorAll('text')];
    const boxes = texts.map(t => [t.textContent, t.getBoundingClientRect()]);
    boxes.forEach(([text, box], i) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 ||
          box.top < frame.top - 1 || box.bottom > frame.bottom + 1) found.push(['cut', text]);
      for (const [other, at] of boxes.slice(i + 1)) {
        const across = Math.min(box.right, at.right) - Math.max(box.left, at.left);
        const down = Math.min(box.bottom, at.bottom) - Math.max(box.top, at.top);
        if (across > 0.5 && down > 4) found.push([text, other]);
      }
    });
  }
  return found;
}"""


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens charts on a page with the service's own theme and content policy."""
    app = Flask(__name__)
    Babel(app, default_locale="kk")
    pages.install(app)
    contexts = []

    def open_page(*charts: Chart, width: int = 1280, theme: str = "light") -> Page:
        with app.test_request_context():
            html = render_template_string(PAGE, charts=charts, theme=theme)
        files = {
            "/": (html, "text/html"),
            "/bootstrap.css": (BOOTSTRAP.read_text(), "text/css"),
            "/theme.css": (THEME.read_text() + WIDE_FONT, "text/css"),
        }

        def answer(route: Route) -> None:
            body, kind = files.get(route.request.url.removeprefix("http://charts.test"), ("", ""))
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=body, content_type=f"{kind}; charset=utf-8", headers=headers)

        context = chromium.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("console", lambda message: page.problems.append(message.text))
        page.route("**/*", answer)
        page.goto("http://charts.test/")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [320, 480, 760, 1280])
def test_no_text_is_cut_or_overlaps(opened: Callable[..., Page], width: int) -> None:
    long = "Солтүстік Қазақстан облысындағы шағын жинақталған ауылдық мектептер"
    page = opened(
        *(dots(rows) for rows in (1, 3, 20, 60)),
        dots(2, target=2.1, zero=True, reference=gain(9, long, n=1234567)),
        dots(0, reference=gain(0.0, "Ш" * 60, half=0.1), suppressed=[long], target=None),
        bars(target=0.05),
        bars(target=0.99),
        counts(target=14000),
        width=width,
    )
    assert page.evaluate(COLLISIONS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 480, 760, 1280])
def test_no_text_of_curves_and_shares_is_cut_or_overlaps(
    opened: Callable[..., Page], width: int
) -> None:
    names = [(x, f"{LONG_WORD} {name}") for x, name in WAVES]
    marks = [Mark(label=LONG, x=0.1), Mark(label=LONG_WORD, x=2.9), Mark(label=LONG, y=44)]
    languages = ("казахском", "русском", "уйгурском", "узбекском")
    series = [
        observed(f"Обучающиеся на {name} языке", 0.2 * at) for at, name in enumerate(languages)
    ]
    bars_ = [shares(LONG, (1, 1, 1, 1, 1, 95)), shares("б", (95, 1, 1, 1, 1, 1))]
    page = opened(
        item(series=[model("Кривая модели с доверительной полосой"), *series], texts=RUSSIAN),
        fan(),
        convergence(target=-48211),
        waves([f"{LONG} {at}" for at in range(7)], x_ticks=names, marks=marks, texts=RUSSIAN),
        waves([f"{at}-өңір" for at in range(30)]),
        waves(["а"], x_ticks=WAVES[:2]),
        subjects([LONG, "Оқу", LONG_WORD, "Математика", "Жаратылыстану"]),
        subjects(["а", "б"], x_ticks=[(year, f"{name} жылғы цикл") for year, name in YEARS]),
        stacked(),
        stacked(boundary=None, texts=RUSSIAN),
        stacked(
            levels=[LONG, "а", "б", LONG_WORD, "в", "г"],
            boundary=LONG_WORD,
            bars=[*bars_, Shares(LONG_WORD, None)],
            texts=RUSSIAN,
        ),
        width=width,
    )
    assert page.evaluate(COLLISIONS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 700, 1280])
def test_lines_are_stretched_with_the_picture_and_their_strokes_are_not(
    opened: Callable[..., Page], width: int
) -> None:
    page = opened(item(), width=width)
    line = page.locator("figure > svg:visible path[vector-effect]").first
    plot = page.locator("figure > svg:visible > svg[width$='%']").first
    drawn, around = line.bounding_box(), plot.locator("> g > line").first.bounding_box()
    assert drawn is not None
    assert around is not None
    assert 0.8 < drawn["width"] / around["width"] < 1.02
    assert line.evaluate("line => getComputedStyle(line).strokeWidth") == "2.5px"


@pytest.mark.parametrize(("width", "shown"), [(320, "chart-narrow"), (1280, "chart-wide")])
def test_one_setting_is_shown_in_letters_of_readable_size(
    opened: Callable[..., Page], width: int, shown: str
) -> None:
    page = opened(dots(), width=width)
    visible = page.locator("figure > svg:visible")
    assert [visible.nth(i).get_attribute("class") for i in range(visible.count())] == [shown]
    heights = page.evaluate(
        "[...document.querySelectorAll('figure > svg')].filter(s => s.clientWidth)"
        ".flatMap(s => [...s.querySelectorAll('text')])"
        ".map(t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)"
    )
    assert min(heights) >= 12


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colors_follow_the_theme(opened: Callable[..., Page], theme: str) -> None:
    page = opened(dots(), theme=theme)
    colors = page.evaluate(
        "['.chart-wide', '.chart-wide circle:not([stroke])']"
        ".map(s => getComputedStyle(document.querySelector(s)).fill)"
    )
    expected = {
        "light": ["rgb(20, 33, 43)", "rgb(0, 124, 146)"],
        "dark": ["rgb(232, 238, 242)", "rgb(53, 195, 218)"],
    }
    assert colors == expected[theme]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(opened: Callable[..., Page], theme: str, width: int) -> None:
    charts = (dots(), bars(), counts(), item(series=[observed("а")]), fan(), stacked())
    page = opened(*charts, theme=theme, width=width)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    results = Axe().run(page)
    assert [violation["id"] for violation in results.response["violations"]] == []


def test_the_content_policy_refuses_nothing_and_no_payload_runs(
    opened: Callable[..., Page],
) -> None:
    chart = dots(
        3, suppressed=PAYLOADS, title=PAYLOADS[0], description=PAYLOADS[1], source=PAYLOADS[2]
    )
    curves = waves(PAYLOADS, x_ticks=[(float(at), text) for at, text in enumerate(PAYLOADS)])
    levels = stacked(levels=PAYLOADS, boundary=None, bars=[shares(PAYLOADS[0], (1, 1, 1, 1, 1))])
    page = opened(chart, curves, levels)
    assert page.problems == []
    assert page.evaluate("window.hurt") is None
    assert page.locator("figure script, figure img").count() == 0
