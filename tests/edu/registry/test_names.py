import pytest
from hypothesis import given
from hypothesis import strategies as st

from edu.registry.names import CYRILLIC, check_name, key_range, sort_key
from models.errors import Refusal


def key(name: str) -> str:
    surname, given, patronymic = [*name.split("|"), "", ""][:3]
    return sort_key(surname, given, patronymic or None)


def test_kazakh_letters_stand_in_their_place() -> None:
    names = ["Абай", "Әбіш", "Бауыр", "Гүл", "Ғани", "Кенже", "Қанат", "Нұр", "Ңай", "Омар", "Өмір"]
    names += ["Уәли", "Ұлан", "Үміт", "Хасен", "Һади", "Цой", "Ыбырай", "Ілияс", "Эмір", "Якоб"]
    assert sorted(names, key=key) == names


def test_russian_letters_stand_in_their_place() -> None:
    names = ["Евгений", "Ёлкин", "Жуков", "Зотов", "Иванов", "Йоркин", "Щукин", "Юдин", "Яшин"]
    assert sorted(names, key=key) == names


def test_case_and_apostrophes_do_not_count() -> None:
    assert key("О'Коннор") == key("о’коннор") == key("ОКОННОР")
    assert key("ӘЛІ") == key("Әлі")


def test_a_shorter_surname_comes_first_whatever_the_given_name() -> None:
    names = ["Ким|Яна", "Ким-Ли|Анна", "Кима|Анна"]
    assert sorted(names, key=key) == names


def test_a_person_with_one_name_is_sorted_by_it() -> None:
    assert key("|Айсұлу") == key("Айсұлу")
    assert sorted(["Бек", "|Айсұлу"], key=key) == ["|Айсұлу", "Бек"]


def test_letters_of_neighbors_and_latin_ones_have_a_place() -> None:
    assert key("Мӯсо") == key("Мусо")
    assert key("Ҳасан") == key("Хасан")
    assert key("Şahin") == key("Sahin")
    assert key("Яшин") < key("Adams")


@given(st.text(CYRILLIC, min_size=1, max_size=8), st.text(CYRILLIC, max_size=8))
def test_the_names_that_begin_with_a_text_stand_in_its_range(start: str, rest: str) -> None:
    low, high = key_range(start)
    assert low <= key(start + rest) < high


@pytest.mark.parametrize(
    "name", ["Қожа-Ахмет", "О'Коннор", "Нұрлан ұлы", "D’Arcy", "Мӯсо", "Ә", "Müller", "İlyas"]
)
def test_names_of_the_country_are_taken(name: str) -> None:
    assert check_name(name, "surname") == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Иванов2", "name_signs"),
        ("<script>", "name_signs"),
        ("=1+1", "name_signs"),
        ("محمد", "name_signs"),
        ("Ｉｖａｎ", "name_signs"),
        ("Ив\x00ан", "name_signs"),
        ("-", "name_letters"),
        ("' '", "name_letters"),
        ("я" * 256, "name_too_long"),
    ],
)
def test_what_no_name_holds_is_refused_with_its_field(name: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_name(name, "surname")
    assert caught.value.code == code
    assert caught.value.parameters["field"] == "surname"
