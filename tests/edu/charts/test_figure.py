"""The figure on a page: caption, both settings, the table behind "Show the numbers"."""

import re
from collections.abc import Callable

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel, force_locale

from edu.charts import Chart, current_texts, pages, ranked_dots
from tests.edu.charts.curve_samples import fan, waves
from tests.edu.charts.samples import ENGLISH, PAYLOADS, counts, dots, gain, share


@pytest.fixture(scope="module")
def figure() -> Callable[..., str]:
    app = Flask(__name__)
    Babel(app)
    pages.install(app)

    def render(chart: Chart, *, locale: str = "kk", **given: object) -> str:
        source = "{% from 'charts/figure.html' import figure %}{{ figure(chart, heading, files) }}"
        with app.test_request_context(), force_locale(locale):
            return render_template_string(source, chart=chart, **given)

    return render


def cells(html: str) -> list[list[str]]:
    rows = re.findall(r"<tr.*?</tr>", html, re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]


def test_a_figure_shows_both_settings_and_the_table(figure: Callable[..., str]) -> None:
    chart = dots()
    html = figure(chart)
    assert chart.svg in html
    assert chart.narrow_svg in html
    assert "<summary>Show the numbers</summary>" in html
    assert len(cells(html)) == 1 + len(chart.table.rows)


def test_the_table_is_written_in_the_language_of_the_page(figure: Callable[..., str]) -> None:
    chart = dots(1, reference=gain(-11.24, "Қазақстан", half=1.5, n=96212), suppressed=())
    assert cells(figure(chart))[1] == ["Қазақстан", "−11,2", "−12,7", "−9,7", "96\u00a0212", "31"]
    assert cells(figure(chart, locale="en"))[1][4] == "96,212"


def test_what_rounds_to_zero_has_no_sign_in_the_table(figure: Callable[..., str]) -> None:
    near = [share(-0.0004, "a"), share(-0.0049, "b"), share(-0.05, "c")]
    texts = {"title": "t", "description": "d", "unit_label": "u", "texts": ENGLISH}
    rows = cells(figure(ranked_dots(near, **texts), locale="en"))[1:]
    assert [row[1] for row in rows] == ["0%", "0%", "−5%"]


def test_a_suppressed_row_shows_a_word_in_place_of_its_numbers(figure: Callable[..., str]) -> None:
    assert cells(figure(counts()))[3] == ["Шығып кетті", "көрсету үшін тым аз"]


def test_source_and_date_stand_under_the_chart(figure: Callable[..., str]) -> None:
    html = figure(dots(texts=ENGLISH), locale="en")
    assert "Source: Цифрлық сауаттылық бағалауы · as of November 12, 2026" in html
    assert "chart-source" not in figure(counts())


def test_curves_have_their_words_before_their_numbers(figure: Callable[..., str]) -> None:
    html = figure(waves(texts=ENGLISH))
    assert cells(html)[0][:3] == ["Series", "Бағалау толқыны", "Value"]
    assert cells(html)[1] == ["Астана", "Бастапқы бағалау", "40", "36", "45", "900"]
    assert cells(html)[7] == ["Түркістан", "Көктемгі аралық бағалау", "too few to show"]


def test_numbers_of_a_model_have_no_n(figure: Callable[..., str]) -> None:
    assert cells(figure(fan(texts=ENGLISH)))[7][-1] == ""


def test_addresses_of_files_stand_under_the_numbers_only_where_they_are_given(
    figure: Callable[..., str],
) -> None:
    files = {"svg": "/chart?take=svg", "csv": "/chart?take=csv&a=1", "json": "/chart?take=json"}
    html = figure(counts(), files=files)
    assert re.findall(r'<a href="([^"]+)" download>([^<]+)</a>', html) == [
        ("/chart?take=svg", "SVG"),
        ("/chart?take=csv&amp;a=1", "CSV"),
        ("/chart?take=json", "Vega-Lite"),
    ]
    assert "download" not in figure(counts())


def test_the_title_can_be_a_heading_of_the_page(figure: Callable[..., str]) -> None:
    chart = counts()
    assert f'<h2 class="chart-title" id="{chart.id}-title">{chart.title}</h2>' in figure(
        chart, heading=2
    )


def test_hostile_labels_stay_text_in_the_table(figure: Callable[..., str]) -> None:
    estimates = {text: gain(3, text) for text in PAYLOADS}
    html = figure(
        dots(0, reference=estimates[PAYLOADS[1]], suppressed=PAYLOADS, source=PAYLOADS[0])
    )
    assert "<script" not in html
    assert "<img" not in html
    assert "49" not in re.sub(r'="[^"]*"', "", html)


def test_the_words_come_from_the_language_and_can_be_replaced(figure: Callable[..., str]) -> None:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context(), force_locale("ru"):
        texts = current_texts(label="Region")
    assert (texts.locale, texts.label, texts.n) == ("ru", "Region", "n")
