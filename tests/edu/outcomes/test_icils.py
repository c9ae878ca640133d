"""A real file, from CSV to means by sex, held against pandas and the papers' formulas."""

import json
from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

from models.accounts import RoleName
from tests.edu.outcomes.conftest import cr2_mean

MAPPING = Path(__file__).resolve().parents[3] / "docs" / "examples" / "icils2023_kaz.mapping.json"
SAMPLE = "icils2023_kaz"
SEXES = {1: "female", 2: "male"}


@pytest.fixture
def path(shared_data: Path) -> Path:
    file = shared_data / "icils" / "icils2023_kaz_digital_self_efficacy.csv"
    if not file.is_file():
        pytest.skip(f"the real file {file.name} is not on this machine (../shared/data/icils)")
    return file


@pytest.fixture
def pupils(path: Path) -> pd.DataFrame:
    """School, sex and score of all pupils: the mean of what was answered, if that is half."""
    frame = pd.read_csv(path)
    answers = frame[json.loads(MAPPING.read_text(encoding="utf-8"))["items"]]
    score = 100 * (answers - 1).mean(axis=1) / 3
    return pd.DataFrame(
        {
            "school": frame["IDSCHOOL"],
            "sex": frame["IS3G02"].map(SEXES),
            "score": score.where(answers.notna().sum(axis=1) >= answers.shape[1] / 2),
        }
    )


@pytest.fixture
def brought(edu, path) -> None:
    result = edu("import", "responses", str(path), "--mapping", str(MAPPING), "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["new"], answer["errors"]) == (0, 4852, [])


def means(edu, *options: str) -> dict:
    result = edu("estimate", "means", "--sample", SAMPLE, *options, "--json")
    assert result.exit_code == 0
    answer: dict = json.loads(result.stdout)
    return answer


def test_means_by_sex_equal_a_computation_apart(edu, brought, pupils) -> None:
    assert (len(pupils), pupils["school"].nunique()) == (4852, 176)
    counted = pupils.dropna()
    found = means(edu, "--by", "sex")
    expected = {None: counted} | dict(list(counted.groupby("sex")))
    assert [one["group"] for one in found["estimates"]] == list(expected)
    for one in found["estimates"]:
        mine = expected[one["group"]]
        value, se, df = cr2_mean(mine["score"], mine["school"])
        assert (one["value"], one["se"], one["df"]) == pytest.approx((value, se, df), rel=1e-9)
        margin = stats.t.ppf(0.975, df) * se
        assert one["interval"] == pytest.approx([value - margin, value + margin], rel=1e-9)
        assert (one["n"], one["n_clusters"]) == (len(mine), mine["school"].nunique())
    assert found["missing"] == 4852 - len(counted)
    assert found["suppressed"] == []


def test_nobody_learns_about_the_seven_whose_sex_is_not_known(edu, brought, pupils) -> None:
    assert pupils["sex"].isna().sum() == 7
    everybody, by_sex = means(edu), means(edu, "--by", "sex")
    assert everybody["estimates"] == by_sex["estimates"][:1]
    assert everybody["missing"] == by_sex["missing"]


def test_command_api_and_page_tell_the_same(edu, brought, sign_in) -> None:
    found = means(edu, "--by", "sex")
    reader = sign_in(RoleName.SCHOOL_ADMINISTRATOR)
    assert reader.get(f"/api/v1/samples/{SAMPLE}/means?by=sex").json == found
    page = reader.get(f"/outcomes/samples/{SAMPLE}?by=sex", headers={"Accept-Language": "en"}).text
    for one in found["estimates"]:
        assert f"{one['value']:.1f}" in page
        assert f"{one['n']:,}" in page
    assert found["data_fingerprint"] in page
