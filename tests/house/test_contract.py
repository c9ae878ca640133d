"""Every route says who may use it and what it answers."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from edu.web.api import PREFIX
from edu.web.permission import Permission, permission_of
from models.accounts import RoleName

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
PUBLIC = {
    "static",
    "bootstrap.static",
    "health",
    "api_page",
    "api-docs.openapi_json",
    "security.login",
    "preferences.choose_language",
    "preferences.choose_theme",
}


def routes(app: Flask) -> list[tuple[str, str, str]]:
    return [
        (rule.endpoint, method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & METHODS)
    ]


def test_every_route_declares_its_permission(app: Flask) -> None:
    silent = [
        (method, rule)
        for endpoint, method, rule in routes(app)
        if permission_of(app, endpoint, method) is None
    ]
    assert silent == []


def test_a_route_without_a_permission_is_refused(app: Flask, sign_in, monkeypatch) -> None:
    monkeypatch.delattr(app.view_functions["health"], "permission")
    assert sign_in(RoleName.SYSTEM_ADMINISTRATOR).get("/healthz").status_code == 403


def test_only_named_routes_are_public(app: Flask) -> None:
    public = {
        endpoint
        for endpoint, method, _ in routes(app)
        if permission_of(app, endpoint, method) is Permission.PUBLIC
    }
    assert public - {"security.static"} <= PUBLIC


def test_the_document_is_valid_openapi_3_1(client: FlaskClient) -> None:
    document = client.get(f"{PREFIX}/openapi.json").json
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_every_api_route_stands_in_the_document(app: Flask, client: FlaskClient) -> None:
    paths = client.get(f"{PREFIX}/openapi.json").json["paths"]
    documented = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    absent = [
        (method, rule)
        for _, method, rule in routes(app)
        if rule.startswith(PREFIX)
        and not rule.endswith("openapi.json")
        and (method, as_documented(rule)) not in documented
    ]
    assert absent == []


def as_documented(rule: str) -> str:
    return re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule)


def test_every_documented_operation_has_a_summary_and_a_success(client: FlaskClient) -> None:
    paths = client.get(f"{PREFIX}/openapi.json").json["paths"]
    poor = [
        (method, path)
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method.upper() in METHODS and not (operation.get("summary") and succeeds(operation))
    ]
    assert poor == []


def succeeds(operation: dict) -> bool:
    return any(code.startswith("2") for code in operation["responses"])


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/nothing"])
def test_an_unknown_address_answers_in_the_callers_form(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    expected = "application/problem+json" if path.startswith("/api") else "text/html"
    assert answer.content_type.startswith(expected)


def test_an_address_without_its_last_slash_leads_to_the_page(sign_in) -> None:
    answer = sign_in(RoleName.PROGRAM_MANAGER).get("/programs", follow_redirects=True)
    assert answer.status_code == 200


def test_a_form_token_that_is_missing_is_told_as_a_problem(sign_in) -> None:
    answer = sign_in(RoleName.PROGRAM_MANAGER).post(f"{PREFIX}/programs", json={})
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "csrf"


def test_a_wrong_choice_names_the_right_ones(sign_in) -> None:
    answer = sign_in(RoleName.SCHOOL_ADMINISTRATOR).get(
        f"{PREFIX}/people?role=king", headers={"Accept-Language": "en"}
    )
    assert answer.status_code == 422
    assert "pupil, student, teacher, other" in answer.json["errors"][0]["message"]


def test_a_number_out_of_range_is_told_in_the_readers_language(sign_in) -> None:
    answer = sign_in(RoleName.PROGRAM_MANAGER).get(
        f"{PREFIX}/programs?limit=100000", headers={"Accept-Language": "en"}
    )
    assert answer.json["errors"][0]["message"] == "Choose between 1 and 200."
