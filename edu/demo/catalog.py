"""The programs of the four initiatives, whom they attract, and what they truly achieve."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from edu.demo.arrays import day
from edu.demo.geography import PILOT_REGIONS
from edu.demo.timetable import YEAR, YEAR_BEFORE
from models.people import LearnerRole
from models.programs import Standing


class Reach(StrEnum):
    """Whether a program is offered to the nation, in each region, or in single schools."""

    NATION = "nation"
    REGION = "region"
    SCHOOL = "school"


@dataclass(frozen=True)
class Effect:
    """What taking part adds to a person's ability, on the latent scale.

    base: for a boy or man of a town taught in Kazakh; the others add what differs.
    region: how much of the region's own difference applies.
    """

    base: float
    female: float = 0.0
    rural: float = 0.0
    russian: float = 0.0
    region: float = 1.0


@dataclass(frozen=True)
class Demand:
    """Who applies: log-odds, all of it visible in the records.

    base: a boy or man of a village school of 100 pupils taught in Kazakh, in the lowest grade.
    size: for each tenfold size of the school; grade: for each grade above the lowest.
    """

    base: float
    female: float = 0.0
    urban: float = 0.0
    russian: float = 0.0
    grade: float = 0.0
    size: float = 0.0


@dataclass(frozen=True)
class Term:
    """A round of a program: when people apply, when it runs, and where.

    closes: the last day to apply; a week before the start where nothing else is said. seats:
    share of those expected to apply for whom there is room; None: no limit. schools: share of
    schools that offer it. regions: KATO prefixes, empty: all.
    """

    year: str
    opens: np.datetime64
    closes: np.datetime64
    starts: np.datetime64
    ends: np.datetime64
    seats: float | None = None
    schools: float = 1.0
    regions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A program with its rounds; `effect` None where nobody has been measured yet."""

    code: str
    initiative: str
    name_kk: str
    name_ru: str
    name_en: str
    reach: Reach
    roles: tuple[LearnerRole, ...]
    terms: tuple[Term, ...]
    demand: Demand
    effect: Effect | None = None
    grades: tuple[int, int] | None = None


def term(year: str, opens: str, starts: str, ends: str, closes: str = "", **limits: object) -> Term:
    """A round, its days as text."""
    last = day(closes) if closes else day(starts) - np.timedelta64(7, "D")
    return Term(year, day(opens), last, day(starts), day(ends), **limits)  # type: ignore[arg-type]


