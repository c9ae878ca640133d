"""The JSON of what moved over the cycles: steps, change or refusal, and assumed links."""

import json

import pytest
from sqlalchemy import select

from edu.accounts.scope import system_scope
from edu.outcomes.pisa.microdata.importer import Survey, import_microdata
from edu.outcomes.pisa.microdata.reading import open_files
from models.accounts import RoleName
from models.pisa import KAZAKHSTAN, Product, SurveyLinkError, SurveyMean
from tests.factories.pupils import pupil_columns, write_csv

API = "/api/v1/pisa"
GAPS = {"gap_sex", "gap_language", "gap_socioeconomic", "slope"}
COVERED = {2015: 0.9, 2018: 0.92, 2022: 0.85}


@pytest.fixture
def reader(sign_in, known):
    return sign_in(RoleName.RESEARCHER)


@pytest.fixture
def bring(session, tmp_path, known):
    def brought(*codes: str, product: Product = Product.PISA) -> None:
        for one in session.scalars(select(SurveyMean).filter_by(economy=KAZAKHSTAN)):
            one.coverage = COVERED.get(one.cycle)
        for code in codes:
            path = write_csv(tmp_path / f"{code}.csv", pupil_columns(cycle=code))
            told = Survey(product=product, source="OECD")
            import_microdata(session, system_scope(), open_files(path), survey=told)
        session.commit()

    return brought


def get(client, path: str) -> dict:
    answer = client.get(API + path, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return json.loads(answer.text, parse_constant=refuse)


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def by_name(client, query: str = "") -> dict[str, dict]:
    found = get(client, f"/movements/mathematics{query}")["movements"]
    return {one["name"]: one for one in found}


def test_every_figure_is_told_by_its_kind(reader, bring) -> None:
    bring("07MS", "08MS")
    body = get(reader, "/movements/mathematics?economy=KAZ")
    assert (body["domain"], body["economy"]) == ("mathematics", "KAZ")
    kinds: dict[str, set[str]] = {}
    for one in body["movements"]:
        kinds.setdefault(one["kind"], set()).add(one["name"])
    assert kinds == {
        "share": {"below_level_2", "share_level_5_and_above"},
        "gap": GAPS,
        "background": {"r_squared", "resilience"},
        "quantile_of_all": {"of_all_p75", "of_all_p50"},
    }


def test_steps_bear_their_cycle_estimate_and_why_they_stand_apart(reader, bring) -> None:
    bring("06MS", "07MS", "08MS")
    for name, one in by_name(reader).items():
        steps = [(step["cycle"], step["apart"]) for step in one["steps"]]
        assert steps == [(2015, "not_comparable"), (2018, None), (2022, None)], name
        coverage = [step["coverage"] for step in one["steps"]]
        wanted = list(COVERED.values()) if name.startswith("of_all") else [None] * 3
        assert coverage == wanted, name
        for step in one["steps"]:
            low, high = step["estimate"]["interval"]
            assert low <= step["estimate"]["value"] <= high
            assert step["estimate"]["name"] == name
            assert 30 <= step["estimate"]["n"] <= 240


def test_a_change_per_decade_has_its_interval_and_its_unit(reader, bring) -> None:
    bring("07MS", "08MS")
    found = by_name(reader)
    for name, one in found.items():
        first, last = (step["estimate"] for step in one["steps"])
        change = one["per_decade"]
        expected = 2.5 * (last["value"] - first["value"])
        assert change["value"] == pytest.approx(expected), name
        assert change["interval"][0] < change["value"] < change["interval"][1]
        assert change["unit"] == first["unit"]
        assert one["refusal"] is None
    assert found["below_level_2"]["per_decade"]["unit"] == "share"
    assert found["gap_language"]["between"] == ["610", "600"]


def test_without_two_comparable_cycles_the_code_says_why(reader, bring) -> None:
    bring("06MS", "08MS")
    for one in by_name(reader).values():
        assert one["per_decade"] is None
        assert one["refusal"] == "too_few_cycles"


def test_assumed_links_are_named_where_a_link_counts(reader, bring, session) -> None:
    published = select(SurveyLinkError).filter_by(domain="mathematics")
    for link in session.scalars(published):
        session.delete(link)
    bring("07MS", "08MS")
    for one in by_name(reader).values():
        counts = one["kind"] in ("share", "quantile_of_all")
        assert one["assumed_links"] == ([[2018, 2022]] if counts else []), one["name"]


def test_a_single_cycle_moved_nowhere(reader, bring) -> None:
    bring("08MS")
    assert by_name(reader) == {}


def test_other_economies_and_products_are_not_in_it(reader, bring) -> None:
    bring("07MS", "08MS", product=Product.PISA_FOR_SCHOOLS)
    assert by_name(reader) == {}
    bring("07MS", "08MS")
    assert by_name(reader, "?economy=NLD") == {}
    assert by_name(reader)


def test_what_cannot_be_asked_is_refused(reader) -> None:
    assert reader.get(f"{API}/movements/history").status_code == 404
    for query in ("?product=modo", "?economy=MUCHTOOLONG"):
        answer = reader.get(f"{API}/movements/reading{query}")
        assert answer.status_code == 422
        assert answer.json["code"] == "invalid_fields"


def test_the_movements_stand_in_the_document(client) -> None:
    document = client.get("/api/v1/openapi.json").json
    operation = document["paths"]["/api/v1/pisa/movements/{domain}"]["get"]
    assert [one["name"] for one in operation["parameters"]] == ["economy"]
    fields = document["components"]["schemas"]["Movement"]["properties"]
    assert {"steps", "per_decade", "refusal", "assumed_links"} <= fields.keys()


def test_the_series_is_json_too(reader) -> None:
    series = get(reader, "/series/mathematics")
    assert series["per_decade"]["df"] is None
    assert {one["df"] for one in series["levels"]} == {None}
