"""What sets the invented regions apart. Only their codes are real; every figure is made up."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Land:
    """A region.

    pupils: its share of the nation's pupils, in any unit. kazakh: share of pupils taught in
    Kazakh. ability, gain: how far its people stand above or below the
    nation, and how much more or less they gain from a program, on the latent scale.
    """

    code: str
    pupils: int
    kazakh: float
    ability: float
    gain: float


LANDS = (
    Land("10", 110, 0.82, -0.05, 0.04),
    Land("11", 130, 0.52, 0.02, -0.06),
    Land("15", 180, 0.84, 0.00, 0.02),
    Land("19", 370, 0.80, 0.03, -0.03),
    Land("23", 150, 0.95, -0.06, 0.06),
    Land("27", 130, 0.80, -0.02, 0.00),
    Land("31", 240, 0.84, -0.08, 0.08),
    Land("33", 140, 0.80, -0.04, -0.02),
    Land("35", 190, 0.54, 0.06, 0.03),
    Land("39", 110, 0.38, 0.05, -0.08),
    Land("43", 180, 0.98, -0.07, 0.10),
    Land("47", 190, 0.95, -0.10, 0.05),
    Land("55", 110, 0.50, 0.08, 0.07),
    Land("59", 70, 0.34, 0.01, -0.10),
    Land("61", 515, 0.86, -0.12, 0.00),
    Land("62", 45, 0.84, -0.05, 0.04),
    Land("63", 95, 0.50, 0.04, -0.04),
    Land("71", 280, 0.70, 0.16, -0.01),
    Land("75", 340, 0.60, 0.18, -0.05),
    Land("79", 260, 0.76, -0.04, 0.01),
)
CITIES = frozenset({"71", "75", "79"})
CAPITAL = "71"
PILOT_REGIONS = ("43", "55")

LANGUAGES = ("kk", "ru", "uz", "ug", "tg", "en")
# Other languages: in which regions, in what share of their schools, for what share of pupils.
HOMES = {"uz": ("61", "79"), "ug": ("19", "33"), "tg": ("61",), "en": ("71", "75")}
MINORITY_SCHOOLS = {"uz": 0.1, "ug": 0.1, "tg": 0.04, "en": 0.05}
MINORITY_PUPILS = {"uz": 0.6, "ug": 0.6, "tg": 0.5, "en": 0.3}

# Kazakh name, Russian adjective, Latin spelling: none of them is a district's of the country.
DISTRICTS = (
    ("Жасылөзен", "Жасылозенский", "Zhasylozen"),
    ("Алтындала", "Алтындалинский", "Altyndala"),
    ("Күмісбұлақ", "Кумисбулакский", "Kumisbulaq"),
    ("Мөлдірсу", "Молдирсуский", "Moldirsu"),
    ("Қарлығаш", "Карлыгашский", "Qarlyghash"),
    ("Тұлпартас", "Тулпартасский", "Tulpartas"),
    ("Самұрық", "Самурыкский", "Samuryq"),
    ("Ақшағала", "Акшагалинский", "Aqshaghala"),
    ("Қоңырдала", "Конырдалинский", "Qongyrdala"),
    ("Нұрлыөлке", "Нурлыолкинский", "Nurlyolke"),
    ("Жібекдала", "Жибекдалинский", "Zhibekdala"),
    ("Көкмайса", "Кокмайсинский", "Kokmaisa"),
    ("Арайлықыр", "Арайлыкырский", "Arailyqyr"),
    ("Ақтолқын", "Актолкынский", "Aqtolqyn"),
    ("Сұңқарқия", "Сункаркийский", "Sunqarqiya"),
    ("Қызғалдақты", "Кызгалдактинский", "Qyzghaldaqty"),
)
