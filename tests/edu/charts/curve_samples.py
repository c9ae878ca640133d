"""Curves, panels and shares for the charts under test."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from edu.charts import Band, Chart, Curve, Mark, Panel, Point, Shares, curves, panels, stacked_bars
from ml.estimate import Estimate
from tests.edu.charts.samples import KAZAKH

RUSSIAN = replace(
    KAZAKH,
    locale="ru",
    interval="%(level)s доверительный интервал",
    suppressed="слишком мало, чтобы показать",
    target="Цель",
    series="Ряд",
    level="Уровень",
)
LONG = "Солтүстік Қазақстан облысындағы шағын жинақталған ауылдық мектептер"
LONG_WORD = "Высококвалифицированнопереподготовленныепреподаватели"
CYCLES = (
    (2009, 405.0, 3.1, 5390),
    (2012, 432.0, 3.0, 5808),
    (2015, 460.0, 4.3, 7841),
    (2018, 423.0, 1.9, 19507),
    (2022, 425.0, 1.8, 19769),
)
YEARS = [(year, str(year)) for year, *_ in CYCLES]
WAVES = [
    (0.0, "Бастапқы бағалау"),
    (1.0, "Қысқы аралық бағалау"),
    (2.0, "Көктемгі аралық бағалау"),
    (3.0, "Қорытынды бағалау"),
]
LEVELS = ("1-деңгейден төмен", "1-деңгей", "2-деңгей", "3-деңгей", "4-деңгей", "5-деңгей")


def logistic(ability: float) -> float:
    """The share of a model's right answers."""
    return 1 / (1 + math.exp(-1.4 * (ability - 0.2)))


def model(label: str = "Модель қисығы", **changes: Any) -> Curve:
    """A model's curve with its band."""
    points = [
        Point(x, logistic(x), max(0.0, logistic(x) - 0.04), min(1.0, logistic(x) + 0.04))
        for x in (step / 10 for step in range(-30, 31))
    ]
    return Curve(label, points, smooth=True, **changes)


def observed(label: str, shift: float = 0.0, **changes: Any) -> Curve:
    """Observed shares of nine groups by ability."""
    points = []
    for x in (step * 0.55 for step in range(-4, 5)):
        share = logistic(x + shift)
        half = 1.96 * math.sqrt(share * (1 - share) / 240)
        points.append(Point(x, share, share - half, share + half, 240))
    return Curve(label, points, **changes)


def item(**changes: Any) -> Chart:
    """An item characteristic curve with the groups of two languages."""
    options: dict[str, Any] = {
        "x_label": "Қабілет, логит",
        "y_label": "Дұрыс жауап беру ықтималдығы",
        "unit": "share",
        "y_range": (0, 1),
        "marks": [Mark(label="Қиындық 0,2", x=0.2)],
        "title": "12-тапсырманың сипаттамалық қисығы",
        "description": "Қисық пен топтардың үлестері.",
        "texts": KAZAKH,
    }
    series = [model(), observed("Қазақ тілінде оқитындар", 0.1), observed("Орыс тілінде", -0.3)]
    return curves(changes.pop("series", series), **(options | changes))


def cycles(label: str = "Қазақстан", *, down: float = 0.0, **changes: Any) -> Curve:
    """Five cycles, of which one stands apart."""
    points = [
        Point(
            year,
            value - down,
            value - down - 1.96 * error,
            value - down + 1.96 * error,
            n,
            apart="басқа іріктеме" if year == 2015 else "",
        )
        for year, value, error, n in CYCLES
    ]
    return Curve(label, points, joined=True, **changes)


def forecast(label: str = "Болжам") -> Curve:
    """A projection with three intervals, in the color of the cycles."""
    middle = (425.0, 431.0, 438.0, 444.0)
    bands = [
        Band(
            level,
            [value - 3 - wide * ahead for ahead, value in enumerate(middle)],
            [value + 3 + wide * ahead for ahead, value in enumerate(middle)],
        )
        for level, wide in ((0.5, 3), (0.8, 6), (0.95, 10))
    ]
    points = [Point(2022 + 3 * ahead, value) for ahead, value in enumerate(middle)]
    return Curve(label, points, smooth=True, dashed=True, like="Қазақстан", bands=bands)


