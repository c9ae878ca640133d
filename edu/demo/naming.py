"""Invented names, by Kazakh and Russian naming and that of their neighbors."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from edu.demo.arrays import Integers, Numbers, stream
from edu.demo.geography import LANGUAGES
from edu.demo.population import FEMALE, MALE, People

TRADITIONS = ("kazakh", "russian", "ukrainian", "uzbek", "uyghur", "korean", "german")
# How often each tradition occurs among those taught in a language.
SHARES = {
    "kk": (0.96, 0.01, 0.0, 0.015, 0.01, 0.0, 0.005),
    "ru": (0.34, 0.48, 0.06, 0.02, 0.02, 0.04, 0.04),
    "uz": (0.08, 0.0, 0.0, 0.92, 0.0, 0.0, 0.0),
    "ug": (0.06, 0.0, 0.0, 0.0, 0.94, 0.0, 0.0),
    "tg": (0.05, 0.0, 0.0, 0.95, 0.0, 0.0, 0.0),
    "en": (0.60, 0.25, 0.03, 0.03, 0.01, 0.06, 0.02),
}
# Of ten surnames made from a father's name, how many have no ending; of ten patronymics, how
# many are made the Kazakh way (-ұлы, -қызы); after how many one is missing.
BARE_OF_TEN = 3
KAZAKH_WAY_OF_TEN = {"kazakh": 6, "uzbek": 3, "uyghur": 2}
ONE_MISSING_AFTER = 15
ONE_WORD = 0.003

FATHERS_OF = {"ukrainian": "russian", "korean": "russian", "german": "russian"}
VOWELS = "аәеёиіоөуұүыэюя"
HISSING = "жшчщц"
IN_RUSSIAN = str.maketrans("әғқңөұүһіӘҒҚҢӨҰҮҺІ", "агкноуухиАГКНОУУХИ")
IRREGULAR = {
    "Лев": "Львович", "Павел": "Павлович", "Пётр": "Петрович", "Михаил": "Михайлович",
    "Григорий": "Григорьевич", "Юрий": "Юрьевич", "Никита": "Никитич",
}  # fmt: skip


@dataclass(frozen=True)
class Names:
    """Parallel lists; a one-word name stands as surname, its given name is empty."""

    surnames: list[str]
    given_names: list[str]
    patronymics: list[str | None]


def invent_names(seed: int, people: People) -> Names:
    """A name for everybody, in a tradition that fits their language."""
    rng = stream(seed, "names")
    tradition = pick_traditions(rng, people.language)
    picks = rng.random((4, len(people)))
    surnames = pick(surname_forms, tradition, people.sex, picks[0])
    given = pick(given_forms, tradition, people.sex, picks[1])
    patronymics = [name or None for name in pick(patronymics_of, tradition, people.sex, picks[2])]
    for person in np.flatnonzero(picks[3] < ONE_WORD).tolist():
        surnames[person], given[person], patronymics[person] = given[person], "", None
    return Names(surnames, given, patronymics)


def pick_traditions(rng: np.random.Generator, language: Integers) -> Integers:
    """The tradition of each person's name, as index into TRADITIONS."""
    bounds = np.array([SHARES[code] for code in LANGUAGES]).cumsum(axis=1)
    drawn = rng.random(len(language))
    place = (drawn[:, None] >= bounds[language]).sum(axis=1)
    return np.asarray(np.minimum(place, len(TRADITIONS) - 1))


def pick(
    forms: Callable[[str, int], list[str]], tradition: Integers, sex: Integers, drawn: Numbers
) -> list[str]:
    """One of the forms of each person's tradition and sex."""
    lists = [forms(name, kind) for name in TRADITIONS for kind in (FEMALE, MALE)]
    which = 2 * tradition + sex
    places = (drawn * np.array([len(each) for each in lists])[which]).astype(np.int64)
    return [lists[row][place] for row, place in zip(which.tolist(), places.tolist(), strict=True)]


@cache
def name_lists() -> dict[tuple[str, str], list[str]]:
    """The lists of names.csv by tradition and part."""
    text = (files("edu.demo") / "names.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {(row["tradition"], row["part"]): row["names"].split() for row in rows}


def given_forms(tradition: str, sex: int) -> list[str]:
    """The given names of a tradition."""
    return name_lists()[tradition, "female" if sex == FEMALE else "male"]


def surname_forms(tradition: str, sex: int) -> list[str]:
    """The surnames of a tradition as women or men bear them."""
    stems = name_lists()[tradition, "surname"]
    if tradition != "kazakh":
        return ["-".join(bend(part, sex) for part in stem.split("-")) for stem in stems]
    with_ending = [bend(surname_from(stem), sex) for stem in stems]
    double = [f"{first}-{second}" for first, second in zip(stems[::9], stems[4::9], strict=False)]
    return with_ending * (10 - BARE_OF_TEN) + stems * BARE_OF_TEN + double


def surname_from(stem: str) -> str:
    """The surname made from a father's name: Ахмет → Ахметов, Жұмабай → Жұмабаев."""
    if stem.endswith("й"):
        return stem[:-1] + "ев"
    return stem if stem[-1] in VOWELS else stem + "ов"


def bend(surname: str, sex: int) -> str:
    """A surname in its feminine form where it has one."""
    if sex == MALE:
        return surname
    if surname.endswith("ский"):
        return surname[:-2] + "ая"
    return surname + "а" if surname.endswith(("ов", "ев", "ёв", "єв", "ин")) else surname


def patronymics_of(tradition: str, sex: int) -> list[str]:
    """The patronymics of a tradition; the empty one for those without."""
    fathers = name_lists()[FATHERS_OF.get(tradition, tradition), "male"]
    ending = "қызы" if sex == FEMALE else "ұлы"
    kazakh = [father + ending for father in fathers]
    russian = [name for father in fathers if (name := russian_patronymic(father, sex))]
    share = KAZAKH_WAY_OF_TEN.get(tradition, 0)
    forms = kazakh * share + russian * (10 - share)
    return forms + [""] * (len(forms) // ONE_MISSING_AFTER)


def russian_patronymic(father: str, sex: int) -> str | None:
    """Серік → Серикович or Сериковна; None where the name takes no ending."""
    name = father.translate(IN_RUSSIAN)
    if name in IRREGULAR:
        son = IRREGULAR[name]
    elif name[-1] in "йь":
        son = name[:-1] + "евич"
    elif name[-1] in VOWELS:
        return None
    else:
        son = name + ("евич" if name[-1] in HISSING else "ович")
    if sex == MALE:
        return son
    return son + "на" if son.endswith("итич") else son[:-2] + "на"
