"""The last look refuses what must not leave, whatever made it."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from edu.export import policy
from edu.export.columns import QUASI_IDENTIFIERS, Role, columns_of, score_names
from edu.export.pseudonyms import fresh_key, pseudonyms
from edu.export.verification import verify
from edu.export.writing import write_csv, write_parquet
from models.assessments import Instrument, Wave
from models.errors import Refusal

NAMES = {"name_kk": "Сауат", "name_ru": "Грамотность", "name_en": "Literacy"}
DAY = date(2026, 9, 1)


def wave(code: str, id: int = 1, instrument: str = "lit") -> Wave:
    found = Wave(id=id, code=code, opens_on=DAY, closes_on=DAY)
    found.instrument = Instrument(code=instrument, **NAMES)
    return found


COLUMNS = columns_of([wave("before")])


def table(**changed: object) -> pa.Table:
    """Twenty persons, all alike, with one score each but the last."""
    n = 2 * policy.K
    columns: dict[str, object] = {"person": sorted(pseudonyms(range(n), b"k" * 32))}
    columns |= {column.name: ["*"] * n for column in QUASI_IDENTIFIERS}
    columns |= {
        "enrollment_status": ["enrolled"] * n,
        "score_lit_before": [*[50.25] * (n - 1), None],
    }
    return pa.table({**columns, **changed})


@pytest.fixture
def look(tmp_path):
    """Write a table, perhaps another one as Parquet, and look at the files."""

    def looked(found: pa.Table, *, parquet: pa.Table | None = None, columns=COLUMNS) -> int:
        write_csv(tmp_path / "c.csv", found)
        write_parquet(tmp_path / "c.parquet", parquet or found, COLUMNS)
        return verify(tmp_path / "c.csv", tmp_path / "c.parquet", columns)

    return looked


def refused(look, *arguments, **options) -> object:
    with pytest.raises(Refusal, match="release_check_failed") as refusal:
        look(*arguments, **options)
    return refusal.value.parameters["check"]


def test_a_safe_file_passes_with_its_k(look):
    assert look(table()) == 2 * policy.K


def test_a_class_smaller_than_k_is_refused(look):
    sexes = ["female"] * (policy.K + 1) + ["male"] * (policy.K - 1)

    assert refused(look, table(sex=sexes)) == "k"


def test_a_declared_identifier_is_refused(look):
    named = [replace(column, role=Role.IDENTIFIER) for column in COLUMNS]

    assert refused(look, table(), columns=named) == "roles"


def test_a_column_nobody_declared_is_refused(look):
    assert refused(look, table(), columns=COLUMNS[:-1]) == "columns"


def test_an_identification_number_in_a_cell_is_refused(look):
    places = ["990101300017"] * (2 * policy.K)

    assert refused(look, table(place=places)) == "numbers_of_persons"


def test_an_id_in_place_of_a_pseudonym_is_refused(look):
    ids = sorted(str(n) for n in range(2 * policy.K))

    assert refused(look, table(person=ids)) == "pseudonyms"


def test_two_rows_of_one_person_are_refused(look):
    names = sorted(pseudonyms([1, *range(1, 2 * policy.K)], b"k" * 32))

    assert refused(look, table(person=names)) == "one_row_a_person"


def test_an_order_that_tells_something_is_refused(look):
    names = sorted(pseudonyms(range(2 * policy.K), b"k" * 32), reverse=True)

    assert refused(look, table(person=names)) == "order"


def test_files_that_differ_are_refused(look):
    scores = [51.0] * (2 * policy.K)

    assert refused(look, table(), parquet=table(score_lit_before=scores)) == "same_values"


def test_an_empty_file_is_refused(look):
    assert refused(look, table().slice(0, 0)) == "rows"


def test_a_text_that_looks_like_a_formula_is_written_as_it_is(look, tmp_path):
    formula = '=HYPERLINK("http://x","y")'
    n = 2 * policy.K

    look(table(place=[formula] * n))

    assert '"=HYPERLINK(""http://x"",""y"")"' in (tmp_path / "c.csv").read_text(encoding="utf-8")


def test_pseudonyms_depend_on_the_key_and_not_on_the_order():
    one, other = fresh_key(), fresh_key()

    assert pseudonyms([1, 2], one) == pseudonyms([2, 1], one)[::-1]
    assert set(pseudonyms([1, 2], one)).isdisjoint(pseudonyms([1, 2], other))
    assert all(len(name) == 2 * policy.PSEUDONYM_BYTES for name in pseudonyms([1, 2], one))


def test_score_columns_have_names_every_program_accepts_and_none_twice():
    waves = [wave("Before!", 1), wave("before", 2), wave("басы", 3, "сауат")]

    assert score_names(waves) == ["score_lit_before", "score_lit_before_2", "score_3"]
