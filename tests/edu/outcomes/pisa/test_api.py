"""The JSON contract of PISA: figures, trend, projection, ranks, cohorts, files."""

import io

import pytest

from edu.accounts.scope import system_scope
from edu.outcomes.pisa.cohorts import service
from edu.outcomes.pisa.microdata.importer import Survey, import_microdata
from edu.outcomes.pisa.microdata.reading import open_files
from models.accounts import RoleName
from tests.edu.outcomes.pisa.cohorts.test_concordance import file_of
from tests.factories.http import csrf
from tests.factories.jobs import do_jobs
from tests.factories.pisa import make_cohorts
from tests.factories.pupils import pupil_columns, write_csv

API = "/api/v1/pisa"
READERS = [
    RoleName.SCHOOL_ADMINISTRATOR,
    RoleName.REGIONAL_COORDINATOR,
    RoleName.HEADQUARTERS_VIEWER,
    RoleName.RESEARCHER,
]
LINKS = b"from_cycle,to_cycle,domain,link_error,source,status\n2012,2022,reading,3,OECD,verified\n"
MEANS = b"cycle,economy,domain,mean,se,source,status\n2025,KAZ,reading,390,2,OECD,verified\n"


@pytest.fixture
def manager(sign_in, known):
    return sign_in(RoleName.PROGRAM_MANAGER)


def get(client, path: str):
    return client.get(API + path, headers={"Accept-Language": "en"})


def post_file(client, path: str, content: bytes):
    return client.post(
        API + path, data={"file": (io.BytesIO(content), "table.csv")}, headers=csrf(client)
    )


def test_the_series_says_what_stands_apart_and_what_is_assumed(manager) -> None:
    body = get(manager, "/series/mathematics").json
    assert body["apart"] == [2015]
    assert body["assumed_links"] == [[2009, 2022], [2012, 2022]]
    assert body["per_decade"]["name"] == "change_per_decade"
    assert [one["verified"] for one in body["figures"]] == [False] * 5
    local = get(manager, "/series/mathematics?model=local_level").json
    assert local["per_decade"]["value"] != body["per_decade"]["value"]


def test_the_projection_bears_its_title_and_the_weights(manager) -> None:
    body = get(manager, "/projection/science").json
    assert body["title"] == "if_this_held"
    assert body["warnings"] == ["few_cycles"]
    first = body["forecasts"][0]
    assert first["year"] == 2025
    assert [one["level"] for one in first["intervals"]] == [0.5, 0.8, 0.95]
    assert [(one["name"], one["weight"]) for one in first["sources"]] == [("trend", 1.0)]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?coverage=0.1", "half_a_weighing"),
        ("?coverage=0.1&discount=0.5", "no_scores_on_scale"),
        ("?coverage=2&discount=0.5", "invalid_fields"),
    ],
)
def test_cohorts_that_say_nothing_of_pisa_are_refused(manager, query, code) -> None:
    answer = get(manager, "/projection/mathematics" + query)
    assert answer.status_code == 422
    assert answer.json["code"] == code


def test_linked_cohorts_take_their_weight(manager, session) -> None:
    run = make_cohorts(session)
    service.estimate_cohorts(session, system_scope(), run_id=run.id)
    session.commit()
    unlinked = get(manager, "/projection/mathematics?coverage=0.2&discount=0.5")
    assert unlinked.json["code"] == "cohort_not_linked"
    assert post_file(manager, "/concordances", file_of().content).json["new"] == 1
    body = get(manager, "/projection/mathematics?coverage=0.2&discount=0.5").json
    weights = {one["name"]: one["weight"] for one in body["forecasts"][0]["sources"]}
    assert 0 < weights["cohort"] < 0.2
    assert sum(weights.values()) == pytest.approx(1)
    shown = get(manager, "/cohorts/mathematics").json
    assert shown["concordance"]["school_count"] == 20


def test_ranks_are_ranges(manager) -> None:
    body = get(manager, "/ranks/mathematics").json
    own = next(one for one in body["ranks"] if one["economy"] == "KAZ")
    assert (own["marginal"], own["n"]) == ([33, 34], 38)
    assert body["projected"]["year"] == 2025


def test_means_are_listed_of_one_product_at_a_time(manager) -> None:
    body = get(manager, "/means?economy=KAZ&domain=reading").json
    assert [one["cycle"] for one in body["items"]] == [2009, 2012, 2015, 2018, 2022]
    assert get(manager, "/means?product=modo").json["items"] == []
    page = get(manager, "/means?limit=100").json
    rest = get(manager, f"/means?limit=100&cursor={page['next']}").json
    assert len(page["items"]) + len(rest["items"]) == 126


def test_tables_are_brought_in_by_managers_only(manager, sign_in) -> None:
    assert post_file(manager, "/means", MEANS).json["new"] == 1
    links = (
        b"from_cycle,to_cycle,domain,link_error,source,status\n2012,2022,reading,3,OECD,verified"
    )
    assert post_file(manager, "/link-errors", links).json["new"] == 1
    assert len(get(manager, "/link-errors").json) == 4
    reader = sign_in(RoleName.RESEARCHER)
    assert post_file(reader, "/means", MEANS).status_code == 403


def test_a_wrong_table_is_answered_with_every_place(manager) -> None:
    answer = post_file(manager, "/means", MEANS.replace(b"390,2", b"much,0"))
    assert answer.status_code == 422
    assert [(one["line"], one["column"]) for one in answer.json["errors"]] == [
        (2, "mean"), (2, "se"),
    ]  # fmt: skip


def test_cohorts_are_estimated_in_the_background(app, manager, session) -> None:
    make_cohorts(session)
    session.commit()
    before = get(manager, "/cohorts/mathematics").json
    assert (before["concordance"], before["findings"]) == (None, [])
    assert before["scale_status"] == "own; not linked to PISA"
    answer = manager.post(f"{API}/cohorts/mathematics", headers=csrf(manager))
    assert answer.status_code == 202
    do_jobs(app)
    kinds = [one["kind"] for one in get(manager, "/cohorts/mathematics").json["findings"]]
    assert kinds == ["cohort_means", "cohort_levels", "cohort_changes"]


def test_summaries_hold_both_parts_of_every_variance(manager, session, tmp_path) -> None:
    file = open_files(write_csv(tmp_path / "a.csv", pupil_columns()))
    import_microdata(session, system_scope(), file, survey=Survey(source="OECD"))
    session.commit()
    assert get(manager, "/files").json[0]["row_count"] == 240
    (one,) = get(manager, "/summaries?domain=reading").json
    mean = next(each for each in one["estimates"] if each["name"] == "mean")
    total = mean["sampling_variance"] + 1.1 * mean["imputation_variance"]
    assert mean["se"] ** 2 == pytest.approx(total)
    assert get(manager, "/summaries?product=pisa_for_schools").json == []


@pytest.mark.parametrize("role", READERS)
def test_whoever_reads_figures_reads_these(sign_in, known, role) -> None:
    reader = sign_in(role)
    for path in ("/means", "/link-errors", "/series/reading", "/ranks/reading", "/files"):
        assert get(reader, path).status_code == 200
    answer = reader.post(f"{API}/cohorts/mathematics", headers=csrf(reader))
    assert answer.status_code == 403


def test_an_unknown_domain_is_not_found(manager) -> None:
    for path in ("/series/history", "/ranks/history", "/projection/history"):
        assert get(manager, path).status_code == 404
