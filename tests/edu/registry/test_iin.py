"""The vectors were computed by hand from the published rule, with dates no living person has."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from edu.registry.iin import (
    WEIGHTS,
    check_digit,
    check_iin,
    find_disagreements,
    mask_iin,
    read_coded,
)
from models.errors import Refusal
from models.people import Sex

with (Path(__file__).parent / "iin_vectors.csv").open(encoding="utf-8") as file:
    VECTORS = list(csv.DictReader(file))
VALID = [row for row in VECTORS if row["expected"] == "valid"]
SPACED = "310101 500006"
INVALID = [
    row["iin"] for row in VECTORS if row["expected"] == "invalid" and row["iin"] not in ("", SPACED)
]


@pytest.mark.parametrize("row", VALID, ids=lambda row: row["iin"])
def test_a_valid_number_passes_and_its_date_is_read(row: dict[str, str]) -> None:
    assert check_iin(row["iin"]) == row["iin"]
    assert (read_coded(row["iin"]).birth_date is None) == (row["date_check"] == "warn")


@pytest.mark.parametrize("row", VALID, ids=lambda row: row["iin"])
def test_the_second_weights_count_only_where_the_first_give_ten(row: dict[str, str]) -> None:
    assert (first_rest(row["iin"][:-1]) == 10) == (row["checksum_pass"] == "2")


@pytest.mark.parametrize("iin", INVALID)
def test_an_invalid_number_is_refused_without_being_repeated(iin: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_iin(iin)
    assert caught.value.code in ("iin_length", "iin_digits", "iin_checksum")
    assert iin not in str(caught.value)
    assert iin not in str(caught.value.parameters)


def test_each_fault_has_its_own_code() -> None:
    def code(text: str) -> str:
        with pytest.raises(Refusal) as caught:
            check_iin(text)
        return caught.value.code

    assert code("31010150000") == code("") == "iin_length"
    assert code("31010150000O") == code("３１０１０１５００００６") == "iin_digits"
    assert code("310101500007") == code("000000000000") == "iin_checksum"


def test_spaces_of_a_pasted_number_are_removed() -> None:
    assert check_iin(SPACED) == check_iin(" 310101\u00a0500006\t") == "310101500006"


@given(st.text("0123456789", min_size=11, max_size=11), st.integers(0, 9), st.integers(1, 9))
def test_a_mistyped_digit_is_found_wherever_the_first_weights_decide(
    prefix: str, place: int, step: int
) -> None:
    """The eleventh digit weighs 11, which is 0 modulo 11: the rule itself does not see it."""
    mistyped = prefix[:place] + str((int(prefix[place]) + step) % 10) + prefix[place + 1 :]
    assume(first_rest(prefix) < 10 and first_rest(mistyped) < 10)
    assert check_digit(mistyped) != check_digit(prefix)


def first_rest(prefix: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(prefix, WEIGHTS[0], strict=True)) % 11


def test_a_mask_keeps_what_finds_the_number_in_a_file() -> None:
    assert mask_iin("310101500007") == "3101•••••••7"
    assert mask_iin("3101") == "••••"
    assert mask_iin("") == ""


def test_century_and_sex_are_read_from_the_seventh_digit() -> None:
    assert read_coded("990101100000") == read_coded("990101100111")
    assert read_coded("990101100000").birth_date == date(1899, 1, 1)
    assert read_coded("991231600002").sex is Sex.FEMALE
    assert read_coded("301130900000").sex is None


def test_disagreement_is_told_and_is_not_an_error() -> None:
    agreeing = find_disagreements("320229600000", birth_date=date(2032, 2, 29), sex=Sex.FEMALE)
    assert agreeing == ()
    assert find_disagreements("320229600000", birth_date=date(2015, 2, 28), sex=Sex.MALE) == (
        "iin_birth_date_differs",
        "iin_sex_differs",
    )
