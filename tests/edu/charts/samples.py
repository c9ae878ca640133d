"""Estimates and words for the charts under test."""

from datetime import date

from edu.charts import Chart, Count, Texts, count_bars, estimate_bars, ranked_dots
from ml.estimate import Estimate

REGIONS = (
    "Абай облысы",
    "Ақмола облысы",
    "Ақтөбе облысы",
    "Алматы облысы",
    "Атырау облысы",
    "Батыс Қазақстан облысы",
    "Жамбыл облысы",
    "Жетісу облысы",
    "Қарағанды облысы",
    "Қостанай облысы",
    "Қызылорда облысы",
    "Маңғыстау облысы",
    "Павлодар облысы",
    "Солтүстік Қазақстан облысы",
    "Түркістан облысы",
    "Ұлытау облысы",
    "Шығыс Қазақстан облысы",
    "Астана қаласы",
    "Алматы қаласы",
    "Шымкент қаласы",
)
KAZAKH = Texts(
    locale="kk",
    label="Өңір",
    value="Өсім",
    interval="%(level)s сенім аралығы",
    low="%(level)s аралық, бастап",
    high="дейін",
    n="оқушы",
    schools="Мектеп",
    count="Саны",
    suppressed="көрсету үшін тым аз",
    target="Мақсат",
    everybody="Барлығы",
    series="Қатар",
    level="Деңгей",
)
ENGLISH = Texts(
    locale="en",
    label="Group",
    value="Value",
    interval="%(level)s interval",
    low="%(level)s interval from",
    high="%(level)s interval to",
    n="n",
    schools="Schools",
    count="Number",
    suppressed="too few to show",
    target="Target",
    everybody="All",
    series="Series",
    level="Level",
)
PAYLOADS = (
    "<script>window.hurt = 1</script>",
    '"><img src=x onerror="window.hurt = 1">',
    "</text></svg><svg onload=window.hurt=1>",
    "{{ 7 * 7 }} ]]> &lt;b&gt; <!--",
    "javascript:window.hurt=1//\x00\x1b\ud800\ufffe",
)


def gain(value: float, group: str | None, *, half: float = 2.0, n: int = 1200) -> Estimate:
    """A gain with its interval."""
    interval = (value - half, value + half)
    return Estimate(
        name="gain", value=value, se=half / 1.96, interval=interval, n=n, n_clusters=31, group=group
    )


def gains(rows: int) -> list[Estimate]:
    """Gains of as many groups, spread between 2 and 18 points, intervals of unequal width."""
    return [
        gain(
            2 + (index * 7.31) % 16,
            REGIONS[index % 20] + (f", {index // 20 + 1}-топ" if index >= 20 else ""),
            half=0.6 + (index * 0.37) % 3.4,
            n=11 + index * 4813 % 9000,
        )
        for index in range(rows)
    ]


def dots(rows: int = 20, **changes: object) -> Chart:
    """A ranked list with everything on it."""
    options: dict[str, object] = {
        "title": "Өңірлер бойынша цифрлық сауаттылықтың өсуі",
        "description": "Қай өңірде өсім жоғары екені көрсетілген.",
        "unit_label": "Өсім, балл",
        "reference": gain(11.2, "Қазақстан", half=0.6, n=96212),
        "target": 14,
        "suppressed": ["Байқоңыр қаласы", "Резервтегі мектеп-интернаттар желісі"],
        "source": "Цифрлық сауаттылық бағалауы",
        "as_of": date(2026, 11, 12),
        "texts": KAZAKH,
    }
    return ranked_dots(gains(rows), **(options | changes))


def share(value: float, group: str | None) -> Estimate:
    """A share with its interval."""
    interval = (value - 0.04, value + 0.04)
    return Estimate(
        name="share", value=value, se=0.02, interval=interval, n=640, group=group, unit="share"
    )


def bars(**changes: object) -> Chart:
    """Shares as bars."""
    options: dict[str, object] = {
        "title": "Аяқтағандар үлесі",
        "description": "Топтар бойынша аяқтағандар үлесі.",
        "unit_label": "Аяқтады",
        "target": 0.85,
        "suppressed": ["Арнайы мектептер"],
        "texts": KAZAKH,
    }
    groups = [share(0.86, "Қыздар"), share(0.79, "Ұлдар"), share(0.68, "Ауылдық мектептер")]
    return estimate_bars(groups, **(options | changes))


def counts(**changes: object) -> Chart:
    """Enrollments by state."""
    options: dict[str, object] = {
        "title": "Тіркелу күйлері",
        "description": "Әр күйде қанша адам бар.",
        "unit_label": "Адам саны",
        "texts": KAZAKH,
    }
    states = [
        Count("Өтініш берді", 1240),
        Count("Оқып жүр", 14480),
        Count("Шығып кетті", None),
        Count("Ауысты", 0),
    ]
    return count_bars(states, **(options | changes))