PUPILS = (LearnerRole.PUPIL,)
PLANS = (
    Plan(
        code="day-of-ai",
        initiative="pupils_ai",
        name_kk="ЖИ күні: сабақтар топтамасы",
        name_ru="День ИИ: цикл уроков",
        name_en="Day of AI: a series of lessons",
        reach=Reach.SCHOOL,
        roles=PUPILS,
        grades=(5, 8),
        terms=(
            term(YEAR_BEFORE, "2025-10-13", "2025-11-10", "2026-04-24", seats=0.85, schools=0.75),
            term(YEAR, "2026-10-12", "2026-11-09", "2026-12-25", "2026-11-30",
                 seats=0.7, schools=0.8),
        ),
        demand=Demand(-0.1, female=0.2, urban=0.8, russian=-0.2, grade=0.3, size=0.2),
        effect=Effect(0.30, female=0.08, rural=-0.08, russian=-0.04),
    ),
    Plan(
        code="grade-4-pilot",
        initiative="pupils_ai",
        name_kk="ЖИ-ге алғашқы қадам: 4-сынып пилоты",
        name_ru="Первые шаги в ИИ: пилот в 4 классе",
        name_en="First steps in AI: the grade 4 pilot",
        reach=Reach.REGION,
        roles=PUPILS,
        grades=(4, 4),
        terms=(
            term(YEAR_BEFORE, "2025-12-01", "2026-01-12", "2026-03-18", regions=PILOT_REGIONS),
            term(YEAR, "2026-08-17", "2026-09-07", "2026-10-23", regions=PILOT_REGIONS),
        ),
        demand=Demand(1.2, urban=0.3, size=0.1),
        effect=Effect(0.45, female=0.05, rural=0.05),
    ),
    Plan(
        code="ai-club",
        initiative="pupils_ai",
        name_kk="«Нейрон» қашықтан ЖИ үйірмесі",
        name_ru="Дистанционный кружок ИИ «Нейрон»",
        name_en="Neuron, the remote AI club",
        reach=Reach.NATION,
        roles=PUPILS,
        grades=(7, 11),
        terms=(
            term(YEAR_BEFORE, "2025-10-13", "2025-11-03", "2026-04-17", seats=0.6),
            term(YEAR, "2026-09-14", "2026-10-05", "2027-04-16", "2026-12-04", seats=0.6),
            term(YEAR, "2027-01-11", "2027-02-01", "2027-05-14", seats=0.6),
        ),
        demand=Demand(-2.3, female=-0.3, urban=0.7, russian=0.2, grade=0.1, size=0.2),
        effect=Effect(0.60, female=-0.06, rural=-0.12, russian=0.05),
    ),
    Plan(
        code="gpt-teachers",
        initiative="gpt_education",
        name_kk="Мұғалімдерге арналған GPT Education",
        name_ru="GPT Education для педагогов",
        name_en="GPT Education for teachers",
        reach=Reach.REGION,
        roles=(LearnerRole.TEACHER,),
        terms=(
            term(YEAR_BEFORE, "2025-10-13", "2025-11-17", "2026-03-27"),
            term(YEAR, "2026-09-21", "2026-10-19", "2027-03-26", "2026-12-18"),
        ),
        demand=Demand(0.2, female=0.2, urban=0.4, russian=0.1, size=0.1),
        effect=Effect(0.35, female=0.04, rural=-0.10),
    ),
    Plan(
        code="gpt-pupils",
        initiative="gpt_education",
        name_kk="GPT Education: оқушылармен пилот",
        name_ru="GPT Education: пилот с учащимися",
        name_en="GPT Education: pilot with pupils",
        reach=Reach.REGION,
        roles=PUPILS,
        grades=(9, 11),
        terms=(
            term(
                YEAR_BEFORE, "2025-10-20", "2025-11-24", "2026-04-10", seats=0.9,
                regions=("19", "35", "71", "75"),
            ),
        ),
        demand=Demand(-0.4, female=0.1, urban=0.3, grade=-0.1),
        effect=Effect(0.0, region=0.0),
    ),
    Plan(
        code="tomorrow-school",
        initiative="tomorrow_school",
        name_kk="Tomorrow School: өңірлік когорта",
        name_ru="Tomorrow School: региональная когорта",
        name_en="Tomorrow School: regional cohort",
        reach=Reach.REGION,
        roles=(LearnerRole.STUDENT, LearnerRole.OTHER),
        terms=(
            term(YEAR_BEFORE, "2025-09-22", "2025-10-20", "2026-04-24", seats=0.7),
            term(YEAR, "2026-10-05", "2026-12-01", "2027-05-28", seats=0.6),
        ),
        demand=Demand(-0.4, female=-0.4, russian=0.1),
        effect=Effect(0.75, female=-0.05, russian=0.03),
    ),
    Plan(
        code="ai-university-first-intake",
        initiative="ai_university",
        name_kk="ЖИ-университет: алғашқы қабылдау",
        name_ru="ИИ-университет: первый набор",
        name_en="AI University: the first intake",
        reach=Reach.NATION,
        roles=(LearnerRole.STUDENT,),
        terms=(term("2027-28", "2027-06-21", "2027-09-01", "2028-05-25", seats=0.5),),
        demand=Demand(-3.0),
    ),
)  # fmt: skip


def standing_of(round_: Term, today: np.datetime64) -> Standing:
    """Planned before people can apply, closed once it is over."""
    if today < round_.opens:
        return Standing.PLANNED
    return Standing.OPEN if today < round_.ends else Standing.CLOSED
