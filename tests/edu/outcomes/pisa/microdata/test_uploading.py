"""A pupil file over the page: summarized, refused with all that is wrong, and gone afterwards."""

import io
import tempfile

import pytest
from sqlalchemy import select

from models.accounts import RoleName
from models.pisa import Product, SurveyFile, SurveySummary
from tests.factories.http import csrf_token
from tests.factories.pupils import pupil_columns, school_columns, write_csv, write_parquet

ENGLISH = {"Accept-Language": "en"}
PAGE = "/outcomes/pisa/sources/pupils"


@pytest.fixture
def manager(sign_in, known):
    return sign_in(RoleName.PROGRAM_MANAGER)


def post(client, content: bytes, name: str = "pupils.csv", **told):
    form = {"product": "pisa", "csrf_token": csrf_token(client), **told}
    form["file"] = (io.BytesIO(content), name)
    return client.post(PAGE, data=form, headers=ENGLISH)


@pytest.fixture
def file(tmp_path) -> bytes:
    return write_csv(tmp_path / "a.csv", pupil_columns()).read_bytes()


def test_a_pupil_file_is_summarized_and_not_kept(
    manager, session, file, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "meanwhile"))
    (tmp_path / "meanwhile").mkdir()
    answer = post(manager, file, name="CY08 Қазақстан.csv", source="OECD PISA 2022", verified="1")
    assert answer.status_code == 200
    assert "3 new, 0 changed" in answer.text
    kept = session.scalars(select(SurveyFile)).one()
    assert (kept.cycle, kept.verified, kept.row_count) == (2022, True, 240)
    assert list((tmp_path / "meanwhile").iterdir()) == []


def test_parquet_of_another_product_stands_apart(manager, session, tmp_path) -> None:
    content = write_parquet(tmp_path / "a.parquet", pupil_columns()).read_bytes()
    assert post(manager, content, name="a.parquet", product="modo").status_code == 200
    kept = session.scalars(select(SurveyFile)).one()
    assert (kept.product, kept.verified) == (Product.MODO, False)


def test_the_schools_file_may_come_along(manager, session, file, tmp_path) -> None:
    schools = write_csv(tmp_path / "s.csv", school_columns()).read_bytes()
    answer = post(manager, file, schools=(io.BytesIO(schools), "pupils.csv"))
    assert answer.status_code == 200
    names = {
        figure["name"] for one in session.scalars(select(SurveySummary)) for figure in one.estimates
    }
    assert "gap_locality" in names


def test_all_that_a_file_lacks_is_listed(manager, session, tmp_path) -> None:
    lacking = {"W_FSTUWT", "PV3READ"}
    columns = {name: cells for name, cells in pupil_columns().items() if name not in lacking}
    answer = post(manager, write_csv(tmp_path / "b.csv", columns).read_bytes())
    assert answer.status_code == 422
    assert all(name in answer.text for name in lacking)
    assert "2 problems were found" in answer.text
    assert session.scalars(select(SurveyFile)).all() == []


@pytest.mark.parametrize(
    ("name", "told", "said"),
    [
        ("pupils.xls", {}, "Files of the kind “.xls” cannot be read"),
        ("pupils.parquet", {}, "cannot be read"),
        ("", {}, "Choose a pupil file"),
        ("pupils.csv", {"cycle": "next"}, "A cycle is a year such as 2022"),
        ("pupils.csv", {"cycle": "2018"}, "is of the cycle of 2022, not of 2018"),
        ("pupils.csv", {"product": "timss"}, "There is no product"),
    ],
)
def test_what_is_refused_is_said_on_the_page(manager, file, name, told, said) -> None:
    answer = post(manager, file, name=name, **told)
    assert answer.status_code == 422
    assert said in answer.text


def test_who_only_reads_brings_nothing(sign_in, known, file) -> None:
    client = sign_in(RoleName.RESEARCHER)
    assert post(client, file).status_code == 403
