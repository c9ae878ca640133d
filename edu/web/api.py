"""The JSON contract: one document of the API, its blueprints, its lists and its errors."""

from typing import Any

import flask_smorest
import marshmallow as ma
from flask import Flask, Response, current_app, json, render_template, request
from flask_smorest import Api
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException

from edu.web import cursor
from edu.web.permission import Permission, declare, needs
from edu.web.problem import answer_http_exception
from models.keyset import Page

PREFIX = "/api/v1"
MAX_LIMIT = 200


class ProblemSchema(ma.Schema):
    """An error, as RFC 9457 describes it."""

    type = ma.fields.String()
    title = ma.fields.String(metadata={"description": "What happened, in the caller's language"})
    status = ma.fields.Integer()
    code = ma.fields.String(metadata={"description": "What happened, for programs"})
    parameters = ma.fields.Dict()
    errors = ma.fields.List(ma.fields.Dict())


class ProblemApi(Api):  # type: ignore[misc]  # the library is untyped
    """flask-smorest, with our errors."""

    ERROR_SCHEMA = ProblemSchema

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Answer as every other part of the service does."""
        return answer_http_exception(error)


class StrictParser(FlaskParser):
    """Leaves to the schema what to do with unknown arguments; ours refuse them."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {}  # noqa: RUF012  the library's own way


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # the library is untyped
    """flask-smorest's, but an argument it does not know is refused, not passed over."""

    ARGUMENTS_PARSER = StrictParser()


class PageArguments(ma.Schema):
    """Where in a list, and how much of it."""

    class Meta:
        unknown = ma.RAISE

    cursor = ma.fields.String(
        load_default=None, metadata={"description": "The `next` of the previous answer"}
    )
    limit = ma.fields.Integer(load_default=50, validate=ma.validate.Range(1, MAX_LIMIT))


def page_of(schema: type[ma.Schema]) -> type[ma.Schema]:
    """The schema of one page of a list of `schema`."""
    name = schema.__name__.removesuffix("Schema") + "Page"
    fields = {
        "items": ma.fields.List(ma.fields.Nested(schema), required=True),
        "next": ma.fields.String(
            allow_none=True, required=True, metadata={"description": "Cursor of the next page"}
        ),
    }
    return type(name, (ma.Schema,), fields)


def shown_page(page: Page[Any]) -> dict[str, Any]:
    """A page as `page_of` writes it."""
    return {"items": page.items, "next": cursor.encode(page.next_key)}


def create_api(app: Flask) -> Api:
    """Register the API's document and the readable page of it."""
    app.config.update(
        API_TITLE="edu",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {
                "description": "Programs, enrollments, assessments and their outcomes. "
                "Sign in with the session cookie, HTTP Basic or an authentication token.",
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "components": {
                "securitySchemes": {
                    "basic": {"type": "http", "scheme": "basic"},
                    "session": {"type": "apiKey", "in": "cookie", "name": "session"},
                }
            },
            "security": [{"basic": []}, {"session": []}],
        },
    )
    api = ProblemApi(app)
    declare(app, "api-docs.openapi_json", Permission.PUBLIC)
    app.add_url_rule("/api", "api_page", api_page)
    return api


@needs(Permission.PUBLIC)
def api_page() -> str:
    """The document of the API as a page for people."""
    api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    document = json.loads(json.dumps(api.spec.to_dict()))  # texts in the reader's language
    return render_template("api.html", document=document, server=request.host_url)


__all__ = ["PREFIX", "Blueprint", "PageArguments", "create_api", "page_of", "shown_page"]