def fan(**changes: Any) -> Chart:
    """The cycles and where they may go."""
    options: dict[str, Any] = {
        "x_label": "Цикл",
        "y_label": "Математика, балл",
        "x_ticks": [*YEARS, (2025, "2025"), (2028, "2028"), (2031, "2031")],
        "marks": [Mark(label="2-деңгей", y=420.07, gold=True)],
        "title": "PISA: математика",
        "description": "Бес цикл және болжам.",
        "texts": KAZAKH,
    }
    return curves(changes.pop("series", [cycles(), forecast()]), **(options | changes))


def convergence(**changes: Any) -> Chart:
    """A log-likelihood by iteration."""
    points = [Point(step, -48211.3 - 5200 * math.exp(-step / 3.1)) for step in range(1, 31)]
    options: dict[str, Any] = {
        "x_label": "Итерация",
        "y_label": "Логарифмдік шындыққа ұқсастық",
        "title": "Жинақталу",
        "description": "Әр итерациядағы мән.",
        "texts": KAZAKH,
    }
    return curves([Curve("", points, smooth=True)], **(options | changes))


def waves(labels: Sequence[str] = ("Астана", "Түркістан", "Шымкент"), **changes: Any) -> Chart:
    """Series by wave, of which the second hides one point."""
    series = []
    for place, label in enumerate(labels):
        points = [
            Point(x, 40 + 3 * place + 4 * x, 36 + 3 * place + 4 * x, 45 + 3 * place + 4 * x, 900)
            for x, _ in WAVES
        ]
        if place == 1:
            points[2] = Point(2.0, None)
        series.append(Curve(label, points, joined=True))
    options: dict[str, Any] = {
        "x_label": "Бағалау толқыны",
        "y_label": "Орташа балл",
        "x_ticks": WAVES,
        "target": 58,
        "title": "Толқындар",
        "description": "Өңірлердің орташа балдары.",
        "texts": KAZAKH,
    }
    return curves(series, **(options | changes))


def subjects(
    titles: Sequence[str] = ("Оқу", "Математика", "Жаратылыстану"), **changes: Any
) -> Chart:
    """Small multiples of the cycles."""
    parts = [
        Panel(
            title,
            [cycles(down=8 * place), cycles("ЭЫДҰ орташасы", down=-60)],
            [Mark(label="2-деңгей", y=410 + 5 * place, gold=True)],
        )
        for place, title in enumerate(titles)
    ]
    options: dict[str, Any] = {
        "x_label": "Цикл",
        "y_label": "Балл",
        "x_ticks": YEARS,
        "title": "PISA пәндер бойынша",
        "description": "Үш пәннің бес циклі.",
        "texts": KAZAKH,
    }
    return panels(parts, **(options | changes))


def shares(label: str, values: Sequence[float], *, n: int = 1200, whole: bool = False) -> Shares:
    """Estimated shares that add up to one."""
    estimates = [
        Estimate(
            name="share",
            value=value / sum(values),
            se=0.006,
            interval=(value / sum(values) - 0.012, value / sum(values) + 0.012),
            n=n,
            n_clusters=31,
            group=label,
            unit="share",
        )
        for value in values
    ]
    return Shares(label, estimates, reference=whole)


def stacked(**changes: Any) -> Chart:
    """Levels by region."""
    bars = [
        shares("Қазақстан", (20, 29.6, 28, 15, 6, 1.4), n=19769, whole=True),
        shares("Солтүстік Қазақстан облысы", (12, 24.6, 32, 19, 8, 4.4)),
        Shares("Байқоңыр қаласы", None),
        shares("Алматы қаласы", (9, 18, 29, 26, 14, 4)),
    ]
    options: dict[str, Any] = {
        "levels": LEVELS,
        "boundary": "2-деңгей",
        "title": "Математикадан деңгейлер",
        "description": "Деңгейлердегі оқушылар үлесі.",
        "unit_label": "Оқушылар үлесі",
        "texts": KAZAKH,
    }
    return stacked_bars(changes.pop("bars", bars), **(options | changes))
